/* sync/server/store/seal_private.h -- writing the log of case records. Private to the
 * store room. */
#pragma once

#include "sync/server/store/seal.h"

#include "core/event/chain.h"

/* Where the log ends; zero before the first seal_add() of a transaction. */
struct seal {
    bool is_loaded;
    int64_t log_no;
    struct chain_link link;
};

/* A line for a record that is being written. The writer, inside a transaction. */
enum err seal_add(struct seal *seal, struct hq_store *store, uint64_t case_no, int64_t batch_no,
                  struct str record) MUST_USE;
/* Lines for all records that have none: of cases from before the log. */
enum err seal_missing(struct hq_store *store, uint64_t *count_out) MUST_USE;
