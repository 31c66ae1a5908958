/* core/store/page_seal.h -- one block of a file, encrypted and authenticated in its own size.
 *
 * A block ends in PAGE_SEAL_TAIL bytes that are zero while it is open and hold nonce and tag
 * while it is sealed: XChaCha20-Poly1305 over the rest. The kind of file and the number of the
 * block are authenticated with it, the database it belongs to is in the key; so a block that was
 * changed, cut, moved, or brought from another file or another key does not open. An old block
 * put back in its own place does: only headquarters' chain tells that. Pure. */
#pragma once

#include "core/base/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_SEAL_KEY_SIZE = 32,
    PAGE_SEAL_NONCE_SIZE = 24,
    PAGE_SEAL_TAG_SIZE = 16,
    PAGE_SEAL_TAIL = PAGE_SEAL_NONCE_SIZE + PAGE_SEAL_TAG_SIZE,
};

/* On disk: append, never renumber. */
enum page_seal_kind {
    PAGE_SEAL_KIND_database = 1, /* number: of the page, from 1 */
    PAGE_SEAL_KIND_log = 2,      /* number: of the frame, from 0 */
    PAGE_SEAL_KIND_journal = 3,  /* number: offset in the file */
};

/* The key of database `name`, "device" or another short name, under `master`. */
void page_seal_key(uint8_t key_out[PAGE_SEAL_KEY_SIZE], const uint8_t master[PAGE_SEAL_KEY_SIZE],
                   const char *name);
/* Seals `open` (`size` bytes, its tail is not read) into `sealed_out`. A nonce is used once. */
void page_seal(uint8_t *sealed_out, const uint8_t *open, size_t size,
               const uint8_t key[PAGE_SEAL_KEY_SIZE], const uint8_t nonce[PAGE_SEAL_NONCE_SIZE],
               enum page_seal_kind kind, uint64_t number);
/* True with the block in `open_out`, its tail zero; else false and `open_out` is all zero. */
bool page_seal_open(uint8_t *open_out, const uint8_t *sealed, size_t size,
                    const uint8_t key[PAGE_SEAL_KEY_SIZE], enum page_seal_kind kind,
                    uint64_t number) MUST_USE;
