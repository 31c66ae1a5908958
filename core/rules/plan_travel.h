/* core/rules/plan_travel.h -- where travel times come from. Pure.
 *
 * A source fills a table of seconds between places, which need not be the same both ways.
 * The straight line is one, with what was learned of the area; a road network is another. */
#pragma once

#include "core/rules/detour.h"
#include "core/rules/policy.h"

struct plan_travel {
    /* Fills `count` rows of `count`: from the row to the column, 0 .. PLAN_TIME_MAX; what cannot
     * be reached is PLAN_TIME_MAX. Places that are not located are 0 s from everywhere. */
    enum err (*fill)(const void *context, const struct geo_point *places, size_t count,
                     int32_t *travel_s_out);
    const void *context;
    bool is_estimated; /* shown as estimated: no road was looked at */
    /* Of a source that looks at roads: is this way a straight line all the same? NULL: none is. */
    bool (*is_guess)(const void *context, struct geo_point from, struct geo_point to);
};

/* Straight line × detour, at one speed, and a fixed time to set out and to arrive. */
struct plan_straight {
    int32_t metres_a_minute;
    int32_t detour_percent; /* 100: as the crow flies */
    int32_t setting_out_s;  /* per way between two places that are not the same building */
    /* What ways that were gone say instead of `detour_percent`, area by area; NULL: nothing. */
    const struct detour *learned;
};

/* By the policy's numbers, with nothing learned. */
struct plan_straight plan_travel_house(const struct policy *policy);
/* `straight` is kept by the source. */
struct plan_travel plan_travel_straight(const struct plan_straight *straight);
/* Metres under which two places are one building: coordinates are rarely given twice alike. */
enum { PLAN_BUILDING_M = 20 };
bool plan_travel_is_same_building(struct geo_point a, struct geo_point b);
