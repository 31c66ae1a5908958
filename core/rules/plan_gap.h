/* core/rules/plan_gap.h -- where in a line a visit fits, and what it would cost there. Pure. For
 * the planner's own files. */
#pragma once

#include "core/rules/plan_line.h"

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

/* Cost of `visit` after place `i`, PLAN_FAR_S when it does not fit; breaks, hours and all. */
int32_t plan_gap_cost(const struct plan_net *net, const struct plan_line *line, int32_t visit,
                      int32_t i);
/* Improves *gap by the cheapest place for `visit` in the line of `shift`. `blink` counts down at
 * each place that fits; one place in PLAN_BLINK is overlooked, drawn from `dice` (NULL: none). */
enum { PLAN_BLINK = 100 };
void plan_gap_find(const struct plan_net *net, const struct plan_line *line, int32_t visit,
                   int32_t shift, struct plan_dice *dice, int32_t *blink, struct plan_gap *gap);
