/* app/screens/sync.h -- the traffic with headquarters, in words and counts. */
#pragma once

#include "app/screens/records.h"

struct sync_model {
    struct store_outbox outbox;
    uint64_t made_count, confirmed_count; /* of today */
    struct store_question *questions;
    size_t question_count;
    struct store_quarantined *quarantined;
    size_t quarantined_count;
    struct records_model records; /* the newest */
};
