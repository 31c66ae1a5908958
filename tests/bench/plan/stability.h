/* tests/bench/plan/stability.h -- how steady a plan is over many days that go otherwise, and how
 * fast it is made anew. */
#pragma once

#include "tests/bench/plan/instance.h"

/* `count` days of up to 40 visits drawn from the problem, each with one event on the way: a visit
 * that overruns, nobody at home, a stop added, one skipped, the next but one locked, a tablet far
 * from where the plan has it. Each rest of a day is planned anew in `steps` with the plan
 * shown in mind, and freely with 20 times the steps. Prints one line of totals and one for each
 * kind of event. Returns 0, 1 when a plan was wrong. */
int stability_run(struct arena *arena, const char *name, const struct plan_problem *problem,
                  uint64_t seed, uint64_t steps, uint32_t count);
