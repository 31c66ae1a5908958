/* app/screens/more.h -- what is needed less often. */
#pragma once

#include "app/screens/card.h"

struct more_model {
    uint64_t unread_count;
    bool has_pin;
    struct card_model card;
};
