/* core/journey/open_day.c -- scores every open case and plans the day. */
#include "core/journey/journey_private.h"

#include "core/rules/priority.h"

#include <stdlib.h>

struct candidate {
    struct plan_stop stop;
    bool has_window; /* an appointment for today or before */
    bool is_at_door; /* the visit is going on */
};

/* Steps of a search that begins with a plan that was good an hour ago. */
enum { REPLAN_STEPS = 1000 };

struct day_work {
    bool is_replan; /* of what stands in today's plan, in fewer steps */
    struct day_plan plan;
    struct candidate *candidates;
    size_t count;
};

static bool is_done_before(const struct day_plan *plan, uint64_t case_no)
{
    for (size_t i = 0; i < plan->before_count; i++) {
        const struct store_stop *stop = &plan->before[i];
        if (stop->case_no == case_no &&
            (stop->state == STOP_visited || stop->state == STOP_skipped)) {
            return true;
        }
    }
    return false;
}

/* It was left out, and the collector goes there all the same. */
static bool must_go(const struct day_plan *plan, uint64_t case_no)
{
    for (size_t i = 0; i < plan->before_count; i++) {
        const struct store_stop *stop = &plan->before[i];
        if (stop->case_no == case_no && stop->state == STOP_left_out) {
            return stop->is_locked;
        }
    }
    return false;
}

/* Where the case stands in the plan as it was, among what is still to do, and whether the
 * collector fixed it there. */
static void set_shown(const struct day_plan *plan, struct plan_stop *stop)
{
    uint32_t position = 0;
    for (size_t i = 0; i < plan->before_count; i++) {
        const struct store_stop *before = &plan->before[i];
        if (before->state != STOP_planned) {
            continue;
        }
        position++;
        if (before->case_no == stop->case_no) {
            stop->shown_position = position;
            stop->shown_at_ms = before->arrive_at_ms;
            stop->is_locked = before->is_locked;
        }
    }
}

/* A fact of a clock that was years ahead hides no case for years; one that was set back meanwhile
 * makes today's touch tomorrow's. */
static bool is_touched(const ds_CaseState *state, int32_t day)
{
    return state->last_touch_day == day || state->last_touch_day == day + 1;
}

static struct geo_point place_of(const struct address_list *addresses)
{
    const ds_Address *address = address_located(addresses);
    return address != NULL ? (struct geo_point){address->lat_e7, address->lon_e7}
                           : (struct geo_point){0, 0};
}

/* The hours of this case are over while others can still be visited. */
static bool is_over(const struct journey *journey, const struct store_case *subject,
                    const struct gate_hours *hours, int64_t now_ms)
{
    int32_t minute = date_minute_at(now_ms, gate_zone_offset(&journey->policy, subject->record));
    return minute >= hours->close_minute && minute < journey->policy.window_close;
}

/* The customer asked for nobody today. */
static bool is_unwished(const struct journey *journey, const struct day_plan *plan,
                        const struct store_case *subject)
{
    struct plan_stop today = {0};
    journey_day_plan_hours(journey, plan, subject, &today);
    return today.hours_until_ms != 0 && today.hours_until_ms <= today.hours_from_ms;
}

/* So that a visit of the usual length ends within the case's hours. */
static int64_t latest_begin_ms(const struct journey *journey, const struct plan_stop *stop)
{
    int64_t last_ms = stop->hours_until_ms - journey->policy.visit_minutes * 60 * 1000;
    return last_ms > stop->hours_from_ms ? last_ms : stop->hours_from_ms;
}

/* Scores the case, and puts it among the candidates unless a rule keeps it off the plan,
 * it was touched today, or another day was agreed. */
