/* core/rules/plan_keep.h -- how much a plan that was shown resists being changed. Pure. */
#pragma once

#include "core/rules/plan_problem.h"

/* Worths for `shown` (one per visit, kept): changing all of the plan costs about what a few
 * percent of its score are worth, so a change is made only where it gains more. No members when
 * nothing was planned. */
struct plan_keep plan_keep_make(const struct plan_problem *problem, const struct plan_shown *shown);
/* The shown order of those visits that are still there; breaks are left out. One shift. */
void plan_keep_order(const struct plan_problem *problem, struct plan_tour *tour_out);
