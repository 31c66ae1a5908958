/* Files of attachments, by os.h only. */
#include "sync/server/store/vault_file.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/os/os.h"

#include <string.h>

char *vault_folder(struct arena *arena, const char *folder)
{
    return os_path(arena, folder, "attachments");
}

static char *path_in(struct arena *arena, const char *vault, const struct chain_hash *hash,
                     uint32_t size, const char *ending)
{
    char hex[2 * CHAIN_HASH_SIZE + 1];
    buf_to_hex(hex, hash->bytes, sizeof hash->bytes);
    return str_format(arena, "%s/%s-%u%s", vault, hex, (unsigned)size, ending);
}

char *vault_path(struct arena *arena, const char *folder, const struct chain_hash *hash,
                 uint32_t size)
{
    return path_in(arena, vault_folder(arena, folder), hash, size, "");
}

/* Bytes of the file at `path` when they are `size` and have the hash. ERR_not_found,
 * ERR_corrupt. */
static enum err read_right(struct arena *arena, const char *path, const struct chain_hash *hash,
                           uint32_t size, struct str *bytes_out)
{
    enum err err = os_file_read(arena, path, LIMIT_attachment_size, bytes_out);
    if (err == ERR_too_long) {
        return ERR_corrupt;
    }
    TRY(err);
    struct chain_hash found = chain_hash(bytes_out->bytes, bytes_out->size);
    return bytes_out->size == size && chain_hash_equal(&found, hash) ? OK : ERR_corrupt;
}

enum err vault_file_read(struct arena *arena, const char *folder, const struct chain_hash *hash,
                         uint32_t size, struct str *bytes_out)
{
    return read_right(arena, vault_path(arena, folder, hash, size), hash, size, bytes_out);
}

enum err vault_file_put(const char *folder, const struct chain_hash *hash, uint32_t size,
                        uint64_t offset, struct str bytes)
{
    struct arena arena;
    arena_init(&arena, 8192);
    const char *vault = vault_folder(&arena, folder);
    const char *path = path_in(&arena, vault, hash, size, ".part");
    enum err err = OK;
    if (!os_file_exists(path)) {
        err = os_folder_make(vault);
    }
    if (err == OK) {
        err = os_file_write_at(path, offset, bytes.bytes, bytes.size);
    }
    arena_deinit(&arena);
    return err;
}

enum err vault_file_publish(const char *folder, const struct chain_hash *hash, uint32_t size,
                            bool *is_right_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    const char *vault = vault_folder(&arena, folder);
    const char *part = path_in(&arena, vault, hash, size, ".part");
    const char *path = path_in(&arena, vault, hash, size, "");
    struct str bytes;
    enum err err = read_right(&arena, part, hash, size, &bytes);
    *is_right_out = err == OK;
    if (err == OK) {
        err = os_file_replace(path, bytes.bytes, bytes.size);
    } else if (err == ERR_corrupt || err == ERR_not_found) {
        /* Published before, and the power went before that was written down? A wrong part
         * stays: its chunks are written anew. */
        err = read_right(&arena, path, hash, size, &bytes);
        *is_right_out = err == OK;
        err = err == ERR_corrupt || err == ERR_not_found ? OK : err;
    }
    if (err == OK && *is_right_out) {
        err = os_file_remove(part);
    }
    arena_deinit(&arena);
    return err;
}

enum err vault_file_look(const char *folder, const struct vault_key *key, bool is_deep,
                         enum vault_file_state *state_out)
{
    struct arena arena;
    arena_init(&arena, 8192);
    const char *vault = vault_folder(&arena, folder);
    const char *path = path_in(&arena, vault, &key->hash, key->size, "");
    uint64_t size = 0;
    enum err err = os_file_facts(path, &size, NULL);
    struct str bytes = {"", 0};
    if (err == OK && size != key->size) {
        err = ERR_corrupt;
    }
    if (err == OK && is_deep) {
        err = read_right(&arena, path, &key->hash, key->size, &bytes);
    }
    *state_out = VAULT_FILE_good;
    if (err == ERR_not_found) {
        *state_out = VAULT_FILE_missing;
        err = OK;
    } else if (err == ERR_corrupt) { /* kept for whoever asks why */
        *state_out = VAULT_FILE_rotten;
        err = os_file_read(&arena, path, LIMIT_attachment_size, &bytes);
        if (err == OK) {
            err = os_file_replace(path_in(&arena, vault, &key->hash, key->size, ".rotten"),
                                  bytes.bytes, bytes.size);
        }
        if (err == OK || err == ERR_too_long) {
            err = os_file_remove(path);
        }
    }
    arena_deinit(&arena);
    return err;
}

