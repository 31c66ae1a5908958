/* core/rules/plan_pool.h -- recombines good routes. Pure. For the planner's own files.
 *
 * Remembers which visit followed which in good plans. On demand it rebuilds one line from its
 * own visits and those that are in no line, over the remembered legs and the shortest ones: the
 * best path by labels (visit, begin, worth), walked in order of time. Of two labels at a visit
 * the one that is later and worth no more is dropped whatever was visited before, so the path is
 * good, not proven best. */
#pragma once

#include "core/rules/plan_tours.h"

struct plan_pool;

/* NULL when the problem has breaks, locks or a shown plan: legs alone do not tell their worth. */
struct plan_pool *plan_pool_open(struct arena *arena, const struct plan_net *net);
/* Remembers the legs of every line. */
void plan_pool_remember(struct plan_pool *pool, const struct plan_tours *tours);
/* Looks for a better line; `demand` is added to worth.
 * Returns how many visits are in *order_out (the pool's own, until the next call), 0: none better
 * than what the line holds. `near` as in plan_search, `near_count` wide. */
int32_t plan_pool_rebuild(struct plan_pool *pool, const struct plan_tours *tours, int32_t shift,
                          const int32_t *demand, const int32_t *near, int32_t near_count,
                          const int32_t **order_out);
