/* app/screens/rescued.h -- the tablet's store was damaged: what was saved, what was not, and what
 * to do about it. */
#pragma once

#include "app/screens/parts.h"
#include "core/store/store_rescue.h"

enum { RESCUED_SHOWN_MAX = 30 };

struct rescued_lost {
    uint64_t seq;
    int64_t at_ms;           /* 0: not known */
    const char *debtor_name; /* of the case it was about; "" when that is not known */
    bool was_held;
};

struct rescued_model {
    struct store_rescue rescue;
    struct rescued_lost lost[RESCUED_SHOWN_MAX]; /* newest first */
    size_t shown_count;
};