static enum err consider(struct journey *journey, struct day_work *work, uint64_t case_no)
{
    struct store_case subject;
    TRY(store_case_load(journey->store, journey->arena, case_no, &subject));
    const ds_CaseState *state = subject.state;
    struct store_rank rank = journey_rank_of(journey, subject.record, state);
    TRY(store_case_rank(journey->store, case_no, &rank));
    const struct day_plan *plan = &work->plan;
    struct address_list addresses = address_list(subject.record, state);
    if (case_no != plan->open_case_no) {
        /* Where the borrower is known not to live nobody is sent, unless a time was agreed or
         * the collector wants to. */
        if (address_list_is_over(&addresses) && state->next_day != plan->day &&
            !must_go(plan, case_no)) {
            return OK;
        }
        if (is_done_before(plan, case_no) || is_touched(state, plan->day) ||
            state->next_day > plan->day) {
            return OK;
        }
        struct gate_facts facts = journey_gate_facts(journey, &subject, 0, UINT32_MAX, 0, 0);
        struct gate_hours hours =
            gate_visit_hours(&journey->policy, subject.record, state, plan->now_ms);
        facts.now_ms = hours.next_open_at_ms;
        if (is_over(journey, &subject, &hours, plan->now_ms) ||
            !gate_check(&journey->policy, GATE_plan, &facts).is_allowed) {
            return OK;
        }
        if (is_unwished(journey, plan, &subject) && state->next_day != plan->day &&
            !must_go(plan, case_no)) {
            return OK;
        }
    }
    struct candidate *candidate = &work->candidates[work->count++];
    *candidate = (struct candidate){
        .stop = {.case_no = case_no, .score = rank.score, .place = place_of(&addresses)},
        .has_window = state->next_day != 0,
    };
    if (state->next_day == plan->day && state->next_until_minute != 0) {
        int32_t offset = gate_zone_offset(&journey->policy, subject.record);
        candidate->stop.window_from_ms =
            date_instant(plan->day, (int32_t)state->next_from_minute, offset);
        candidate->stop.window_until_ms =
            date_instant(plan->day, (int32_t)state->next_until_minute, offset);
    }
    journey_day_plan_hours(journey, plan, &subject, &candidate->stop);
    set_shown(plan, &candidate->stop);
    candidate->is_at_door = journey_day_plan_at_door(journey, plan, &candidate->stop);
    if (must_go(plan, case_no) && candidate->stop.window_until_ms == 0) {
        /* Today, at whatever lawful hour fits: it has no place to keep yet. */
        const struct plan_stop *stop = &candidate->stop;
        candidate->stop.window_from_ms = stop->hours_from_ms;
        candidate->stop.window_until_ms =
            stop->hours_until_ms != 0 ? latest_begin_ms(journey, stop) : plan->now_ms + DATE_DAY_MS;
    }
    return OK;
}

/* Appointments first, then the highest score, then the number: the same every time. */
static int by_worth(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;
    if (left->has_window != right->has_window) {
        return left->has_window ? -1 : 1;
    }
    if (left->stop.score != right->stop.score) {
        return left->stop.score > right->stop.score ? -1 : 1;
    }
    return left->stop.case_no < right->stop.case_no ? -1 : 1;
}

/* How many locked stops stand at the head of the plan as it was: 1 .. that position. */
static uint32_t head_of(const struct day_plan *plan)
{
    uint32_t head = 0;
    for (size_t i = 0; i < plan->before_count; i++) {
        const struct store_stop *stop = &plan->before[i];
        if (stop->state == STOP_planned) {
            if (!stop->is_locked) {
                return head;
            }
            head++;
        }
    }
    return head;
}

/* The planner keeps locked stops in the order given, and those that head the list before all
 * others: the stop at hand, the locked head, then by worth; other locked ones behind the best. */
static uint64_t rank_of(const struct candidate *candidate, size_t at, uint32_t head)
{
    enum { CLASS_BITS = 32 };
    const struct plan_stop *stop = &candidate->stop;
    if (candidate->is_at_door) {
        return 0;
    }
    if (stop->is_locked && stop->shown_position <= head) {
        return (uint64_t)1 << CLASS_BITS | stop->shown_position;
    }
    if (stop->is_locked) {
        return (uint64_t)3 << CLASS_BITS | stop->shown_position;
    }
    return (uint64_t)(at == 0 ? 2 : 4) << CLASS_BITS | at;
}

