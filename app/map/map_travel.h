/* app/map/map_travel.h -- times and lengths on the roads of a pack, as the planner asks for them.
 *
 * Where a place lies off the pack's roads, or on an island of them, the straight line answers,
 * and is_guess says so: a case is never unreachable only because the map ends before it. How much
 * longer than that line the way is, the day's other ways say, which were asked of the roads. */
#pragma once

#include "core/roads/roads.h"
#include "core/rules/plan_travel.h"

struct map_travel {
    const struct roads *roads; /* NULL: no pack; nothing below may be used */
    enum roads_mode mode;
    struct roads_work *work;
    struct plan_straight straight; /* of what lies off the roads */
    struct plan_travel source;     /* for plan_terms.travel; its context is this struct */
    struct arena arena;            /* of work */
};

void map_travel_start(struct map_travel *travel);
void map_travel_deinit(struct map_travel *travel);
/* Ways by `mode` on the roads of a pack (borrowed). */
void map_travel_set(struct map_travel *travel, const struct roads *roads, enum roads_mode mode,
                    const struct plan_straight *straight);
/* Metres of the fastest way, for journey.way_m; 0 where none leads. `context` is the struct. */
uint32_t map_travel_way_m(const void *context, struct geo_point from, struct geo_point to);
