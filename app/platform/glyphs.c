#include "app/platform/glyphs.h"

#include <SDL.h>
#include <SDL_ttf.h>

#include <stdlib.h>
#include <string.h>

enum {
    FACE_regular,
    FACE_bold,
    FACE_icon,
    FACE_COUNT,
    FACE_INDEX_SC = 2, /* JP, KR, SC, TC, HK in Noto's collections */
    UNITS = 1000,      /* size at which widths are asked, in pixels */
    PAGE_SIDE = 512,
    PAGES_MAX = 16, /* 4 MiB */
    OPEN_SIZE = 20,
    SIZE_MAX_PX = 320, /* larger ones are drawn at this size: wide glyphs must fit a page */
};

struct entry {
    uint64_t key; /* 0 free */
    int32_t page, x, y, w, h, left, top;
};

struct width {
    uint32_t key; /* code × 2 + bold + 1; 0 free */
    int32_t units;
};

struct glyphs {
    struct arena *arena;
    TTF_Font *faces[FACE_COUNT];
    int32_t sizes[FACE_COUNT];
    struct text_font font;

    struct entry *entries;
    size_t entry_count, entry_capacity; /* power of two */
    struct width *widths;
    size_t width_count, width_capacity;
    uint8_t *pages[PAGES_MAX];
    int32_t page_count, page_at;
    int32_t shelf_x, shelf_y, shelf_h;
    int32_t made;
};

/* ---- finding and opening ---- */

static const char *const text_folders[] = {
    "/usr/share/fonts/opentype/noto",   "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk", "/usr/share/fonts/truetype/noto",
    "/usr/local/share/fonts",
};
static const char *const icon_folders[] = {
    "/usr/share/fonts/truetype/material-design-icons-iconfont",
    "/usr/share/fonts/material-icons",
    "/usr/local/share/fonts",
};
static const struct {
    const char *file;
    int index;
    const char *const *folders;
    size_t folder_count;
} face_files[FACE_COUNT] = {
    [FACE_regular] = {"NotoSansCJK-Regular.ttc", FACE_INDEX_SC, text_folders, COUNT(text_folders)},
    [FACE_bold] = {"NotoSansCJK-Bold.ttc", FACE_INDEX_SC, text_folders, COUNT(text_folders)},
    [FACE_icon] = {"MaterialIcons-Regular.ttf", 0, icon_folders, COUNT(icon_folders)},
};

static TTF_Font *face_try(struct arena *arena, const char *folder, int face)
{
    if (folder == NULL || folder[0] == '\0') {
        return NULL;
    }
    const char *path = str_format(arena, "%s/%s", folder, face_files[face].file);
    return TTF_OpenFontIndex(path, OPEN_SIZE, face_files[face].index);
}

static TTF_Font *face_open(struct arena *arena, const char *folder, int face)
{
    TTF_Font *font = face_try(arena, folder, face);
    if (font == NULL) {
        font = face_try(arena, getenv("DOORSTEP_FONT_DIR"), face);
    }
    for (size_t i = 0; font == NULL && i < face_files[face].folder_count; i++) {
        font = face_try(arena, face_files[face].folders[i], face);
    }
    return font;
}

static int32_t advance_64(void *context, uint32_t code, struct text_style style);

enum err glyphs_open(struct arena *program, const char *folder, struct glyphs **glyphs_out,
                     const char **problem_out)
{
    struct glyphs *glyphs = ARENA_NEW(program, struct glyphs);
    glyphs->arena = program;
    if (TTF_Init() != 0) {
        *problem_out = str_format(program, "SDL_ttf: %s", TTF_GetError());
        return ERR_io;
    }
    for (int face = 0; face < FACE_COUNT; face++) {
        glyphs->faces[face] = face_open(program, folder, face);
        if (glyphs->faces[face] == NULL) {
            *problem_out = str_format(program,
                                      "font %s not found; install fonts-noto-cjk and "
                                      "fonts-material-design-icons-iconfont or set "
                                      "DOORSTEP_FONT_DIR",
                                      face_files[face].file);
            glyphs_close(glyphs);
            return ERR_not_found;
        }
        glyphs->sizes[face] = OPEN_SIZE;
        /* Light hinting sharpens horizontals and leaves widths alone. */
        TTF_SetFontHinting(glyphs->faces[face],
                           face == FACE_icon ? TTF_HINTING_NONE : TTF_HINTING_LIGHT);
        TTF_SetFontKerning(glyphs->faces[face], 0);
    }
    glyphs->entry_capacity = 1024;
    glyphs->entries = ARENA_ARRAY(program, glyphs->entry_capacity, struct entry);
    glyphs->width_capacity = 2048;
    glyphs->widths = ARENA_ARRAY(program, glyphs->width_capacity, struct width);
    glyphs->font = (struct text_font){advance_64, glyphs};
    *glyphs_out = glyphs;
    return OK;
}