enum err vault_file_copy(const char *folder, const char *other_folder, const struct vault_key *key)
{
    struct arena arena;
    arena_init(&arena, 0);
    const char *path = vault_path(&arena, folder, &key->hash, key->size);
    const char *copy = vault_path(&arena, other_folder, &key->hash, key->size);
    uint64_t size = 0;
    struct str bytes;
    enum err err = os_file_facts(copy, &size, NULL);
    if (err == OK && size == key->size) { /* of an earlier backup: still what it is named? */
        err = read_right(&arena, copy, &key->hash, key->size, &bytes);
        if (err == OK) {
            arena_deinit(&arena);
            return OK;
        }
    }
    err = read_right(&arena, path, &key->hash, key->size, &bytes);
    if (err == OK) {
        err = os_folder_make(vault_folder(&arena, other_folder));
    }
    if (err == OK) {
        err = os_file_replace(copy, bytes.bytes, bytes.size);
    }
    if (err == OK) {
        err = read_right(&arena, copy, &key->hash, key->size, &bytes);
    }
    arena_deinit(&arena);
    return err;
}

char *vault_sealed_path(struct arena *arena, const char *other_folder, const struct vault_key *key,
                        const struct sealed_public *to)
{
    enum { NAMED_SIZE = 8 };
    char hex[2 * NAMED_SIZE + 1];
    buf_to_hex(hex, to->bytes, NAMED_SIZE);
    return path_in(arena, vault_folder(arena, other_folder), &key->hash, key->size,
                   str_format(arena, "-%s.sealed", hex));
}

static bool is_sealed_there(const char *path, const struct vault_key *key,
                            const struct sealed_public *to)
{
    struct sealed_fault fault;
    uint64_t size = 0;
    return os_file_facts(path, &size, NULL) == OK && size == sealed_file_size(key->size) &&
           sealed_file_look(path, &fault) == OK &&
           memcmp(fault.to.bytes, to->bytes, sizeof to->bytes) == 0;
}

enum err vault_file_seal(const char *folder, const char *other_folder, const struct vault_key *key,
                         const struct sealed_public *to)
{
    struct arena arena;
    arena_init(&arena, 0);
    const char *path = vault_path(&arena, folder, &key->hash, key->size);
    const char *sealed = vault_sealed_path(&arena, other_folder, key, to);
    struct str bytes;
    enum err err = OK;
    if (!is_sealed_there(sealed, key, to)) {
        err = read_right(&arena, path, &key->hash, key->size, &bytes);
        if (err == OK) {
            err = os_folder_make(vault_folder(&arena, other_folder));
        }
        if (err == OK) {
            err = os_file_remove(sealed);
        }
        if (err == OK) {
            err = sealed_file_make(path, sealed, to);
        }
    }
    arena_deinit(&arena);
    return err;
}

enum err vault_file_unseal(const char *other_folder, const char *folder,
                           const struct chain_hash *hash, uint32_t size,
                           const struct sealed_secret *secret)
{
    const struct vault_key named = {*hash, size};
    const struct vault_key *key = &named;
    struct arena arena;
    arena_init(&arena, 0);
    const struct sealed_public to = sealed_public_of(secret);
    const char *sealed = vault_sealed_path(&arena, other_folder, key, &to);
    const char *path = vault_path(&arena, folder, &key->hash, key->size);
    struct sealed_fault fault;
    struct str bytes;
    enum err err = os_folder_make(vault_folder(&arena, folder));
    if (err == OK) {
        err = os_file_remove(path);
    }
    if (err == OK) {
        err = sealed_file_open(sealed, secret, 1, path, &fault);
    }
    if (err == OK) {
        err = read_right(&arena, path, &key->hash, key->size, &bytes);
        if (err != OK) {
            enum err remove_err = os_file_remove(path);
            err = remove_err != OK ? remove_err : err;
        }
    }
    arena_deinit(&arena);
    return err;
}
