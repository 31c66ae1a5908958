/* app/screens/more.h -- what is needed less often. */
#pragma once

#include "app/screens/parts.h"

struct more_model {
    uint64_t unread_count;
    bool has_pin;
};
