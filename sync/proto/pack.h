/* sync/proto/pack.h -- small messages made smaller: zstd with a dictionary that
 * both ends ship. Pure.
 *
 *   u8      dictionary number: 0 not compressed, 1 … pack_dictionary_newest()
 *   varint  unpacked size (only when compressed)
 *   …       zstd frame without magic number, checksum, size and dictionary id,
 *           or the bytes themselves
 *
 * Dictionaries are files in assets/dictionary, are never changed and never
 * removed: a tablet a year old packs with the one it has. */
#pragma once

#include "core/base/arena.h"
#include "sync/proto/wire.h"

/* The shorter of packed and plain. Lives in `arena`. */
struct wire_bytes pack(struct arena *arena, struct wire_bytes plain);
/* Refuses a claimed size past `size_max` before anything is allocated.
 * truncated, too_long, unknown_dictionary, bad_compression. */
enum wire pack_open(struct arena *arena, struct wire_bytes packed, size_t size_max,
                    struct wire_bytes *plain_out) MUST_USE;
uint32_t pack_dictionary_newest(void);
