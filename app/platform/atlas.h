/* app/platform/atlas.h -- glyph coverage in memory: made once, found by key. */
#pragma once

#include "app/platform/glyphs.h"

enum {
    ATLAS_PAGE_SIDE = 512,
    ATLAS_PAGES_MAX = 16, /* 4 MiB */
};

struct atlas_entry {
    uint64_t key; /* 0 free */
    const uint8_t *coverage;
    int32_t pitch, w, h, left, top;
};

struct atlas {
    struct arena *arena;
    struct atlas_entry *entries;
    size_t entry_count, entry_capacity; /* power of two */
    uint8_t *pages[ATLAS_PAGES_MAX];
    int32_t page_count, page_at;
    int32_t shelf_x, shelf_y, shelf_h;
};

void atlas_init(struct atlas *atlas, struct arena *program);
/* Of a face (enum face), a code point and a size; never 0. */
uint64_t atlas_key(int face, uint32_t code, int32_t size);
/* NULL when it is not there; valid until the next atlas_add. */
const struct atlas_entry *atlas_find(const struct atlas *atlas, uint64_t key);
/* Enters a glyph that is not there. */
void atlas_add(struct atlas *atlas, const struct atlas_entry *entry);
/* Zeroed room for w × h (at most a page each way) with rows of ATLAS_PAGE_SIDE
 * bytes; NULL when all pages are full: then atlas_empty and ask again. */
uint8_t *atlas_room(struct atlas *atlas, int32_t w, int32_t h);
/* Forgets every glyph and frees all rooms. */
void atlas_empty(struct atlas *atlas);
