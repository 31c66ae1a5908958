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
struct ingest *ingest_start(struct arena *arena, struct hq_store *store, int64_t now_ms) MUST_USE;
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

/* A place in the journal where a batch may begin: the fact before it. */
struct ingest_place {
    struct chain_link link; /* after it; zeros before the first fact */
    struct str body;        /* of it; empty before the first fact */
};

/* Places of the device at `seq` whose link begins with the `tag_size` bytes of
 * `tag`: one per strand at most, equal ones once; in `arena`. When there is none:
 * the seq from which the tablet should send again, further back each time it asks. */
enum err ingest_places(struct arena *arena, struct hq_store *store, uint32_t device_no,
                       uint64_t seq, const uint8_t *tag, size_t tag_size,
                       struct ingest_place **places_out, size_t *count_out,
                       uint64_t *send_from_seq_out) MUST_USE;

struct ingest_batch {
    uint32_t device_no;
    uint64_t first_seq;
    struct chain_link before; /* after first_seq - 1; the signature was checked with it */
    size_t count;             /* 0: a pull ticket; tells where the tablet stands */
    const struct str *bodies;
    const struct id *ids;           /* chain_event_id() of each, by chain_origin() */
    const struct chain_link *links; /* after each */
    /* The tablet's signature after the last fact, already verified; kept as evidence. */
    uint8_t status_hash[32];
    struct chain_signature signature;
    /* Under which numbers its facts were captured, as it said; `ids` go by it. */
    const struct chain_lineage *lineage;
    size_t lineage_count;
    bool has_clock;          /* it knew how far its clock was off at the last fact */
    int64_t clock_behind_ms; /* its clock was behind headquarters' by */
};

struct ingest_result {
    enum ingest_answer answer;
    uint64_t send_from_seq;
    uint64_t stored_seq;           /* of the tablet's chain: its last fact, as it told */
    struct chain_link stored_link; /* after it */
    uint64_t folded_seq;           /* its facts are in the case states up to here */
    uint32_t strand;               /* which chain of the device it is; see table strand */
    bool is_forked;                /* this batch opened a new strand */
    size_t new_count;
    /* The tablet shares its number with another chain: it must go on under this one (the
     * same whenever this strand is met again). 0: it keeps its number. */
    uint32_t new_device_no;
    /* The tablet has a new number and has not sent again all that it captured under earlier
     * ones: the case states hold facts of it that folded_seq does not tell. */
    bool is_catching_up;
};

/* Takes a batch and writes all that it changes. Facts that are there already are
 * compared, not stored again; a difference is a fork and opens a new strand, so
 * nothing is ever refused. */
enum err ingest_take(struct ingest *ingest, const struct ingest_batch *batch,
                     struct ingest_result *result_out) MUST_USE;

/* ---- feed ---- */

/* A tablet was revoked: every case is withdrawn from it. */
enum err ingest_device_leaves(struct ingest *ingest, uint32_t device_no) MUST_USE;
/* A tablet says less than headquarters has of its chain (an older image, or a copy that
 * rests): the cases that its facts after `after_seq` of `strand` are about enter its feed
 * anew, for it cannot fold what it does not have. */
enum err ingest_device_behind(struct ingest *ingest, uint32_t device_no, uint32_t strand,
                              uint64_t after_seq) MUST_USE;
/* A text for one person (0: everybody), which goes to all their tablets. */
struct ingest_letter {
    uint32_t person_no;
    uint64_t case_no; /* 0: not about one case */
    struct str from_name, body;
    bool wants_answer;
    int64_t answer_by_at_ms; /* 0: no limit */
};
enum err ingest_message(struct ingest *ingest, const struct ingest_letter *letter) MUST_USE;

/* ---- rebuild ---- */

struct ingest_rebuilt {
    uint64_t fact_count;
    uint64_t case_count;
    uint64_t changed_count; /* cases (and the day rows, as one) that were not what the facts give */
    uint64_t read_again_count; /* facts that this build reads otherwise than the one before */
};
/* Makes every projection again from the journal and says how much differed. In a
 * transaction of the caller, who rolls back to only compare. */
enum err ingest_rebuild(struct hq_store *store, int64_t now_ms,
                        struct ingest_rebuilt *rebuilt_out) MUST_USE;
/* Folds the cases that an upgrade left in kase_to_fold anew. In a transaction of the
 * caller. */
enum err ingest_fold_pending(struct hq_store *store) MUST_USE;
struct ingest_upgraded {
    uint64_t changed_count;
    uint64_t unreadable_count; /* named in the log, left as they are */
};
/* After an upgrade of how facts fold (FOLD_VERSION): folds every case anew; those whose state
 * differs are written and go to their tablet. Some 60 us a case, in transactions of its own, a
 * page of cases each; the last sets the setting "fold.version" to `version`, so that one that was
 * cut begins again, and one that met a case it could not read is tried again. */
enum err ingest_fold_upgraded(struct hq_store *store, const char *version,
                              struct ingest_upgraded *upgraded_out) MUST_USE;
