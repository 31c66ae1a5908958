/* app/screens/map.h -- the day on the map: where the stops are and how to get there. */
#pragma once

#include "app/screens/day_words.h"
#include "app/screens/parts.h"

/* place.case_no: the stop that is chosen; 0: the next one. place.number 1: it was opened anew and
 * shows the whole day. */
struct map_model {
    struct map_chart *chart;
    struct store_stop *stops; /* of the plan, in order; those left out last */
    size_t stop_count;
    struct map_mark *marks; /* of stops that are located */
    size_t *stop_of_mark;
    size_t mark_count;
    size_t chosen; /* index of a stop; stop_count: none */
    size_t left_count, unplaced_count;
    uint32_t left_m;
    int32_t left_s;
    int64_t end_at_ms; /* of the last stop; 0 none */
    bool is_estimated;
};
