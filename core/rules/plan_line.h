/* core/rules/plan_line.h -- one shift of a plan in the making. Pure. For the planner's own files.
 *
 * SPEC. A line is a shift: start, visits, end. For each place in it
 *     begin[i]   the earliest begin, walking forward; of the end: the arrival
 *     latest[i]  the latest arrival from which all that follows still fits, walking backward;
 *                with several windows it lies in one of them, and waiting is always allowed
 *     leg[i]     service at i and travel to i + 1
 * so a visit fits between i and i + 1 when its begin + its service + travel <= latest[i + 1].
 *
 * A break has no place of its own: row[i] is the visit from which the collector goes on. A
 * break's begin is the begin of that visit moved on by the break, and floor[i] the earliest
 * end of the break, wherever the collector is by then; see plan_check.c for the same in words. */
#pragma once

#include "core/rules/plan_net.h"

struct plan_line {
    int32_t length; /* nodes with start and end */
    int32_t *node, *row, *begin, *latest, *leg, *floor;
    int32_t slack_s;  /* the most that a detour may take anywhere in the line */
    int64_t worth;    /* of its visits, with what plan_keep adds */
    int64_t spent_s;  /* service and travel, breaks apart */
    bool is_used;     /* holds a visit that is no break */
    int32_t finish_s; /* of the end, an instant */
};

/* A collector on the way through breaks to the next place. */
struct plan_going {
    int32_t row, begin_s, floor_s;
};

/* Service at a node and travel to another. */
static inline int32_t plan_line_leg(const struct plan_net *net, int32_t from, int32_t to)
{
    size_t nodes = (size_t)net->node_count;
    if (to < net->visit_count) {
        return net->to[(size_t)to * nodes + (size_t)from];
    }
    if (from < net->visit_count) {
        return net->from[(size_t)from * nodes + (size_t)to];
    }
    return net->direct[from - net->visit_count];
}

/* A line's copy within the same net, empty at first. */
void plan_line_open(struct arena *arena, const struct plan_net *net, struct plan_line *line_out);
void plan_line_copy(const struct plan_line *from, struct plan_line *to);
/* Has the break; false when it is too late for it. */
bool plan_line_pause(const struct plan_net *net, struct plan_going *going, int32_t node);
/* Between which places locks allow the visit: after *low .. after *high, which only narrow. */
void plan_line_lock_range(const struct plan_net *net, const struct plan_line *line, int32_t v,
                          int32_t *low, int32_t *high);
/* What a place after `i` gains `v` by bringing back a leg that was shown, as time. */
int32_t plan_line_leg_bonus(const struct plan_net *net, const struct plan_line *line, int32_t v,
                            int32_t i);
/* The band of plan_hours in which a visit falls that begins then; there is one. */
size_t plan_line_band(const struct plan_hours *hours, int32_t begin_s);
/* What plan_hours takes from the worth of a visit that begins then. */
int64_t plan_line_hour_loss(const struct plan_net *net, int32_t v, int32_t begin_s);
/* What plan_keep and own_worth add to the worth of the line's visits, less what plan_hours
 * takes. */
int64_t plan_line_worth(const struct plan_net *net, const struct plan_line *line, int32_t shift);
