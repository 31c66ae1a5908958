/* sync/server/store/quarantine.h -- reading again what an earlier build did not understand. */
#pragma once

#include "sync/server/store/ingest.h"

struct quarantine_place {
    uint32_t device_no;
    uint32_t strand;
    uint64_t seq;
};

/* Reads the fact with this build. Understood: it takes effect as if it had come now, in
 * its canonical place, leaves the quarantine, and the conflict that told of it is
 * closed. Not understood, or still outside a rule: it stays, with the reason of today
 * (*is_released_out false). The journal keeps the bytes either way. The writer, in a
 * transaction. ERR_not_found when it is not in quarantine. */
enum err quarantine_retry(struct arena *arena, struct hq_store *store,
                          const struct quarantine_place *place, int64_t now_ms,
                          bool *is_released_out) MUST_USE;
