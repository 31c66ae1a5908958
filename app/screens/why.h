/* app/screens/why.h -- why a stop stands where it does, or why it is not for today. */
#pragma once

#include "app/screens/day_words.h"
#include "app/screens/parts.h"

struct why_model {
    struct store_stop stop;
    size_t position;         /* in the day's order, 1 the first; 0: left out */
    const char *other_name;  /* of stop.other_case_no; "" none */
    const char *before_name; /* of the stop before; "" none */
    bool has_roads;
    struct chance chance; /* of meeting somebody, by the hour */
};
