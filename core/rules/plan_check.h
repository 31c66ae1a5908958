/* core/rules/plan_check.h -- judges a plan, knowing nothing of how it was made. Pure.
 *
 * Everything that is told about a plan is confirmed here: the search, the exact method and the
 * reasons for a visit left out share no line with it. */
#pragma once

#include "core/rules/plan_problem.h"

enum plan_fault {
    PLAN_FAULT_none,
    PLAN_FAULT_twice,  /* a visit is in the plan twice, or there is no such visit */
    PLAN_FAULT_shift,  /* a visit is in a shift that may not make it */
    PLAN_FAULT_window, /* a visit or break begins in none of its windows */
    PLAN_FAULT_end,    /* the shift ends too late */
    PLAN_FAULT_order,  /* locked visits are out of order */
};

struct plan_verdict {
    enum plan_fault fault;
    uint32_t shift;          /* where the first fault is */
    uint32_t visit;          /* of PLAN_FAULT_end: PLAN_NONE */
    int32_t late_s;          /* of window and end: how much too late, after the last window */
    struct plan_value value; /* whole when there is no fault */
};

/* Walks every shift. `begin_s_out` holds visit_count, may be NULL: when each planned visit
 * begins, -1 when it is not planned. `arena` is for the call and rolled back. */
struct plan_verdict plan_check(struct arena *arena, const struct plan_problem *problem,
                               const struct plan_tour *tours, int32_t *begin_s_out);
