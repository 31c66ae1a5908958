/* app/screens/carry.h -- what is sealed goes to headquarters by stick, and its answers come
 * back the same way: for weeks without a network. */
#pragma once

#include "app/screens/parts.h"

struct carry_model {
    const struct traffic *traffic;
    uint64_t unconfirmed_count; /* facts without a receipt */
};
