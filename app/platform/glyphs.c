#include "app/platform/glyphs_private.h"

#include "app/platform/box.h"

enum {
    WIDTHS_AT_FIRST = 2048,
    SIZE_MAX_PX = 320, /* larger ones are drawn at this size: wide glyphs must fit a page */
};

static int32_t advance_64(void *context, uint32_t code, struct text_style style);

enum err glyphs_open(struct arena *program, const char *folder, struct glyphs **glyphs_out,
                     const char **problem_out)
{
    struct glyphs *glyphs = ARENA_NEW(program, struct glyphs);
    *glyphs_out = glyphs;
    glyphs->arena = program;
    TRY(face_find(program, folder, &glyphs->faces, problem_out));
    atlas_init(&glyphs->atlas, program);
    glyphs->width_capacity = WIDTHS_AT_FIRST;
    glyphs->widths = ARENA_ARRAY(program, glyphs->width_capacity, struct glyphs_width);
    glyphs->font = (struct text_font){advance_64, glyphs};
    return OK;
}

void glyphs_close(struct glyphs *glyphs)
{
    glyphs_kept_close(glyphs);
    face_close(&glyphs->faces);
}

static enum face face_of(struct text_style style)
{
    return style.is_bold ? FACE_bold : FACE_regular;
}

/* ---- widths ---- */

/* Joiners, variation selectors, the byte order mark and control characters
 * take no room and show nothing. */
static bool is_silent(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF || code == 0x2060;
}

static size_t width_slot(const struct glyphs_width *widths, size_t capacity, uint32_t key)
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
    struct glyphs_width *widths = ARENA_ARRAY(glyphs->arena, capacity, struct glyphs_width);
    for (size_t i = 0; i < glyphs->width_capacity; i++) {
        if (glyphs->widths[i].key != 0) {
            widths[width_slot(widths, capacity, glyphs->widths[i].key)] = glyphs->widths[i];
        }
    }
    glyphs->widths = widths;
    glyphs->width_capacity = capacity;
}

void glyphs_width_add(struct glyphs *glyphs, uint32_t key, int32_t units)
{
    if (glyphs->width_count * 4 >= glyphs->width_capacity * 3) {
        widths_grow(glyphs);
    }
    size_t slot = width_slot(glyphs->widths, glyphs->width_capacity, key);
    glyphs->width_count += glyphs->widths[slot].key == 0;
    glyphs->widths[slot] = (struct glyphs_width){key, units};
}

static int32_t width_ask(struct glyphs *glyphs, uint32_t code, enum face face)
{
    if (is_silent(code)) {
        return 0;
    }
    /* The box of a missing one is a square. */
    return face_has(&glyphs->faces, face, code) ? face_advance(&glyphs->faces, face, code)
                                                : FACE_UNITS;
}

static int32_t advance_64(void *context, uint32_t code, struct text_style style)
{
    struct glyphs *glyphs = context;
    uint32_t key = code * 2 + (style.is_bold ? 1 : 0) + 1;
    size_t slot = width_slot(glyphs->widths, glyphs->width_capacity, key);
    if (glyphs->widths[slot].key == 0) {
        glyphs_width_add(glyphs, key, width_ask(glyphs, code, face_of(style)));
        slot = width_slot(glyphs->widths, glyphs->width_capacity, key);
    }
    return (int32_t)(((int64_t)glyphs->widths[slot].units * style.size_px * 64 + FACE_UNITS / 2) /
                     FACE_UNITS);
}

const struct text_font *glyphs_font(struct glyphs *glyphs)
{
    return &glyphs->font;
}

/* ---- glyphs ---- */

/* When the atlas is full everything begins anew. */
static uint8_t *room(struct glyphs *glyphs, struct atlas_entry *entry)
{
    uint8_t *found = atlas_room(&glyphs->atlas, entry->w, entry->h);
    if (found == NULL) {
        atlas_empty(&glyphs->atlas);
        glyphs_kept_enter(glyphs);
        found = atlas_room(&glyphs->atlas, entry->w, entry->h);
        CHECK(found != NULL);
    }
    entry->coverage = found;
    entry->pitch = ATLAS_PAGE_SIDE;
    return found;
}

static void glyph_make(struct glyphs *glyphs, struct atlas_entry *entry, enum face face,
                       uint32_t code, int32_t size)
{
    struct face_picture picture = face_draw(&glyphs->faces, face, code, size);
    if (picture.w > 0) {
        entry->w = picture.w;
        entry->h = picture.h;
        entry->left = picture.left;
        entry->top = picture.top;
        uint8_t *to = room(glyphs, entry);
        for (int32_t y = 0; y < picture.h; y++) {
            for (int32_t x = 0; x < picture.w; x++) {
                to[(size_t)y * ATLAS_PAGE_SIDE + (size_t)x] = face_picture_alpha(&picture, x, y);
            }
        }
    }
    face_picture_free(&picture);
}

static void box_make(struct glyphs *glyphs, struct atlas_entry *entry, uint32_t code, int32_t size)
{
    int32_t side = box_side(size);
    entry->w = side;
    entry->h = side;
    entry->left = (size - side) / 2;
    entry->top = size * 88 / 100 - (size - side) / 2;
    box_draw(room(glyphs, entry), ATLAS_PAGE_SIDE, code, side);
}

static struct glyph glyph_find(struct glyphs *glyphs, enum face face, uint32_t code, int32_t size)
{
    CHECK(size > 0);
    size = size < SIZE_MAX_PX ? size : SIZE_MAX_PX;
    uint64_t key = atlas_key((int)face, code, size);
    const struct atlas_entry *entry = atlas_find(&glyphs->atlas, key);
    if (entry == NULL) {
        struct atlas_entry made = {.key = key};
        if (!is_silent(code)) {
            if (face_has(&glyphs->faces, face, code)) {
                glyph_make(glyphs, &made, face, code, size);
            } else {
                box_make(glyphs, &made, code, size);
            }
            glyphs->made++;
        }
        atlas_add(&glyphs->atlas, &made);
        entry = atlas_find(&glyphs->atlas, key);
    }
    if (entry->w == 0) {
        return (struct glyph){0};
    }
    return (struct glyph){.coverage = entry->coverage,
                          .pitch = entry->pitch,
                          .w = entry->w,
                          .h = entry->h,
                          .left = entry->left,
                          .top = entry->top};
}

struct glyph glyphs_text(struct glyphs *glyphs, uint32_t code, struct text_style style)
{
    return glyph_find(glyphs, face_of(style), code, style.size_px);
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
    return face_has(&glyphs->faces, is_bold ? FACE_bold : FACE_regular, code);
}

bool glyphs_has_icon(struct glyphs *glyphs, uint32_t code)
{
    return face_has(&glyphs->faces, FACE_icon, code);
}

int32_t glyphs_made(const struct glyphs *glyphs)
{
    return glyphs->made;
}
