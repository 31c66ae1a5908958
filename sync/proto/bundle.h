/* sync/proto/bundle.h -- envelopes and answers carried as one file (*.dsb): by USB, or
 * by another tablet. Pure. Everything in it is sealed already: whoever finds it
 * reads nothing and can change nothing unseen.
 *
 *   "DSB1"
 *   items: u8 type ‖ varint size, name ‖ varint size, bytes
 *   32 bytes BLAKE2b-256 of all before
 *
 * Answers bear the name of their envelope with the ending of answers. */
#pragma once

#include "core/base/arena.h"
#include "sync/proto/wire.h"

enum {
    BUNDLE_NAME_SIZE_MAX = 64,
    /* A month of a branch of 50 tablets, or some dozens of photos. */
    BUNDLE_SIZE_MAX = 64 * 1024 * 1024,
    BUNDLE_ITEMS_MAX = 100000,
};

/* On the wire. */
enum bundle_type {
    BUNDLE_envelope = 1,
    BUNDLE_answer = 2,
    /* What a tablet could not read, for whoever looks into it: an answer, sealed as it came;
     * anything else is sealed to headquarters. */
    BUNDLE_quarantined = 3,
    BUNDLE_kept = 4, /* see kept.h */
};

struct bundle_item {
    uint8_t type; /* enum bundle_type, or of a newer program: passed over by readers */
    const char *name;
    struct wire_bytes bytes;
};

/* True for a name that may be used as a file name: 1..BUNDLE_NAME_SIZE_MAX letters,
 * digits, '-', '_' and '.', not beginning with '.'. */
bool bundle_is_name(const char *name, size_t size);

/* The whole file in `arena`. too_long past BUNDLE_SIZE_MAX or BUNDLE_ITEMS_MAX; CHECKs
 * the names. */
enum wire bundle_write(struct arena *arena, const struct bundle_item *items, size_t count,
                       struct wire_bytes *bytes_out) MUST_USE;
/* Items point into `bytes`; names and the array live in `arena`. All or nothing:
 * too_long, truncated, malformed, unknown_format (a newer "DSB"), bad_seal (the hash
 * at the end does not match: damaged on the way). */
enum wire bundle_read(struct arena *arena, struct wire_bytes bytes, struct bundle_item **items_out,
                      size_t *count_out) MUST_USE;
