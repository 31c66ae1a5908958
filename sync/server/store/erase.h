/* sync/server/store/erase.h -- personal data taken out of headquarters' database and files.
 *
 * The journal stays a chain: a fact of which words were taken keeps its place, its id and its
 * link, so all that follows is still proved, and nothing else can be put in its place unseen. One
 * fact of headquarters, data_erased, states what went; its digest is BLAKE2b-256 over the facts in
 * order of (device, strand, seq):
 *     device u32, strand u32, seq u64, link 32, BLAKE2b-256 of what is left of the body 32
 * then the files in order of (hash, size): hash 32, size u32. Little-endian.
 *
 * What money, outcomes and reports rest on stays; see core/event/erase.h. Facts that tablets send
 * again find themselves by their id and bring nothing back. Backups made before have it all: they
 * are to be destroyed when their own time is over (`doorstep-hq retention proof` names them). */
#pragma once

#include "core/event/erase.h"
#include "sync/server/store/ingest.h"

struct erase_order {
    uint64_t case_no;
    uint32_t classes; /* bit n: data_classes.def n */
    /* Of a class, only facts from before; INT64_MAX all. Files, letters and what the case record
     * says go whole. */
    int64_t until_at_ms[DATA_CLASS_END];
    bool keeps_record; /* of an open case: it says whom a visit is for */
    uint32_t ground;   /* erase_grounds.def */
    const char *asked_by, *by, *note;
};

struct erase_done {
    uint64_t erasure_seq; /* of the fact data_erased */
    uint64_t fact_count;
    uint64_t file_count;
    uint64_t letter_count;
    uint64_t size;   /* bytes of facts and files */
    bool has_record; /* something of the case record */
};

/* Takes the data out and books the fact. The writer only, inside the caller's transaction; files
 * go with erase_files() after the commit. ERR_not_found: no such case, or nothing of it to take. */
enum err erase_case(struct ingest *ingest, const struct erase_order *order,
                    struct erase_done *done_out) MUST_USE;
/* What an order would take: nothing is written, erasure_seq is 0. ERR_not_found: no such case. */
enum err erase_count(struct arena *arena, struct hq_store *store, const struct erase_order *order,
                     struct erase_done *done_out) MUST_USE;
/* Overwrites and removes files of erased attachments that are still on the disk, whole or in
 * part, and copies of the database that upgrades left in `folder`. Again and again without harm. */
enum err erase_files(struct arena *arena, struct hq_store *store, const char *folder,
                     const struct rng *rng, uint64_t *count_out) MUST_USE;
/* True when this attachment was erased. */
enum err erase_file_is(struct hq_store *store, const struct chain_hash *hash, uint32_t size,
                       bool *is_erased_out) MUST_USE;

struct erase_checked {
    uint64_t erasure_count, fact_count, file_count;
    uint64_t bad_count;
};
/* What does not agree with its erasure. */
typedef void erase_sink(void *context, uint32_t device_no, uint64_t seq);
/* Holds every erasure against what is left. Any store. `sink` may be NULL. */
enum err erase_check(struct arena *arena, struct hq_store *store, erase_sink *sink, void *context,
                     struct erase_checked *checked_out) MUST_USE;
