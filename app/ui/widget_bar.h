/* app/ui/widget_bar.h -- the bar on top (where am I, back) and the bar of the
 * 3 to 5 roots, at the bottom or at the side. Pure. */
#pragma once

#include "app/ui/widget_badge.h"

struct widget_bar_top {
    const char *title;                /* required */
    const char *note;                 /* below it; may be NULL */
    const char *back;                 /* name of the back button, e.g. "返回"; NULL: no button */
    const struct widget_badge *badge; /* at the right; may be NULL */
    const char *action;               /* a quiet button at the right; may be NULL */
    enum icon action_icon;
};

enum widget_bar_answer { WIDGET_BAR_none, WIDGET_BAR_back, WIDGET_BAR_action };

/* Its keys are "bar/back" and "bar/action". The back key counts as back. */
enum widget_bar_answer widget_bar_top(struct ui *ui, const struct widget_bar_top *bar) MUST_USE;

struct widget_bar_root {
    const char *key;
    const char *label;
    enum icon icon;
    int32_t count; /* a number beside the icon; 0 none */
};

/* The index tapped, or -1. `at` is the root shown. */
int32_t widget_bar_bottom(struct ui *ui, const struct widget_bar_root *roots, int32_t count,
                          int32_t at) MUST_USE;
/* The same as a column, for the side of a wide screen: height is what such a screen lacks. */
int32_t widget_bar_side(struct ui *ui, const struct widget_bar_root *roots, int32_t count,
                        int32_t at) MUST_USE;

/* Opens the strip at the bottom for the primary action, a row; close with
 * ui_close. On a tablet it gathers at the thumb's side. */
void widget_bar_actions_open(struct ui *ui);
