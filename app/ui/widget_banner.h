/* app/ui/widget_banner.h -- a notice across the content: a rule, a warning, a
 * state that matters now. Pure. */
#pragma once

#include "app/ui/widget_badge.h"

struct widget_banner {
    enum widget_badge_tone tone;
    const char *title;  /* required */
    const char *text;   /* may be NULL */
    enum icon icon;     /* 0: the tone's own */
    const char *action; /* button beside the words, below where that is too narrow; NULL none */
};

/* True when its action was tapped. `key` may be NULL without an action. */
bool widget_banner(struct ui *ui, const char *key, const struct widget_banner *banner);
