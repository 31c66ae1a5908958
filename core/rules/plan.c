#include "core/rules/plan.h"

#include "core/rules/plan_again.h"
#include "core/rules/plan_check.h"
#include "core/rules/plan_keep.h"

#include <string.h>

#define MINUTE_MS INT64_C(60000)

enum {
    START_S = 86400, /* the problem's zero lies a day before the start: windows may be past */
    NEAR_M = 300,    /* a stop so close to the one before needs no other reason */
    HOUSE_MAX = 8    /* people of one building that are one stop */
};

/* The people of one building, or one stop. */
struct house {
    size_t stops[HOUSE_MAX]; /* as they were shown, then best score first */
    size_t count;
};

struct planner {
    struct arena *arena;
    const struct policy *policy;
    const struct plan_terms *terms;
    const struct plan_stop *stops;
    size_t stop_count;
    struct house *houses; /* one per visit of the problem; pauses have no stops */
    struct plan_visit *visits;
    struct plan_shown *shown;
    struct plan_shift shift;
    struct plan_problem problem;
    struct plan_solution solution;
    int32_t *begin_s; /* [visit] */
    struct plan_travel travel;
};

static bool has_window(const struct plan_stop *stop)
{
    return stop->window_until_ms > 0;
}

static int32_t service_s(const struct planner *planner, const struct plan_stop *stop)
{
    int64_t minutes =
        stop->visit_minutes != 0 ? stop->visit_minutes : planner->policy->visit_minutes;
    return (int32_t)(minutes * 60);
}

/* An instant on the problem's clock; what is far away stays far away. */
static int32_t second_of(const struct planner *planner, int64_t at_ms, bool is_up)
{
    int64_t second = at_ms - planner->terms->start_at_ms + (is_up ? 999 : 0);
    second = (second >= 0 ? second : second - 999) / 1000 + START_S;
    return (int32_t)(second < 0 ? 0 : second > 3 * START_S ? 3 * START_S : second);
}

static int64_t instant_of(const struct planner *planner, int64_t second)
{
    return planner->terms->start_at_ms + (second - START_S) * 1000;
}

/* ---- stops to visits ------------------------------------------------------------------------ */

static bool can_share(const struct plan_stop *a, const struct plan_stop *b)
{
    return !has_window(a) && !has_window(b) && !a->is_locked && !b->is_locked &&
           plan_travel_is_same_building(a->place, b->place);
}

static void add_to_house(const struct planner *planner, struct house *house, size_t stop)
{
    size_t at = house->count++;
    bool is_shown = planner->stops[stop].shown_position != 0;
    while (at > 0 && !is_shown && planner->stops[house->stops[at - 1]].shown_position == 0 &&
           planner->stops[house->stops[at - 1]].score < planner->stops[stop].score) {
        house->stops[at] = house->stops[at - 1];
        at--;
    }
    house->stops[at] = stop;
}

/* May the stop go into the house? One that was shown only right behind the stop behind which it
 * was shown: neighbours that are a little apart would change places each time. */
static bool can_join(const struct planner *planner, const struct house *house, size_t stop)
{
    const struct plan_stop *joining = &planner->stops[stop];
    const struct plan_stop *last = &planner->stops[house->stops[house->count - 1]];
    return house->count < HOUSE_MAX && can_share(&planner->stops[house->stops[0]], joining) &&
           (joining->shown_position == 0 || last->shown_position + 1 == joining->shown_position);
}

static size_t find_shown(const struct planner *planner, uint32_t position)
{
    size_t i = 0;
    while (i < planner->stop_count && planner->stops[i].shown_position != position) {
        i++;
    }
    return i;
}

/* Puts a stop into the first house that takes it, or into one of its own; returns how many. */
static size_t house_stop(struct planner *planner, size_t stop, bool is_split, size_t count)
{
    size_t at = is_split ? count : 0;
    while (at < count && !can_join(planner, &planner->houses[at], stop)) {
        at++;
    }
    if (at == count) {
        planner->houses[count++].count = 0;
    }
    add_to_house(planner, &planner->houses[at], stop);
    return count;
}

