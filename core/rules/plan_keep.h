/* core/rules/plan_keep.h -- how much a plan that was shown resists being changed. Pure. */
#pragma once

#include "core/rules/plan_problem.h"

/* Worths for `shown` (one per visit, kept): changing all of the plan costs about what a few
 * percent of its score are worth, so a change is made only where it gains more. No members when
 * nothing was planned. */
struct plan_keep plan_keep_make(const struct plan_problem *problem, const struct plan_shown *shown);
/* Does what was kept give way to a plan that was made as if nothing had been shown? `kept` and
 * `fresh` without what plan_keep adds. It does when nothing is lost and the day ends or the ways
 * are shorter by PLAN_KEEP_GAIN_S: worths know of scores alone. */
enum { PLAN_KEEP_GAIN_S = 20 * 60 };
bool plan_keep_yields(const struct plan_value *kept, const struct plan_value *fresh);
/* The shown order of those visits that are still there; breaks are left out. One shift. */
void plan_keep_order(const struct plan_problem *problem, struct plan_tour *tour_out);
