#include "core/rules/plan_check.h"

#include <string.h>

/* One walk through one shift. */
struct walk {
    const struct plan_problem *problem;
    const struct plan_shift *shift;
    int64_t ready_s;      /* done with the visit before */
    int64_t not_before_s; /* a break on the way ends then at the earliest */
    uint32_t point;       /* of the visit before */
    bool is_at_start;
    uint32_t before; /* the visit before, breaks apart; PLAN_NONE: none */
};

static int64_t between(const struct walk *walk, uint32_t from, uint32_t to)
{
    return walk->problem->travel_s[(size_t)from * walk->problem->point_count + to];
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t travel_to(const struct walk *walk, uint32_t point)
{
    int64_t travel_s = between(walk, walk->point, point);
    if (walk->is_at_start && walk->shift->partner_start_point != PLAN_NONE) {
        travel_s = larger(travel_s, between(walk, walk->shift->partner_start_point, point));
    }
    return travel_s;
}

static int64_t travel_home(const struct walk *walk)
{
    if (walk->shift->end_point == PLAN_NONE) {
        return 0;
    }
    int64_t travel_s = travel_to(walk, walk->shift->end_point);
    if (walk->shift->partner_end_point != PLAN_NONE) {
        travel_s = larger(travel_s, between(walk, walk->point, walk->shift->partner_end_point));
    }
    return travel_s;
}

/* The first moment at or after `at_s` in a window, -1 when there is none. */
static int64_t begin_at(const struct plan_visit *visit, int64_t at_s)
{
    for (uint32_t w = 0; w < visit->window_count; w++) {
        if (at_s <= visit->windows[w].close_s) {
            return larger(at_s, visit->windows[w].open_s);
        }
    }
    return -1;
}

/* Moves on by one visit; false when it cannot begin. */
static bool walk_on(struct walk *walk, const struct plan_visit *visit, int64_t *travelled_s,
                    int64_t *begin_s_out, int64_t *arrive_s_out)
{
    if (visit->is_break) {
        *arrive_s_out = larger(walk->ready_s, walk->not_before_s);
        *begin_s_out = larger(*arrive_s_out, visit->windows[0].open_s);
        if (*arrive_s_out > visit->windows[0].close_s) {
            return false;
        }
        walk->ready_s += visit->service_s;
        walk->not_before_s = *begin_s_out + visit->service_s;
        return true;
    }
    int64_t travel_s = travel_to(walk, visit->point);
    *arrive_s_out = larger(walk->ready_s + travel_s, walk->not_before_s);
    *begin_s_out = begin_at(visit, *arrive_s_out);
    if (*begin_s_out < 0) {
        return false;
    }
    *travelled_s += travel_s;
    walk->ready_s = *begin_s_out + visit->service_s;
    walk->point = visit->point;
    walk->is_at_start = false;
    return true;
}

static int64_t kept_worth(const struct plan_problem *problem, uint32_t index, uint32_t before,
                          int64_t begin_s)
{
    if (problem->keep.shown == NULL || !problem->keep.shown[index].is_planned) {
        return 0;
    }
    const struct plan_shown *shown = &problem->keep.shown[index];
    int64_t worth = problem->keep.visit_worth;
    bool is_leg_kept = before == PLAN_NONE ? shown->is_first : before == shown->before;
    if (is_leg_kept) {
        worth += problem->keep.leg_worth;
    }
    int64_t moved_s =
        begin_s > shown->begin_s ? begin_s - shown->begin_s : shown->begin_s - begin_s;
    if (shown->is_announced && moved_s > PLAN_ANNOUNCED_SLACK_S) {
        worth -= (moved_s - PLAN_ANNOUNCED_SLACK_S + 59) / 60 * problem->keep.minute_worth;
    }
    return worth;
}

/* The score in worth, as much of it as the hour leaves; a part of a unit is lost from what it
 * takes, not from what it leaves. */
static int64_t hour_worth(const struct plan_problem *problem, const struct plan_visit *visit,
                          int64_t begin_s)
{
    int64_t worth = (int64_t)visit->score * PLAN_WORTH;
    for (size_t i = 0; i < problem->hours.count && !visit->is_expected; i++) {
        if (begin_s < problem->hours.bands[i].until_s || i + 1 == problem->hours.count) {
            return worth - worth * (PLAN_WHOLE - problem->hours.bands[i].permille) / PLAN_WHOLE;
        }
    }
    return worth;
}

static bool is_out_of_order(const struct plan_visit *visit, uint32_t lock, bool was_other)
{
    return (visit->lock != 0 && visit->lock < lock) || (visit->is_leading && was_other);
}

/* Walks shift `s`; false with the fault set. */
static bool check_shift(const struct plan_problem *problem, uint32_t s,
                        const struct plan_tour *tour, int32_t *begin_s,
                        struct plan_verdict *verdict)
{
    const struct plan_shift *shift = &problem->shifts[s];
    struct walk walk = {.problem = problem,
                        .shift = shift,
                        .ready_s = shift->start_s,
                        .point = shift->start_point,
                        .is_at_start = true,
                        .before = PLAN_NONE};
    int64_t travelled_s = 0;
    uint32_t lock = 0;
    bool was_other = false;
    bool has_visit = false;
    verdict->shift = s;
    for (uint32_t i = 0; i < tour->count; i++) {
        uint32_t index = tour->visits[i];
        verdict->visit = index;
        if (index >= problem->visit_count || begin_s[index] >= 0) {
            verdict->fault = PLAN_FAULT_twice;
            return false;
        }
        const struct plan_visit *visit = &problem->visits[index];
        if (!plan_problem_may(visit, s)) {
            verdict->fault = PLAN_FAULT_shift;
            return false;
        }
        if (is_out_of_order(visit, lock, was_other)) {
            verdict->fault = PLAN_FAULT_order;
            return false;
        }
        int64_t start_s = 0;
        int64_t arrive_s = 0;
        if (!walk_on(&walk, visit, &travelled_s, &start_s, &arrive_s)) {
            verdict->fault = PLAN_FAULT_window;
            verdict->late_s = (int32_t)(arrive_s - visit->windows[visit->window_count - 1].close_s);
            return false;
        }
        begin_s[index] = (int32_t)start_s;
        verdict->value.mandatory_missing -= visit->is_mandatory || visit->is_break;
        if (!visit->is_break) {
            verdict->value.score += visit->score;
            verdict->value.worth += hour_worth(problem, visit, start_s) +
                                    kept_worth(problem, index, walk.before, start_s);
            if ((visit->own_shifts >> s & 1) != 0) {
                verdict->value.worth += visit->own_worth;
            }
            walk.before = index;
            lock = visit->lock != 0 ? visit->lock : lock;
            was_other = was_other || !visit->is_leading;
            has_visit = true;
        }
    }
    int64_t home_s = travel_home(&walk);
    int64_t finish_s = larger(walk.ready_s + home_s, walk.not_before_s);
    if (finish_s > shift->end_s && tour->count > 0) {
        verdict->fault = PLAN_FAULT_end;
        verdict->visit = PLAN_NONE;
        verdict->late_s = (int32_t)(finish_s - shift->end_s);
        return false;
    }
    if (has_visit) {
        verdict->value.finish_s += finish_s - shift->start_s;
        verdict->value.travel_s += travelled_s + home_s;
    }
    return true;
}

struct plan_verdict plan_check(struct arena *arena, const struct plan_problem *problem,
                               const struct plan_tour *tours, int32_t *begin_s_out)
{
    struct plan_verdict verdict = {.visit = PLAN_NONE};
    struct arena_mark mark = arena_mark(arena);
    int32_t *begin_s = begin_s_out;
    if (begin_s == NULL) {
        begin_s = ARENA_ARRAY(arena, problem->visit_count + 1, int32_t);
    }
    for (size_t i = 0; i < problem->visit_count; i++) {
        begin_s[i] = -1;
        verdict.value.mandatory_missing +=
            problem->visits[i].is_mandatory || problem->visits[i].is_break;
    }
    for (uint32_t s = 0; s < problem->shift_count; s++) {
        if (!check_shift(problem, s, &tours[s], begin_s, &verdict)) {
            break;
        }
    }
    arena_rollback(arena, mark);
    return verdict;
}
