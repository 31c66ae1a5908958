#include "core/base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, BLOCK_SIZE_DEFAULT = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    size_t used_size;
    size_t padding_;
    unsigned char bytes[];
};

_Static_assert(offsetof(struct arena_block, bytes) % ALIGNMENT == 0, "blocks start aligned");

static struct arena_block *block_make(size_t size)
{
    struct arena_block *block = malloc(sizeof *block + size);
    CHECK(block != NULL);
    *block = (struct arena_block){.size = size};
    return block;
}

static void blocks_free_until(struct arena *arena, const struct arena_block *keep)
{
    while (arena->block != keep) {
        struct arena_block *older = arena->block->older;
        free(arena->block);
        arena->block = older;
    }
}

void arena_init(struct arena *arena, size_t block_size)
{
    *arena = (struct arena){.block_size = block_size != 0 ? block_size : BLOCK_SIZE_DEFAULT};
}

void arena_deinit(struct arena *arena)
{
    blocks_free_until(arena, NULL);
    arena->used_size = 0;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *newest = arena->block;
    if (newest == NULL) {
        return;
    }
    arena->block = newest->older;
    blocks_free_until(arena, NULL);
    newest->older = NULL;
    newest->used_size = 0;
    arena->block = newest;
    arena->used_size = 0;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){
        .block = arena->block,
        .block_used_size = arena->block != NULL ? arena->block->used_size : 0,
        .used_size = arena->used_size,
    };
}

void arena_rollback(struct arena *arena, struct arena_mark mark)
{
    blocks_free_until(arena, mark.block);
    if (arena->block != NULL) {
        arena->block->used_size = mark.block_used_size;
    }
    arena->used_size = mark.used_size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    CHECK(size <= SIZE_MAX / 4);
    size_t padded_size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct arena_block *block = arena->block;
    if (block == NULL || block->size - block->used_size < padded_size) {
        size_t block_size = padded_size > arena->block_size ? padded_size : arena->block_size;
        block = block_make(block_size);
        block->older = arena->block;
        arena->block = block;
    }
    void *bytes = block->bytes + block->used_size;
    block->used_size += padded_size;
    arena->used_size += padded_size;
    memset(bytes, 0, padded_size);
    return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t item_size)
{
    CHECK(item_size == 0 || count <= SIZE_MAX / 4 / item_size);
    return arena_alloc(arena, count * item_size);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

void *arena_grow(struct arena *arena, const void *items, size_t count, size_t capacity,
                 size_t item_size)
{
    CHECK(count <= capacity);
    void *wider = arena_array(arena, capacity, item_size);
    if (count > 0) {
        memcpy(wider, items, count * item_size);
    }
    return wider;
}

char *arena_text(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}
