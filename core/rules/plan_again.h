/* core/rules/plan_again.h -- a plan made anew where one was shown. Pure. For the planner's own
 * files. */
#pragma once

#include "core/rules/plan_solve.h"

/* Solves a problem of one shift with something shown (problem->keep). Three plans are weighed by
 * plan_keep_yields(): the best one by an objective in which change costs; the best as if nothing
 * had been shown; and, with `keeps_order`, what was shown as it is, with its breaks, as far as it
 * can still be done. The value is that of plan_check() for `problem`. */
struct plan_solution plan_again(struct arena *arena, const struct plan_problem *problem,
                                const struct plan_budget *budget, bool keeps_order);
