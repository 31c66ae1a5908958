/* core/rules/plan_exact.h -- the proven best plan of a small day. Pure.
 *
 * Every set of visits with every last visit, each with the earliest moment it can be done: being
 * early never hurts, because waiting is allowed. 2^n × n states of 4 bytes: 2 MB at 15 visits,
 * 20 MB at 18. */
#pragma once

#include "core/rules/plan_problem.h"

enum {
    PLAN_EXACT_QUICK = 15, /* at once: some 20 ms on a slow core */
    PLAN_EXACT_MAX = 18    /* in the background: ten times as long */
};

/* One shift, at most PLAN_EXACT_MAX visits and breaks, nothing shown before, no
 * own_worth, every hour alike: being later must never be worth more. */
bool plan_exact_can(const struct plan_problem *problem);
/* The best plan by mandatory visits, score and finish, proven; among those that are equal in all
 * three travel is as found. plan_exact_can() holds. `answer_out` from plan_problem_answer();
 * the arena is used for the call. */
void plan_exact_solve(struct arena *arena, const struct plan_problem *problem,
                      struct plan_answer *answer_out);
