/* app/ui/widget_tabs.h -- several pages of one screen, one shown. Pure. */
#pragma once

#include "app/ui/ui.h"

struct widget_tab {
    const char *label; /* required */
    enum icon icon;
    int32_t count; /* a number beside the label; 0 none */
};

/* 2 to 6 tabs side by side, in more rows when they do not fit. True when another
 * one was tapped: *at (index) has changed. Keys: "<key>/0" ... */
bool widget_tabs(struct ui *ui, const char *key, const struct widget_tab *tabs, int32_t count,
                 int32_t *at);