/* Puts the stops into houses, those that were shown first; with `is_split` each into its own.
 * Returns how many. */
static size_t make_houses(struct planner *planner, bool is_split)
{
    size_t count = 0;
    for (uint32_t position = 1; position <= PLAN_STOPS_MAX; position++) {
        size_t stop = find_shown(planner, position);
        if (stop < planner->stop_count) {
            count = house_stop(planner, stop, is_split, count);
        }
    }
    for (size_t i = 0; i < planner->stop_count; i++) {
        const struct plan_stop *stop = &planner->stops[i];
        bool is_placed = stop->shown_position >= 1 && stop->shown_position <= PLAN_STOPS_MAX &&
                         find_shown(planner, stop->shown_position) == i;
        if (!is_placed) {
            count = house_stop(planner, i, is_split, count);
        }
    }
    return count;
}

static struct plan_visit visit_of(const struct planner *planner, size_t house_index)
{
    const struct house *house = &planner->houses[house_index];
    const struct plan_stop *first = &planner->stops[house->stops[0]];
    struct plan_visit visit = {
        .point = (uint32_t)house->stops[0],
        .window_count = 1,
        .windows = {{START_S, 3 * START_S}},
        .is_mandatory = has_window(first) || first->is_locked,
        .is_expected = has_window(first),
        .lock = first->is_locked ? (uint32_t)house->stops[0] + 1 : 0,
    };
    for (size_t i = 0; i < house->count; i++) {
        visit.score += planner->stops[house->stops[i]].score;
        visit.service_s += service_s(planner, &planner->stops[house->stops[i]]);
    }
    visit.score = visit.score < PLAN_SCORE_MAX ? visit.score : PLAN_SCORE_MAX;
    if (has_window(first)) {
        visit.windows[0].close_s = second_of(planner, first->window_until_ms, false);
        visit.windows[0].open_s = second_of(planner, first->window_from_ms, true);
        if (visit.windows[0].open_s > visit.windows[0].close_s) {
            visit.windows[0].open_s = visit.windows[0].close_s;
        }
    }
    visit.is_leading = first->is_locked;
    for (size_t i = 0; i < house->stops[0]; i++) {
        visit.is_leading = visit.is_leading && planner->stops[i].is_locked;
    }
    return visit;
}

static size_t house_shown_at(const struct planner *planner, size_t house_count, uint32_t position)
{
    for (size_t h = 0; h < house_count; h++) {
        for (size_t i = 0; i < planner->houses[h].count; i++) {
            if (planner->stops[planner->houses[h].stops[i]].shown_position == position) {
                return h;
            }
        }
    }
    return house_count;
}

/* Which house stood before which; sets is_first for the first that is still there. */
static void set_shown(struct planner *planner, size_t house_count)
{
    uint32_t before = PLAN_NONE;
    memset(planner->shown, 0, planner->problem.visit_count * sizeof *planner->shown);
    for (uint32_t position = 1; position <= PLAN_STOPS_MAX; position++) {
        size_t h = house_shown_at(planner, house_count, position);
        if (h == house_count || planner->shown[h].is_planned) {
            continue;
        }
        const struct plan_stop *stop = &planner->stops[planner->houses[h].stops[0]];
        planner->shown[h] = (struct plan_shown){
            .before = before,
            .is_first = before == PLAN_NONE,
            .is_planned = true,
            .is_announced = has_window(stop),
            .begin_s = second_of(planner, stop->shown_at_ms, false),
        };
        before = (uint32_t)h;
    }
    planner->problem.keep = plan_keep_make(&planner->problem, planner->shown);
}

static void add_pauses(struct planner *planner, size_t house_count)
{
    for (size_t i = 0; i < planner->terms->pause_count; i++) {
        const struct plan_pause *pause = &planner->terms->pauses[i];
        int32_t from_s = second_of(planner, pause->from_ms, true);
        int32_t until_s = second_of(planner, pause->until_ms, false);
        planner->houses[house_count + i].count = 0;
        planner->visits[house_count + i] =
            (struct plan_visit){.is_break = true,
                                .service_s = (int32_t)pause->minutes * 60,
                                .window_count = 1,
                                .windows = {{from_s < until_s ? from_s : until_s, until_s}}};
    }
}

