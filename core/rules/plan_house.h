/* core/rules/plan_house.h -- the people of one building are one stop of a plan. Pure. */
#pragma once

#include "core/rules/plan.h"

enum { PLAN_HOUSE_MAX = 8 }; /* people of one building that are one stop */

/* The people of one building, or one stop. */
struct plan_house {
    size_t stops[PLAN_HOUSE_MAX]; /* as they were shown, then best score first */
    size_t count;
};

/* Puts `stops` into houses, those that were shown first; with `is_split` each into its own.
 * `houses_out` holds stop_count; returns how many are used. */
size_t plan_house_make(const struct plan_stop *stops, size_t stop_count, bool is_split,
                       struct plan_house *houses_out);
