/* app/ui/widget_amount.h -- the money pad. Pure. Values are minor units (fen). */
#pragma once

#include "app/ui/ui.h"

enum { WIDGET_AMOUNT_TEXT_SIZE = 64 };

struct widget_amount_chip {
    const char *label;   /* "全额 ¥12,800.00" */
    int64_t value_minor; /* what tapping it sets */
};

struct widget_amount {
    const char *label;   /* what the amount is; required */
    const char *sign;    /* "¥" */
    const char *note;    /* below the value (read-back in capitals, limits); may be NULL */
    const char *problem; /* below, in red; may be NULL */
    const char *backspace, *clear; /* names of these keys */
    const struct widget_amount_chip *chips;
    int32_t chip_count;
    int64_t value_minor_max; /* digits that would pass it are not taken; 0: 10^13 */
    bool is_whole;           /* no minor units: a 00 key instead of the point */
};

/* A large value, chips (on a handheld those that fit one row, the first always)
 * and a 3-column pad of key_high_mm high keys named by their digit;
 * keys are "<key>/0" ... "<key>/9", "<key>/point" or "<key>/00",
 * "<key>/back", "<key>/clear", chips "<key>/chip0" ... True when *value_minor
 * changed. Also takes typed digits while it is on the screen and no field has
 * focus. */
bool widget_amount(struct ui *ui, const char *key, const struct widget_amount *amount,
                   int64_t *value_minor);

/* "¥12,800.00"; "-¥0.05". `is_whole` drops minor units that are zero. */
void widget_amount_text(char text[WIDGET_AMOUNT_TEXT_SIZE], const char *sign, int64_t value_minor,
                        bool is_whole);
