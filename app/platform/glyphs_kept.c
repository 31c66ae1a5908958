/* The file of kept glyphs: a head, widths, an index, coverage. It is of this
 * machine and this version only, so numbers stand as they are in memory. */
#include "app/platform/glyphs_private.h"
#include "app/platform/raster_hash.h"

#include "core/os/os.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    VERSION = 1,
    FILE_SIZE_MAX = 32 * 1024 * 1024,
    SIDE_MAX = ATLAS_PAGE_SIDE,
};

struct head {
    char mark[8];
    uint64_t fingerprint; /* of fonts, library and version */
    uint64_t sum;         /* of widths and index */
    uint64_t size;        /* of the file */
    uint32_t width_count, entry_count;
};

struct index_row {
    uint64_t key;
    uint64_t offset; /* of the coverage, w × h bytes */
    int32_t w, h, left, top;
};

static const char mark[8] = {'D', 'S', 'G', 'L', 'Y', 'P', 'H', 'S'};

static uint64_t fingerprint(const struct glyphs *glyphs)
{
    uint64_t hash = raster_hash_mix(VERSION, face_fingerprint(&glyphs->faces));
    for (const char *at = glyphs->kept.text; *at != '\0'; at++) {
        hash = raster_hash_mix(hash, (unsigned char)*at);
    }
    return hash;
}

static uint64_t sum_of(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t sum = size;
    for (size_t i = 0; i < size; i++) {
        sum = raster_hash_mix(sum, at[i]);
    }
    return sum;
}

static size_t index_end(const struct head *head)
{
    return sizeof *head + head->width_count * sizeof(struct glyphs_width) +
           head->entry_count * sizeof(struct index_row);
}

/* ---- reading ---- */

static bool is_sound(const struct glyphs *glyphs, const uint8_t *bytes, size_t size)
{
    struct head head;
    if (size < sizeof head) {
        return false;
    }
    memcpy(&head, bytes, sizeof head);
    if (memcmp(head.mark, mark, sizeof mark) != 0 || head.fingerprint != fingerprint(glyphs) ||
        head.size != size || head.width_count > size || head.entry_count > size ||
        index_end(&head) > size ||
        head.sum != sum_of(bytes + sizeof head, index_end(&head) - sizeof head)) {
        return false;
    }
    const struct index_row *rows =
        (const struct index_row *)(bytes + index_end(&head) - head.entry_count * sizeof *rows);
    for (uint32_t i = 0; i < head.entry_count; i++) {
        const struct index_row *row = &rows[i];
        bool is_inside = row->w >= 0 && row->h >= 0 && row->w <= SIDE_MAX && row->h <= SIDE_MAX &&
                         row->offset <= size &&
                         (uint64_t)row->w * (uint64_t)row->h <= size - row->offset;
        if (!is_inside || row->key == 0) {
            return false;
        }
    }
    return true;
}

void glyphs_kept_enter(struct glyphs *glyphs)
{
    const uint8_t *bytes = glyphs->kept.map;
    if (bytes == NULL) {
        return;
    }
    const struct head *head = (const struct head *)bytes;
    const struct index_row *rows =
        (const struct index_row *)(bytes + index_end(head) - head->entry_count * sizeof *rows);
    for (uint32_t i = 0; i < head->entry_count; i++) {
        if (atlas_find(&glyphs->atlas, rows[i].key) == NULL) {
            atlas_add(&glyphs->atlas, &(struct atlas_entry){.key = rows[i].key,
                                                            .coverage = bytes + rows[i].offset,
                                                            .pitch = rows[i].w,
                                                            .w = rows[i].w,
                                                            .h = rows[i].h,
                                                            .left = rows[i].left,
                                                            .top = rows[i].top});
        }
    }
}

void glyphs_kept_load(struct glyphs *glyphs, const char *path, const char *text)
{
    struct glyphs_kept *kept = &glyphs->kept;
    CHECK(kept->path == NULL);
    kept->path = path;
    kept->text = text;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return;
    }
    struct stat status;
    size_t size =
        fstat(file, &status) == 0 && status.st_size <= FILE_SIZE_MAX ? (size_t)status.st_size : 0;
    void *map = size > 0 ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    (void)close(file);
    if (map == MAP_FAILED) {
        return;
    }
    if (!is_sound(glyphs, map, size)) {
        (void)munmap(map, size);
        return;
    }
    kept->map = map;
    kept->map_size = size;
    const struct head *head = map;
    const struct glyphs_width *widths = (const struct glyphs_width *)(head + 1);
    for (uint32_t i = 0; i < head->width_count; i++) {
        glyphs_width_add(glyphs, widths[i].key, widths[i].units);
    }
    glyphs_kept_enter(glyphs);
}

void glyphs_kept_close(struct glyphs *glyphs)
{
    if (glyphs->kept.map != NULL) {
        (void)munmap(glyphs->kept.map, glyphs->kept.map_size);
        glyphs->kept.map = NULL;
    }
}

/* ---- making and writing ---- */

