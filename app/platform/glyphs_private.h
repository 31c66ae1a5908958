/* app/platform/glyphs_private.h -- what glyphs.c and glyphs_kept.c share. Nobody
 * else includes it. */
#pragma once

#include "app/platform/atlas.h"
#include "app/platform/face.h"
#include "app/platform/glyphs.h"

struct glyphs_width {
    uint32_t key; /* code × 2 + bold + 1; 0 free */
    int32_t units;
};

/* glyphs_kept.c */
struct glyphs_kept {
    const char *path, *text;
    struct text_style styles[GLYPHS_STYLES_MAX];
    int32_t style_count;
    size_t at;        /* glyphs of the set done: style by style */
    bool is_complete; /* the file holds all of them, or cannot be written */
    bool is_lacking;  /* a glyph of the set is not in the file */
    void *map;        /* the file; NULL none */
    size_t map_size;
};

struct glyphs {
    struct arena *arena;
    struct face_set faces;
    struct text_font font;
    struct atlas atlas;
    struct glyphs_width *widths;
    size_t width_count, width_capacity;
    struct glyphs_kept kept;
    int32_t made;
};

void glyphs_width_add(struct glyphs *glyphs, uint32_t key, int32_t units);
/* Enters what the file holds into an empty atlas. */
void glyphs_kept_enter(struct glyphs *glyphs);
void glyphs_kept_close(struct glyphs *glyphs);