static size_t wanted_gather(const struct day_work *work, struct plan_stop wanted[PLAN_STOPS_MAX])
{
    uint32_t head = head_of(&work->plan);
    uint64_t ranks[PLAN_STOPS_MAX];
    size_t count = 0;
    size_t free_count = 0;
    for (size_t i = 0; i < work->count; i++) {
        const struct candidate *candidate = &work->candidates[i];
        bool is_fixed = candidate->is_at_door || candidate->stop.is_locked;
        uint64_t rank = rank_of(candidate, free_count, head);
        free_count += is_fixed ? 0 : 1;
        if (count == PLAN_STOPS_MAX && rank > ranks[count - 1]) {
            continue;
        }
        size_t at = count < PLAN_STOPS_MAX ? count++ : count - 1;
        for (; at > 0 && ranks[at - 1] > rank; at--) {
            ranks[at] = ranks[at - 1];
            wanted[at] = wanted[at - 1];
        }
        ranks[at] = rank;
        wanted[at] = candidate->stop;
    }
    return count;
}

/* A stop that the collector fixed stays in the order even when it can no longer be begun in
 * time: without an hour of arrival, behind those that can. */
static size_t stops_gather(const struct day_plan *plan, const struct plan_stop *wanted,
                           const struct plan_entry *entries, size_t count, bool is_planned,
                           const struct plan_summary *summary, struct store_stop *stops)
{
    size_t written = 0;
    for (size_t i = 0; i < count; i++) {
        const struct plan_stop *stop = &wanted[entries[i].stop_index];
        bool is_fixed = stop->is_locked || must_go(plan, stop->case_no);
        bool stays = entries[i].is_planned || is_fixed;
        if (stays != is_planned) {
            continue;
        }
        struct store_stop *to = &stops[written++];
        *to = journey_day_plan_stop(plan, &entries[i], summary);
        to->state = stays ? STOP_planned : STOP_left_out;
        to->is_locked = is_fixed && stop->case_no != plan->open_case_no;
        to->reason = must_go(plan, stop->case_no) ? PLAN_REASON_locked : to->reason;
        to->item.lat_e7 = stop->place.lat_e7;
        to->item.lon_e7 = stop->place.lon_e7;
    }
    return written;
}

static enum err order_stops(struct journey *journey, struct day_work *work)
{
    struct day_plan *plan = &work->plan;
    struct plan_stop *wanted = ARENA_ARRAY(journey->arena, PLAN_STOPS_MAX, struct plan_stop);
    struct plan_entry *entries = ARENA_ARRAY(journey->arena, PLAN_STOPS_MAX, struct plan_entry);
    size_t count = wanted_gather(work, wanted);
    struct day_terms terms;
    struct plan_summary summary;
    journey_day_plan_terms(journey, plan, &terms);
    terms.terms.steps = work->is_replan ? REPLAN_STEPS : 0;
    terms.terms.keeps_order = work->is_replan;
    TRY(plan_order(journey->arena, &journey->policy, &terms.terms, wanted, count, entries,
                   &summary));
    plan->todo = ARENA_ARRAY(journey->arena, count + 1, struct store_stop);
    plan->planned_count = stops_gather(plan, wanted, entries, count, true, &summary, plan->todo);
    plan->todo_count =
        plan->planned_count + stops_gather(plan, wanted, entries, count, false, &summary,
                                           plan->todo + plan->planned_count);
    journey_day_plan_ways(journey, plan, terms.terms.start_place);
    return OK;
}

