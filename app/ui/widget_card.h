/* app/ui/widget_card.h -- cards and the facts on them. Pure. */
#pragma once

#include "app/ui/ui.h"

struct widget_card {
    bool is_action;   /* the whole card can be tapped: needs a key and a name */
    const char *name; /* see ui_box.name */
    bool is_selected; /* list + detail: the one shown */
    enum color fill;  /* 0: card */
    int32_t gap;      /* 0: 8 */
};

/* A column on a rounded, shadowed card as wide as its parent; close it with
 * ui_close. True when it is an action and was tapped. `card` may be NULL. */
bool widget_card_open(struct ui *ui, const char *key, const struct widget_card *card);

/* Small heading over a group of cards or fields. */
void widget_card_heading(struct ui *ui, const char *text);

/* One line: label left, value right (below it when both do not fit). */
void widget_card_fact(struct ui *ui, const char *label, const char *value);
/* The same with a display-size value: money. */
void widget_card_figure(struct ui *ui, const char *label, const char *value);
