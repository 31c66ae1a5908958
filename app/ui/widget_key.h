/* app/ui/widget_key.h -- the keys that pads of digits are made of. Pure. */
#pragma once

#include "app/ui/ui.h"

/* Opens the 3-column grid of a pad and shows the keys "<key>/1" to "<key>/9";
 * the caller adds the row below them and calls ui_close(). */
void widget_key_grid_open(struct ui *ui, const char *key);

/* A key with `label` (borrowed for the call) in letters of `type`. */
void widget_key(struct ui *ui, const char *key, const char *label, enum type type);

/* A key with `icon`; `name` is what is read aloud. */
void widget_key_icon(struct ui *ui, const char *key, enum icon icon, const char *name);
