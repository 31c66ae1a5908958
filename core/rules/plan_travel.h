/* core/rules/plan_travel.h -- where travel times come from. Pure.
 *
 * A source fills a table of seconds between places, which need not be the same both ways.
 * Today's is the straight line; a road network is another with the same two members. */
#pragma once

#include "core/domain/geo.h"

struct plan_travel {
    /* Fills `count` rows of `count`: from the row to the column, 0 .. PLAN_TIME_MAX; what cannot
     * be reached is PLAN_TIME_MAX. Places that are not located are 0 s from everywhere. */
    enum err (*fill)(const void *context, const struct geo_point *places, size_t count,
                     int32_t *travel_s_out);
    const void *context;
    bool is_estimated; /* shown as estimated: no road was looked at */
};

/* Straight line × detour, at one speed, and a fixed time to set out and to arrive. */
struct plan_straight {
    int32_t metres_a_minute;
    int32_t detour_percent; /* 100: as the crow flies; learned per area where there is a record */
    int32_t setting_out_s;  /* per way between two places that are not the same building */
};

/* `straight` is kept by the source. */
struct plan_travel plan_travel_straight(const struct plan_straight *straight);
/* Metres under which two places are one building: coordinates are rarely given twice alike. */
enum { PLAN_BUILDING_M = 20 };
bool plan_travel_is_same_building(struct geo_point a, struct geo_point b);
