/* core/rules/plan_search.h -- the search for a good plan: anytime, deterministic. Pure.
 *
 * Ruin and recreate: strings of neighbouring visits leave, everything that is out is offered
 * again in a changing order at its cheapest place, and the result is kept or undone by
 * simulated annealing; between the annealings the best routes found are recombined, see
 * plan_pool.h. Integers only: the same problem, seed and steps give the same plan on every
 * machine. */
#pragma once

#include "core/rules/plan_problem.h"

struct plan_search;

/* When to stop before the steps are done. */
struct plan_halt {
    bool (*is_due)(void *context); /* asked every few steps; NULL: never */
    void *context;
};

/* Takes all memory that the search will ever use from `arena`, which must outlive it, and makes
 * a first plan by greedy insertion. `problem` is borrowed; plan_problem_check() has passed. */
struct plan_search *plan_search_open(struct arena *arena, const struct plan_problem *problem,
                                     uint64_t seed);
/* Starts from a plan (of the same problem) in place of the greedy one; what no longer fits is
 * left out and offered again. Kept as best when it is. */
void plan_search_start_from(struct plan_search *search, const struct plan_tour *tours);
/* Runs an annealing of `steps` steps, in cycles; may be called again and again, each time
 * starting from the best so far. `halt` may be NULL. Returns the steps done: the same number of
 * `steps` and, after a halt, of steps done, give the same plan. */
uint64_t plan_search_run(struct plan_search *search, uint64_t steps, const struct plan_halt *halt);
/* The best plan so far; lives as long as the search and changes with it. */
const struct plan_answer *plan_search_best(const struct plan_search *search);
