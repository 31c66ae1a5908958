/* sync/server/store/review.h -- closing what a supervisor has decided about.
 *
 * The row of the conflict stays, closed, with the note; the collector's verdict about
 * the fact is settled and travels in the feed of the tablet. */
#pragma once

#include "sync/server/store/hq_store.h"

struct review_key {
    uint64_t case_no;
    uint32_t kind; /* conflicts.def */
    struct id id;  /* the fact that raised it */
};

/* The writer, in a transaction; after ingest_finish() of the facts that the decision
 * made. ERR_not_found when it is not open (any longer). */
enum err review_close(struct arena *arena, struct hq_store *store, const struct review_key *key,
                      struct str note, int64_t now_ms) MUST_USE;
/* The same for one that is closed and was decided anew: the note is the new one, the collector is
 * told it again. ERR_not_found when it is not closed. */
enum err review_close_again(struct arena *arena, struct hq_store *store,
                            const struct review_key *key, struct str note, int64_t now_ms) MUST_USE;
/* Closes every open conflict in which the fact is named, on either side, and whose
 * decision is the one just made about an arrangement. Returns how many. */
enum err review_close_decided(struct arena *arena, struct hq_store *store, uint64_t case_no,
                              const struct id *fact_id, struct str note, int64_t now_ms,
                              size_t *count_out) MUST_USE;
