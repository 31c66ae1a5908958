/* app/platform/raster.h -- keeps a picture up to date with a draw list, drawing
 * only what changed.
 *
 * The screen is cut into tiles; raster_frame hashes what each shows and draws
 * those whose hash changed. What a scroll region shows is hashed in tiles of the
 * page it scrolls, so that a page that only moved hashes the same: its pixels are
 * moved and only the strip that came into sight is drawn. What lies over the
 * region (or under it and shows through) does not move with it and is drawn
 * again, where it is and where its moved pixels came to lie.
 *
 * All of this equals a full redraw: see raster_check.h. */
#pragma once

#include "app/platform/glyphs.h"
#include "app/platform/raster_target.h"
#include "app/ui/draw.h"

/* Low tiles: a strip scrolled into sight wastes less. */
enum { RASTER_TILE_PX = 64, RASTER_TILE_HIGH_PX = 16 };

struct raster;

/* Lives in `program`, masks included. */
struct raster *raster_make(struct arena *program, struct glyphs *glyphs) MUST_USE;

/* Forgets what is on the target: the next frame draws every tile. */
void raster_forget(struct raster *raster);
/* False: pixels are never moved, everything scrolled is drawn. For benchmarks. */
void raster_move_set(struct raster *raster, bool can_move);
/* Brings `target` up to date; it must hold what the last frame left there, unless
 * raster_forget was called. `dirty_out` (may be NULL) gets rectangles around all
 * pixels that changed, valid until the next frame; returns how many. */
int32_t raster_frame(struct raster *raster, const struct draw_list *list,
                     const struct raster_target *target, const struct rect **dirty_out);
/* Tiles drawn by the last frame and in all. */
void raster_figures(const struct raster *raster, int32_t *drawn_out, int32_t *all_out);
