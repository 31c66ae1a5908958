/* core/journey/day_plan.c -- the plan of today as it stands, what the planner is told of the day,
 * and the fact that an order was made. */
#include "core/journey/journey_private.h"

enum { MINUTE_MS = 60 * 1000, OPEN_VISIT_LEAST_MINUTES = 5, NOON_MINUTE = 12 * 60 };

static bool is_done(const struct store_stop *stop)
{
    return stop->state == STOP_visited || stop->state == STOP_skipped;
}

struct geo_point journey_stop_place(const struct store_stop *stop)
{
    return (struct geo_point){stop->item.lat_e7, stop->item.lon_e7};
}

uint32_t journey_way_m(const struct journey *journey, struct geo_point from, struct geo_point to)
{
    if (!geo_is_located(from) || !geo_is_located(to)) {
        return 0;
    }
    uint32_t way_m = journey->way_m != NULL ? journey->way_m(journey->way_context, from, to) : 0;
    return way_m != 0 ? way_m : geo_distance_m(from, to);
}

/* The visit that is going on belongs to today's plan whatever the rules say of a new one. */
static enum err find_open_visit(struct journey *journey, struct day_plan *plan)
{
    struct store_draft draft;
    enum err err = store_draft_get(journey->store, journey->arena, JOURNEY_DRAFT_KEY, &draft);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    plan->open_case_no = draft.case_no;
    struct fact start;
    err =
        store_journal_fact(journey->store, journey_open_visit_seq(journey, draft.case_no), &start);
    if (err == OK) {
        plan->open_since_ms = (int64_t)start.event.at_ms;
    }
    return err == ERR_not_found ? OK : err;
}

static int32_t policy_offset(const struct journey *journey)
{
    int32_t offset = 0;
    CHECK(date_zone_offset(str_from(journey->policy.zone), &offset) == OK);
    return offset;
}

enum err journey_day_plan_load(struct journey *journey, struct day_plan *plan_out)
{
    *plan_out = (struct day_plan){.day = journey_today(journey), .now_ms = journey_now_ms(journey)};
    TRY(store_plan_list(journey->store, journey->arena, plan_out->day, &plan_out->before,
                        &plan_out->before_count));
    int64_t last_ms = 0;
    for (size_t i = 0; i < plan_out->before_count; i++) {
        const struct store_stop *stop = &plan_out->before[i];
        if (stop->state == STOP_visited && stop->done_at_ms >= last_ms &&
            geo_is_located(journey_stop_place(stop))) {
            last_ms = stop->done_at_ms;
            plan_out->last_place = journey_stop_place(stop);
        }
    }
    TRY(journey_chance(journey->store, journey->arena, plan_out->now_ms, policy_offset(journey),
                       &plan_out->chance));
    TRY(journey_detour(journey, plan_out->day));
    return find_open_visit(journey, plan_out);
}

void journey_day_plan_terms(const struct journey *journey, const struct day_plan *plan,
                            struct day_terms *terms_out)
{
    const struct policy *policy = &journey->policy;
    int32_t offset = policy_offset(journey);
    int64_t open_at_ms = date_instant(plan->day, (int32_t)policy->window_open, offset);
    *terms_out = (struct day_terms){
        .straight = plan_travel_house(policy),
        .terms = {
            .start_at_ms = plan->now_ms > open_at_ms ? plan->now_ms : open_at_ms,
            .close_at_ms = date_instant(plan->day, (int32_t)policy->window_close, offset),
            .start_place = journey->has_fix
                               ? (struct geo_point){journey->fix.lat_e7, journey->fix.lon_e7}
                               : plan->last_place,
            .chance = &plan->chance,
            .chance_day = chance_day_of(date_calendar_cn(), plan->day),
            .offset_minutes = offset,
        }};
    struct plan_terms *terms = &terms_out->terms;
    terms_out->straight.learned = &journey->detour;
    terms_out->estimate = plan_travel_straight(&terms_out->straight);
    terms->travel = journey->travel != NULL ? journey->travel : &terms_out->estimate;
    int64_t until_ms = date_instant(plan->day, (int32_t)policy->pause_until, offset);
    if (policy->pause_minutes > 0 && until_ms > terms->start_at_ms &&
        policy->pause_from < policy->pause_until) {
        terms->pauses[terms->pause_count++] = (struct plan_pause){
            .from_ms = date_instant(plan->day, (int32_t)policy->pause_from, offset),
            .until_ms = until_ms,
            .minutes = (uint32_t)policy->pause_minutes};
    }
}

