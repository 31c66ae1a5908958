#include "app/platform/atlas.h"

#include <string.h>

enum { ENTRIES_AT_FIRST = 1024 };

void atlas_init(struct atlas *atlas, struct arena *program)
{
    *atlas = (struct atlas){.arena = program, .entry_capacity = ENTRIES_AT_FIRST};
    atlas->entries = ARENA_ARRAY(program, atlas->entry_capacity, struct atlas_entry);
}

uint64_t atlas_key(int face, uint32_t code, int32_t size)
{
    return (uint64_t)code << 16 | (uint64_t)size << 4 | (uint64_t)face << 1 | 1;
}

static size_t slot_of(const struct atlas_entry *entries, size_t capacity, uint64_t key)
{
    size_t slot = (size_t)(key * 0x9E3779B97F4A7C15U >> 32) & (capacity - 1);
    while (entries[slot].key != 0 && entries[slot].key != key) {
        slot = (slot + 1) & (capacity - 1);
    }
    return slot;
}

const struct atlas_entry *atlas_find(const struct atlas *atlas, uint64_t key)
{
    const struct atlas_entry *entry =
        &atlas->entries[slot_of(atlas->entries, atlas->entry_capacity, key)];
    return entry->key != 0 ? entry : NULL;
}

static void entries_grow(struct atlas *atlas)
{
    size_t capacity = atlas->entry_capacity * 2;
    struct atlas_entry *entries = ARENA_ARRAY(atlas->arena, capacity, struct atlas_entry);
    for (size_t i = 0; i < atlas->entry_capacity; i++) {
        if (atlas->entries[i].key != 0) {
            entries[slot_of(entries, capacity, atlas->entries[i].key)] = atlas->entries[i];
        }
    }
    atlas->entries = entries;
    atlas->entry_capacity = capacity;
}

void atlas_add(struct atlas *atlas, const struct atlas_entry *entry)
{
    if (atlas->entry_count * 4 >= atlas->entry_capacity * 3) {
        entries_grow(atlas);
    }
    size_t slot = slot_of(atlas->entries, atlas->entry_capacity, entry->key);
    CHECK(atlas->entries[slot].key == 0);
    atlas->entries[slot] = *entry;
    atlas->entry_count++;
}

static bool page_next(struct atlas *atlas)
{
    if (atlas->page_count > 0 && atlas->page_at + 1 == ATLAS_PAGES_MAX) {
        return false;
    }
    atlas->page_at = atlas->page_count == 0 ? 0 : atlas->page_at + 1;
    if (atlas->page_at == atlas->page_count) {
        atlas->pages[atlas->page_count++] =
            arena_alloc(atlas->arena, (size_t)ATLAS_PAGE_SIDE * ATLAS_PAGE_SIDE);
    }
    atlas->shelf_x = 0;
    atlas->shelf_y = 0;
    atlas->shelf_h = 0;
    return true;
}

uint8_t *atlas_room(struct atlas *atlas, int32_t w, int32_t h)
{
    CHECK(w <= ATLAS_PAGE_SIDE && h <= ATLAS_PAGE_SIDE);
    if (atlas->shelf_x + w > ATLAS_PAGE_SIDE) {
        atlas->shelf_y += atlas->shelf_h;
        atlas->shelf_x = 0;
        atlas->shelf_h = 0;
    }
    bool is_full = atlas->page_count == 0 || atlas->shelf_y + h > ATLAS_PAGE_SIDE;
    if (is_full && !page_next(atlas)) {
        return NULL;
    }
    uint8_t *room = atlas->pages[atlas->page_at] + (size_t)atlas->shelf_y * ATLAS_PAGE_SIDE +
                    (size_t)atlas->shelf_x;
    atlas->shelf_x += w;
    atlas->shelf_h = h > atlas->shelf_h ? h : atlas->shelf_h;
    return room;
}

void atlas_empty(struct atlas *atlas)
{
    memset(atlas->entries, 0, atlas->entry_capacity * sizeof *atlas->entries);
    for (int32_t i = 0; i < atlas->page_count; i++) {
        memset(atlas->pages[i], 0, (size_t)ATLAS_PAGE_SIDE * ATLAS_PAGE_SIDE);
    }
    atlas->entry_count = 0;
    atlas->page_at = 0;
    atlas->shelf_x = 0;
    atlas->shelf_y = 0;
    atlas->shelf_h = 0;
}
