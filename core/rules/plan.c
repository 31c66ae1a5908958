#include "core/rules/plan.h"

#include <string.h>

#define MINUTE_MS INT64_C(60000)

/* A stop within so many percent of the best score may be taken first when it is nearer. */
enum { NEAR_PERCENT = 90 };
/* Two addresses so close are one building: its coordinates are rarely given twice alike. */
enum { BUILDING_M = 20 };

struct planner {
    const struct policy *policy;
    const struct plan_terms *terms;
    const struct plan_stop *stops;
    size_t count;
    bool is_done[PLAN_STOPS_MAX]; /* planned or left out */
    int64_t now_ms;
    struct geo_point place;
    struct plan_entry *entries;
    size_t planned_count;
};

static uint32_t distance_m(struct geo_point from, struct geo_point to)
{
    return geo_is_located(from) && geo_is_located(to) ? geo_distance_m(from, to) : 0;
}

static int64_t travel_ms(const struct planner *planner, struct geo_point from, struct geo_point to)
{
    return (int64_t)distance_m(from, to) * MINUTE_MS / planner->policy->travel_speed;
}

static int64_t visit_ms(const struct planner *planner)
{
    return planner->policy->visit_minutes * MINUTE_MS;
}

static bool has_window(const struct plan_stop *stop)
{
    return stop->window_until_ms > 0;
}

/* When a visit at `stop` would begin, coming from `place` at `now_ms`. */
static int64_t begin_at(const struct planner *planner, struct geo_point place, int64_t now_ms,
                        const struct plan_stop *stop)
{
    int64_t arrive_ms = now_ms + travel_ms(planner, place, stop->place);
    bool must_wait = has_window(stop) && arrive_ms < stop->window_from_ms;
    return must_wait ? stop->window_from_ms : arrive_ms;
}

/* A place carries on only when it is known; travel from an unlocated stop is unknown. */
static struct geo_point place_after(struct geo_point place, const struct plan_stop *stop)
{
    return geo_is_located(stop->place) ? stop->place : place;
}

static bool fits(const struct planner *planner, const struct plan_stop *stop, int64_t begin_ms)
{
    bool is_in_window = !has_window(stop) || begin_ms <= stop->window_until_ms;
    return is_in_window && begin_ms + visit_ms(planner) <= planner->terms->close_at_ms;
}

/* The open stop with an agreed time that ends first; planner->count when there is none. */
static size_t first_window(const struct planner *planner, const bool *is_done)
{
    size_t first = planner->count;
    for (size_t i = 0; i < planner->count; i++) {
        const struct plan_stop *stop = &planner->stops[i];
        if (is_done[i] || !has_window(stop)) {
            continue;
        }
        if (first == planner->count ||
            stop->window_until_ms < planner->stops[first].window_until_ms) {
            first = i;
        }
    }
    return first;
}

/* How many agreed times are missed when the day goes on from here with nothing else. */
static size_t missed_windows(const struct planner *planner, struct geo_point place, int64_t now_ms)
{
    bool is_done[PLAN_STOPS_MAX];
    memcpy(is_done, planner->is_done, sizeof is_done);
    size_t missed = 0;
    for (;;) {
        size_t next = first_window(planner, is_done);
        if (next == planner->count) {
            return missed;
        }
        const struct plan_stop *stop = &planner->stops[next];
        is_done[next] = true;
        int64_t begin_ms = begin_at(planner, place, now_ms, stop);
        if (!fits(planner, stop, begin_ms)) {
            missed++;
            continue;
        }
        now_ms = begin_ms + visit_ms(planner);
        place = place_after(place, stop);
    }
}

static void leave_out(struct planner *planner, size_t index, size_t *left_at)
{
    const struct plan_stop *stop = &planner->stops[index];
    planner->is_done[index] = true;
    (*left_at)--;
    planner->entries[*left_at] = (struct plan_entry){
        .case_no = stop->case_no,
        .stop_index = index,
        .reason = has_window(stop) ? PLAN_REASON_window_missed : PLAN_REASON_after_hours,
    };
}

/* Time only goes on: what no longer fits now never will. */
static void leave_out_unreachable(struct planner *planner, size_t *left_at)
{
    for (size_t i = planner->count; i-- > 0;) {
        const struct plan_stop *stop = &planner->stops[i];
        int64_t begin_ms = begin_at(planner, planner->place, planner->now_ms, stop);
        if (!planner->is_done[i] && !fits(planner, stop, begin_ms)) {
            leave_out(planner, i, left_at);
        }
    }
}

/* The people of one house are visited in one go: the candidate with the highest score in
 * the building where the collector stands, or planner->count. */
