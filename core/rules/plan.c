#include "core/rules/plan.h"

#include "core/rules/plan_again.h"
#include "core/rules/plan_check.h"
#include "core/rules/plan_day.h"
#include "core/rules/plan_keep.h"
#include "core/rules/plan_tell.h"
#include "core/rules/plan_wait.h"

#include <string.h>

/* ---- stops to visits ------------------------------------------------------------------------ */

static void set_window(const struct plan_day *day, int64_t from_ms, int64_t until_ms,
                       struct plan_window *window)
{
    window->close_s = plan_day_second(day, until_ms, false);
    window->open_s = plan_day_second(day, from_ms, true);
    window->open_s = window->open_s < window->close_s ? window->open_s : window->close_s;
}

static struct plan_visit visit_of(const struct plan_day *day, size_t house_index)
{
    const struct plan_house *house = &day->houses[house_index];
    const struct plan_stop *first = &day->stops[house->stops[0]];
    struct plan_visit visit = {
        .point = (uint32_t)house->stops[0],
        .window_count = 1,
        .windows = {{PLAN_DAY_START_S, 3 * PLAN_DAY_START_S}},
        .is_mandatory = plan_day_has_window(first) || first->is_locked,
        .is_expected = plan_day_has_window(first),
        .lock = first->is_locked ? (uint32_t)house->stops[0] + 1 : 0,
    };
    for (size_t i = 0; i < house->count; i++) {
        visit.score += day->stops[house->stops[i]].score;
        visit.service_s += plan_day_service_s(day, &day->stops[house->stops[i]]);
    }
    visit.score = visit.score < PLAN_SCORE_MAX ? visit.score : PLAN_SCORE_MAX;
    if (plan_day_has_window(first)) {
        set_window(day, first->window_from_ms, first->window_until_ms, &visit.windows[0]);
    }
    if (plan_day_has_hours(first)) {
        /* Hours shorter than a visit are begun with. */
        int64_t last_ms = first->hours_until_ms - (int64_t)visit.service_s * 1000;
        last_ms = last_ms > first->hours_from_ms ? last_ms : first->hours_from_ms;
        set_window(day, first->hours_from_ms, last_ms, &visit.windows[0]);
    }
    visit.is_leading = first->is_locked;
    for (size_t i = 0; i < house->stops[0]; i++) {
        visit.is_leading = visit.is_leading && day->stops[i].is_locked;
    }
    return visit;
}

static size_t house_shown_at(const struct plan_day *day, size_t house_count, uint32_t position)
{
    for (size_t h = 0; h < house_count; h++) {
        for (size_t i = 0; i < day->houses[h].count; i++) {
            if (day->stops[day->houses[h].stops[i]].shown_position == position) {
                return h;
            }
        }
    }
    return house_count;
}

/* Which house stood before which; sets is_first for the first that is still there. */
static void set_shown(struct plan_day *day, size_t house_count)
{
    uint32_t before = PLAN_NONE;
    memset(day->shown, 0, day->problem.visit_count * sizeof *day->shown);
    for (uint32_t position = 1; position <= PLAN_STOPS_MAX; position++) {
        size_t h = house_shown_at(day, house_count, position);
        if (h == house_count || day->shown[h].is_planned) {
            continue;
        }
        const struct plan_stop *stop = &day->stops[day->houses[h].stops[0]];
        day->shown[h] = (struct plan_shown){
            .before = before,
            .is_first = before == PLAN_NONE,
            .is_planned = true,
            .is_announced = plan_day_has_window(stop),
            .begin_s = plan_day_second(day, stop->shown_at_ms, false),
        };
        before = (uint32_t)h;
    }
    day->problem.keep = plan_keep_make(&day->problem, day->shown);
}

static void add_pauses(struct plan_day *day, size_t house_count)
{
    for (size_t i = 0; i < day->terms->pause_count; i++) {
        const struct plan_pause *pause = &day->terms->pauses[i];
        int32_t from_s = plan_day_second(day, pause->from_ms, true);
        int32_t until_s = plan_day_second(day, pause->until_ms, false);
        day->houses[house_count + i].count = 0;
        day->visits[house_count + i] =
            (struct plan_visit){.is_break = true,
                                .service_s = (int32_t)pause->minutes * 60,
                                .window_count = 1,
                                .windows = {{from_s < until_s ? from_s : until_s, until_s}}};
    }
}

