#include "core/rules/plan_exact.h"

#include "core/rules/plan_check.h"

#include <string.h>

enum { NEVER_S = INT32_MAX };

struct exact {
    const struct plan_problem *problem;
    const struct plan_shift *shift;
    uint32_t count;   /* visits; also the index of "still at the start" */
    uint32_t columns; /* count + 1 */
    int32_t *ready_s; /* [set][last]: earliest end of `last` with all of `set` done */
    int64_t *floor_s; /* [set]: earliest end of the breaks in it */
    uint32_t not_after[PLAN_EXACT_MAX]; /* visits after which this one may not come */
    int64_t travel_s[PLAN_EXACT_MAX + 1][PLAN_EXACT_MAX + 1]; /* [from][to]; last row the start */
    int64_t home_s[PLAN_EXACT_MAX + 1];
};

bool plan_exact_can(const struct plan_problem *problem)
{
    for (size_t i = 0; i < problem->visit_count; i++) {
        if (problem->visits[i].own_worth != 0) {
            return false;
        }
    }
    return problem->shift_count == 1 && problem->visit_count <= PLAN_EXACT_MAX &&
           problem->keep.shown == NULL && problem->hours.count == 0;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t travel(const struct exact *exact, uint32_t from, uint32_t to)
{
    return exact->problem->travel_s[(size_t)from * exact->problem->point_count + to];
}

/* Also for who goes along: on the first way and on the last the longer one counts. */
static void lay_travel(struct exact *exact)
{
    const struct plan_shift *shift = exact->shift;
    const struct plan_visit *visits = exact->problem->visits;
    for (uint32_t from = 0; from <= exact->count; from++) {
        bool is_start = from == exact->count;
        uint32_t point = is_start ? shift->start_point : visits[from].point;
        if (!is_start && visits[from].is_break) {
            continue;
        }
        bool is_pair = is_start && shift->partner_start_point != PLAN_NONE;
        for (uint32_t to = 0; to < exact->count; to++) {
            if (!visits[to].is_break) {
                int64_t other_s =
                    is_pair ? travel(exact, shift->partner_start_point, visits[to].point) : 0;
                exact->travel_s[from][to] = larger(travel(exact, point, visits[to].point), other_s);
            }
        }
        if (shift->end_point != PLAN_NONE) {
            int64_t home_s = travel(exact, point, shift->end_point);
            if (is_pair) {
                home_s =
                    larger(home_s, travel(exact, shift->partner_start_point, shift->end_point));
            }
            if (shift->partner_end_point != PLAN_NONE) {
                home_s = larger(home_s, travel(exact, point, shift->partner_end_point));
            }
            exact->home_s[from] = home_s;
        }
    }
}

static void lay_order(struct exact *exact)
{
    const struct plan_visit *visits = exact->problem->visits;
    for (uint32_t i = 0; i < exact->count; i++) {
        for (uint32_t other = 0; other < exact->count; other++) {
            if (visits[i].is_break || visits[other].is_break) {
                continue;
            }
            bool is_locked = visits[i].lock != 0 && visits[other].lock > visits[i].lock;
            bool is_led = visits[i].is_leading && !visits[other].is_leading;
            exact->not_after[i] |= is_locked || is_led ? 1u << other : 0;
        }
    }
}

/* Breaks of a set end at the earliest one after the other, in the order of their windows. */
static int64_t floor_of(const struct exact *exact, uint32_t set)
{
    int64_t floor_s = 0;
    uint32_t left = 0;
    for (uint32_t i = 0; i < exact->count; i++) {
        left |= (set >> i & 1) != 0 && exact->problem->visits[i].is_break ? 1u << i : 0;
    }
    while (left != 0) {
        uint32_t first = PLAN_NONE;
        for (uint32_t i = 0; i < exact->count; i++) {
            const struct plan_visit *visit = &exact->problem->visits[i];
            if ((left >> i & 1) != 0 &&
                (first == PLAN_NONE ||
                 visit->windows[0].open_s < exact->problem->visits[first].windows[0].open_s)) {
                first = i;
            }
        }
        const struct plan_visit *visit = &exact->problem->visits[first];
        floor_s = larger(floor_s, visit->windows[0].open_s) + visit->service_s;
        left &= ~(1u << first);
    }
    return floor_s;
}

static int32_t *state(const struct exact *exact, uint32_t set, uint32_t last)
{
    return &exact->ready_s[(size_t)set * exact->columns + last];
}

/* When `next` is done after the state (set, last); NEVER_S when it cannot be. */
static int32_t done_after(const struct exact *exact, uint32_t set, uint32_t last, uint32_t next)
{
    const struct plan_visit *visit = &exact->problem->visits[next];
    int64_t ready_s = *state(exact, set, last);
    bool is_of_shift = visit->shifts == 0 || (visit->shifts & 1) != 0;
    if ((exact->not_after[next] & set) != 0 || !is_of_shift) {
        return NEVER_S;
    }
    if (visit->is_break) {
        return larger(ready_s, exact->floor_s[set]) > visit->windows[0].close_s
                   ? NEVER_S
                   : (int32_t)(ready_s + visit->service_s);
    }
    int64_t arrive_s = larger(ready_s + exact->travel_s[last][next], exact->floor_s[set]);
    for (uint32_t w = 0; w < visit->window_count; w++) {
        if (arrive_s <= visit->windows[w].close_s) {
            return (int32_t)(larger(arrive_s, visit->windows[w].open_s) + visit->service_s);
        }
    }
    return NEVER_S;
}

static void fill(struct exact *exact)
{
    uint32_t sets = 1u << exact->count;
    for (size_t i = 0; i < (size_t)sets * exact->columns; i++) {
        exact->ready_s[i] = NEVER_S;
    }
    *state(exact, 0, exact->count) = exact->shift->start_s;
    for (uint32_t set = 0; set < sets; set++) {
        for (uint32_t last = 0; last <= exact->count; last++) {
            if (*state(exact, set, last) == NEVER_S) {
                continue;
            }
            for (uint32_t next = 0; next < exact->count; next++) {
                if ((set >> next & 1) != 0) {
                    continue;
                }
                int32_t done_s = done_after(exact, set, last, next);
                bool is_break = exact->problem->visits[next].is_break;
                int32_t *to = state(exact, set | 1u << next, is_break ? last : next);
                *to = done_s < *to ? done_s : *to;
            }
        }
    }
}

struct goal {
    struct plan_value value;
    uint32_t set, last;
};

/* What every set is worth, told from the set without its lowest visit; the best in `goal_out`. */
static void choose(struct arena *arena, const struct exact *exact, struct goal *goal_out)
{
    uint32_t sets = 1u << exact->count;
    int64_t *worth = ARENA_ARRAY(arena, sets, int64_t);
    uint8_t *missing = ARENA_ARRAY(arena, sets, uint8_t);
    const struct plan_visit *visits = exact->problem->visits;
    for (uint32_t i = 0; i < exact->count; i++) {
        missing[0] = (uint8_t)(missing[0] + (visits[i].is_mandatory || visits[i].is_break));
    }
    *goal_out = (struct goal){.value = {.mandatory_missing = missing[0]}, .last = exact->count};
    for (uint32_t set = 1; set < sets; set++) {
        uint32_t low = (uint32_t)__builtin_ctz(set);
        uint32_t rest = set & (set - 1);
        const struct plan_visit *visit = &visits[low];
        worth[set] = worth[rest] + (visit->is_break ? 0 : (int64_t)visit->score * PLAN_WORTH);
        missing[set] = (uint8_t)(missing[rest] - (visit->is_mandatory || visit->is_break));
        struct plan_value value = {.mandatory_missing = missing[set], .worth = worth[set]};
        value.finish_s = 0;
        if (plan_problem_compare(&value, &goal_out->value) < 0 &&
            (value.mandatory_missing != goal_out->value.mandatory_missing ||
             value.worth != goal_out->value.worth)) {
            continue;
        }
        for (uint32_t last = 0; last <= exact->count; last++) {
            int64_t ready_s = *state(exact, set, last);
            if (ready_s == NEVER_S) {
                continue;
            }
            int64_t finish_s = larger(ready_s + exact->home_s[last], exact->floor_s[set]);
            if (finish_s > exact->shift->end_s) {
                continue;
            }
            value.finish_s = last == exact->count ? 0 : finish_s - exact->shift->start_s;
            if (plan_problem_compare(&value, &goal_out->value) > 0) {
                *goal_out = (struct goal){.value = value, .set = set, .last = last};
            }
        }
    }
}

/* Walks back from the goal; writes the order from its end. */
static void write_order(const struct exact *exact, const struct goal *goal, struct plan_tour *tour)
{
    uint32_t set = goal->set;
    uint32_t last = goal->last;
    tour->count = (uint32_t)__builtin_popcount(set);
    for (uint32_t left = tour->count; left > 0; left--) {
        int32_t done_s = *state(exact, set, last);
        bool is_found = false;
        for (uint32_t i = 0; i < exact->count && !is_found; i++) {
            bool is_break = exact->problem->visits[i].is_break;
            if ((set >> i & 1) == 0 || (!is_break && i != last)) {
                continue;
            }
            uint32_t rest = set & ~(1u << i);
            for (uint32_t from = 0; from <= exact->count && !is_found; from++) {
                bool is_way = (!is_break || from == last) && *state(exact, rest, from) != NEVER_S &&
                              done_after(exact, rest, from, i) == done_s;
                if (is_way) {
                    tour->visits[left - 1] = i;
                    set = rest;
                    last = from;
                    is_found = true;
                }
            }
        }
        CHECK(is_found);
    }
}

void plan_exact_solve(struct arena *arena, const struct plan_problem *problem,
                      struct plan_answer *answer_out)
{
    CHECK(plan_exact_can(problem));
    struct arena_mark mark = arena_mark(arena);
    uint32_t count = (uint32_t)problem->visit_count;
    struct exact *exact = ARENA_NEW(arena, struct exact);
    exact->problem = problem;
    exact->shift = &problem->shifts[0];
    exact->count = count;
    exact->columns = count + 1;
    exact->ready_s = ARENA_ARRAY(arena, ((size_t)1 << count) * (count + 1), int32_t);
    exact->floor_s = ARENA_ARRAY(arena, (size_t)1 << count, int64_t);
    bool has_breaks = false;
    for (uint32_t i = 0; i < count; i++) {
        has_breaks = has_breaks || problem->visits[i].is_break;
    }
    for (uint32_t set = 0; has_breaks && set < 1u << count; set++) {
        exact->floor_s[set] = floor_of(exact, set);
    }
    lay_travel(exact);
    lay_order(exact);
    fill(exact);
    struct goal goal;
    choose(arena, exact, &goal);
    write_order(exact, &goal, &answer_out->tours[0]);
    answer_out->value = goal.value;
    struct plan_verdict verdict = plan_check(arena, problem, answer_out->tours, NULL);
    CHECK(verdict.fault == PLAN_FAULT_none);
    answer_out->value = verdict.value;
    arena_rollback(arena, mark);
}
