/* app/ui/ui_art.h -- pictures, shapes and words at places of one's own inside the box being
 * open: maps. Pure.
 *
 * Places are pixels from the box's top left corner; what reaches beyond the box is cut off. All
 * of it is drawn over what the box holds, in the order of the calls, and means nothing to a
 * script or a person who cannot see it: say the same in words beside it. Colours are 0xAARRGGBB,
 * for what no job of the theme names. */
#pragma once

#include "app/ui/ui.h"

void ui_art_image(struct ui *ui, struct rect rect, const struct draw_image *image);
void ui_art_fill(struct ui *ui, struct rect rect, int32_t radius, uint32_t color);
void ui_art_border(struct ui *ui, struct rect rect, int32_t radius, int32_t width, uint32_t color);
void ui_art_icon(struct ui *ui, struct rect square, enum icon icon, uint32_t color);
/* One line, `rect` its box as high as theme_line_px() of the type or higher; the text is copied
 * and stands in the box's middle. */
void ui_art_text(struct ui *ui, struct rect rect, enum type type, uint32_t color, const char *text);
