/* How good a plan becomes in how much time, on any file of the formats of instance.h.
 *
 *   bench_plan --file FILE [--routes N] [--seed N] [--best-known SCORE]
 *              [--time-ms N | --iterations N] [--route] [--exact]
 *   bench_plan --file FILE --replan SECONDS [--iterations N]
 *   bench_plan --file FILE --stability DAYS [--iterations N]
 *
 * Prints one line: value, what is mandatory and missing, the judge's word, steps, CPU time of
 * this process from reading done to plan done, gap. --route prints the visits as well, as
 * numbers of places in the file; --exact solves small days by the exact method. --replan makes
 * the collector late by so many seconds a third through the day, see replan.h; --stability draws
 * so many days and lets something happen on each, see stability.h. */
#include "core/rules/plan_check.h"
#include "core/rules/plan_exact.h"
#include "core/rules/plan_search.h"
#include "tests/bench/plan/instance.h"
#include "tests/bench/plan/replan.h"
#include "tests/bench/plan/stability.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPLAN_STEPS = 1000 };

struct wish {
    const char *path;
    uint32_t routes;
    uint64_t seed;
    int64_t best_known;
    int64_t time_us; /* 0: iterations count */
    uint64_t iterations;
    bool is_route_wanted;
    bool is_exact;
    int32_t replan_s; /* 0: no replan */
    uint32_t days;    /* of --stability, 0: none */
};

/* Time of this process's one thread: what others on the machine do does not count. */
static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool is_over(void *context)
{
    return cpu_us() >= *(const int64_t *)context;
}

/* Annealings that fit the time: how fast a step goes is found out on the way, by some steps, by a
 * twentieth of the time, then by each annealing for what the one before has left over. */
static uint64_t run_for(struct plan_search *search, int64_t start_us, int64_t time_us)
{
    int64_t end_us = start_us + time_us - time_us / 100;
    struct plan_halt halt = {is_over, &end_us};
    uint64_t wanted = 200;
    uint64_t all = 0;
    for (int run = 0;; run++) {
        int64_t before_us = cpu_us();
        uint64_t done = plan_search_run(search, wanted, &halt);
        int64_t took_us = cpu_us() - before_us + 1;
        int64_t left_us = end_us - cpu_us();
        all += done;
        if (done < wanted || left_us <= 0) {
            return all;
        }
        uint64_t steps = (uint64_t)((double)left_us * (double)done / (double)took_us) + 1;
        wanted = run == 0 && steps > 20000 ? steps / 20 : steps;
    }
}

static void print_route(const struct plan_problem *problem, const struct plan_answer *answer)
{
    printf("route");
    for (size_t s = 0; s < problem->shift_count; s++) {
        for (uint32_t i = 0; i < answer->tours[s].count; i++) {
            printf("%c%u", i == 0 ? ' ' : '-', problem->visits[answer->tours[s].visits[i]].point);
        }
    }
    printf("\n");
}

static int solve(struct arena *arena, const struct wish *wish)
{
    struct instance instance = instance_read(arena, wish->path, wish->routes);
    const struct plan_problem *problem = &instance.problem;
    const char *name = strrchr(wish->path, '/');
    name = name == NULL ? wish->path : name + 1;
    if (wish->replan_s != 0) {
        return replan_run(arena, name, problem, wish->seed,
                          wish->iterations != 0 ? wish->iterations : REPLAN_STEPS, wish->replan_s);
    }
    if (wish->days != 0) {
        return stability_run(arena, name, problem, wish->seed,
                             wish->iterations != 0 ? wish->iterations : REPLAN_STEPS, wish->days);
    }
    int64_t start_us = cpu_us();
    uint64_t steps = 0;
    struct plan_answer exact = plan_problem_answer(arena, problem);
    const struct plan_answer *best = &exact;
    if (wish->is_exact && plan_exact_can(problem)) {
        plan_exact_solve(arena, problem, &exact);
    } else {
        struct plan_search *search = plan_search_open(arena, problem, wish->seed);
        steps = wish->time_us > 0 ? run_for(search, start_us, wish->time_us)
                                  : plan_search_run(search, wish->iterations, NULL);
        best = plan_search_best(search);
    }
    int64_t took_us = cpu_us() - start_us;
    struct plan_verdict verdict = plan_check(arena, problem, best->tours, NULL);
    bool is_true = verdict.fault == PLAN_FAULT_none &&
                   verdict.value.score * PLAN_WORTH == best->value.worth &&
                   plan_problem_compare(&verdict.value, &best->value) == 0;
    printf("%-24s m %zu score %lld missing %u finish %lld travel %lld %s steps %llu ms %.1f hash "
           "%016llx",
           name, problem->shift_count, (long long)verdict.value.score,
           verdict.value.mandatory_missing, (long long)verdict.value.finish_s,
           (long long)verdict.value.travel_s, is_true ? "feasible" : "WRONG",
           (unsigned long long)steps, (double)took_us / 1000,
           (unsigned long long)plan_problem_hash(problem, best));
    if (wish->best_known > 0) {
        printf(" gap %.3f %%",
               100.0 * (double)(wish->best_known - verdict.value.score) / (double)wish->best_known);
    }
    printf("\n");
    if (wish->is_route_wanted) {
        print_route(problem, best);
    }
    return is_true ? 0 : 1;
}

int main(int count, char **words)
{
    static const struct option options[] = {
        {"file", required_argument, NULL, 'f'},
        {"routes", required_argument, NULL, 'm'},
        {"seed", required_argument, NULL, 's'},
        {"best-known", required_argument, NULL, 'b'},
        {"time-ms", required_argument, NULL, 't'},
        {"iterations", required_argument, NULL, 'i'},
        {"route", no_argument, NULL, 'r'},
        {"exact", no_argument, NULL, 'e'},
        {"replan", required_argument, NULL, 'p'},
        {"stability", required_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    struct wish wish = {.seed = 1, .time_us = 1000000};
    int word;
    while ((word = getopt_long(count, words, "", options, NULL)) != -1) {
        long long number = optarg == NULL ? 0 : strtoll(optarg, NULL, 10);
        switch (word) {
        case 'f':
            wish.path = optarg;
            break;
        case 'm':
            wish.routes = (uint32_t)number;
            break;
        case 's':
            wish.seed = (uint64_t)number;
            break;
        case 'b':
            wish.best_known = number;
            break;
        case 't':
            wish.time_us = number * 1000;
            break;
        case 'i':
            wish.iterations = (uint64_t)number;
            wish.time_us = 0;
            break;
        case 'e':
            wish.is_exact = true;
            break;
        case 'p':
            wish.replan_s = (int32_t)number;
            break;
        case 'd':
            wish.days = (uint32_t)number;
            break;
        case 'r':
            wish.is_route_wanted = true;
            break;
        default:
            return 2;
        }
    }
    if (wish.path == NULL || wish.routes > PLAN_SHIFTS_MAX || optind < count) {
        fprintf(stderr, "bench_plan --file FILE [--routes N] [--seed N] [--best-known SCORE] "
                        "[--time-ms N | --iterations N] [--route] [--exact]\n"
                        "bench_plan --file FILE --replan SECONDS [--iterations N]\n"
                        "bench_plan --file FILE --stability DAYS [--iterations N]\n");
        return 2;
    }
    struct arena arena;
    arena_init(&arena, 1 << 20);
    int code = solve(&arena, &wish);
    arena_deinit(&arena);
    return code;
}