/* What an hour leaves of a score: the chance then, of a thousand. */
static void set_hours(struct plan_day *day)
{
    const struct plan_terms *terms = day->terms;
    struct plan_hours *hours = &day->problem.hours;
    if (terms->chance == NULL || chance_is_unknown(terms->chance, terms->chance_day)) {
        return;
    }
    int32_t date = date_day_at(terms->start_at_ms, terms->offset_minutes);
    for (size_t band = 0; band < CHANCE_BANDS; band++) {
        int64_t until_ms =
            date_instant(date, chance_band_until_minute(band), terms->offset_minutes);
        if (until_ms <= terms->start_at_ms) {
            continue;
        }
        hours->bands[hours->count].until_s = plan_day_second(day, until_ms, true);
        hours->bands[hours->count++].permille =
            chance_permille(terms->chance, terms->chance_day, band);
    }
}

/* Half the longest way from a place or to it: with that much to a stop that may lie anywhere,
 * no way by it is shorter than the way without it. */
static int32_t half_way(const struct geo_point *places, const int32_t *travel_s, size_t points,
                        size_t at)
{
    int32_t longest_s = 0;
    for (size_t i = 0; i < points; i++) {
        int32_t there_s = travel_s[at * points + i];
        int32_t back_s = travel_s[i * points + at];
        if (geo_is_located(places[i]) && there_s < PLAN_TIME_MAX && there_s > longest_s) {
            longest_s = there_s;
        }
        if (geo_is_located(places[i]) && back_s < PLAN_TIME_MAX && back_s > longest_s) {
            longest_s = back_s;
        }
    }
    return (longest_s + 1) / 2;
}

/* A stop that is not located is as far from everywhere as the located ones are from each other
 * on average, and never a way round; from an unknown start it is no way. */
static void guess_travel(const struct plan_day *day, const struct geo_point *places,
                         int32_t *travel_s)
{
    size_t count = day->stop_count;
    size_t points = count + 2;
    int64_t sum_s = 0;
    int64_t ways = 0;
    int32_t *half_s = ARENA_ARRAY(day->arena, points, int32_t);
    for (size_t i = 0; i < points * points; i++) {
        size_t from = i / points;
        size_t to = i % points;
        if (from != to && geo_is_located(places[from]) && geo_is_located(places[to])) {
            sum_s += travel_s[i];
            ways++;
        }
    }
    for (size_t i = 0; i < points; i++) {
        half_s[i] = geo_is_located(places[i]) ? half_way(places, travel_s, points, i) : 0;
    }
    for (size_t i = 0; ways > 0 && i < points * points; i++) {
        size_t from = i / points;
        size_t to = i % points;
        bool is_guessed = (from < count && !geo_is_located(places[from])) ||
                          (to < count && !geo_is_located(places[to]));
        bool is_known_end = (from < count || geo_is_located(places[from])) &&
                            (to < count || geo_is_located(places[to]));
        if (from != to && is_guessed && is_known_end) {
            int32_t mean_s = (int32_t)(sum_s / ways);
            int32_t least_s = half_s[from] > half_s[to] ? half_s[from] : half_s[to];
            travel_s[i] = least_s > mean_s ? least_s : mean_s;
        }
    }
}

/* The stops' places, then start and end, with ways between them. */
static enum err set_travel(struct plan_day *day)
{
    size_t count = day->stop_count;
    struct geo_point *places = ARENA_ARRAY(day->arena, count + 2, struct geo_point);
    for (size_t i = 0; i < count; i++) {
        places[i] = day->stops[i].place;
    }
    places[count] = day->terms->start_place;
    places[count + 1] = day->terms->end_place;
    int32_t *travel_s = ARENA_ARRAY(day->arena, (count + 2) * (count + 2), int32_t);
    TRY(day->travel.fill(day->travel.context, places, count + 2, travel_s));
    guess_travel(day, places, travel_s);
    day->problem.travel_s = travel_s;
    day->problem.point_count = count + 2;
    return OK;
}

static enum err solve(struct plan_day *day, bool is_split)
{
    size_t house_count = plan_house_make(day->stops, day->stop_count, is_split, day->houses);
    for (size_t h = 0; h < house_count; h++) {
        day->visits[h] = visit_of(day, h);
    }
    add_pauses(day, house_count);
    day->problem.visit_count = house_count + day->terms->pause_count;
    set_shown(day, house_count);
    TRY(plan_problem_check(&day->problem));
    struct plan_budget budget = {.seed = day->terms->seed,
                                 .steps = day->terms->steps != 0 ? day->terms->steps : PLAN_STEPS};
    day->solution = day->problem.keep.shown == NULL
                        ? plan_solve(day->arena, &day->problem, NULL, &budget)
                        : plan_again(day->arena, &day->problem, &budget, day->terms->keeps_order);
    struct plan_verdict verdict =
        plan_check(day->arena, &day->problem, day->solution.answer.tours, day->begin_s);
    CHECK(verdict.fault == PLAN_FAULT_none);
    uint32_t waits = plan_wait(day->arena, &day->problem, day->solution.answer.tours, day->begin_s,
                               &day->solution.answer.value);
    day->solution.is_proven = day->solution.is_proven && waits == 0;
    return OK;
}

