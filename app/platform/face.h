/* app/platform/face.h -- the font files: found at once, opened when first needed. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

#include <SDL_ttf.h>
#include <stdbool.h>

enum face { FACE_regular, FACE_bold, FACE_icon, FACE_COUNT };

enum { FACE_UNITS = 1000 }; /* widths are in thousandths of the size */

/* Zero it to start. */
struct face_set {
    const char *paths[FACE_COUNT];
    TTF_Font *fonts[FACE_COUNT]; /* NULL: not opened yet */
    bool is_broken[FACE_COUNT];  /* could not be opened: it has no glyphs */
    int32_t sizes[FACE_COUNT];
};

/* Looks for the files in `folder` (may be NULL), then in DOORSTEP_FONT_DIR, then
 * where distributions put them. ERR_not_found with `problem_out` naming the file,
 * ERR_io when SDL_ttf does not start. Call face_close in any case. */
enum err face_find(struct arena *program, const char *folder, struct face_set *set,
                   const char **problem_out) MUST_USE;
void face_close(struct face_set *set);
/* Changes when a file or the library that draws it does. */
uint64_t face_fingerprint(const struct face_set *set);

bool face_has(struct face_set *set, enum face face, uint32_t code);
/* In thousandths of the size; only for a code point it has. */
int32_t face_advance(struct face_set *set, enum face face, uint32_t code);

/* A glyph cut to its ink; w 0 when it has none. */
struct face_picture {
    SDL_Surface *surface;
    int32_t x, y, w, h; /* of the ink inside the surface */
    int32_t left, top;  /* from the pen, and from the baseline up */
};
/* Free it with face_picture_free. */
struct face_picture face_draw(struct face_set *set, enum face face, uint32_t code, int32_t size);
void face_picture_free(struct face_picture *picture);
uint8_t face_picture_alpha(const struct face_picture *picture, int32_t x, int32_t y);
