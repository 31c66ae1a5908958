/* app/map/map_chart_ground.c -- tiles of the roads, put together; what is missing meanwhile. */
#include "app/map/map_chart_private.h"
#include "app/ui/ui_art.h"

enum { NAME_PLAIN = 255 }; /* last byte of an image's name: the whole tile */

static int32_t edge_px(const struct map_view *view, int64_t at_tile, int32_t tile_mm,
                       int64_t centre_mm, int32_t size_px)
{
    int64_t at_mm = at_tile * MAP_TILE_PX * tile_mm;
    int64_t mm = view->mm_per_px;
    int64_t at_px = at_mm >= 0 ? at_mm / mm : -((-at_mm + mm - 1) / mm);
    int64_t centre_px = centre_mm >= 0 ? centre_mm / mm : -((-centre_mm + mm - 1) / mm);
    return (int32_t)(at_px - (centre_px - size_px / 2));
}

static struct rect tile_rect(const struct map_view *view, int32_t tile_mm, int32_t column,
                             int32_t row)
{
    int32_t x = edge_px(view, column, tile_mm, view->x_mm, view->w);
    int32_t y = edge_px(view, row, tile_mm, view->y_mm, view->h);
    return (struct rect){x, y, edge_px(view, column + 1, tile_mm, view->x_mm, view->w) - x,
                         edge_px(view, row + 1, tile_mm, view->y_mm, view->h) - y};
}

/* A quarter of the tile one level further out, while there is no better. */
static void stand_in(struct ui *ui, struct map_chart *chart, int32_t tile_mm, int32_t column,
                     int32_t row, struct rect rect)
{
    enum { HALF = MAP_TILE_PX / 2 };
    int32_t x = column & 1;
    int32_t y = row & 1;
    const struct map_tile *wide = map_tiles_get(&chart->tiles, &chart->scratch, tile_mm * 2,
                                                (column - x) / 2, (row - y) / 2, false);
    if (wide == NULL) {
        ui_art_fill(ui, rect, 0, chart->tiles.colors.ground);
        return;
    }
    ui_art_image(ui, rect,
                 &(struct draw_image){wide->pixels + (size_t)y * HALF * MAP_TILE_PX + x * HALF,
                                      HALF, HALF, MAP_TILE_PX,
                                      wide->drawn << 8 | (uint64_t)(y * 2 + x)});
}

/* Tiles from `from` to `to`, both with them; those outside the view are only made ready. Returns
 * how many are still missing. */
static int32_t tiles_show(struct ui *ui, struct map_chart *chart, int32_t beside, int32_t *budget)
{
    struct map_view wide = chart->view;
    int32_t tile_mm = map_level_mm(chart->level, chart->tiles.ppi);
    int32_t missing = 0;
    int32_t column_from, column_to, row_from, row_to;
    struct point corner;
    wide.w = (int32_t)((int64_t)chart->view.w * chart->view.mm_per_px / tile_mm) + 2;
    wide.h = (int32_t)((int64_t)chart->view.h * chart->view.mm_per_px / tile_mm) + 2;
    wide.mm_per_px = tile_mm;
    map_tiles_in_view(&wide, &column_from, &column_to, &row_from, &row_to, &corner);
    for (int32_t row = row_from - beside; row <= row_to + beside; row++) {
        for (int32_t column = column_from - beside; column <= column_to + beside; column++) {
            bool is_seen =
                row >= row_from && row <= row_to && column >= column_from && column <= column_to;
            if (is_seen != (beside == 0)) {
                continue;
            }
            uint64_t drawn = chart->tiles.drawn;
            const struct map_tile *tile =
                map_tiles_get(&chart->tiles, &chart->scratch, tile_mm, column, row, *budget > 0);
            *budget -= chart->tiles.drawn != drawn ? 1 : 0;
            missing += tile == NULL ? 1 : 0;
            struct rect rect = tile_rect(&chart->view, tile_mm, column, row);
            if (tile != NULL && is_seen) {
                ui_art_image(ui, rect,
                             &(struct draw_image){tile->pixels, MAP_TILE_PX, MAP_TILE_PX,
                                                  MAP_TILE_PX, tile->drawn << 8 | NAME_PLAIN});
            } else if (is_seen) {
                stand_in(ui, chart, tile_mm, column, row, rect);
            }
        }
    }
    return missing;
}

void map_chart_ground(struct ui *ui, struct map_chart *chart, bool is_moving)
{
    arena_reset(&chart->scratch);
    map_tiles_begin(&chart->tiles);
    /* While it moves one tile a frame; at rest all that is seen at once, then what is beside. */
    int32_t budget = is_moving ? 1 : INT32_MAX;
    int32_t missing = tiles_show(ui, chart, 0, &budget);
    if (!is_moving) {
        budget = 1;
        missing += tiles_show(ui, chart, 1, &budget);
        missing = budget == 1 ? 0 : missing; /* more than are kept: enough */
    }
    if (is_moving || missing > 0) {
        ui_wake_at(ui, ui_now_ms(ui) + MAP_CHART_FRAME_MS);
    }
}
