/* app/map/map_view.h -- where the map is on the screen. Pure, integers.
 *
 * One flat sheet for a whole pack: degrees are millimetres east and south of the pack's
 * north-west corner, with the width of a degree as it is in the pack's middle. In a city the
 * error is below one pixel in a screen's width. Pixels of the sheet are `mm_per_px` wide. */
#pragma once

#include "app/ui/geom.h"
#include "core/roads/roads_plane.h"

struct map_sheet {
    struct roads_plane plane; /* origin: west edge, middle latitude */
    struct geo_point south_west, north_east;
};

struct map_view {
    int64_t x_mm, y_mm; /* of the view's centre on the sheet; y grows to the south */
    int32_t mm_per_px;
    int32_t w, h; /* pixels */
};

enum { MAP_LEVELS = 19, MAP_PLACES_MARGIN_PERCENT = 12 };

struct map_sheet map_sheet_make(struct geo_point south_west, struct geo_point north_east);
void map_sheet_place(const struct map_sheet *sheet, struct geo_point point, int64_t *x_mm_out,
                     int64_t *y_mm_out);
struct geo_point map_sheet_point(const struct map_sheet *sheet, int64_t x_mm, int64_t y_mm);

/* Millimetres a pixel shows at a level, 0 the closest, on a screen of `ppi`: 0.3 m for a pixel
 * of 1/160 inch, doubled from one level to the next but one. */
int32_t map_level_mm(int32_t level, int32_t ppi);
/* The closest level that shows all `points` (1 or more), and the middle of them. */
struct map_view map_view_around(const struct map_sheet *sheet, const struct geo_point *points,
                                size_t count, int32_t w, int32_t h, int32_t ppi,
                                int32_t *level_out);
/* Moves the view so that it shows no ground beyond the sheet's edge but for `edge_px`; a sheet that
 * is smaller than the view lies in its middle. */
void map_view_inside(struct map_view *view, const struct map_sheet *sheet, int32_t edge_px);
/* Pixel of a point in the view. */
struct point map_view_pixel(const struct map_view *view, const struct map_sheet *sheet,
                            struct geo_point point);
/* What lies under a pixel. */
struct geo_point map_view_under(const struct map_view *view, const struct map_sheet *sheet,
                                struct point pixel);
/* Moves by pixels: positive shows what is further east and south. The centre stays within the
 * pack. */
void map_view_pan(struct map_view *view, const struct map_sheet *sheet, int32_t dx, int32_t dy);
/* Another scale, with what is under `fixed` staying there. */
void map_view_zoom(struct map_view *view, const struct map_sheet *sheet, struct point fixed,
                   int32_t mm_per_px);
