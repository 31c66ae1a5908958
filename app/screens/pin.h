/* app/screens/pin.h -- sets or changes the PIN. */
#pragma once

#include "app/screens/pin_pad.h"

struct pin_model {
    struct screen_secret *secret;
    bool has_pin;
    bool is_phrase; /* a passphrase stands in its place */
};
