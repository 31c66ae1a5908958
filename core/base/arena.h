/* core/base/arena.h -- lifetimes. The only malloc in the house.
 *
 * Three lifetimes exist and are passed in: frame (reset every frame), task
 * (one screen, journey, request or batch), program (never reset). A function
 * that allocates takes an arena first; memory lives until that arena is reset
 * or freed. Running out of memory ends the process: everything accepted is in
 * the journal, and no caller could do better. */
#pragma once

#include "core/base/check.h"

struct arena_block;

struct arena {
    struct arena_block *block; /* newest first */
    size_t block_size;         /* of the next block, at least */
    size_t used_size;          /* handed out since the last reset, with padding */
};

/* A mark to which an arena can be rolled back. */
struct arena_mark {
    struct arena_block *block;
    size_t block_used_size;
    size_t used_size;
};

/* `block_size` bytes are taken at a time (0: 64 KiB); nothing is taken before
 * the first allocation. */
void arena_init(struct arena *arena, size_t block_size);
/* Frees everything and leaves the arena usable. */
void arena_deinit(struct arena *arena);
/* Forgets every allocation, keeping the newest block for reuse. */
void arena_reset(struct arena *arena);

struct arena_mark arena_mark(const struct arena *arena);
/* Forgets what was allocated after `mark`, which must be of this arena. */
void arena_rollback(struct arena *arena, struct arena_mark mark);

/* `size` zeroed bytes aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size) MUST_USE;
/* `count` zeroed items; CHECKs that the product fits. Never NULL. */
void *arena_array(struct arena *arena, size_t count, size_t item_size) MUST_USE;
/* A copy of `size` bytes. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size) MUST_USE;
/* Room for `capacity` items that begins with the `count` there are; `items`, NULL for none, stay
 * where they were until the arena is reset. */
void *arena_grow(struct arena *arena, const void *items, size_t count, size_t capacity,
                 size_t item_size) MUST_USE;
/* A copy of a NUL-ended text. */
char *arena_text(struct arena *arena, const char *text) MUST_USE;

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))
