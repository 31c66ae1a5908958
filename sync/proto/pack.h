/* sync/proto/pack.h -- small messages made smaller: zstd with a dictionary that
 * both ends ship. Pure.
 *
 *   u8   low six bits: dictionary number, 1 or 2, or 0;
 *        high two bits: 0 the bytes themselves (dictionary 0)
 *                       1 the content of one compressed zstd block
 *                       2 a zstd frame without its magic number
 *   …
 *
 * A frame costs 2 + 3 bytes before its first block that are the same for every
 * small message; form 1 leaves them out. Dictionaries are files in
 * assets/dictionary, are never changed and never removed: a tablet a year old
 * packs with the one it has. Dictionary 1 was trained on batches, 2 on answers. */
#pragma once

#include "core/base/arena.h"
#include "sync/proto/wire.h"

/* The shortest form, with dictionary 1, which every program has. Lives in `arena`. */
struct wire_bytes pack(struct arena *arena, struct wire_bytes plain);
/* The same with dictionary 2, for tablets that read answers of format 2; more effort
 * the more it holds: up to 30 ms for the largest page. */
struct wire_bytes pack_answer(struct arena *arena, struct wire_bytes plain);
/* The bytes themselves, which every program reads, whatever dictionaries it has. */
struct wire_bytes pack_plain(struct arena *arena, struct wire_bytes plain);
/* Nothing longer than `size_max` is ever unpacked: that much is allocated before.
 * truncated, too_long, malformed, unknown_dictionary, bad_compression. */
enum wire pack_open(struct arena *arena, struct wire_bytes packed, size_t size_max,
                    struct wire_bytes *plain_out) MUST_USE;
