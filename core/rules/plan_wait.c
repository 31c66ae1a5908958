#include "core/rules/plan_wait.h"

#include "core/rules/plan_check.h"

#include <string.h>

enum { SWEEPS_MAX = 4 };

/* One shift by itself: its visits are numbered in their order. */
struct shift {
    struct arena *arena;
    struct plan_problem problem;
    struct plan_visit *visits;
    struct plan_tour tour;
    int32_t *begin_s; /* now */
    int32_t *trial_s;
    struct plan_value value; /* now */
    int64_t mean_worth;
};

static uint32_t number_in(const struct plan_tour *tour, uint32_t visit)
{
    uint32_t i = 0;
    while (i < tour->count && tour->visits[i] != visit) {
        i++;
    }
    return i < tour->count ? i : PLAN_NONE;
}

static void take_shown(struct shift *shift, const struct plan_problem *problem,
                       const struct plan_tour *tour)
{
    struct plan_shown *shown = ARENA_ARRAY(shift->arena, tour->count, struct plan_shown);
    for (uint32_t i = 0; i < tour->count; i++) {
        shown[i] = problem->keep.shown[tour->visits[i]];
        shown[i].before =
            shown[i].before == PLAN_NONE ? PLAN_NONE : number_in(tour, shown[i].before);
    }
    shift->problem.keep.shown = shown;
}

static void take(struct shift *shift, const struct plan_problem *problem, size_t s,
                 const struct plan_tour *tour)
{
    shift->problem = *problem;
    shift->problem.shifts = &problem->shifts[s];
    shift->problem.shift_count = 1;
    shift->problem.visit_count = tour->count;
    shift->problem.visits = shift->visits =
        ARENA_ARRAY(shift->arena, tour->count, struct plan_visit);
    shift->tour.visits = ARENA_ARRAY(shift->arena, tour->count, uint32_t);
    shift->tour.count = tour->count;
    shift->begin_s = ARENA_ARRAY(shift->arena, tour->count, int32_t);
    shift->trial_s = ARENA_ARRAY(shift->arena, tour->count, int32_t);
    int64_t worth = 0;
    for (uint32_t i = 0; i < tour->count; i++) {
        struct plan_visit *visit = &shift->visits[i];
        *visit = problem->visits[tour->visits[i]];
        worth += (int64_t)visit->score * PLAN_WORTH;
        visit->own_worth = (visit->own_shifts >> s & 1) != 0 ? visit->own_worth : 0;
        visit->own_shifts = 1;
        visit->shifts = 0;
        shift->tour.visits[i] = i;
    }
    shift->mean_worth = worth / tour->count;
    if (problem->keep.shown != NULL) {
        take_shown(shift, problem, tour);
    }
    struct plan_verdict verdict =
        plan_check(shift->arena, &shift->problem, &shift->tour, shift->begin_s);
    CHECK(verdict.fault == PLAN_FAULT_none);
    shift->value = verdict.value;
}

/* Begins a visit at `at_s` at the earliest; false when it has no window then. */
static bool open_at(struct plan_visit *visit, int32_t at_s)
{
    uint32_t kept = 0;
    for (uint32_t w = 0; w < visit->window_count; w++) {
        if (visit->windows[w].close_s >= at_s) {
            visit->windows[kept++] = visit->windows[w];
        }
    }
    if (kept == 0 || visit->windows[0].open_s > at_s) {
        return false;
    }
    visit->window_count = kept;
    visit->windows[0].open_s = at_s;
    return true;
}

/* Keeps the later begin when it gains more than the wait costs. */
static bool try_at(struct shift *shift, uint32_t i, int32_t at_s)
{
    struct plan_visit before = shift->visits[i];
    bool is_kept = false;
    if (open_at(&shift->visits[i], at_s)) {
        struct plan_verdict verdict =
            plan_check(shift->arena, &shift->problem, &shift->tour, shift->trial_s);
        int64_t price = shift->mean_worth * PLAN_WAIT_PERMILLE * (at_s - shift->begin_s[i]) /
                        (PLAN_WHOLE * INT64_C(60));
        is_kept =
            verdict.fault == PLAN_FAULT_none && verdict.value.worth - shift->value.worth > price;
        if (is_kept) {
            memcpy(shift->begin_s, shift->trial_s, shift->tour.count * sizeof(int32_t));
            shift->value = verdict.value;
        }
    }
    if (!is_kept) {
        shift->visits[i] = before;
    }
    return is_kept;
}

/* Each visit, at the start of each band that begins within PLAN_WAIT_MAX_S. */
static bool sweep(struct shift *shift, bool *waits)
{
    const struct plan_hours *hours = &shift->problem.hours;
    bool is_better = false;
    for (uint32_t i = 0; i < shift->tour.count; i++) {
        const struct plan_visit *visit = &shift->visits[i];
        for (size_t band = 0; band + 1 < hours->count; band++) {
            int32_t at_s = hours->bands[band].until_s;
            if (!visit->is_break && !visit->is_expected && at_s > shift->begin_s[i] &&
                at_s - shift->begin_s[i] <= PLAN_WAIT_MAX_S && try_at(shift, i, at_s)) {
                is_better = true;
                waits[i] = true;
            }
        }
    }
    return is_better;
}

uint32_t plan_wait(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_tour *tours, int32_t *begin_s, struct plan_value *value)
{
    uint32_t count = 0;
    for (size_t s = 0; problem->hours.count > 0 && s < problem->shift_count; s++) {
        if (tours[s].count == 0) {
            continue;
        }
        struct arena_mark mark = arena_mark(arena);
        struct shift shift = {.arena = arena};
        take(&shift, problem, s, &tours[s]);
        struct plan_value before = shift.value;
        bool *waits = ARENA_ARRAY(arena, tours[s].count, bool);
        for (int round = 0; round < SWEEPS_MAX && sweep(&shift, waits); round++) {
        }
        for (uint32_t i = 0; i < tours[s].count; i++) {
            begin_s[tours[s].visits[i]] = shift.begin_s[i];
            count += waits[i];
        }
        value->worth += shift.value.worth - before.worth;
        value->finish_s += shift.value.finish_s - before.finish_s;
        arena_rollback(arena, mark);
    }
    return count;
}
