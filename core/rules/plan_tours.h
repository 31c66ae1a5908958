/* core/rules/plan_tours.h -- the shifts of a plan in the making, with the times that make
 * "would this visit fit there" (plan_gap.h) a matter of a few additions. Pure; nothing is allocated
 * after plan_tours_open(). For the planner's own files. */
#pragma once

#include "core/rules/plan_gap.h"

struct plan_tours {
    const struct plan_net *net;
    struct plan_line *lines;
    int32_t *shift_of; /* [visit]: -1 not planned */
    int32_t *place_of; /* [visit]: index in the line */
};

void plan_tours_open(struct arena *arena, const struct plan_net *net, struct plan_tours *tours_out);
void plan_tours_clear(struct plan_tours *tours);

void plan_tours_insert(struct plan_tours *tours, int32_t visit, const struct plan_gap *gap);
/* Takes out the visits of a line for which `is_out` says so, and what then no longer fits
 * (travel times need not obey the triangle). */
void plan_tours_take_out(struct plan_tours *tours, int32_t shift, const bool *is_out);
/* Makes `order` the line of a shift; its visits are in no line. Returns how many had no room and
 * were left out. */
int32_t plan_tours_lay(struct plan_tours *tours, int32_t shift, const int32_t *order,
                       int32_t count);
/* Sets worth, spent_s, finish_s and is_used of a line. */
void plan_tours_sum(struct plan_tours *tours, int32_t shift);

/* Puts a copied line back: its visits belong to it again. Those that are in the line now and not
 * in the copy must have been marked as not planned before. */
void plan_tours_put_back(struct plan_tours *tours, int32_t shift, const struct plan_line *line);

/* The order of visits of all shifts, and the lines from such an order; visits that do not fit
 * are left out. */
void plan_tours_write(const struct plan_tours *tours, struct plan_answer *answer_out);
void plan_tours_read(struct plan_tours *tours, const struct plan_tour *from);