bool journey_day_plan_at_door(const struct journey *journey, const struct day_plan *plan,
                              struct plan_stop *stop)
{
    if (stop->case_no == 0 || stop->case_no != plan->open_case_no) {
        return false;
    }
    int64_t spent = (plan->now_ms - plan->open_since_ms) / MINUTE_MS;
    int64_t left = journey->policy.visit_minutes - (spent > 0 ? spent : 0);
    stop->is_locked = true;
    stop->window_from_ms = 0;
    stop->window_until_ms = 0;
    stop->hours_until_ms = 0; /* the check-in has judged them */
    stop->visit_minutes =
        (uint32_t)(left > OPEN_VISIT_LEAST_MINUTES ? left : OPEN_VISIT_LEAST_MINUTES);
    return true;
}

void journey_day_plan_hours(const struct journey *journey, const struct day_plan *plan,
                            const struct store_case *subject, struct plan_stop *stop)
{
    const struct policy *policy = &journey->policy;
    int32_t day_offset = policy_offset(journey);
    int32_t offset = gate_zone_offset(policy, subject->record);
    int64_t noon_ms = date_instant(plan->day, NOON_MINUTE, offset);
    struct gate_hours hours = gate_visit_hours(policy, subject->record, subject->state, noon_ms);
    int64_t from_ms = date_instant(plan->day, hours.open_minute, offset);
    int64_t until_ms = date_instant(plan->day, hours.close_minute, offset);
    bool is_narrow = from_ms > date_instant(plan->day, (int32_t)policy->window_open, day_offset) ||
                     until_ms < date_instant(plan->day, (int32_t)policy->window_close, day_offset);
    stop->hours_from_ms = is_narrow ? from_ms : 0;
    stop->hours_until_ms = is_narrow ? until_ms : 0;
}

struct store_stop journey_day_plan_stop(const struct day_plan *plan, const struct plan_entry *entry,
                                        const struct plan_summary *summary)
{
    struct store_stop stop = {
        .case_no = entry->case_no,
        .state = entry->is_planned ? STOP_planned : STOP_left_out,
        .reason = entry->reason,
        .travel_m = entry->travel_m,
        .travel_s = entry->travel_s,
        .wait_s = entry->wait_s,
        .is_estimated = entry->is_planned ? entry->is_estimated : summary->is_estimated,
    };
    if (entry->is_planned) {
        stop.arrive_at_ms = entry->arrive_at_ms;
        stop.leave_at_ms = entry->leave_at_ms;
    } else {
        stop.why = 1 + (uint32_t)entry->why;
        stop.is_proven = entry->is_proven;
        stop.late_s = entry->late_s;
        stop.lost_score = entry->lost_score;
        stop.other_count = entry->other_count;
        stop.other_case_no = entry->other_case_no;
    }
    for (size_t i = 0; entry->case_no == plan->open_case_no && i < plan->before_count; i++) {
        if (plan->before[i].case_no == entry->case_no) { /* it was reached: nothing is promised */
            stop.arrive_at_ms = plan->before[i].arrive_at_ms;
            stop.reason = plan->before[i].reason;
        }
    }
    return stop;
}

void journey_day_plan_ways(const struct journey *journey, const struct day_plan *plan,
                           struct geo_point from)
{
    for (size_t i = 0; journey->way_m != NULL && i < plan->planned_count; i++) {
        struct store_stop *stop = &plan->todo[i];
        struct geo_point to = journey_stop_place(stop);
        if (geo_is_located(to)) {
            stop->travel_m = journey_way_m(journey, from, to);
            from = to;
        }
    }
}

enum err journey_append_plain(struct journey *journey, const ds_Event *event)
{
    struct fact fact;
    struct row_sink sink = store_rows_sink(journey->store);
    TRY(store_journal_append(journey->store, event, &fact));
    return rows_emit(&fact, NULL, NULL, &sink);
}

static void name_stop(ds_PlanMade *made, const struct store_stop *stop)
{
    size_t at = made->stops_count;
    if (at == PLAN_STOPS_MAX) {
        return;
    }
    made->stops[made->stops_count++] = stop->case_no;
    if (stop->is_locked) {
        *(at < 64 ? &made->locked : &made->locked_beyond) |= UINT64_C(1) << at % 64;
    }
}

void journey_day_plan_made(const struct day_plan *plan, ds_PlanMade *made_out)
{
    *made_out = (ds_PlanMade){.day = plan->day};
    for (size_t i = 0; i < plan->before_count; i++) {
        if (is_done(&plan->before[i]) && plan->before[i].is_planned) {
            name_stop(made_out, &plan->before[i]);
        }
    }
    for (size_t i = 0; i < plan->planned_count; i++) {
        name_stop(made_out, &plan->todo[i]);
    }
}

bool journey_day_plan_is_same(const struct day_plan *plan)
{
    size_t at = 0;
    for (size_t i = 0; i < plan->before_count; i++) {
        const struct store_stop *stop = &plan->before[i];
        if (stop->state != STOP_planned) {
            continue;
        }
        if (at == plan->planned_count || plan->todo[at].case_no != stop->case_no ||
            plan->todo[at].is_locked != stop->is_locked) {
            return false;
        }
        at++;
    }
    return at == plan->planned_count;
}
