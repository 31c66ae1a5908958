/* app/ui/widget_signature.h -- the signature pad. Pure, integers only.
 *
 * Strokes are kept in units of the pad, not of the screen: a signature begun on
 * one size of screen is the same on another, and the picture of it is the same
 * on every machine. */
#pragma once

#include "app/ui/ui.h"
#include "core/base/err.h"

enum {
    WIDGET_SIGNATURE_WIDTH = 2000, /* units; the pad is always twice as wide as high */
    WIDGET_SIGNATURE_HEIGHT = 1000,
    WIDGET_SIGNATURE_POINTS_MAX = 6000, /* half a minute without lifting */
    WIDGET_SIGNATURE_STROKES_MAX = 200,
    WIDGET_SIGNATURE_PICTURE_WIDTH = 800, /* pixels of the PNG */
    WIDGET_SIGNATURE_PICTURE_HEIGHT = 400,
};

/* Kept by the caller; zero it to start. A stroke of one point is a dot. */
struct widget_signature {
    int32_t stroke_count, point_count;
    uint16_t ends[WIDGET_SIGNATURE_STROKES_MAX]; /* index after each stroke's last point */
    struct {
        uint16_t x, y; /* 0..WIDTH-1, 0..HEIGHT-1 */
    } points[WIDGET_SIGNATURE_POINTS_MAX];
    bool was_full; /* more was drawn than fits: say so and offer to clear */
};

struct widget_signature_words {
    const char *label;        /* what is signed and by whom, read aloud; required */
    const char *hint;         /* on the empty pad: "请在此签名" */
    const char *undo, *clear; /* labels of the two buttons; required */
};

/* The pad as wide as its parent (and at most three fifths of the screen high),
 * "<key>" itself, with "<key>/undo" (takes the last stroke back) and
 * "<key>/clear". Ink follows the finger from the first pixel and is part of
 * *signature as soon as it is seen. True when *signature changed. */
bool widget_signature(struct ui *ui, const char *key, const struct widget_signature_words *words,
                      struct widget_signature *signature);

/* Enough ink to be a signature and not a touch by mistake: half the pad's height
 * of line in all. */
bool widget_signature_is_signed(const struct widget_signature *signature);

/* Black on white, 800 x 400, one bit a pixel: 1 to 6 KB as a rule. Lives in
 * `arena`. The same strokes give the same bytes. */
void widget_signature_png(struct arena *arena, const struct widget_signature *signature,
                          uint8_t **bytes_out, size_t *size_out);

/* The strokes themselves, for a draft: about 2 bytes a point. Lives in `arena`. */
void widget_signature_pack(struct arena *arena, const struct widget_signature *signature,
                           uint8_t **bytes_out, size_t *size_out);
/* ERR_malformed for anything that widget_signature_pack does not make; then
 * *signature_out is empty. */
enum err widget_signature_unpack(const uint8_t *bytes, size_t size,
                                 struct widget_signature *signature_out) MUST_USE;
