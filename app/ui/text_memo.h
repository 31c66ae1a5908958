/* app/ui/text_memo.h -- widths of texts that were measured lately. Pure.
 *
 * A frame measures the texts of the frame before, all but a few. What was measured is kept by a
 * hash of the bytes and the style, one entry a slot, the latest wins: the memory has one size,
 * and an answer is what measuring would have given. (Two texts with one 64-bit hash would be
 * taken for each other; the renderer trusts such hashes, too.) One memo serves one font. */
#pragma once

#include "app/ui/text.h"

struct text_measured {
    int32_t width_px; /* of its widest line, '\n' ends one; as text_width_px() */
    int32_t piece_px; /* as text_piece_px() */
    bool is_line;     /* one line without blanks at its end: broken only by too little room */
};

enum { TEXT_MEMO_SLOTS = 1024 }; /* a power of two; a screen has some 200 texts */

struct text_memo {
    struct {
        uint64_t hash; /* 0: free */
        struct text_measured measured;
    } slots[TEXT_MEMO_SLOTS];
};

/* All zero: empty. */
struct text_measured text_memo_measure(struct text_memo *memo, const struct text_font *font,
                                       struct text_style style, struct str text);