void glyphs_close(struct glyphs *glyphs)
{
    for (int face = 0; face < FACE_COUNT; face++) {
        if (glyphs->faces[face] != NULL) {
            TTF_CloseFont(glyphs->faces[face]);
            glyphs->faces[face] = NULL;
        }
    }
    TTF_Quit();
}

static TTF_Font *face_sized(struct glyphs *glyphs, int face, int32_t size)
{
    if (glyphs->sizes[face] != size) {
        TTF_SetFontSize(glyphs->faces[face], size);
        glyphs->sizes[face] = size;
    }
    return glyphs->faces[face];
}

/* ---- widths ---- */

/* Joiners, variation selectors, the byte order mark and control characters
 * take no room and show nothing. */
static bool is_silent(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF || code == 0x2060;
}

static size_t width_slot(const struct width *widths, size_t capacity, uint32_t key)
{
    size_t slot = (key * 2654435761U) & (capacity - 1);
    while (widths[slot].key != 0 && widths[slot].key != key) {
        slot = (slot + 1) & (capacity - 1);
    }
    return slot;
}

static void widths_grow(struct glyphs *glyphs)
{
    size_t capacity = glyphs->width_capacity * 2;
    struct width *widths = ARENA_ARRAY(glyphs->arena, capacity, struct width);
    for (size_t i = 0; i < glyphs->width_capacity; i++) {
        if (glyphs->widths[i].key != 0) {
            widths[width_slot(widths, capacity, glyphs->widths[i].key)] = glyphs->widths[i];
        }
    }
    glyphs->widths = widths;
    glyphs->width_capacity = capacity;
}

static int32_t width_ask(struct glyphs *glyphs, uint32_t code, int face)
{
    if (is_silent(code)) {
        return 0;
    }
    TTF_Font *font = glyphs->faces[face];
    int advance = UNITS; /* the box of a missing one is a square */
    if (TTF_GlyphIsProvided32(font, code) != 0) {
        font = face_sized(glyphs, face, UNITS);
        (void)TTF_GlyphMetrics32(font, code, NULL, NULL, NULL, NULL, &advance);
    }
    return advance;
}

static int32_t advance_64(void *context, uint32_t code, struct text_style style)
{
    struct glyphs *glyphs = context;
    uint32_t key = code * 2 + (style.is_bold ? 1 : 0) + 1;
    size_t slot = width_slot(glyphs->widths, glyphs->width_capacity, key);
    if (glyphs->widths[slot].key == 0) {
        if (glyphs->width_count * 4 >= glyphs->width_capacity * 3) {
            widths_grow(glyphs);
            slot = width_slot(glyphs->widths, glyphs->width_capacity, key);
        }
        int32_t units = width_ask(glyphs, code, style.is_bold ? FACE_bold : FACE_regular);
        glyphs->widths[slot] = (struct width){key, units};
        glyphs->width_count++;
    }
    return (int32_t)(((int64_t)glyphs->widths[slot].units * style.size_px * 64 + UNITS / 2) /
                     UNITS);
}

const struct text_font *glyphs_font(struct glyphs *glyphs)
{
    return &glyphs->font;
}

/* ---- the atlas ---- */

static void atlas_empty(struct glyphs *glyphs)
{
    memset(glyphs->entries, 0, glyphs->entry_capacity * sizeof *glyphs->entries);
    for (int32_t i = 0; i < glyphs->page_count; i++) {
        memset(glyphs->pages[i], 0, (size_t)PAGE_SIDE * PAGE_SIDE);
    }
    glyphs->entry_count = 0;
    glyphs->page_at = 0;
    glyphs->shelf_x = 0;
    glyphs->shelf_y = 0;
    glyphs->shelf_h = 0;
}

/* Finds room for w × h; false when the atlas is full. */
static bool atlas_place(struct glyphs *glyphs, struct entry *entry)
{
    CHECK(entry->w <= PAGE_SIDE && entry->h <= PAGE_SIDE);
    if (glyphs->shelf_x + entry->w > PAGE_SIDE) {
        glyphs->shelf_y += glyphs->shelf_h;
        glyphs->shelf_x = 0;
        glyphs->shelf_h = 0;
    }
    if (glyphs->page_count == 0 || glyphs->shelf_y + entry->h > PAGE_SIDE) {
        if (glyphs->page_count > 0 && glyphs->page_at + 1 == PAGES_MAX) {
            return false;
        }
        glyphs->page_at = glyphs->page_count == 0 ? 0 : glyphs->page_at + 1;
        if (glyphs->page_at == glyphs->page_count) {
            glyphs->pages[glyphs->page_count++] =
                arena_alloc(glyphs->arena, (size_t)PAGE_SIDE * PAGE_SIDE);
        }
        glyphs->shelf_x = 0;
        glyphs->shelf_y = 0;
        glyphs->shelf_h = 0;
    }
    entry->page = glyphs->page_at;
    entry->x = glyphs->shelf_x;
    entry->y = glyphs->shelf_y;
    glyphs->shelf_x += entry->w;
    glyphs->shelf_h = entry->h > glyphs->shelf_h ? entry->h : glyphs->shelf_h;
    return true;
}

