/* app/platform/paint.h -- draw commands to pixels. Pure integer arithmetic: the
 * same commands give the same pixels on every machine with the same glyphs. */
#pragma once

#include "app/platform/glyphs.h"
#include "app/platform/mask.h"
#include "app/platform/raster_target.h"
#include "app/ui/draw.h"

struct paint {
    struct glyphs *glyphs;
    struct mask_set masks;
};

/* Draws all that `list` shows of `area` (inside the target), over whatever was
 * there: doing it twice changes nothing. */
void paint_area(struct paint *paint, const struct raster_target *target,
                const struct draw_list *list, struct rect area);
/* One colour all over `area`: nothing below the command shows through in it. */
bool paint_hides(const struct draw_command *command, struct rect area);
