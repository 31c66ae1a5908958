/* app/ui/widget_swipe.h -- actions behind a row: swiped out from its right side,
 * or shown by the button at its end, which does the same for those who do not
 * swipe. Pure. */
#pragma once

#include "app/ui/ui.h"

enum { WIDGET_SWIPE_ACTIONS_MAX = 3 };

struct widget_swipe_action {
    const char *label; /* required */
    enum icon icon;    /* required: the label stands below it */
    bool is_danger;
};

struct widget_swipe {
    const char *more; /* name of the twin button: "更多操作"; required */
    const struct widget_swipe_action *actions;
    int32_t action_count; /* 1..WIDGET_SWIPE_ACTIONS_MAX */
};

/* What is built until widget_swipe_close is the row (a widget_list_row, a card);
 * it gives way to the actions when they are out. Needs a key of its own, not
 * the row's. Horizontal drags inside belong to it, vertical ones to the list. */
void widget_swipe_open(struct ui *ui, const char *key, const struct widget_swipe *swipe);
/* The index of the action tapped, or -1. Keys: "<key>/more", "<key>/0" ...
 * An answer and a second swipe put the actions away. */
int32_t widget_swipe_close(struct ui *ui, const char *key, const struct widget_swipe *swipe);
/* Whether the actions are out. */
bool widget_swipe_is_out(const struct ui *ui, const char *key);
