/* app/ui/ui_layout_private.h -- what ui_layout.c and ui_width.c share. Nobody else
 * includes it. */
#pragma once

#include "app/ui/ui_private.h"

static inline int32_t ui_layout_min(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static inline int32_t ui_layout_max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static inline int32_t ui_layout_within(int32_t value, int32_t least, int32_t most)
{
    return ui_layout_max(ui_layout_min(value, most), least);
}

int32_t ui_layout_child_count(const struct ui_node *node);
/* Room that the gaps between the children take. */
int32_t ui_layout_gaps(const struct ui_node *node);

/* ui_width.c: what each node needs and wishes, from the leaves up; then what it
 * gets, from a root whose width is settled down. */
void ui_width_wishes(struct ui *ui, struct ui_node *node);
void ui_width_settle(struct ui_node *node);
