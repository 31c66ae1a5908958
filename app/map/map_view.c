#include "app/map/map_view.h"

struct map_sheet map_sheet_make(struct geo_point south_west, struct geo_point north_east)
{
    struct geo_point origin = {south_west.lat_e7 / 2 + north_east.lat_e7 / 2, south_west.lon_e7};
    return (struct map_sheet){roads_plane_at(origin), south_west, north_east};
}

void map_sheet_place(const struct map_sheet *sheet, struct geo_point point, int64_t *x_mm_out,
                     int64_t *y_mm_out)
{
    int64_t north;
    roads_plane_place(&sheet->plane, point, x_mm_out, &north);
    *y_mm_out = -north;
}

struct geo_point map_sheet_point(const struct map_sheet *sheet, int64_t x_mm, int64_t y_mm)
{
    return roads_plane_point(&sheet->plane, x_mm, -y_mm);
}

int32_t map_level_mm(int32_t level, int32_t ppi)
{
    int32_t bounded = level < 0 ? 0 : level >= MAP_LEVELS ? MAP_LEVELS - 1 : level;
    int32_t mm = 300 * 160 / (ppi <= 0 ? 160 : ppi);
    mm = mm < 1 ? 1 : mm;
    return (bounded % 2 == 0 ? mm : mm * 181 / 128) << (bounded / 2); /* 181 / 128: root of 2 */
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value >= 0 ? value / by : -((-value + by - 1) / by);
}

struct map_view map_view_around(const struct map_sheet *sheet, const struct geo_point *points,
                                size_t count, int32_t w, int32_t h, int32_t ppi, int32_t *level_out)
{
    int64_t west = INT64_MAX, east = INT64_MIN, top = INT64_MAX, bottom = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t x, y;
        map_sheet_place(sheet, points[i], &x, &y);
        west = x < west ? x : west;
        east = x > east ? x : east;
        top = y < top ? y : top;
        bottom = y > bottom ? y : bottom;
    }
    struct map_view view = {.x_mm = (west + east) / 2, .y_mm = (top + bottom) / 2, .w = w, .h = h};
    int32_t room = 100 - 2 * MAP_PLACES_MARGIN_PERCENT;
    int32_t level = 4; /* one place alone: its street, not its doorstep */
    while (level + 1 < MAP_LEVELS &&
           ((east - west) * 100 > (int64_t)map_level_mm(level, ppi) * w * room ||
            (bottom - top) * 100 > (int64_t)map_level_mm(level, ppi) * h * room)) {
        level++;
    }
    view.mm_per_px = map_level_mm(level, ppi);
    *level_out = level;
    return view;
}

/* The middle of `size` that lies within low .. high, or in the middle of these. */
static int64_t middle_within(int64_t middle, int64_t size, int64_t low, int64_t high)
{
    if (high - low <= size) {
        return (low + high) / 2;
    }
    int64_t least = low + size / 2;
    int64_t most = high - size / 2;
    return middle < least ? least : middle > most ? most : middle;
}

void map_view_inside(struct map_view *view, const struct map_sheet *sheet, int32_t edge_px)
{
    int64_t west, south, east, north;
    int64_t mm = view->mm_per_px;
    int64_t edge = edge_px * mm;
    map_sheet_place(sheet, sheet->south_west, &west, &south);
    map_sheet_place(sheet, sheet->north_east, &east, &north);
    view->x_mm = middle_within(view->x_mm, view->w * mm, west - edge, east + edge);
    view->y_mm = middle_within(view->y_mm, view->h * mm, north - edge, south + edge);
}

struct point map_view_pixel(const struct map_view *view, const struct map_sheet *sheet,
                            struct geo_point point)
{
    int64_t x, y;
    map_sheet_place(sheet, point, &x, &y);
    /* Both are rounded on the sheet, not from each other: a pan never makes things tremble. */
    int64_t left = floor_divide(view->x_mm, view->mm_per_px) - view->w / 2;
    int64_t top = floor_divide(view->y_mm, view->mm_per_px) - view->h / 2;
    return (struct point){(int32_t)(floor_divide(x, view->mm_per_px) - left),
                          (int32_t)(floor_divide(y, view->mm_per_px) - top)};
}

struct geo_point map_view_under(const struct map_view *view, const struct map_sheet *sheet,
                                struct point pixel)
{
    return map_sheet_point(sheet, view->x_mm + (int64_t)(pixel.x - view->w / 2) * view->mm_per_px,
                           view->y_mm + (int64_t)(pixel.y - view->h / 2) * view->mm_per_px);
}

static int64_t bounded(int64_t value, int64_t a, int64_t b)
{
    int64_t low = a < b ? a : b, high = a < b ? b : a;
    return value < low ? low : value > high ? high : value;
}

static void centre_keep(struct map_view *view, const struct map_sheet *sheet)
{
    int64_t west, south, east, north;
    map_sheet_place(sheet, sheet->south_west, &west, &south);
    map_sheet_place(sheet, sheet->north_east, &east, &north);
    view->x_mm = bounded(view->x_mm, west, east);
    view->y_mm = bounded(view->y_mm, north, south);
}

void map_view_pan(struct map_view *view, const struct map_sheet *sheet, int32_t dx, int32_t dy)
{
    view->x_mm += (int64_t)dx * view->mm_per_px;
    view->y_mm += (int64_t)dy * view->mm_per_px;
    centre_keep(view, sheet);
}

void map_view_zoom(struct map_view *view, const struct map_sheet *sheet, struct point fixed,
                   int32_t mm_per_px)
{
    int64_t dx = fixed.x - view->w / 2, dy = fixed.y - view->h / 2;
    view->x_mm += dx * (view->mm_per_px - mm_per_px);
    view->y_mm += dy * (view->mm_per_px - mm_per_px);
    view->mm_per_px = mm_per_px;
    centre_keep(view, sheet);
}
