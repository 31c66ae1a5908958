#include "core/rules/plan_tell.h"

#include "core/rules/plan_why.h"

/* A stop so close to the one before needs no other reason. */
enum { NEAR_M = 300 };

static uint32_t distance_m(struct geo_point from, struct geo_point to)
{
    return geo_is_located(from) && geo_is_located(to) ? geo_distance_m(from, to) : 0;
}

/* Is no stop planned after this one worth more? */
static bool is_best_of_rest(const struct plan_day *day, uint32_t at)
{
    const struct plan_tour *tour = &day->solution.answer.tours[0];
    for (uint32_t i = at + 1; i < tour->count; i++) {
        if (day->visits[tour->visits[i]].score > day->visits[tour->visits[at]].score) {
            return false;
        }
    }
    return true;
}

static enum plan_reason reason_here(const struct plan_day *day, uint32_t at, size_t index,
                                    const struct plan_stop *before, uint32_t way_m)
{
    const struct plan_stop *stop = &day->stops[index];
    if (plan_day_has_window(stop)) {
        return PLAN_REASON_appointment;
    }
    if (stop->is_locked) {
        return PLAN_REASON_locked;
    }
    if (before != NULL && plan_travel_is_same_building(before->place, stop->place)) {
        return PLAN_REASON_same_building;
    }
    if (is_best_of_rest(day, at)) {
        return PLAN_REASON_score;
    }
    return geo_is_located(stop->place) && way_m <= NEAR_M ? PLAN_REASON_near
                                                          : PLAN_REASON_on_the_way;
}

static bool is_way_estimated(const struct plan_travel *travel, struct geo_point from,
                             struct geo_point to)
{
    return travel->is_estimated ||
           (travel->is_guess != NULL && geo_is_located(from) && geo_is_located(to) &&
            travel->is_guess(travel->context, from, to));
}

/* Writes the planned entries; a place carries on only when it is known. */
static size_t write_planned(const struct plan_day *day, struct plan_entry *entries)
{
    const struct plan_tour *tour = &day->solution.answer.tours[0];
    size_t count = 0;
    struct geo_point place = day->terms->start_place;
    size_t point = day->stop_count;
    int64_t free_s = PLAN_DAY_START_S;
    const struct plan_stop *before = NULL;
    for (uint32_t i = 0; i < tour->count; i++) {
        const struct plan_house *house = &day->houses[tour->visits[i]];
        int64_t begin_s = day->begin_s[tour->visits[i]];
        for (size_t k = 0; k < house->count; k++) {
            size_t index = house->stops[k];
            const struct plan_stop *stop = &day->stops[index];
            int32_t travel_s =
                k > 0 ? 0 : day->problem.travel_s[point * day->problem.point_count + index];
            uint32_t way_m = distance_m(place, stop->place);
            entries[count++] = (struct plan_entry){
                .case_no = stop->case_no,
                .stop_index = index,
                .reason = reason_here(day, i, index, before, way_m),
                .is_planned = true,
                .arrive_at_ms = plan_day_instant(day, begin_s),
                .leave_at_ms = plan_day_instant(day, begin_s + plan_day_service_s(day, stop)),
                .travel_m = way_m,
                .travel_s = travel_s,
                .is_estimated = is_way_estimated(&day->travel, place, stop->place),
                .wait_s = begin_s > free_s + travel_s ? (int32_t)(begin_s - free_s - travel_s) : 0,
            };
            begin_s += plan_day_service_s(day, stop);
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
        return plan_day_has_window(stop)  ? PLAN_REASON_window_missed
               : plan_day_has_hours(stop) ? PLAN_REASON_after_hours
                                          : PLAN_REASON_too_far;
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

static void write_left_out(const struct plan_day *day, struct plan_entry *entries, size_t at)
{
    for (uint32_t v = 0; v < day->problem.visit_count; v++) {
        const struct plan_house *house = &day->houses[v];
        if (day->begin_s[v] >= 0 || house->count == 0) {
            continue;
        }
        struct arena_mark mark = arena_mark(day->arena);
        struct plan_why why = plan_why(day->arena, &day->problem, &day->solution.answer, v);
        const struct plan_house *other = why.other_count > 0 ? &day->houses[why.others[0]] : NULL;
        for (size_t k = 0; k < house->count; k++) {
            const struct plan_stop *stop = &day->stops[house->stops[k]];
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
                    other != NULL && other->count > 0 ? day->stops[other->stops[0]].case_no : 0,
            };
        }
        arena_rollback(day->arena, mark);
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

size_t plan_tell(const struct plan_day *day, struct plan_entry *entries_out)
{
    size_t planned = write_planned(day, entries_out);
    write_left_out(day, entries_out, planned);
    sort_left_out(entries_out, planned, day->stop_count);
    return planned;
}
