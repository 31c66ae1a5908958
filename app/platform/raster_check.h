/* app/platform/raster_check.h -- is what the screen shows what a full redraw would
 * show? Changed tiles and moved pixels are shortcuts; this says that they cut no
 * corner. For tests and for `check` of touch scripts. */
#pragma once

#include "app/platform/raster.h"

/* Draws `list` anew into memory of `scratch` and compares it with `target`, which
 * raster_frame has just brought up to date with the same list. False when a pixel
 * differs: *where_out (may be NULL) is the first one from the top left. */
bool raster_check(struct arena *scratch, struct glyphs *glyphs, const struct draw_list *list,
                  const struct raster_target *target, struct point *where_out) MUST_USE;
