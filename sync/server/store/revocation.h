/* sync/server/store/revocation.h -- tablets taken out of service, for good.
 *
 * A backup remembers a tablet that was revoked after it was made as a working one. So every
 * revocation is also in a list, a file that lies in headquarters' folder and beside every
 * backup, and whoever restores applies it. A list only ever grows: it is the union of what the
 * database and the file at its place know.
 *
 * The file: "DSV1", varint count, for each u32 device number, u64 instant of the revocation and
 * the 32 bytes of its key; then BLAKE2b-256 of all before, which finds damage. */
#pragma once

#include "core/event/chain.h"
#include "sync/server/store/ingest.h"

#define REVOCATION_NAME "hq.revoked"

struct revocation {
    struct chain_public_key key;
    uint32_t device_no;
    int64_t at_ms;
};

/* Takes the tablet out of service: it gets no more rows, those that it has are withdrawn, and
 * its key is written down. `is_done_out` false: no such tablet, or revoked already. The writer,
 * in a transaction; afterwards, when it is committed, revocation_keep(). */
enum err revocation_revoke(struct ingest *ingest, uint32_t device_no, bool *is_done_out) MUST_USE;

/* Writes the list of `store` into `folder`, with what the list there knows; a damaged one is
 * made anew. All or nothing. */
enum err revocation_write(struct arena *arena, struct hq_store *store, const char *folder) MUST_USE;
/* The same in headquarters' own folder and beside every backup on record. `missed_out`: the
 * first folder that could not be written, or NULL; the others are written all the same. Folders
 * that are gone altogether are passed over: no backup is there. */
enum err revocation_keep(struct arena *arena, struct hq_store *store, const char *folder,
                         const char **missed_out) MUST_USE;

/* Reads a list. ERR_not_found, ERR_corrupt, ERR_io. */
enum err revocation_read(struct arena *arena, const char *path, struct revocation **items_out,
                         size_t *count_out) MUST_USE;
/* Revokes what is on the list and works here, and writes down the keys of tablets that are not
 * known here: if they come back, they are revoked. `again_count_out`: tablets revoked by it. */
enum err revocation_apply(struct ingest *ingest, const struct revocation *items, size_t count,
                          uint64_t *again_count_out) MUST_USE;
