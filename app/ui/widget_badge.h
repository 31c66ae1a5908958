/* app/ui/widget_badge.h -- status as colour + icon + word, never colour alone. Pure. */
#pragma once

#include "app/ui/ui.h"

enum widget_badge_tone {
    WIDGET_BADGE_info,
    WIDGET_BADGE_ok,
    WIDGET_BADGE_warn,
    WIDGET_BADGE_danger,
    WIDGET_BADGE_plain,
};

struct widget_badge {
    enum widget_badge_tone tone;
    const char *word; /* required */
    enum icon icon;   /* 0: the tone's own */
    bool is_one_line; /* cut where it does not fit: in rows that are of one height */
};

void widget_badge(struct ui *ui, const struct widget_badge *badge);
/* The tone's quiet fill, text colour and own icon, for other widgets. */
void widget_badge_look(enum widget_badge_tone tone, enum color *fill_out, enum color *ink_out,
                       enum icon *icon_out);