static uint8_t *entry_pixels(const struct glyphs *glyphs, const struct entry *entry)
{
    return glyphs->pages[entry->page] + (size_t)entry->y * PAGE_SIDE + (size_t)entry->x;
}

static void atlas_fit(struct glyphs *glyphs, struct entry *entry)
{
    if (!atlas_place(glyphs, entry)) {
        atlas_empty(glyphs);
        CHECK(atlas_place(glyphs, entry));
    }
}

static uint8_t alpha_at(const SDL_Surface *surface, int x, int y)
{
    const uint8_t *row = (const uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch;
    uint32_t pixel;
    memcpy(&pixel, row + (size_t)x * 4, sizeof pixel);
    return (uint8_t)(pixel >> 24);
}

static bool is_row_empty(const SDL_Surface *surface, int y)
{
    for (int x = 0; x < surface->w; x++) {
        if (alpha_at(surface, x, y) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_column_empty(const SDL_Surface *surface, int x)
{
    for (int y = 0; y < surface->h; y++) {
        if (alpha_at(surface, x, y) != 0) {
            return false;
        }
    }
    return true;
}

static void glyph_make(struct glyphs *glyphs, struct entry *entry, int face, uint32_t code,
                       int32_t size)
{
    TTF_Font *font = face_sized(glyphs, face, size);
    int least_x = 0;
    int most_y = 0;
    (void)TTF_GlyphMetrics32(font, code, &least_x, NULL, NULL, &most_y, NULL);
    SDL_Surface *surface = TTF_RenderGlyph32_Blended(font, code, (SDL_Color){255, 255, 255, 255});
    if (surface == NULL) {
        return; /* nothing to show: a space */
    }
    CHECK(surface->format->BytesPerPixel == 4);
    /* SDL_ttf puts the pen at the left edge, shifted right by what reaches out
     * to the left, and the baseline at the ascent, shifted down alike. */
    int ascent = TTF_FontAscent(font);
    int pen_x = least_x < 0 ? -least_x : 0;
    int base_y = most_y > ascent ? most_y : ascent;
    int x1 = 0;
    int x2 = surface->w;
    int y1 = 0;
    int y2 = surface->h;
    while (y1 < y2 && is_row_empty(surface, y1)) {
        y1++;
    }
    while (y2 > y1 && is_row_empty(surface, y2 - 1)) {
        y2--;
    }
    while (x1 < x2 && is_column_empty(surface, x1)) {
        x1++;
    }
    while (x2 > x1 && is_column_empty(surface, x2 - 1)) {
        x2--;
    }
    if (x1 < x2 && y1 < y2) {
        entry->w = x2 - x1;
        entry->h = y2 - y1;
        entry->left = x1 - pen_x;
        entry->top = base_y - y1;
        atlas_fit(glyphs, entry);
        uint8_t *to = entry_pixels(glyphs, entry);
        for (int y = y1; y < y2; y++) {
            for (int x = x1; x < x2; x++) {
                to[(size_t)(y - y1) * PAGE_SIDE + (size_t)(x - x1)] = alpha_at(surface, x, y);
            }
        }
    }
    SDL_FreeSurface(surface);
}

/* Hexadecimal digits, 3 × 5 pixels, a bit each, from the top left. */
static const uint16_t hex_bits[16] = {
    075557, 026227, 071747, 071717, 055711, 074717, 074757, 071111,
    075757, 075717, 025755, 065656, 034443, 065556, 074647, 074644,
};

static void box_dot(uint8_t *to, int32_t x, int32_t y, int32_t side)
{
    for (int32_t dy = 0; dy < side; dy++) {
        memset(to + (size_t)(y + dy) * PAGE_SIDE + (size_t)x, 0xFF, (size_t)side);
    }
}

/* A frame with the code point in it: two rows of two or three digits. */
static void box_make(struct glyphs *glyphs, struct entry *entry, uint32_t code, int32_t size)
{
    int32_t side = size * 9 / 10;
    side = side < 16 ? 16 : side;
    entry->w = side;
    entry->h = side;
    entry->left = (size - side) / 2;
    entry->top = size * 88 / 100 - (size - side) / 2;
    atlas_fit(glyphs, entry);
    uint8_t *to = entry_pixels(glyphs, entry);
    int32_t line = side / 24 + 1;
    for (int32_t i = 0; i + line <= side; i++) {
        box_dot(to, i, 0, line);
        box_dot(to, i, side - line, line);
        box_dot(to, 0, i, line);
        box_dot(to, side - line, i, line);
    }
    int32_t columns = code > 0xFFFF ? 3 : 2;
    int32_t dot = (side - 2 * line - 2) / (columns * 4);
    dot = dot < 1 ? 1 : dot;
    if ((side - 2 * line) / 12 < dot) {
        dot = (side - 2 * line) / 12 > 0 ? (side - 2 * line) / 12 : 1;
    }
    int32_t from_x = (side - (columns * 4 - 1) * dot) / 2;
    int32_t from_y = (side - 11 * dot) / 2;
    for (int32_t i = 0; i < columns * 2; i++) {
        uint32_t digit = code >> (4 * (columns * 2 - 1 - i)) & 0xF;
        for (int32_t bit = 0; bit < 15; bit++) {
            if ((hex_bits[digit] >> (14 - bit) & 1) != 0) {
                box_dot(to, from_x + (i % columns * 4 + bit % 3) * dot,
                        from_y + (i / columns * 6 + bit / 3) * dot, dot);
            }
        }
    }
}

static size_t entry_slot(const struct entry *entries, size_t capacity, uint64_t key)
{
    size_t slot = (size_t)(key * 0x9E3779B97F4A7C15U >> 32) & (capacity - 1);
    while (entries[slot].key != 0 && entries[slot].key != key) {
        slot = (slot + 1) & (capacity - 1);
    }
    return slot;
}

static void entries_grow(struct glyphs *glyphs)
{
    size_t capacity = glyphs->entry_capacity * 2;
    struct entry *entries = ARENA_ARRAY(glyphs->arena, capacity, struct entry);
    for (size_t i = 0; i < glyphs->entry_capacity; i++) {
        if (glyphs->entries[i].key != 0) {
            entries[entry_slot(entries, capacity, glyphs->entries[i].key)] = glyphs->entries[i];
        }
    }
    glyphs->entries = entries;
    glyphs->entry_capacity = capacity;
}

static struct glyph glyph_find(struct glyphs *glyphs, int face, uint32_t code, int32_t size)
{
    CHECK(size > 0);
    size = size < SIZE_MAX_PX ? size : SIZE_MAX_PX;
    uint64_t key = (uint64_t)code << 16 | (uint64_t)size << 4 | (uint64_t)face << 1 | 1;
    size_t slot = entry_slot(glyphs->entries, glyphs->entry_capacity, key);
    if (glyphs->entries[slot].key == 0) {
        if (glyphs->entry_count * 4 >= glyphs->entry_capacity * 3) {
            entries_grow(glyphs);
        }
        struct entry entry = {.key = key};
        if (!is_silent(code)) {
            if (TTF_GlyphIsProvided32(glyphs->faces[face], code) != 0) {
                glyph_make(glyphs, &entry, face, code, size);
            } else {
                box_make(glyphs, &entry, code, size);
            }
            glyphs->made++;
        }
        slot = entry_slot(glyphs->entries, glyphs->entry_capacity, key);
        glyphs->entries[slot] = entry;
        glyphs->entry_count++;
    }
    const struct entry *entry = &glyphs->entries[slot];
    if (entry->w == 0) {
        return (struct glyph){0};
    }
    return (struct glyph){.coverage = entry_pixels(glyphs, entry),
                          .pitch = PAGE_SIDE,
                          .w = entry->w,
                          .h = entry->h,
                          .left = entry->left,
                          .top = entry->top};
}

struct glyph glyphs_text(struct glyphs *glyphs, uint32_t code, struct text_style style)
{
    return glyph_find(glyphs, style.is_bold ? FACE_bold : FACE_regular, code, style.size_px);
}

struct glyph glyphs_icon(struct glyphs *glyphs, uint32_t code, int32_t size_px)
{
    struct glyph glyph = glyph_find(glyphs, FACE_icon, code, size_px);
    /* Icons fill a square of one em whose lower edge is the baseline; what we
     * hand out counts from the middle of that square. */
    glyph.top -= size_px / 2;
    glyph.left -= size_px / 2;
    return glyph;
}

bool glyphs_has(struct glyphs *glyphs, uint32_t code, bool is_bold)
{
    return TTF_GlyphIsProvided32(glyphs->faces[is_bold ? FACE_bold : FACE_regular], code) != 0;
}

bool glyphs_has_icon(struct glyphs *glyphs, uint32_t code)
{
    return TTF_GlyphIsProvided32(glyphs->faces[FACE_icon], code) != 0;
}

int32_t glyphs_made(const struct glyphs *glyphs)
{
    return glyphs->made;
}