void glyphs_kept_styles(struct glyphs *glyphs, const struct text_style *styles, int32_t count)
{
    struct glyphs_kept *kept = &glyphs->kept;
    CHECK(count <= GLYPHS_STYLES_MAX);
    bool is_same = count == kept->style_count;
    for (int32_t i = 0; i < count && is_same; i++) {
        is_same = styles[i].size_px == kept->styles[i].size_px &&
                  styles[i].is_bold == kept->styles[i].is_bold;
    }
    if (!is_same) {
        memcpy(kept->styles, styles, (size_t)count * sizeof *styles);
        kept->style_count = count;
        kept->at = 0;
        kept->is_lacking = false;
        kept->is_complete = kept->path == NULL;
    }
}

/* The set as code points. */
static size_t codes_of(const char *text, struct arena *arena, uint32_t **codes_out)
{
    struct str rest = str_from(text);
    *codes_out = ARENA_ARRAY(arena, rest.size + 1, uint32_t);
    size_t count = 0;
    while (rest.size > 0) {
        (*codes_out)[count++] = str_next_code(&rest);
    }
    return count;
}

static void rows_write(struct glyphs *glyphs, const uint32_t *codes, size_t code_count,
                       struct index_row *rows, uint8_t *file, uint64_t offset)
{
    const struct glyphs_kept *kept = &glyphs->kept;
    for (int32_t style = 0; style < kept->style_count; style++) {
        for (size_t i = 0; i < code_count; i++) {
            const struct text_style *how = &kept->styles[style];
            struct glyph glyph = glyphs_text(glyphs, codes[i], *how);
            int face = how->is_bold ? FACE_bold : FACE_regular;
            *rows++ = (struct index_row){.key = atlas_key(face, codes[i], how->size_px),
                                         .offset = offset,
                                         .w = glyph.w,
                                         .h = glyph.h,
                                         .left = glyph.left,
                                         .top = glyph.top};
            for (int32_t y = 0; y < glyph.h; y++) {
                memcpy(file + offset, glyph.coverage + (size_t)y * (size_t)glyph.pitch,
                       (size_t)glyph.w);
                offset += (uint64_t)glyph.w;
            }
        }
    }
}

static uint64_t coverage_size(struct glyphs *glyphs, const uint32_t *codes, size_t code_count)
{
    uint64_t size = 0;
    for (int32_t style = 0; style < glyphs->kept.style_count; style++) {
        for (size_t i = 0; i < code_count; i++) {
            struct glyph glyph = glyphs_text(glyphs, codes[i], glyphs->kept.styles[style]);
            size += (uint64_t)glyph.w * (uint64_t)glyph.h;
        }
    }
    return size;
}

static void file_write(struct glyphs *glyphs, const uint32_t *codes, size_t code_count,
                       struct arena *arena)
{
    const struct text_font *font = glyphs_font(glyphs);
    size_t entry_count = code_count * (size_t)glyphs->kept.style_count;
    struct head head = {.fingerprint = fingerprint(glyphs),
                        .width_count = (uint32_t)code_count * 2,
                        .entry_count = (uint32_t)entry_count};
    memcpy(head.mark, mark, sizeof mark);
    head.size = index_end(&head) + coverage_size(glyphs, codes, code_count);
    if (head.size > FILE_SIZE_MAX) {
        return; /* letters as large as a hand: they are made anew each time */
    }
    uint8_t *file = arena_alloc(arena, head.size);
    struct glyphs_width *widths = (struct glyphs_width *)(file + sizeof head);
    for (size_t i = 0; i < code_count * 2; i++) {
        struct text_style style = {.size_px = FACE_UNITS, .is_bold = i % 2 == 1};
        widths[i].key = codes[i / 2] * 2 + (uint32_t)(i % 2) + 1;
        widths[i].units = font->advance_64(font->context, codes[i / 2], style) / 64;
    }
    rows_write(glyphs, codes, code_count, (struct index_row *)(widths + code_count * 2), file,
               index_end(&head));
    head.sum = sum_of(file + sizeof head, index_end(&head) - sizeof head);
    memcpy(file, &head, sizeof head);
    /* A full disk or a folder nobody may write to: the next start is slower. */
    (void)!os_file_replace(glyphs->kept.path, file, head.size);
}

static bool is_mapped(const struct glyphs_kept *kept, const uint8_t *coverage)
{
    const uint8_t *map = kept->map;
    return map != NULL && coverage >= map && coverage < map + kept->map_size;
}

bool glyphs_kept_step(struct glyphs *glyphs, int32_t count)
{
    struct glyphs_kept *kept = &glyphs->kept;
    if (kept->is_complete || kept->style_count == 0) {
        return false;
    }
    struct arena arena;
    arena_init(&arena, 0);
    uint32_t *codes;
    size_t code_count = codes_of(kept->text, &arena, &codes);
    size_t all = code_count * (size_t)kept->style_count;
    int32_t before = glyphs->made;
    while (kept->at < all && glyphs->made - before < count) {
        struct glyph glyph =
            glyphs_text(glyphs, codes[kept->at % code_count], kept->styles[kept->at / code_count]);
        kept->is_lacking |= glyph.coverage != NULL && !is_mapped(kept, glyph.coverage);
        kept->at++;
    }
    if (kept->at == all) {
        kept->is_complete = true;
        if (kept->is_lacking) {
            file_write(glyphs, codes, code_count, &arena);
        }
    }
    arena_deinit(&arena);
    return !kept->is_complete;
}