/* A house is left out as a whole where one of its people might have been visited. */
static bool is_house_left_out(const struct plan_day *day)
{
    for (size_t v = 0; v < day->problem.visit_count; v++) {
        if (day->begin_s[v] < 0 && day->houses[v].count > 1) {
            return true;
        }
    }
    return false;
}

static enum err order(struct plan_day *day, struct plan_entry *entries,
                      struct plan_summary *summary)
{
    TRY(set_travel(day));
    set_hours(day);
    TRY(solve(day, false));
    if (is_house_left_out(day)) {
        TRY(solve(day, true));
    }
    size_t planned = plan_tell(day, entries);
    if (summary != NULL) {
        const struct plan_value *value = &day->solution.answer.value;
        *summary = (struct plan_summary){
            .planned_count = planned,
            .end_at_ms = plan_day_instant(day, PLAN_DAY_START_S + value->finish_s),
            .score = value->score,
            .travel_s = (int32_t)value->travel_s,
            .is_proven = day->solution.is_proven,
            .is_estimated = day->travel.is_estimated,
        };
        for (size_t i = 0; i < planned; i++) {
            summary->is_estimated = summary->is_estimated || entries[i].is_estimated;
        }
    }
    return OK;
}

enum err plan_order(struct arena *arena, const struct policy *policy,
                    const struct plan_terms *terms, const struct plan_stop *stops,
                    size_t stop_count, struct plan_entry *entries_out,
                    struct plan_summary *summary_out)
{
    if (stop_count > PLAN_STOPS_MAX || terms->pause_count > PLAN_PAUSES_MAX) {
        return ERR_too_many;
    }
    struct arena_mark mark = arena_mark(arena);
    struct plan_straight straight = plan_travel_house(policy);
    size_t room = stop_count + PLAN_PAUSES_MAX + 1;
    struct plan_day day = {
        .arena = arena,
        .policy = policy,
        .terms = terms,
        .stops = stops,
        .stop_count = stop_count,
        .houses = ARENA_ARRAY(arena, room, struct plan_house),
        .visits = ARENA_ARRAY(arena, room, struct plan_visit),
        .shown = ARENA_ARRAY(arena, room, struct plan_shown),
        .begin_s = ARENA_ARRAY(arena, room, int32_t),
        .travel = terms->travel != NULL ? *terms->travel : plan_travel_straight(&straight),
    };
    day.shift = (struct plan_shift){
        .start_point = (uint32_t)stop_count,
        .end_point = geo_is_located(terms->end_place) ? (uint32_t)stop_count + 1 : PLAN_NONE,
        .partner_start_point = PLAN_NONE,
        .partner_end_point = PLAN_NONE,
        .start_s = PLAN_DAY_START_S,
        .end_s = plan_day_second(&day, terms->close_at_ms, false),
    };
    day.problem =
        (struct plan_problem){.visits = day.visits, .shifts = &day.shift, .shift_count = 1};
    enum err err = order(&day, entries_out, summary_out);
    arena_rollback(arena, mark);
    return err;
}

const char *plan_reason_key(enum plan_reason reason)
{
    switch (reason) {
    case PLAN_REASON_appointment:
        return "plan_reason.appointment";
    case PLAN_REASON_score:
        return "plan_reason.score";
    case PLAN_REASON_near:
        return "plan_reason.near";
    case PLAN_REASON_locked:
        return "plan_reason.locked";
    case PLAN_REASON_after_hours:
        return "plan_reason.after_hours";
    case PLAN_REASON_window_missed:
        return "plan_reason.window_missed";
    case PLAN_REASON_same_building:
        return "plan_reason.same_building";
    case PLAN_REASON_on_the_way:
        return "plan_reason.on_the_way";
    case PLAN_REASON_too_far:
        return "plan_reason.too_far";
    case PLAN_REASON_clash:
        return "plan_reason.clash";
    case PLAN_REASON_worth_less:
        return "plan_reason.worth_less";
    case PLAN_REASON_no_need:
        return "plan_reason.no_need";
    case PLAN_REASON_COUNT:
        break;
    }
    return "unknown.code";
}
