/* app/screens/close_day.h -- plan against what was done, and the day's end. */
#pragma once

#include "app/screens/parts.h"

struct close_day_model {
    uint32_t planned_count, visited_count, skipped_count;
    uint64_t made_count, confirmed_count;
    bool has_open_visit;
    bool was_closed; /* today was closed before */
    int64_t closed_at_ms;
    struct store_stop *stops;
    size_t stop_count;
    ds_Event *event; /* day_closed, being filled in */
};
