/* core/rules/plan_tours.h -- the shifts of a plan in the making, with the times that make
 * "would this visit fit there" a matter of a few additions. Pure; nothing is allocated after
 * plan_tours_open(). For the planner's own files. */
#pragma once

#include "core/rules/plan_line.h"

struct plan_tours {
    const struct plan_net *net;
    struct plan_line *lines;
    int32_t *shift_of; /* [visit]: -1 not planned */
    int32_t *place_of; /* [visit]: index in the line */
};

/* Randomness of the search: xorshift64*, from a seed, the same on every machine. */
struct plan_dice {
    uint64_t state;
};
static inline uint32_t plan_dice_roll(struct plan_dice *dice)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (uint32_t)(dice->state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}
/* 0 .. bound - 1; bound > 0. */
static inline int32_t plan_dice_below(struct plan_dice *dice, int32_t bound)
{
    return (int32_t)((uint64_t)plan_dice_roll(dice) * (uint32_t)bound >> 32);
}

/* Where a visit would go. */
struct plan_gap {
    int32_t shift;
    int32_t after; /* place in the line; -1 nowhere */
    int32_t cost;
};

void plan_tours_open(struct arena *arena, const struct plan_net *net, struct plan_tours *tours_out);
void plan_tours_clear(struct plan_tours *tours);

/* Improves *gap by the cheapest place for `visit` in the line of `shift`. `blink` counts down at
 * each place that fits; one place in PLAN_BLINK is overlooked, drawn from `dice` (NULL: none). */
enum { PLAN_BLINK = 100 };
void plan_tours_find(const struct plan_tours *tours, int32_t visit, int32_t shift,
                     struct plan_dice *dice, int32_t *blink, struct plan_gap *gap);
void plan_tours_insert(struct plan_tours *tours, int32_t visit, const struct plan_gap *gap);
/* Takes out the visits of a line for which `is_out` says so, and what then no longer fits
 * (travel times need not obey the triangle). */
void plan_tours_take_out(struct plan_tours *tours, int32_t shift, const bool *is_out);
/* Sets worth, spent_s, finish_s and is_used of a line. */
void plan_tours_sum(struct plan_tours *tours, int32_t shift);

/* Puts a copied line back: its visits belong to it again. Those that are in the line now and not
 * in the copy must have been marked as not planned before. */
void plan_tours_put_back(struct plan_tours *tours, int32_t shift, const struct plan_line *line);

/* The order of visits of all shifts, and the lines from such an order; visits that do not fit
 * are left out. */
void plan_tours_write(const struct plan_tours *tours, struct plan_answer *answer_out);
void plan_tours_read(struct plan_tours *tours, const struct plan_tour *from);
