/* sync/server/store/ingest.h -- facts into the journal and its projections.
 *
 * Loads the cases that a group of facts is about, lets merge (pure) say what
 * changes, and writes that. The writer only, inside the caller's transaction:
 * nothing is acknowledged before the caller's hq_commit() returned OK. */
#pragma once

#include "core/event/chain.h"
#include "core/event/event.h"
#include "sync/server/store/hq_store.h"

/* Where a group of facts is gathered. Lives in `arena`; one per transaction. */
struct ingest;
struct ingest *ingest_start(struct arena *arena, struct hq_store *store, int64_t now_ms);
/* Writes all projections that the facts changed. Call once, before hq_commit(). */
enum err ingest_finish(struct ingest *ingest) MUST_USE;

/* ---- facts of headquarters ---- */

/* Appends a fact to headquarters' own journal (device 0): `event->at_ms` 0 is set
 * to now. The fact must stand event_check(); CHECKs that. `id_out` may be NULL. */
enum err ingest_own(struct ingest *ingest, const ds_Event *event, struct id *id_out) MUST_USE;

/* One fact of headquarters in a transaction of the caller, start to finish. */
enum err ingest_own_one(struct arena *arena, struct hq_store *store, const ds_Event *event,
                        int64_t now_ms, struct id *id_out) MUST_USE;

/* ---- cases ---- */

/* A case comes in or its record changes (same client and case_ref): writes kase
 * with its key columns, folds the case anew from its facts, bumps the feed of the
 * tablets that hold it. `record->case_no` 0: a new number is given, stored in the
 * record. `batch_no`: import_batch, 0 none. ERR_too_long past LIMIT_case_size. */
enum err ingest_case(struct ingest *ingest, ds_CaseRecord *record, int64_t batch_no) MUST_USE;

/* ---- batches of tablets ---- */

enum ingest_answer {
    INGEST_stored,    /* all facts are in the journal, from the first to the last */
    INGEST_send_from, /* nothing taken: send again from `send_from_seq` */
};

struct ingest_batch {
    uint32_t device_no;
    uint64_t first_seq;
    uint8_t before_tag[8]; /* first bytes of the link after first_seq - 1 */
    size_t count;          /* 0: a pull ticket; tells where the tablet stands */
    const struct str *bodies;
    /* The tablet's signature over `signed_bytes`, already verified; kept as evidence. */
    struct chain_signature signature;
    struct str signed_bytes;
    /* The link after the last fact as the tablet says; it must come out the same. */
    struct chain_link last_link;
};

struct ingest_result {
    enum ingest_answer answer;
    uint64_t send_from_seq;
    uint64_t stored_seq;          /* of the tablet's chain */
    struct chain_link stored_link;
    uint32_t strand;              /* which chain of the device it is; see table strand */
    bool is_forked;               /* this batch opened a new strand */
    size_t new_count;
};

/* Takes a batch. Facts that are there already are compared, not stored again; a
 * difference is a fork and opens a new strand, so nothing is ever refused.
 * ERR_bad_link when the bodies do not give `last_link` (the message was built
 * wrongly; nothing is taken). */
enum err ingest_take(struct ingest *ingest, const struct ingest_batch *batch,
                     struct ingest_result *result_out) MUST_USE;

/* ---- feed ---- */

/* A tablet starts to serve `person_no`: every case of the person enters its feed. */
enum err ingest_device_joins(struct ingest *ingest, uint32_t device_no, uint32_t person_no) MUST_USE;

/* ---- rebuild ---- */

struct ingest_rebuilt {
    uint64_t fact_count;
    uint64_t case_count;
    uint64_t changed_count; /* cases whose projection was not what the facts give */
};
/* Drops nothing: makes every projection again from the journal and writes what
 * differs. In a transaction of the caller. `is_dry`: counts only. */
enum err ingest_rebuild(struct arena *arena, struct hq_store *store, bool is_dry,
                        struct ingest_rebuilt *rebuilt_out) MUST_USE;
