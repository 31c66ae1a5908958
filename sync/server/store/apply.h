/* sync/server/store/apply.h -- writing what merge found. Private to the store room.
 *
 * The desk of one transaction: what is known of the devices in it, and the feed
 * numbers given so far, which are written once at the end. */
#pragma once

#include "core/event/chain.h"
#include "sync/server/merge/merge.h"
#include "sync/server/store/hq_store.h"

struct apply_strand {
    uint32_t strand;
    uint32_t parent;
    uint64_t from_seq;
    uint64_t seq;
    struct chain_link link;
    int64_t order_at_ms;
    int64_t told_order_at_ms; /* where the tablet itself orders the fact at seq */
    uint64_t safe_seq;        /* in a verified backup up to here */
    int64_t safe_at_ms;
    uint64_t safe_feed_seq; /* when the tablet was to be told */
};

struct apply_device {
    struct apply_device *next; /* of the same bucket */
    uint32_t device_no;
    bool is_known;
    bool is_revoked;
    uint32_t person_no;
    uint32_t app_version;
    struct chain_public_key key; /* zeros for headquarters */
    uint64_t feed_seq;
    bool is_feed_moved;
    bool is_kin_known; /* has_kin was looked up */
    bool has_kin;      /* some of its facts may stand under another number */
    bool has_strands;  /* loaded */
    struct apply_strand *strands;
    size_t strand_count;
};

enum { APPLY_BUCKETS = 256 };

struct apply {
    struct arena *arena;  /* of the transaction */
    struct arena scratch; /* of one batch */
    struct hq_store *store;
    int64_t now_ms;
    uint8_t *bytes;      /* LIMIT_case_size: a record or a state on its way into a query */
    ds_CaseState *fresh; /* of a case that no fact is about yet */
    struct apply_device *devices[APPLY_BUCKETS];
};

void apply_init(struct apply *apply, struct arena *arena, struct hq_store *store, int64_t now_ms);
/* Writes the feed numbers and frees the scratch memory. */
enum err apply_finish(struct apply *apply) MUST_USE;
/* Frees the scratch memory without writing. */
void apply_deinit(struct apply *apply);

/* Lives as long as the desk. An unknown number gives a device with is_known false. */
enum err apply_device(struct apply *apply, uint32_t device_no,
                      struct apply_device **device_out) MUST_USE;
enum err apply_device_strands(struct apply *apply, struct apply_device *device) MUST_USE;
/* Forgets what is known of the device, which is there no longer as it was. */
void apply_device_forget(struct apply *apply, uint32_t device_no);
/* May some of its facts stand in another strand or under another number? */
enum err apply_device_kin(struct apply *apply, struct apply_device *device,
                          bool *has_kin_out) MUST_USE;
/* The next number of the device's feed. */
uint64_t apply_feed_next(struct apply_device *device);

/* Where a fact stands in the journal. */
struct apply_place {
    uint32_t device_no;
    uint32_t strand;
    uint64_t seq;
    uint32_t origin_no; /* under which it was captured; 0: device_no */
};
/* A fact as the journal has it; a body that cannot be read gives an empty event. The
 * canonical order goes by the number under which the fact was captured, so it does not
 * matter under which number it came first. */
enum err apply_fact_decode(struct apply *apply, const struct apply_place *place,
                           const struct id *id, int64_t order_at_ms, struct str body,
                           struct merge_fact *fact_out) MUST_USE;

/* A case with a number never used: no fact can be about it and no tablet holds it. */
enum err apply_case_new(struct apply *apply, const ds_CaseRecord *record) MUST_USE;
/* Whether the state that is written is another than all its facts give. */
enum err apply_case_is_stale(struct apply *apply, uint64_t case_no, bool *is_stale_out) MUST_USE;
/* Facts of one case (or of none: case_no 0), already in the journal: merges and
 * writes. `count` 0: only folds anew. `source`: the tablet all of them come from, 0
 * if not one. */
enum err apply_case(struct apply *apply, uint64_t case_no, const struct merge_fact **facts,
                    size_t count, uint32_t source, bool is_anew) MUST_USE;
/* Groups the facts by case and applies each. */
enum err apply_facts(struct apply *apply, const struct merge_fact **facts, size_t count,
                     uint32_t source) MUST_USE;
/* Every open case of the person enters the device's feed. */
enum err apply_device_joins(struct apply *apply, uint32_t device_no, uint32_t person_no) MUST_USE;
/* A number that is new gets what its person has not read of the last 30 days: it lay in the feed of
 * an earlier number, which nobody will ask for again. */
enum err apply_device_letters(struct apply *apply, uint32_t device_no, uint32_t person_no) MUST_USE;
/* Cases that facts after `after_seq` of the strand are about enter the device's feed anew. */
enum err apply_device_behind(struct apply *apply, uint32_t device_no, uint32_t strand,
                             uint64_t after_seq) MUST_USE;
/* Tablets that hold the case hear of the change, except `source`, which made it; those that
 * must not hold it any longer lose it. `is_moved`: it may have come to others. */
enum err apply_feed_move(struct apply *apply, const ds_CaseState *after, bool is_moved,
                         uint32_t source) MUST_USE;
/* Writes what merge found for a case; with is_anew, after apply_rows_clear(). */
enum err apply_rows_write(struct apply *apply, uint64_t case_no,
                          const struct merge_changes *changes) MUST_USE;
enum err apply_rows_clear(struct hq_store *store, uint64_t case_no) MUST_USE;
/* Day rows and incidents of no case, all of them again. */
enum err apply_people_anew(struct apply *apply) MUST_USE;

/* Puts a verdict into the feed of every device whose chain holds the fact, unless it
 * already stands so. case_no: of the fact; 0: of no case. */
enum err apply_verdict(struct apply *apply, uint64_t case_no, const struct id *fact_id,
                       uint32_t verdict, struct str note, bool is_settled) MUST_USE;
/* What was said about a fact is also said to the device that holds a copy of it. */
enum err apply_verdicts_copy(struct apply *apply, const struct apply_place *copy, uint64_t case_no,
                             const struct id *id) MUST_USE;
/* A conflict, if it is new; with its verdict. */
enum err apply_conflict(struct apply *apply, const struct conflict *conflict) MUST_USE;

/* ingest.c: the desk of an ingest, for the other files of this room. */
struct ingest;
struct apply *ingest_desk(struct ingest *ingest);
/* Applies headquarters' own facts that are gathered, so that they come before what follows. */
enum err ingest_apply_own(struct ingest *ingest) MUST_USE;
