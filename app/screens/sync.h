/* app/screens/sync.h -- the sync centre: what headquarters has, what waits and why, and
 * what needs the collector. */
#pragma once

#include "app/screens/alarm.h"
#include "app/screens/photos.h"
#include "app/screens/records.h"
#include "app/screens/traffic.h"

struct sync_question {
    const struct store_question *question;
    const ds_Event *event; /* what it is about; NULL: about none, or not readable */
};

struct sync_model {
    struct store_outbox outbox;
    uint64_t made_count, confirmed_count; /* of today */
    uint64_t resending_count;             /* after a new number: not yet confirmed again */
    struct sync_question *questions;
    size_t question_count;
    struct store_quarantined *quarantined;
    size_t quarantined_count;
    struct alarm_model alarms;
    struct photos_model photos;
    struct records_model records; /* the newest */
    const struct traffic *traffic;
};
