/* core/rules/plan_solve.h -- the best plan for a problem: proven when it is small. Pure. */
#pragma once

#include "core/rules/plan_search.h"

struct plan_budget {
    uint64_t seed;
    uint64_t steps;               /* of the search */
    const struct plan_halt *halt; /* NULL: all steps */
};

struct plan_solution {
    struct plan_answer answer; /* the arena's */
    bool is_proven;            /* no plan is better in mandatory visits, score and finish */
    uint64_t steps;            /* done; 0 when proven */
};

/* Solves exactly up to PLAN_EXACT_QUICK visits, else searches, from `from` when it is not NULL.
 * `problem` has passed plan_problem_check(). */
struct plan_solution plan_solve(struct arena *arena, const struct plan_problem *problem,
                                const struct plan_tour *from, const struct plan_budget *budget);
