/* app/platform/glyphs.h -- the glyph atlas: SDL2_ttf draws each glyph once, we
 * keep its coverage (8 bit).
 *
 * Faces: Noto Sans CJK SC regular and bold (index 2 of the collections), and
 * the icon font. A code point no face has becomes a box with its number, never
 * a blank. */
#pragma once

#include "app/ui/text.h"
#include "core/base/arena.h"
#include "core/base/err.h"

struct glyphs;

struct glyph {
    const uint8_t *coverage; /* rows of `pitch` bytes; NULL when empty (a space) */
    int32_t pitch;
    int32_t w, h;
    int32_t left; /* from the pen to the first column */
    int32_t top;  /* from the baseline up to the first row */
};

/* Looks for the fonts in `folder` (may be NULL), then in DOORSTEP_FONT_DIR,
 * then where distributions put them. ERR_not_found with `problem_out` naming
 * the file. */
enum err glyphs_open(struct arena *program, const char *folder, struct glyphs **glyphs_out,
                     const char **problem_out) MUST_USE;
void glyphs_close(struct glyphs *glyphs);

/* Never fails; valid until the next call that makes a glyph when the atlas is
 * full (it is then emptied). */
struct glyph glyphs_text(struct glyphs *glyphs, uint32_t code, struct text_style style);
struct glyph glyphs_icon(struct glyphs *glyphs, uint32_t code, int32_t size_px);
/* Widths for the toolkit, independent of hinting. */
const struct text_font *glyphs_font(struct glyphs *glyphs);
/* Whether the face itself has it (no box). */
bool glyphs_has(struct glyphs *glyphs, uint32_t code, bool is_bold);
bool glyphs_has_icon(struct glyphs *glyphs, uint32_t code);
/* How many glyphs were drawn so far. */
int32_t glyphs_made(const struct glyphs *glyphs);
