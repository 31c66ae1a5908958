/* sync/server/store/vault.h -- attachments: bytes below DIR/attachments, rows in the database.
 *
 * A file is named by BLAKE2b-256 of its bytes and its size. Chunks are written into
 * <hash>-<size>.part and flushed before they are marked; when all are there the
 * whole is hashed, and only a right one gets its name. What is wrong is forgotten and
 * asked for again; what is gone from the disk too. Facts never wait for any of it. */
#pragma once

#include "core/event/chain.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/sealed_file.h"

enum { VAULT_LACKS_MAX = 4, VAULT_CHUNKS_MAX = 64 };

/* Folder of the attachments of `folder`, in `arena`. */
char *vault_folder(struct arena *arena, const char *folder);
/* Path of a whole attachment, in `arena`. */
char *vault_path(struct arena *arena, const char *folder, const struct chain_hash *hash,
                 uint32_t size);

/* ---- the writer, inside the caller's transaction ---- */

struct vault_chunk {
    uint32_t device_no; /* known and its signature checked */
    struct chain_hash hash;
    uint32_t size;
    uint32_t index; /* fits size; `bytes` has the length of that chunk */
    struct str bytes;
};

enum vault_answer {
    VAULT_taken,     /* on disk and marked */
    VAULT_had,       /* that chunk or the whole was there: nothing written */
    VAULT_whole,     /* it was the last one and the whole is right */
    VAULT_wrong,     /* it was the last one and the whole is not what it is named */
    VAULT_not_asked, /* no stored fact of this tablet names it: nothing written */
    VAULT_no_room,   /* the disk is full: to be sent again later */
};

/* Takes a chunk. The bytes are flushed when it returns; the mark is durable after
 * hq_commit(). ERR_io. */
enum err vault_take(struct ingest *ingest, const char *folder, const struct vault_chunk *chunk,
                    enum vault_answer *answer_out) MUST_USE;

struct vault_lack {
    struct chain_hash hash;
    uint32_t size;
    uint32_t chunk_count;
    uint32_t chunks[VAULT_CHUNKS_MAX]; /* the first that are not here */
};

/* What this tablet should send: at most VAULT_LACKS_MAX, those named longest ago first, in
 * turns of ten minutes when there are more: it may have lost the first. `at_hand` (NULL: none)
 * is always among them, or the tablet would not hear which of its pieces came. None while the
 * disk of `folder` is short of space. */
enum err vault_lacks(struct arena *arena, struct hq_store *store, const char *folder,
                     uint32_t device_no, int64_t now_ms, const struct chain_hash *at_hand,
                     struct vault_lack **lacks_out, size_t *count_out) MUST_USE;

struct vault_held {
    struct chain_hash hash;
    uint32_t size;
    int64_t stored_at_ms;
    uint32_t level; /* 1 stored, 2 safe; 0: it is not whole here */
};
/* How an attachment stands. ERR_not_found when no fact names it. */
enum err vault_find(struct hq_store *store, const struct chain_hash *hash, uint32_t size,
                    struct vault_held *held_out) MUST_USE;

/* Looks for the file of every whole attachment; one that is gone or has another
 * size is asked for again from the tablets that named it. With `is_deep` the bytes
 * are hashed too: a rotten file is put aside as <name>.rotten. */
struct vault_looked {
    uint64_t whole_count;
    uint64_t missing_count;
    uint64_t rotten_count;
};
enum err vault_look(struct ingest *ingest, const char *folder, bool is_deep,
                    struct vault_looked *looked_out) MUST_USE;

/* ---- any store ---- */

/* The bytes of a whole attachment, checked by their hash. ERR_not_found (not whole
 * here), ERR_corrupt (the file is not what it is named). */
enum err vault_file_read(struct arena *arena, const char *folder, const struct chain_hash *hash,
                         uint32_t size, struct str *bytes_out) MUST_USE;

/* Takes an attachment of a sealed backup in `other_folder` into the vault of `folder`, anew where
 * it is, and checks that its bytes are those of its name. ERR_not_found, ERR_wrong_key,
 * ERR_corrupt, ERR_io, ERR_no_space. */
enum err vault_file_unseal(const char *other_folder, const char *folder,
                           const struct chain_hash *hash, uint32_t size,
                           const struct sealed_secret *secret) MUST_USE;

/* ---- within the store room ---- */

struct apply;
struct apply_device;
struct merge_fact;
/* A fact was journaled for `device`: when it names an attachment, the tablet has the
 * bytes, and is asked for them unless they are here. */
enum err vault_journaled(struct apply *apply, struct apply_device *device,
                         const struct merge_fact *fact, bool is_copy) MUST_USE;
/* Attachments are in a verified backup: every tablet that has the bytes is told. */
enum err vault_safe(struct apply *apply, const struct chain_hash *hash, uint32_t size) MUST_USE;
