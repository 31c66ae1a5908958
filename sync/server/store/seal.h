/* sync/server/store/seal.h -- case records as they came in, so that a changed amount is
 * found. Table kase_log: the hash of every record ever written, chained. */
#pragma once

#include "sync/server/store/hq_store.h"

struct seal_found {
    uint64_t record_count; /* of cases looked at */
    uint64_t bad_count;
};
/* What does not agree; case_no 0: the log itself, at line `log_no`. */
typedef void seal_sink(void *context, uint64_t case_no, uint64_t log_no);

/* Compares every case record with the last hash logged for it, and the chain of the log.
 * Any store. `sink` may be NULL. */
enum err seal_check(struct hq_store *store, seal_sink *sink, void *context,
                    struct seal_found *found_out) MUST_USE;
