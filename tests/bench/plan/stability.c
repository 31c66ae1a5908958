#include "tests/bench/plan/stability.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_keep.h"
#include "core/rules/plan_solve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_VISITS = 40, DAY_STEPS = 40000, FREE_TIMES = 20, KINDS = 6, TIMES_MAX = 20000 };

enum { OVERRUN, NOBODY_HOME, ADDED, SKIPPED, LOCKED, FAR };

static const char *const kind_names[KINDS] = {"overrun", "nobody home", "added",
                                              "skipped", "locked",      "far off"};

struct sums {
    int days, planned, kept, legs, legs_kept, announced, moved, unavoidable, missing;
    int64_t score, free_score;
};

struct bench {
    struct arena *arena;
    const struct plan_problem *whole;
    uint64_t dice;
    uint64_t seed, steps;
    struct sums kinds[KINDS], all;
    double ms[TIMES_MAX];
    size_t ms_count;
    bool is_wrong;
};

static uint32_t roll(struct bench *bench, uint32_t below)
{
    bench->dice ^= bench->dice >> 12;
    bench->dice ^= bench->dice << 25;
    bench->dice ^= bench->dice >> 27;
    return (uint32_t)((bench->dice * UINT64_C(0x2545f4914f6cdd1d) >> 32) * below >> 32);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

/* A day of visits drawn from the whole; *spare is one more, for the event. */
static struct plan_problem draw_day(struct bench *bench, struct plan_visit *spare)
{
    size_t count = bench->whole->visit_count;
    struct plan_visit *visits = ARENA_ARRAY(bench->arena, count + 1, struct plan_visit);
    memcpy(visits, bench->whole->visits, count * sizeof *visits);
    for (size_t i = 0; i + 1 < count; i++) {
        size_t other = i + roll(bench, (uint32_t)(count - i));
        struct plan_visit visit = visits[i];
        visits[i] = visits[other];
        visits[other] = visit;
    }
    *spare = visits[count - 1];
    struct plan_problem day = *bench->whole;
    day.visits = visits;
    day.visit_count = count - 1 < DAY_VISITS ? count - 1 : DAY_VISITS;
    return day;
}

/* What is left after `done` visits, with what happened. */
struct rest {
    struct plan_problem problem;
    struct plan_shift shift;
    struct plan_shown *shown;
};

static void add_visit(struct plan_visit *visits, struct plan_problem *problem,
                      const struct plan_visit *visit)
{
    visits[problem->visit_count++] = *visit;
}

static struct rest make_rest(struct bench *bench, const struct plan_problem *day,
                             const struct plan_tour *tour, const int32_t *begin_s, uint32_t done,
                             int kind, const struct plan_visit *spare)
{
    struct arena *arena = bench->arena;
    uint32_t last = tour->visits[done - 1];
    int32_t service_s = day->visits[last].service_s;
    struct rest rest = {.problem = *day, .shift = day->shifts[0]};
    struct plan_visit *visits = ARENA_ARRAY(arena, day->visit_count + 1, struct plan_visit);
    uint32_t *index = ARENA_ARRAY(arena, day->visit_count, uint32_t);
    uint32_t skipped =
        kind == SKIPPED ? tour->visits[done + roll(bench, tour->count - done)] : PLAN_NONE;
    rest.shift.start_s = begin_s[last] + service_s;
    rest.shift.start_point = day->visits[last].point;
    rest.problem.visit_count = 0;
    rest.problem.visits = visits;
    if (kind == OVERRUN) {
        rest.shift.start_s += (int32_t)(10 + roll(bench, 36)) * 60;
    } else if (kind == NOBODY_HOME && service_s > 300) {
        rest.shift.start_s -= service_s - 300;
    } else if (kind == FAR) {
        rest.shift.start_point = spare->point;
        rest.shift.start_s += 300;
    }
    for (uint32_t v = 0; v < day->visit_count; v++) {
        index[v] = PLAN_NONE;
    }
    for (uint32_t v = 0; v < day->visit_count; v++) {
        bool is_done = v == skipped;
        for (uint32_t i = 0; i < done; i++) {
            is_done = is_done || tour->visits[i] == v;
        }
        if (!is_done) {
            index[v] = (uint32_t)rest.problem.visit_count;
            add_visit(visits, &rest.problem, &day->visits[v]);
        }
    }
    if (kind == ADDED) {
        add_visit(visits, &rest.problem, spare);
    }
    rest.shown = ARENA_ARRAY(arena, rest.problem.visit_count + 1, struct plan_shown);
    uint32_t before = PLAN_NONE;
    for (uint32_t i = done; i < tour->count; i++) {
        uint32_t v = tour->visits[i];
        if (v == skipped) {
            continue;
        }
        rest.shown[index[v]] = (struct plan_shown){.before = before,
                                                   .is_first = before == PLAN_NONE,
                                                   .is_planned = true,
                                                   .is_announced = day->visits[v].is_mandatory,
                                                   .begin_s = begin_s[v]};
        if (kind == LOCKED && i == done + 1) {
            visits[index[v]].is_mandatory = true;
            visits[index[v]].is_leading = true;
            visits[index[v]].lock = 1;
        }
        before = index[v];
    }
    return rest;
}

/* Would keeping every announced time to ten minutes cost an appointment? Asked of those alone. */
static bool is_unavoidable(struct bench *bench, const struct rest *rest, uint32_t missing)
{
    struct plan_problem problem = rest->problem;
    struct plan_visit *visits =
        ARENA_ARRAY(bench->arena, problem.visit_count + 1, struct plan_visit);
    problem.visit_count = 0;
    for (size_t v = 0; v < rest->problem.visit_count; v++) {
        struct plan_visit visit = rest->problem.visits[v];
        if (!visit.is_mandatory) {
            continue;
        }
        if (rest->shown[v].is_announced) {
            visit.window_count = 1;
            visit.windows[0].open_s = rest->shown[v].begin_s - PLAN_ANNOUNCED_SLACK_S;
            visit.windows[0].close_s = rest->shown[v].begin_s + PLAN_ANNOUNCED_SLACK_S;
            visit.windows[0].open_s = visit.windows[0].open_s < 0 ? 0 : visit.windows[0].open_s;
        }
        visits[problem.visit_count++] = visit;
    }
    problem.visits = visits;
    problem.shifts = &rest->shift;
    problem.keep = (struct plan_keep){0};
    struct plan_budget budget = {.seed = 1, .steps = 4000};
    struct plan_solution solution = plan_solve(bench->arena, &problem, NULL, &budget);
    return solution.answer.value.mandatory_missing > missing;
}

static void count_day(struct bench *bench, struct sums *sums, const struct rest *rest,
                      const struct plan_solution *after, const struct plan_solution *anew)
{
    const struct plan_tour *now = &after->answer.tours[0];
    int32_t *begin_s = ARENA_ARRAY(bench->arena, rest->problem.visit_count + 1, int32_t);
    struct plan_verdict verdict =
        plan_check(bench->arena, &rest->problem, after->answer.tours, begin_s);
    bench->is_wrong = bench->is_wrong || verdict.fault != PLAN_FAULT_none;
    int moved = 0;
    sums->days++;
    for (uint32_t v = 0; v < rest->problem.visit_count; v++) {
        const struct plan_shown *shown = &rest->shown[v];
        if (!shown->is_planned) {
            continue;
        }
        sums->planned++;
        sums->kept += begin_s[v] >= 0;
        sums->legs += begin_s[v] >= 0 && (shown->is_first || begin_s[shown->before] >= 0);
        if (shown->is_announced && begin_s[v] >= 0) {
            sums->announced++;
            moved += labs((long)begin_s[v] - shown->begin_s) > PLAN_ANNOUNCED_SLACK_S;
        }
    }
    for (uint32_t i = 0; i < now->count; i++) {
        const struct plan_shown *shown = &rest->shown[now->visits[i]];
        sums->legs_kept +=
            shown->is_planned && (i == 0 ? shown->is_first : shown->before == now->visits[i - 1]);
    }
    sums->moved += moved;
    sums->unavoidable +=
        moved > 0 && is_unavoidable(bench, rest, verdict.value.mandatory_missing) ? moved : 0;
    sums->missing +=
        (int)verdict.value.mandatory_missing - (int)anew->answer.value.mandatory_missing;
    sums->score += verdict.value.score;
    sums->free_score += anew->answer.value.score;
}

static void add_sums(struct sums *to, const struct sums *from)
{
    to->days += from->days;
    to->planned += from->planned;
    to->kept += from->kept;
    to->legs += from->legs;
    to->legs_kept += from->legs_kept;
    to->announced += from->announced;
    to->moved += from->moved;
    to->unavoidable += from->unavoidable;
    to->missing += from->missing;
    to->score += from->score;
    to->free_score += from->free_score;
}

static void one_day(struct bench *bench, int kind)
{
    struct plan_visit spare;
    struct plan_problem day = draw_day(bench, &spare);
    struct plan_budget budget = {.seed = bench->seed, .steps = DAY_STEPS};
    struct plan_solution whole = plan_solve(bench->arena, &day, NULL, &budget);
    const struct plan_tour *tour = &whole.answer.tours[0];
    int32_t *begin_s = ARENA_ARRAY(bench->arena, day.visit_count + 1, int32_t);
    plan_check(bench->arena, &day, whole.answer.tours, begin_s);
    if (tour->count < 6) {
        return;
    }
    uint32_t done = 1 + roll(bench, tour->count / 2);
    struct rest rest = make_rest(bench, &day, tour, begin_s, done, kind, &spare);
    rest.problem.shifts = &rest.shift;
    budget.steps = FREE_TIMES * bench->steps;
    struct plan_solution anew = plan_solve(bench->arena, &rest.problem, NULL, &budget);
    rest.problem.keep = plan_keep_make(&rest.problem, rest.shown);
    struct plan_tour before = {ARENA_ARRAY(bench->arena, rest.problem.visit_count + 1, uint32_t),
                               0};
    plan_keep_order(&rest.problem, &before);
    budget.steps = bench->steps;
    double start_ms = now_ms();
    struct plan_solution after = plan_solve(bench->arena, &rest.problem, &before, &budget);
    bench->ms[bench->ms_count++] = now_ms() - start_ms;
    count_day(bench, &bench->kinds[kind], &rest, &after, &anew);
}

static double share(int64_t part, int64_t of)
{
    return of == 0 ? 100.0 : 100.0 * (double)part / (double)of;
}

static void tell(const char *name, const struct sums *sums)
{
    printf("  %-12s days %d kept %.1f %% legs %.1f %% announced %d moved %d (%d unavoidable) "
           "missing %d score given up %.2f %%\n",
           name, sums->days, share(sums->kept, sums->planned), share(sums->legs_kept, sums->legs),
           sums->announced, sums->moved, sums->unavoidable, sums->missing,
           100.0 - share(sums->score, sums->free_score));
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

int stability_run(struct arena *arena, const char *name, const struct plan_problem *problem,
                  uint64_t seed, uint64_t steps, uint32_t count)
{
    struct bench *bench = ARENA_NEW(arena, struct bench);
    bench->arena = arena;
    bench->whole = problem;
    bench->seed = seed;
    bench->steps = steps;
    bench->dice = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (uint32_t i = 0; i < count && bench->ms_count < TIMES_MAX; i++) {
        struct arena_mark mark = arena_mark(arena);
        one_day(bench, (int)(i % KINDS));
        arena_rollback(arena, mark);
    }
    for (int kind = 0; kind < KINDS; kind++) {
        add_sums(&bench->all, &bench->kinds[kind]);
    }
    if (bench->ms_count == 0) {
        printf("%-24s too short a day\n", name);
        return 0;
    }
    qsort(bench->ms, bench->ms_count, sizeof *bench->ms, by_size);
    printf("%-24s p50 %.1f ms p99 %.1f ms\n", name, bench->ms[bench->ms_count / 2],
           bench->ms[(bench->ms_count * 99 - 1) / 100]);
    for (int kind = 0; kind < KINDS; kind++) {
        tell(kind_names[kind], &bench->kinds[kind]);
    }
    tell("all", &bench->all);
    return bench->is_wrong ? 1 : 0;
}
