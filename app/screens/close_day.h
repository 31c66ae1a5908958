/* app/screens/close_day.h -- plan against what was done, and the day's end. */
#pragma once

#include "app/screens/parts.h"

/* place.seq: case of the stop whose reason is being chosen; 0: the first one that lacks one. */
struct close_day_model {
    struct close_day day;
    bool has_open_visit;
    bool was_closed; /* today was closed before */
    int64_t closed_at_ms;
    uint64_t question_count; /* of headquarters, not dealt with */
    uint64_t alarm_count;    /* not yet heard by headquarters */
    struct store_stop *stops;
    size_t stop_count;
    ds_Event *event; /* day_closed, being filled in */
};
