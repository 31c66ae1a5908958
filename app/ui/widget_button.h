/* app/ui/widget_button.h -- buttons. Pure.
 * One primary button per screen, at the bottom, full width on a handheld. */
#pragma once

#include "app/ui/ui.h"

enum widget_button_kind {
    WIDGET_BUTTON_secondary, /* outlined: the default */
    WIDGET_BUTTON_primary,   /* filled, key_mm high: the screen's main action */
    WIDGET_BUTTON_danger,    /* filled red: cannot be taken back */
    WIDGET_BUTTON_quiet,     /* words only: the least important */
};

struct widget_button {
    enum widget_button_kind kind;
    const char *label; /* required: an icon never stands alone */
    enum icon icon;
    bool is_wide;     /* fills its parent's width */
    bool is_disabled; /* say near it why */
    bool is_inline;   /* primary, but not the screen's main action: usual height */
};

/* True when it was tapped. */
bool widget_button(struct ui *ui, const char *key, const struct widget_button *button) MUST_USE;