/* What an hour leaves of a score: the chance then, of a thousand. */
static void set_hours(struct planner *planner)
{
    const struct plan_terms *terms = planner->terms;
    struct plan_hours *hours = &planner->problem.hours;
    if (terms->chance == NULL || chance_is_unknown(terms->chance, terms->chance_day)) {
        return;
    }
    int32_t day = date_day_at(terms->start_at_ms, terms->offset_minutes);
    for (size_t band = 0; band < CHANCE_BANDS; band++) {
        int64_t until_ms = date_instant(day, chance_band_until_minute(band), terms->offset_minutes);
        if (until_ms <= terms->start_at_ms) {
            continue;
        }
        hours->bands[hours->count].until_s = second_of(planner, until_ms, true);
        hours->bands[hours->count++].permille =
            chance_permille(terms->chance, terms->chance_day, band);
    }
}

/* A stop that is not located is as far from everywhere as the located ones are from each other
 * on average; from an unknown start it is no way. */
static void guess_travel(const struct planner *planner, const struct geo_point *places,
                         int32_t *travel_s)
{
    size_t count = planner->stop_count;
    size_t points = count + 2;
    int64_t sum_s = 0;
    int64_t ways = 0;
    for (size_t i = 0; i < points * points; i++) {
        size_t from = i / points;
        size_t to = i % points;
        if (from != to && geo_is_located(places[from]) && geo_is_located(places[to])) {
            sum_s += travel_s[i];
            ways++;
        }
    }
    for (size_t i = 0; ways > 0 && i < points * points; i++) {
        size_t from = i / points;
        size_t to = i % points;
        bool is_guessed = (from < count && !geo_is_located(places[from])) ||
                          (to < count && !geo_is_located(places[to]));
        bool is_known_end = (from < count || geo_is_located(places[from])) &&
                            (to < count || geo_is_located(places[to]));
        if (from != to && is_guessed && is_known_end) {
            travel_s[i] = (int32_t)(sum_s / ways);
        }
    }
}

/* The stops' places, then start and end, with ways between them. */
static enum err set_travel(struct planner *planner)
{
    size_t count = planner->stop_count;
    struct geo_point *places = ARENA_ARRAY(planner->arena, count + 2, struct geo_point);
    for (size_t i = 0; i < count; i++) {
        places[i] = planner->stops[i].place;
    }
    places[count] = planner->terms->start_place;
    places[count + 1] = planner->terms->end_place;
    int32_t *travel_s = ARENA_ARRAY(planner->arena, (count + 2) * (count + 2), int32_t);
    TRY(planner->travel.fill(planner->travel.context, places, count + 2, travel_s));
    guess_travel(planner, places, travel_s);
    planner->problem.travel_s = travel_s;
    planner->problem.point_count = count + 2;
    return OK;
}

static enum err solve(struct planner *planner, bool is_split)
{
    size_t house_count = make_houses(planner, is_split);
    for (size_t h = 0; h < house_count; h++) {
        planner->visits[h] = visit_of(planner, h);
    }
    add_pauses(planner, house_count);
    planner->problem.visit_count = house_count + planner->terms->pause_count;
    set_shown(planner, house_count);
    TRY(plan_problem_check(&planner->problem));
    struct plan_budget budget = {.seed = planner->terms->seed,
                                 .steps = planner->terms->steps != 0 ? planner->terms->steps
                                                                     : PLAN_STEPS};
    planner->solution =
        planner->problem.keep.shown == NULL
            ? plan_solve(planner->arena, &planner->problem, NULL, &budget)
            : plan_again(planner->arena, &planner->problem, &budget, planner->terms->keeps_order);
    struct plan_verdict verdict = plan_check(planner->arena, &planner->problem,
                                             planner->solution.answer.tours, planner->begin_s);
    CHECK(verdict.fault == PLAN_FAULT_none);
    return OK;
}

