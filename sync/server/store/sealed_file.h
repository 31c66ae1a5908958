/* sync/server/store/sealed_file.h -- a file of any size that only the holder of a recovery key can
 * open.
 *
 * Backups are made by a machine that can seal and not open: the public half of the recovery key is
 * in the database, the private half is kept away from headquarters. Every file has a stream key of
 * its own, drawn by libsodium from the system.
 *
 * The file: "DSHQSEA1" · the public half it is for (32 bytes) · the stream key in a sealed box
 * (80) · header of the stream (24) · pieces of 64 KiB, each with 17 bytes of seal, the last one
 * marked as the last and bound to its place (crypto_secretstream XChaCha20-Poly1305) · BLAKE2b-256
 * of all before. The last finds damage without any key; whoever wants to forge could make it
 * anew, and is found by the seals when the file is opened. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEALED_KEY_SIZE = 32, SEALED_KEYS_MAX = 16 };

struct sealed_public {
    uint8_t bytes[SEALED_KEY_SIZE];
};
/* To be wiped by whoever has it. */
struct sealed_secret {
    uint8_t bytes[SEALED_KEY_SIZE];
};

enum sealed_fault_kind {
    SEALED_FAULT_none,
    SEALED_FAULT_strange,   /* no such file at all */
    SEALED_FAULT_cut,       /* it ends at byte `at` and should not */
    SEALED_FAULT_changed,   /* the first bytes that are not what was written lie from `at` on */
    SEALED_FAULT_wrong_key, /* none of the keys is the one it was sealed for */
};
struct sealed_fault {
    enum sealed_fault_kind kind;
    uint64_t at;             /* bytes from the beginning of the sealed file */
    struct sealed_public to; /* the key it was sealed for; not of a strange file */
};

/* A new pair, drawn by libsodium from the system. */
void sealed_pair_make(struct sealed_public *public_out, struct sealed_secret *secret_out);
struct sealed_public sealed_public_of(const struct sealed_secret *secret);

/* Whether the file begins like a sealed one. False when it cannot be read. */
bool sealed_file_is(const char *path);
/* What a file of `size` bytes becomes. */
uint64_t sealed_file_size(uint64_t size);

/* Seals `plain_path` into `path`, which must not be there, and reads that again to its end: what it
 * gives when opened is what was sealed. Whatever fails, `path` is removed. ERR_exists,
 * ERR_not_found (`plain_path`), ERR_corrupt (what was written reads otherwise), ERR_io,
 * ERR_no_space. */
enum err sealed_file_make(const char *plain_path, const char *path,
                          const struct sealed_public *to) MUST_USE;
/* Looks for damage without opening. ERR_corrupt with the fault; ERR_not_found, ERR_io. */
enum err sealed_file_look(const char *path, struct sealed_fault *fault_out) MUST_USE;
/* Opens it with the one of `count` keys that it was sealed for; `plain_path` NULL: looks only
 * whether all of it opens. ERR_wrong_key, ERR_corrupt (both with the fault; nothing is left at
 * `plain_path`), ERR_exists (`plain_path`), ERR_not_found, ERR_io, ERR_no_space. */
enum err sealed_file_open(const char *path, const struct sealed_secret *secrets, size_t count,
                          const char *plain_path, struct sealed_fault *fault_out) MUST_USE;
