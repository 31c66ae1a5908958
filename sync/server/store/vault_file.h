/* sync/server/store/vault_file.h -- the bytes of attachments on the disk. Private to the
 * store room.
 *
 *   DIR/attachments/<hash, 64 hex digits>-<size>        whole and checked
 *   DIR/attachments/<hash, 64 hex digits>-<size>.part   chunks so far
 *   DIR/attachments/<hash, 64 hex digits>-<size>.rotten was whole once and is not any more
 *
 * Everything is flushed when a function returns. */
#pragma once

#include "sync/server/store/vault.h"

struct vault_key {
    struct chain_hash hash;
    uint32_t size;
};

/* Bytes at their place in the part. */
enum err vault_file_put(const char *folder, const struct chain_hash *hash, uint32_t size,
                        uint64_t offset, struct str bytes) MUST_USE;
/* The part becomes the file when it is what it is named. A file that is there already
 * and right counts. */
enum err vault_file_publish(const char *folder, const struct chain_hash *hash, uint32_t size,
                            bool *is_right_out) MUST_USE;

enum vault_file_state { VAULT_FILE_good, VAULT_FILE_missing, VAULT_FILE_rotten };
/* A rotten one (another size; with `is_deep` another hash) is put aside. */
enum err vault_file_look(const char *folder, const struct vault_key *key, bool is_deep,
                         enum vault_file_state *state_out) MUST_USE;
/* Copies a whole file into `other_folder`, checked, unless one of that size is there. */
enum err vault_file_copy(const char *folder, const char *other_folder,
                         const struct vault_key *key) MUST_USE;

/* The same into a sealed backup: under a name that says for which recovery key, in a file of
 * sealed_file.h. One that is there and not damaged is taken as it is. Errors as above, and
 * ERR_not_found or ERR_corrupt when the attachment itself is missing or rotten. */
enum err vault_file_seal(const char *folder, const char *other_folder, const struct vault_key *key,
                         const struct sealed_public *to) MUST_USE;
/* Where vault_file_seal() puts it. */
char *vault_sealed_path(struct arena *arena, const char *other_folder, const struct vault_key *key,
                        const struct sealed_public *to);
