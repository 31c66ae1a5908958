/* app/platform/raster.h -- draw list to pixels. Pure integer arithmetic: the
 * same list gives the same pixels on every machine with the same glyphs.
 *
 * The screen is cut into tiles of 64 pixels. raster_frame hashes what each tile
 * shows and draws only tiles whose hash changed; drawing all of them gives the
 * same picture (tested). */
#pragma once

#include "app/platform/glyphs.h"
#include "app/ui/draw.h"

enum { RASTER_TILE_PX = 64 };

/* XRGB8888 pixels, `pitch_px` pixels from row to row. */
struct raster_target {
    uint32_t *pixels;
    int32_t width, height, pitch_px;
};

struct raster;

/* Lives in `program`, masks included. */
struct raster *raster_make(struct arena *program, struct glyphs *glyphs) MUST_USE;

/* Forgets what is on the target: the next frame draws every tile. */
void raster_forget(struct raster *raster);
/* Brings `target` up to date. `dirty_out` (may be NULL) gets the changed
 * rectangles, valid until the next frame; returns how many. */
int32_t raster_frame(struct raster *raster, const struct draw_list *list,
                     const struct raster_target *target, const struct rect **dirty_out);
/* Tiles drawn by the last frame and in all. */
void raster_figures(const struct raster *raster, int32_t *drawn_out, int32_t *all_out);
