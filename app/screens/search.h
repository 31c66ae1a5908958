/* app/screens/search.h -- every case in hand, found as you type. */
#pragma once

#include "app/screens/parts.h"

enum { SEARCH_COUNT_MAX = 200, SEARCH_RECENT_MAX = 8 };

struct search_model {
    struct store_case_items items;
    struct store_case_items recent; /* cases that a search led to before, newest first */
    uint64_t in_hand_count;
};
