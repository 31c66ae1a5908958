/* core/store/store_attachment.h -- photos, recordings, documents: part of the contract of
 * core/store/store.h.
 *
 * The bytes lie in a file of their own, "<path>.media" (same VFS, own connection, WAL, FULL,
 * EXCLUSIVE), so that a large photo never stands between a fact and the disk. They are
 * committed there BEFORE the fact that names them; bytes that no fact names are removed when
 * the store is opened. What is known about them (who lacks what, who holds it) lies in the
 * device database and changes in its transactions.
 *
 * An attachment is kept until headquarters holds it at level 2 (in a verified backup), and
 * then as long as its case is here. When the case leaves the tablet earlier, the bytes are
 * kept for sending and shown to nobody any more; they go when they are safe. Own evidence is
 * never lost, and a withdrawn borrower's photo is never shown.
 *
 * Errors as in store.h; an error of the media file breaks nothing but attachments. */
#pragma once

#include "core/store/store.h"

enum attachment_state {
    ATTACHMENT_waiting, /* on the tablet; headquarters has not asked for it yet */
    ATTACHMENT_sending, /* headquarters lacks chunks of it */
    ATTACHMENT_held,    /* headquarters holds it whole, by a signed answer, and its fact */
    ATTACHMENT_safe     /* … and it is in a verified backup there */
};

struct store_attachment {
    struct chain_hash hash;
    uint32_t size;
    uint32_t evidence, media; /* evidence_kinds.def, media_types.def */
    uint64_t case_no;
    uint64_t seq; /* of the evidence_attached that names it first */
    int64_t at_ms;
    enum attachment_state state;
    uint32_t lacking_count; /* chunks that headquarters named; 0 when it named none */
    bool is_hidden;         /* the case left the tablet: kept for sending only */
    bool is_missing;        /* the media file was lost or damaged: nothing to send */
};

/* Chunks of an attachment of `size` bytes: LIMIT_chunk_size each, the last may be shorter. */
uint32_t store_attachment_chunk_count(uint32_t size);

/* Keeps the bytes, durable when OK; the same bytes again change nothing. Not in a transaction
 * (CHECKed). The fact that names them must follow. ERR_no_space without touching the reserve,
 * also when the reserve is gone or would hardly be left: facts need the room. ERR_too_long past
 * LIMIT_attachment_size, ERR_out_of_range when empty, ERR_corrupt when the media file is damaged.
 */
enum err store_attachment_put(struct store *store, const void *bytes, size_t size,
                              struct chain_hash *hash_out) MUST_USE;
/* Every attachment that a fact of this tablet names, oldest first; hidden ones too. */
enum err store_attachment_list(struct store *store, struct arena *arena,
                               struct store_attachment **attachments_out,
                               size_t *count_out) MUST_USE;
/* One of them. ERR_not_found. */
enum err store_attachment_get(struct store *store, const struct chain_hash *hash,
                              struct store_attachment *attachment_out) MUST_USE;
/* Bytes of chunk `index`, for sending. ERR_not_found when there is no such chunk here. */
enum err store_attachment_chunk(struct store *store, struct arena *arena,
                                const struct chain_hash *hash, uint32_t index,
                                struct str *bytes_out) MUST_USE;
/* The whole, for showing; checked against its hash. ERR_not_found also when it is hidden,
 * ERR_corrupt. */
enum err store_attachment_read(struct store *store, struct arena *arena,
                               const struct chain_hash *hash, struct str *bytes_out) MUST_USE;
/* Headquarters' signed word, verified by the caller: it lacks these chunks (count 0: it has
 * said nothing more precise, all). Also after "held": it was restored from a backup. Unknown
 * hashes and indexes past the end change nothing. */
enum err store_attachment_lack(struct store *store, const struct chain_hash *hash,
                               const uint32_t *indexes, size_t count) MUST_USE;
/* Chunks that headquarters lacks, oldest attachment first, at most `count_max`. */
struct store_lacking {
    struct chain_hash hash;
    uint32_t size;
    uint32_t index;
};
enum err store_attachment_lacking(struct store *store, struct arena *arena, size_t count_max,
                                  struct store_lacking **chunks_out, size_t *count_out) MUST_USE;
/* Headquarters' signed word, verified by the caller: it holds the whole. `signature` is kept
 * as evidence. Level 2 of a hidden attachment ends it: its bytes are removed. */
enum err store_attachment_held(struct store *store, const struct chain_hash *hash, uint32_t level,
                               int64_t held_at_ms,
                               const struct chain_signature *signature) MUST_USE;