/* A house is left out as a whole where one of its people might have been visited. */
static bool is_house_left_out(const struct planner *planner)
{
    for (size_t v = 0; v < planner->problem.visit_count; v++) {
        if (planner->begin_s[v] < 0 && planner->houses[v].count > 1) {
            return true;
        }
    }
    return false;
}

/* ---- visits to entries ---------------------------------------------------------------------- */

static uint32_t distance_m(struct geo_point from, struct geo_point to)
{
    return geo_is_located(from) && geo_is_located(to) ? geo_distance_m(from, to) : 0;
}

/* Is no stop planned after this one worth more? */
static bool is_best_of_rest(const struct planner *planner, uint32_t at)
{
    const struct plan_tour *tour = &planner->solution.answer.tours[0];
    for (uint32_t i = at + 1; i < tour->count; i++) {
        if (planner->visits[tour->visits[i]].score > planner->visits[tour->visits[at]].score) {
            return false;
        }
    }
    return true;
}

static enum plan_reason reason_here(const struct planner *planner, uint32_t at, size_t index,
                                    const struct plan_stop *before, uint32_t way_m)
{
    const struct plan_stop *stop = &planner->stops[index];
    if (has_window(stop)) {
        return PLAN_REASON_appointment;
    }
    if (stop->is_locked) {
        return PLAN_REASON_locked;
    }
    if (before != NULL && plan_travel_is_same_building(before->place, stop->place)) {
        return PLAN_REASON_same_building;
    }
    if (is_best_of_rest(planner, at)) {
        return PLAN_REASON_score;
    }
    return geo_is_located(stop->place) && way_m <= NEAR_M ? PLAN_REASON_near
                                                          : PLAN_REASON_on_the_way;
}

static bool is_estimated(const struct plan_travel *travel, struct geo_point from,
                         struct geo_point to)
{
    return travel->is_estimated ||
           (travel->is_guess != NULL && geo_is_located(from) && geo_is_located(to) &&
            travel->is_guess(travel->context, from, to));
}

/* Writes the planned entries; a place carries on only when it is known. */
static size_t write_planned(const struct planner *planner, struct plan_entry *entries)
{
    const struct plan_tour *tour = &planner->solution.answer.tours[0];
    size_t count = 0;
    struct geo_point place = planner->terms->start_place;
    size_t point = planner->stop_count;
    int64_t free_s = START_S;
    const struct plan_stop *before = NULL;
    for (uint32_t i = 0; i < tour->count; i++) {
        const struct house *house = &planner->houses[tour->visits[i]];
        int64_t begin_s = planner->begin_s[tour->visits[i]];
        for (size_t k = 0; k < house->count; k++) {
            size_t index = house->stops[k];
            const struct plan_stop *stop = &planner->stops[index];
            int32_t travel_s =
                k > 0 ? 0 : planner->problem.travel_s[point * planner->problem.point_count + index];
            uint32_t way_m = distance_m(place, stop->place);
            entries[count++] = (struct plan_entry){
                .case_no = stop->case_no,
                .stop_index = index,
                .reason = reason_here(planner, i, index, before, way_m),
                .is_planned = true,
                .arrive_at_ms = instant_of(planner, begin_s),
                .leave_at_ms = instant_of(planner, begin_s + service_s(planner, stop)),
                .travel_m = way_m,
                .travel_s = travel_s,
                .is_estimated = is_estimated(&planner->travel, place, stop->place),
                .wait_s = begin_s > free_s + travel_s ? (int32_t)(begin_s - free_s - travel_s) : 0,
            };
            begin_s += service_s(planner, stop);
            free_s = begin_s;
            before = stop;
            point = house->stops[0];
            place = geo_is_located(stop->place) ? stop->place : place;
        }
    }
    return count;
}

