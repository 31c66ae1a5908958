/* app/ui/text.h -- measuring and breaking text. Pure: widths come from the
 * caller's font. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"

struct text_style {
    int32_t size_px;
    bool is_bold;
};

/* Where widths come from. `advance_64` gives the advance of a code point in
 * 1/64 pixel; the same question always has the same answer. */
struct text_font {
    int32_t (*advance_64)(void *context, uint32_t code, struct text_style style);
    void *context;
};

enum text_cut {
    TEXT_wrap,   /* break into lines, all of them shown */
    TEXT_end,    /* one line (or lines_max) with … at the end */
    TEXT_middle, /* one line with … in the middle: addresses, case numbers */
};

struct text_line {
    struct str text; /* borrowed from the input, or the arena when cut */
    int32_t width_px;
};

struct text_layout {
    struct text_line *lines;
    int32_t line_count;
    int32_t width_px; /* of the widest line */
    bool was_cut;     /* something is not shown */
};

/* Rounded up to whole pixels. */
int32_t text_width_px(const struct text_font *font, struct text_style style, struct str text);
/* Width of the widest piece that may not be broken. */
int32_t text_piece_px(const struct text_font *font, struct text_style style, struct str text);

/* Breaks `text` (borrowed; must outlive the layout) to `width_px`.
 * Line ends: '\n'; Latin at spaces and after hyphens; between two CJK
 * characters unless kinsoku forbids it (no line starts with closing brackets,
 * 、。，！ …, none ends with an opening bracket or a currency sign). A piece
 * wider than the line is broken anywhere. Spaces at a line end are dropped.
 * `lines_max` 0: no limit for TEXT_wrap, 1 for the others. */
struct text_layout text_break(struct arena *arena, const struct text_font *font,
                              struct text_style style, struct str text, int32_t width_px,
                              enum text_cut cut, int32_t lines_max);

/* Baseline below the top of a line of `line_px`, so that a hanzi's body is
 * centred in it. */
int32_t text_baseline_px(struct text_style style, int32_t line_px);
