/* app/ui/widget_toggle.h -- on/off rows and segmented controls. Pure. */
#pragma once

#include "app/ui/ui.h"

/* A row with a switch; `note` may be NULL; `on` and `off` are the words for the
 * state (read aloud and shown). True when it was tapped: *is_on has changed. */
bool widget_toggle(struct ui *ui, const char *key, const char *label, const char *note,
                   const char *on, const char *off, bool *is_on);

/* 2 to 5 segments of which one is chosen. `labels` are `count` texts. True when
 * another one was tapped: *chosen (index) has changed. A segment's key is
 * "<key>/<index>". Breaks into rows when the labels do not fit side by side. */
bool widget_toggle_segments(struct ui *ui, const char *key, const char *const *labels,
                            int32_t count, int32_t *chosen);
