/* app/ui/widget_pad.h -- the pad for numbers that are not amounts: phone,
 * identity card, PIN. Pure. */
#pragma once

#include "app/ui/ui.h"

enum widget_pad_kind {
    WIDGET_PAD_phone,    /* digits and +; shown 138 0013 8000 */
    WIDGET_PAD_identity, /* 18 digits, X last; shown 110101 19900307 1234 */
    WIDGET_PAD_pin,      /* digits; shown as dots */
};

struct widget_pad {
    enum widget_pad_kind kind;
    const char *label;             /* required */
    const char *problem;           /* may be NULL */
    const char *backspace, *clear; /* names of these keys */
    int32_t digits_max;            /* 0: 20 (phone), 18, 12 */
};

/* The number so far and a 3-column pad of 20 mm keys; keys are named as in
 * widget_amount, plus "<key>/plus" and "<key>/x". The text (NUL-ended ASCII)
 * holds at most capacity - 1 characters. True when it changed. */
bool widget_pad(struct ui *ui, const char *key, const struct widget_pad *pad, char *text,
                size_t capacity);
