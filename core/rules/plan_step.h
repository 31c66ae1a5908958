/* core/rules/plan_step.h -- one step of the search: some visits leave, others are offered. Pure.
 * For the planner's own files. */
#pragma once

#include "core/rules/plan_pool.h"
#include "core/rules/plan_tours.h"

struct plan_search {
    struct plan_net net;
    struct plan_tours tours;
    struct plan_dice dice;
    int32_t near_count;
    int32_t *near;   /* [visit][near_count]: itself, then the nearest first */
    int32_t *demand; /* [visit]: added to worth of a mandatory one, grows while missing */
    bool has_demand; /* some visit is mandatory */
    int32_t *tight;  /* [visit]: width of its windows */
    int64_t *yield;  /* [visit]: worth by the least time it takes */
    int32_t *own_s;  /* [visit]: what being made by its own shift is worth, as time */
    int64_t mean_worth;
    int64_t time_price;       /* worth of a second, in 1/256 */
    struct plan_line *before; /* [shift]: as it was at the start of the step */
    bool *is_saved;           /* [shift] */
    bool *is_out;             /* [visit]: to be taken out */
    int32_t *offer;           /* visits to be offered */
    int64_t *offer_key;
    int32_t offer_count;
    int32_t blink;
    int64_t energy;
    struct plan_pool *pool; /* NULL: none for this kind of problem */
    struct plan_answer best;
};

enum { PLAN_NOWHERE = -1 }; /* center of a step that takes and offers anywhere; of one line only */
/* Takes strings of visits near `center` out of their lines, which are saved before. */
void plan_step_ruin(struct plan_search *search, int32_t center);
/* Offers what was taken out and what is out near `center`, in a changing order, each at its
 * cheapest place. */
void plan_step_recreate(struct plan_search *search, int32_t center);
/* The visits in `offer` by rising offer_key. */
void plan_step_sort(struct plan_search *search);
/* Each visit in `offer`, in that order, at its cheapest place. */
void plan_step_offer(struct plan_search *search);
