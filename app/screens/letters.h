/* app/screens/letters.h -- messages of headquarters. */
#pragma once

#include "app/screens/parts.h"

struct letters_model {
    struct store_letter *letters;
    size_t count;
    ds_Event *event; /* message_answered, being filled in for the open one */
};
