/* app/map/map_trace.h -- the day's way as lines on the map's sheet. Pure.
 *
 * On the road where a pack and a way are known, else straight and shown as such. Kept until the
 * day looks otherwise: finding the ways of a day takes some milliseconds. */
#pragma once

#include "app/map/map_view.h"
#include "core/roads/roads.h"

enum map_trace_kind { MAP_TRACE_done, MAP_TRACE_ahead, MAP_TRACE_next };

struct map_leg {
    struct geo_point from, to; /* both located */
    enum map_trace_kind kind;
};

struct map_trace_part {
    size_t first, count; /* in points */
    enum map_trace_kind kind;
    bool is_straight; /* no road is known: a broken line */
};

struct map_trace {
    struct arena arena;
    int64_t (*points)[2]; /* millimetres on the sheet */
    size_t point_count, point_capacity;
    struct map_trace_part *parts;
    size_t part_count, part_capacity;
};

void map_trace_start(struct map_trace *trace);
void map_trace_deinit(struct map_trace *trace);
/* The lines of `legs` in place of what was there. `work` of the mode, or NULL: straight lines. */
void map_trace_make(struct map_trace *trace, const struct map_sheet *sheet,
                    const struct roads *roads, struct roads_work *work, enum roads_mode mode,
                    const struct map_leg *legs, size_t leg_count);