static enum plan_reason reason_left_out(const struct plan_stop *stop, const struct plan_why *why)
{
    switch (why->kind) {
    case PLAN_WHY_shift:
    case PLAN_WHY_window:
    case PLAN_WHY_travel:
        return has_window(stop) ? PLAN_REASON_window_missed : PLAN_REASON_too_far;
    case PLAN_WHY_end:
        return PLAN_REASON_after_hours;
    case PLAN_WHY_mandatory:
        return PLAN_REASON_clash;
    case PLAN_WHY_later:
        return PLAN_REASON_no_need;
    case PLAN_WHY_trade:
        return PLAN_REASON_worth_less;
    }
    return PLAN_REASON_after_hours;
}

static void write_left_out(const struct planner *planner, struct plan_entry *entries, size_t at)
{
    for (uint32_t v = 0; v < planner->problem.visit_count; v++) {
        const struct house *house = &planner->houses[v];
        if (planner->begin_s[v] >= 0 || house->count == 0) {
            continue;
        }
        struct arena_mark mark = arena_mark(planner->arena);
        struct plan_why why =
            plan_why(planner->arena, &planner->problem, &planner->solution.answer, v);
        const struct house *other = why.other_count > 0 ? &planner->houses[why.others[0]] : NULL;
        for (size_t k = 0; k < house->count; k++) {
            const struct plan_stop *stop = &planner->stops[house->stops[k]];
            entries[at++] = (struct plan_entry){
                .case_no = stop->case_no,
                .stop_index = house->stops[k],
                .reason = reason_left_out(stop, &why),
                .why = why.kind,
                .is_proven = why.is_proven,
                .late_s = why.late_s,
                .lost_score = why.lost_score,
                .other_count = why.other_count,
                .other_case_no =
                    other != NULL && other->count > 0 ? planner->stops[other->stops[0]].case_no : 0,
            };
        }
        arena_rollback(planner->arena, mark);
    }
}

static void sort_left_out(struct plan_entry *entries, size_t from, size_t count)
{
    for (size_t i = from + 1; i < count; i++) {
        struct plan_entry entry = entries[i];
        size_t at = i;
        while (at > from && entries[at - 1].stop_index > entry.stop_index) {
            entries[at] = entries[at - 1];
            at--;
        }
        entries[at] = entry;
    }
}

static enum err order(struct planner *planner, struct plan_entry *entries,
                      struct plan_summary *summary)
{
    TRY(set_travel(planner));
    set_hours(planner);
    TRY(solve(planner, false));
    if (is_house_left_out(planner)) {
        TRY(solve(planner, true));
    }
    size_t planned = write_planned(planner, entries);
    write_left_out(planner, entries, planned);
    sort_left_out(entries, planned, planner->stop_count);
    if (summary != NULL) {
        const struct plan_value *value = &planner->solution.answer.value;
        *summary = (struct plan_summary){
            .planned_count = planned,
            .end_at_ms = instant_of(planner, START_S + value->finish_s),
            .score = value->score,
            .travel_s = (int32_t)value->travel_s,
            .is_proven = planner->solution.is_proven,
            .is_estimated = planner->travel.is_estimated,
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
    struct planner planner = {
        .arena = arena,
        .policy = policy,
        .terms = terms,
        .stops = stops,
        .stop_count = stop_count,
        .houses = ARENA_ARRAY(arena, room, struct house),
        .visits = ARENA_ARRAY(arena, room, struct plan_visit),
        .shown = ARENA_ARRAY(arena, room, struct plan_shown),
        .begin_s = ARENA_ARRAY(arena, room, int32_t),
        .travel = terms->travel != NULL ? *terms->travel : plan_travel_straight(&straight),
    };
    planner.shift = (struct plan_shift){
        .start_point = (uint32_t)stop_count,
        .end_point = geo_is_located(terms->end_place) ? (uint32_t)stop_count + 1 : PLAN_NONE,
        .partner_start_point = PLAN_NONE,
        .partner_end_point = PLAN_NONE,
        .start_s = START_S,
        .end_s = second_of(&planner, terms->close_at_ms, false),
    };
    planner.problem =
        (struct plan_problem){.visits = planner.visits, .shifts = &planner.shift, .shift_count = 1};
    enum err err = order(&planner, entries_out, summary_out);
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
