/* app/ui/widget_panes.h -- list and detail: side by side where there is room for
 * both (960 dp and wider), else one of them. Pure. */
#pragma once

#include "app/ui/ui.h"

/* True when both are shown. Then the detail of the first or last chosen item
 * should be built; else list or detail, as the screen's state says. */
bool widget_panes_are_two(const struct ui *ui);

/* Opens the container, as large as its parent; close with ui_close. */
void widget_panes_open(struct ui *ui);
/* Opens one pane inside it; close with ui_close. `weight` is its share when there
 * are two (list 2, detail 3). A line divides them. */
void widget_panes_list_open(struct ui *ui, int32_t weight);
void widget_panes_detail_open(struct ui *ui, int32_t weight);
