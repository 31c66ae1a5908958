/* core/rules/plan_wait.h -- waits at a door for the hour at which somebody is likelier to be met.
 * Pure.
 *
 * A plan begins every visit as early as it can. Where the chance of meeting somebody is known by
 * the hour, a finished plan may gain by beginning later: the order stays, nothing comes in or
 * goes, and plan_check() judges every change as if the visit had opened later. */
#pragma once

#include "core/rules/plan_problem.h"

enum {
    PLAN_WAIT_MAX_S = 3600, /* for one visit */
    /* A minute of waiting has to gain so many thousandths of what a visit of the shift is worth
     * on average: half an hour for six in a hundred. */
    PLAN_WAIT_PERMILLE = 2
};

/* `tours` are free of faults, `begin_s` and `value` are plan_check()'s word on them. Visits that
 * were agreed do not wait for an hour, and are begun within their windows whoever waits before
 * them. Changes begin_s, worth and finish_s; returns how many visits wait. Sweeps the visits of
 * each shift in order until nothing gains: good, not proven best. */
uint32_t plan_wait(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_tour *tours, int32_t *begin_s, struct plan_value *value);
