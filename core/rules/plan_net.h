/* core/rules/plan_net.h -- a problem laid out for the search: times between visits, starts and
 * ends in rows that are read one after the other. Pure. For the planner's own files. */
#pragma once

#include "core/rules/plan_problem.h"

/* The problem laid out for the search. Nodes: visits, then a start and an end for each shift. */
struct plan_net {
    const struct plan_problem *problem;
    int32_t visit_count, shift_count, node_count;
    int32_t *to;                     /* [visit][node]: service at the node + travel to the visit */
    int32_t *from;                   /* [visit][node]: service at the visit + travel to the node */
    int32_t *direct;                 /* [shift]: start to end */
    int32_t *open, *close, *service; /* [visit]: first opening, last closing */
    int32_t *reach;                  /* [visit]: least time from its begin to any next begin */
    int32_t *least;                  /* [visit]: least time between the begins of its neighbours */
    int32_t *worth;                  /* [visit] */
    bool has_breaks, has_locks, has_many_windows, has_own;
};

enum { PLAN_FAR_S = 1 << 28 }; /* no way; with PLAN_TIME_MAX it still fits 31 bits */

/* First moment at or after `at_s` at which the visit may begin; PLAN_FAR_S when there is none. */
static inline int32_t plan_net_begin(const struct plan_net *net, int32_t visit, int32_t at_s)
{
    if (at_s > net->close[visit]) {
        return PLAN_FAR_S;
    }
    if (!net->has_many_windows) {
        return at_s > net->open[visit] ? at_s : net->open[visit];
    }
    const struct plan_window *window = net->problem->visits[visit].windows;
    while (at_s > window->close_s) {
        window++;
    }
    return at_s > window->open_s ? at_s : window->open_s;
}

static inline bool plan_net_is_break(const struct plan_net *net, int32_t node)
{
    return net->has_breaks && node < net->visit_count && net->problem->visits[node].is_break;
}

/* Lays out `problem`, which is kept; memory is the arena's. */
void plan_net_open(struct arena *arena, const struct plan_problem *problem,
                   struct plan_net *net_out);