/* The cases that are asked for: all that are open, or those of today's plan. */
static enum err list_cases(struct journey *journey, const struct day_work *work,
                           uint64_t **case_nos_out, size_t *count_out)
{
    const struct day_plan *plan = &work->plan;
    if (!work->is_replan) {
        return store_case_numbers(journey->store, journey->arena, true, case_nos_out, count_out);
    }
    *case_nos_out = ARENA_ARRAY(journey->arena, plan->before_count + 1, uint64_t);
    *count_out = 0;
    for (size_t i = 0; i < plan->before_count; i++) {
        const struct store_stop *stop = &plan->before[i];
        bool is_open = stop->state == STOP_planned || stop->state == STOP_left_out;
        if (is_open && stop->item.case_no != 0) { /* else the case is gone */
            (*case_nos_out)[(*count_out)++] = stop->case_no;
        }
    }
    return OK;
}

/* In the transaction: scores, plan, facts. */
static enum err open_day(struct journey *journey, struct journey_batch *batch,
                         struct open_day *result)
{
    struct day_work work = {.is_replan = result->is_replan};
    struct day_plan *plan = &work.plan;
    struct store *store = journey->store;
    uint64_t *case_nos = NULL;
    size_t case_count = 0;
    TRY(journey_day_plan_load(journey, plan));
    TRY(list_cases(journey, &work, &case_nos, &case_count));
    work.candidates = ARENA_ARRAY(journey->arena, case_count + 1, struct candidate);
    for (size_t i = 0; i < case_count; i++) {
        struct arena_mark mark = arena_mark(journey->arena);
        enum err err = consider(journey, &work, case_nos[i]);
        arena_rollback(journey->arena, mark);
        TRY(err);
    }
    qsort(work.candidates, work.count, sizeof *work.candidates, by_worth);
    TRY(order_stops(journey, &work));
    ds_PlanMade *made = ARENA_NEW(journey->arena, ds_PlanMade);
    journey_day_plan_made(plan, made);
    bool is_same = result->was_open && journey_day_plan_is_same(plan);
    TRY(store_plan_set(store, plan->day, plan->todo, plan->todo_count));
    TRY(store_setting_set_number(store, SETTING_plan_policy, (int64_t)journey->policy.hash));

    if (!result->was_open) {
        ds_Event *event = journey_batch_add(journey, batch, 0);
        event->which_kind = ds_Event_day_opened_tag;
        event->kind.day_opened.day = plan->day;
        TRY(journey_append_plain(journey, event));
        TRY(store_setting_set_number(store, SETTING_plan_day, plan->day));
    }
    if (!is_same) {
        ds_Event *event = journey_batch_add(journey, batch, 0);
        event->which_kind = ds_Event_plan_made_tag;
        event->kind.plan_made = *made;
        TRY(journey_append_plain(journey, event));
    }
    result->planned_count = plan->planned_count;
    result->left_out_count = plan->todo_count - plan->planned_count;
    result->has_new_order = !is_same;
    return OK;
}

static enum err open_day_whole(struct journey *journey, bool is_replan, struct open_day *result_out)
{
    struct journey_batch batch;
    int64_t plan_day = 0;
    TRY(journey_batch_start(journey, 0, &batch));
    *result_out = (struct open_day){.day = journey_today(journey)};
    TRY(store_setting_number(journey->store, SETTING_plan_day, 0, &plan_day));
    result_out->was_open = plan_day == result_out->day;
    result_out->is_replan = is_replan && result_out->was_open;
    TRY(store_begin(journey->store));
    enum err err = open_day(journey, &batch, result_out);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    return store_commit(journey->store);
}

static enum err open_with_reserve(struct journey *journey, bool is_replan,
                                  struct open_day *result_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = open_day_whole(journey, is_replan, result_out);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = open_day_whole(journey, is_replan, result_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_open_day(struct journey *journey, struct open_day *result_out)
{
    return open_with_reserve(journey, false, result_out);
}

enum err journey_replan(struct journey *journey, struct open_day *result_out)
{
    return open_with_reserve(journey, true, result_out);
}
