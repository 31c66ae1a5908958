/* core/rules/plan_keep.h -- how much a plan that was shown resists being changed. Pure. */
#pragma once

#include "core/rules/plan_problem.h"

/* Worths for `shown` (one per visit, kept): changing all of the plan costs about what a few
 * percent of its score are worth, so a change is made only where it gains more. No members when
 * nothing was planned. */
struct plan_keep plan_keep_make(const struct plan_problem *problem, const struct plan_shown *shown);
/* Does a plan that keeps what was shown give way to another? Both without what plan_keep adds. It
 * does for what must be visited and else would not be, for so much more worth, and, where nothing
 * is lost, for a day that ends or ways that are shorter by PLAN_KEEP_GAIN_S: worths know of
 * scores alone. */
enum { PLAN_KEEP_GAIN_S = 20 * 60, PLAN_KEEP_GAIN_PERMILLE = 10 };
bool plan_keep_yields(const struct plan_value *kept, const struct plan_value *fresh);
/* The shown order of those visits that are still there; breaks are left out. One shift. */
void plan_keep_order(const struct plan_problem *problem, struct plan_tour *tour_out);
