/* tests/bench/plan/replan.h -- what becomes of a plan that was shown when the day goes otherwise.
 */
#pragma once

#include "tests/bench/plan/instance.h"

/* Plans the day, lets the collector go a third of it, makes him `overrun_s` late there and plans
 * the rest anew: with the plan shown kept in mind, freely with ten times the steps, and with the
 * plan in mind for 10 s of CPU time: the gap is that of the first to the last. Prints one line;
 * `steps` are those of the replan in mind. Returns 0, 1 when a plan was wrong. */
int replan_run(struct arena *arena, const char *name, const struct plan_problem *problem,
               uint64_t seed, uint64_t steps, int32_t overrun_s);
