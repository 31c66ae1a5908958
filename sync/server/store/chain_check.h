/* sync/server/store/chain_check.h -- is every fact in a database the one that its chain names?
 *
 * Of each fact the id and the link are made anew from its bytes and compared with what is stored,
 * from the first to the last of its strand; of each case record the hash with the log of
 * hashes. Signatures are not looked at: that is `verify`. Some 3 µs a fact. Any store. */
#pragma once

#include "sync/server/store/hq_store.h"

/* What was looked at, and the first that does not hold. */
struct chain_checked {
    uint64_t fact_count, record_count;
    bool is_broken;
    uint32_t device_no; /* of the fact that is not what its chain says … */
    uint64_t seq;
    uint64_t case_no; /* … or of the record; 0: none, or the log of records itself */
};

/* ERR_corrupt when something does not hold; ERR_io. */
enum err chain_check(struct hq_store *store, struct chain_checked *checked_out) MUST_USE;