static size_t best_neighbour(const struct planner *planner, const bool *is_candidate)
{
    size_t best = planner->count;
    for (size_t i = 0; i < planner->count; i++) {
        const struct plan_stop *stop = &planner->stops[i];
        bool is_here = is_candidate[i] && planner->planned_count > 0 &&
                       geo_is_located(planner->place) && geo_is_located(stop->place) &&
                       geo_distance_m(planner->place, stop->place) <= BUILDING_M;
        if (is_here && (best == planner->count || stop->score > planner->stops[best].score)) {
            best = i;
        }
    }
    return best;
}

/* The best stop without a window that costs no agreed time. */
static size_t best_free(const struct planner *planner, enum plan_reason *reason_out)
{
    size_t missed_now = missed_windows(planner, planner->place, planner->now_ms);
    bool is_candidate[PLAN_STOPS_MAX] = {false};
    size_t best = planner->count;
    for (size_t i = 0; i < planner->count; i++) {
        const struct plan_stop *stop = &planner->stops[i];
        if (planner->is_done[i] || has_window(stop) || stop->is_locked) {
            continue;
        }
        int64_t begin_ms = begin_at(planner, planner->place, planner->now_ms, stop);
        struct geo_point place = place_after(planner->place, stop);
        if (missed_windows(planner, place, begin_ms + visit_ms(planner)) > missed_now) {
            continue;
        }
        is_candidate[i] = true;
        if (best == planner->count || stop->score > planner->stops[best].score) {
            best = i;
        }
    }
    *reason_out = PLAN_REASON_score;
    if (best == planner->count) {
        return best;
    }
    size_t neighbour = best_neighbour(planner, is_candidate);
    if (neighbour != planner->count) {
        *reason_out = PLAN_REASON_same_building;
        return neighbour;
    }
    uint64_t near_score = (uint64_t)planner->stops[best].score * NEAR_PERCENT / 100;
    size_t nearest = best;
    for (size_t i = 0; i < planner->count; i++) {
        bool is_close = is_candidate[i] && planner->stops[i].score >= near_score &&
                        geo_is_located(planner->stops[i].place);
        if (is_close && travel_ms(planner, planner->place, planner->stops[i].place) <
                            travel_ms(planner, planner->place, planner->stops[nearest].place)) {
            nearest = i;
            *reason_out = PLAN_REASON_near;
        }
    }
    return nearest;
}

static void go(struct planner *planner, size_t index, enum plan_reason reason)
{
    const struct plan_stop *stop = &planner->stops[index];
    int64_t begin_ms = begin_at(planner, planner->place, planner->now_ms, stop);
    planner->entries[planner->planned_count++] = (struct plan_entry){
        .case_no = stop->case_no,
        .stop_index = index,
        .reason = reason,
        .is_planned = true,
        .arrive_at_ms = begin_ms,
        .leave_at_ms = begin_ms + visit_ms(planner),
        .travel_m = distance_m(planner->place, stop->place),
    };
    planner->is_done[index] = true;
    planner->now_ms = begin_ms + visit_ms(planner);
    planner->place = place_after(planner->place, stop);
}

/* The stop for the next place in the order, or planner->count. */
static size_t choose(const struct planner *planner, enum plan_reason *reason_out)
{
    size_t place_in_order = planner->planned_count;
    if (place_in_order < planner->count && planner->stops[place_in_order].is_locked &&
        !planner->is_done[place_in_order]) {
        *reason_out = PLAN_REASON_locked;
        return place_in_order;
    }
    size_t free_stop = best_free(planner, reason_out);
    if (free_stop != planner->count) {
        return free_stop;
    }
    size_t window = first_window(planner, planner->is_done);
    if (window != planner->count) {
        *reason_out = PLAN_REASON_appointment;
        return window;
    }
    /* Only locked stops are left, whose places the day does not reach: in their order. */
    for (size_t i = 0; i < planner->count; i++) {
        if (!planner->is_done[i]) {
            *reason_out = PLAN_REASON_locked;
            return i;
        }
    }
    return planner->count;
}

enum err plan_order(const struct policy *policy, const struct plan_terms *terms,
                    const struct plan_stop *stops, size_t stop_count,
                    struct plan_entry *entries_out)
{
    if (stop_count > PLAN_STOPS_MAX) {
        return ERR_too_many;
    }
    struct planner planner = {
        .policy = policy,
        .terms = terms,
        .stops = stops,
        .count = stop_count,
        .now_ms = terms->start_at_ms,
        .place = terms->start_place,
        .entries = entries_out,
    };
    size_t left_at = stop_count;
    for (;;) {
        leave_out_unreachable(&planner, &left_at);
        enum plan_reason reason;
        size_t next = choose(&planner, &reason);
        if (next == planner.count) {
            return OK;
        }
        go(&planner, next, reason);
    }
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
    case PLAN_REASON_COUNT:
        break;
    }
    return "unknown.code";
}
