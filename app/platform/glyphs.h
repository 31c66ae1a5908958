/* app/platform/glyphs.h -- glyphs and widths: SDL2_ttf draws each glyph once, we
 * keep its coverage (8 bit). A font file is opened when something of it is
 * needed that is not known yet.
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

/* Finds the fonts in `folder` (may be NULL), then in DOORSTEP_FONT_DIR,
 * then where distributions put them. ERR_not_found with `problem_out` naming
 * the file. Call glyphs_close also after an error. */
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

/* ---- what is kept on disk ----
 *
 * The letters of the program's own texts, in the sizes of the theme, are kept in a
 * file: the next start opens no font for them. Always the whole fixed set and
 * nothing else: which letters people's names are made of stays in memory. */

enum { GLYPHS_STYLES_MAX = 8 };

/* `text` holds the set; both are kept. A file that is not there, of other fonts, or
 * damaged is passed over. */
void glyphs_kept_load(struct glyphs *glyphs, const char *path, const char *text);
/* The styles to keep, as the theme has them now. */
void glyphs_kept_styles(struct glyphs *glyphs, const struct text_style *styles, int32_t count);
/* Makes up to `count` glyphs that the file lacks; when all are there it is written.
 * True while there is more to do: call it when nobody waits. A file that cannot be
 * written is not tried again. */
bool glyphs_kept_step(struct glyphs *glyphs, int32_t count);
