#include "tests/bench/plan/replan.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_keep.h"
#include "core/rules/plan_solve.h"

#include <stdio.h>
#include <time.h>

enum { LONG_MS = 10000 };

/* The rest of a day: visits that are not done, with the way from where the collector is. */
struct rest {
    struct plan_problem problem;
    struct plan_shift shift;
    uint32_t *number; /* [visit of the rest]: in the whole problem */
    uint32_t *index;  /* the other way, PLAN_NONE: done */
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static struct rest rest_make(struct arena *arena, const struct plan_problem *whole,
                             const struct plan_tour *tour, uint32_t done, int32_t now_s)
{
    size_t count = whole->visit_count;
    struct plan_visit *visits = ARENA_ARRAY(arena, count, struct plan_visit);
    struct rest rest = {.problem = *whole,
                        .shift = whole->shifts[0],
                        .number = ARENA_ARRAY(arena, count, uint32_t),
                        .index = ARENA_ARRAY(arena, count, uint32_t)};
    for (uint32_t i = 0; i < done; i++) {
        rest.index[tour->visits[i]] = PLAN_NONE;
    }
    rest.problem.visit_count = 0;
    for (uint32_t v = 0; v < count; v++) {
        if (rest.index[v] != PLAN_NONE) {
            rest.index[v] = (uint32_t)rest.problem.visit_count;
            rest.number[rest.problem.visit_count] = v;
            visits[rest.problem.visit_count++] = whole->visits[v];
        }
    }
    rest.problem.visits = visits;
    rest.shift.start_s = now_s;
    rest.shift.start_point =
        done > 0 ? whole->visits[tour->visits[done - 1]].point : rest.shift.start_point;
    return rest;
}

struct count {
    int planned, kept, legs, legs_kept;
    int32_t moved_s; /* most that a mandatory visit's time moved */
};

static struct count compare(const struct plan_shown *shown, const struct plan_problem *problem,
                            const struct plan_tour *now, const int32_t *begin_s)
{
    struct count count = {0};
    for (uint32_t v = 0; v < problem->visit_count; v++) {
        if (!shown[v].is_planned) {
            continue;
        }
        count.planned++;
        count.kept += begin_s[v] >= 0;
        bool is_leg = begin_s[v] >= 0 && (shown[v].is_first || begin_s[shown[v].before] >= 0);
        count.legs += is_leg;
        if (shown[v].is_announced && begin_s[v] >= 0) {
            int32_t moved_s = begin_s[v] > shown[v].begin_s ? begin_s[v] - shown[v].begin_s
                                                            : shown[v].begin_s - begin_s[v];
            count.moved_s = moved_s > count.moved_s ? moved_s : count.moved_s;
        }
    }
    for (uint32_t i = 0; i < now->count; i++) {
        const struct plan_shown *of = &shown[now->visits[i]];
        count.legs_kept +=
            of->is_planned && (i == 0 ? of->is_first : of->before == now->visits[i - 1]);
    }
    return count;
}

static bool is_over(void *context)
{
    return now_ms() >= *(const double *)context;
}

/* The same rest of the day, the same plan in mind, searched for so long. */
static struct plan_value search_long(struct arena *arena, const struct plan_problem *rest,
                                     const struct plan_tour *before, uint64_t seed, double step_ms)
{
    double end_ms = now_ms() + LONG_MS;
    struct plan_halt halt = {is_over, &end_ms};
    struct plan_budget budget = {
        .seed = seed, .steps = (uint64_t)(LONG_MS / step_ms), .halt = &halt};
    return plan_solve(arena, rest, before, &budget).answer.value;
}

int replan_run(struct arena *arena, const char *name, const struct plan_problem *problem,
               uint64_t seed, uint64_t steps, int32_t overrun_s)
{
    struct plan_budget budget = {.seed = seed, .steps = 20000};
    struct plan_solution whole = plan_solve(arena, problem, NULL, &budget);
    const struct plan_tour *tour = &whole.answer.tours[0];
    int32_t *begin_s = ARENA_ARRAY(arena, problem->visit_count, int32_t);
    plan_check(arena, problem, whole.answer.tours, begin_s);
    uint32_t done = tour->count / 3;
    if (done == 0) {
        printf("%-24s too short a day\n", name);
        return 0;
    }
    uint32_t last = tour->visits[done - 1];
    int32_t now_s = begin_s[last] + problem->visits[last].service_s + overrun_s;
    struct rest rest = rest_make(arena, problem, tour, done, now_s);
    rest.problem.shifts = &rest.shift;
    struct plan_shown *shown = ARENA_ARRAY(arena, rest.problem.visit_count + 1, struct plan_shown);
    for (uint32_t i = done; i < tour->count; i++) {
        shown[rest.index[tour->visits[i]]] =
            (struct plan_shown){.before = i == done ? PLAN_NONE : rest.index[tour->visits[i - 1]],
                                .is_first = i == done,
                                .is_planned = true,
                                .is_announced = problem->visits[tour->visits[i]].is_mandatory,
                                .begin_s = begin_s[tour->visits[i]]};
    }
    budget.steps = 10 * steps;
    struct plan_solution anew = plan_solve(arena, &rest.problem, NULL, &budget);
    rest.problem.keep = plan_keep_make(&rest.problem, shown);
    struct plan_tour before = {ARENA_ARRAY(arena, rest.problem.visit_count + 1, uint32_t), 0};
    plan_keep_order(&rest.problem, &before);
    budget.steps = steps;
    double start_ms = now_ms();
    struct plan_solution after = plan_solve(arena, &rest.problem, &before, &budget);
    double took_ms = now_ms() - start_ms;
    struct plan_verdict verdict = plan_check(arena, &rest.problem, after.answer.tours, begin_s);
    struct count count = compare(shown, &rest.problem, &after.answer.tours[0], begin_s);
    struct plan_value best =
        search_long(arena, &rest.problem, &before, seed, took_ms / (double)(steps + 1));
    printf("%-24s open %zu planned %d kept %d legs %d of %d moved %d s score %lld free %lld "
           "missing %u free %u ms %.1f gap to 10 s %.3f %% of worth\n",
           name, rest.problem.visit_count, count.planned, count.kept, count.legs_kept, count.legs,
           count.moved_s, (long long)verdict.value.score, (long long)anew.answer.value.score,
           verdict.value.mandatory_missing, anew.answer.value.mandatory_missing, took_ms,
           best.worth == 0
               ? 0.0
               : 100.0 * (double)(best.worth - verdict.value.worth) / (double)best.worth);
    return verdict.fault == PLAN_FAULT_none ? 0 : 1;
}
