/* app/screens/search.h -- every case in hand, found as you type. */
#pragma once

#include "app/screens/parts.h"

enum { SEARCH_COUNT_MAX = 200 };

struct search_model {
    struct store_case_items items;
    uint64_t in_hand_count;
};
