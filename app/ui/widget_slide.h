/* app/ui/widget_slide.h -- slide to confirm: for what cannot be taken back,
 * safe from rain and pockets. Pure. */
#pragma once

#include "app/ui/ui.h"

/* True once, when the knob was drawn to the end and lifted. For people who
 * cannot slide, a long press on the knob does the same. */
bool widget_slide(struct ui *ui, const char *key, const char *label, enum icon icon,
                  bool is_danger) MUST_USE;
