/* The map on the sheet: places, lines and tiles. */
#include "app/map/map_line.h"
#include "app/map/map_tile.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

static const struct geo_point corner = {412000000, -86000000}, far_corner = {412200000, -85700000};

TEST(test_a_pixel_and_what_lies_under_it)
{
    struct map_sheet sheet = map_sheet_make(corner, far_corner);
    struct geo_point middle = {412100000, -85850000};
    for (int32_t level = 0; level < MAP_LEVELS; level++) {
        int32_t got;
        struct map_view view = map_view_around(&sheet, &middle, 1, 640, 480, 160, &got);
        view.mm_per_px = map_level_mm(level, 160);
        for (int32_t x = 0; x < 640; x += 53) {
            for (int32_t y = 0; y < 480; y += 41) {
                struct geo_point under = map_view_under(&view, &sheet, (struct point){x, y});
                struct point back = map_view_pixel(&view, &sheet, under);
                EXPECT(abs(back.x - x) <= 1 && abs(back.y - y) <= 1);
            }
        }
    }
}

/* Goal: every stop of the day is in sight at first, and the map is no smaller than needed. */
TEST(test_all_places_are_in_sight)
{
    struct map_sheet sheet = map_sheet_make(corner, far_corner);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 4);
    for (int i = 0; i < 200; i++) {
        struct geo_point places[6];
        size_t count = 1 + (size_t)rng_below(&rng, 6);
        for (size_t k = 0; k < count; k++) {
            places[k].lat_e7 = corner.lat_e7 + (int32_t)rng_below(&rng, 200000);
            places[k].lon_e7 = corner.lon_e7 + (int32_t)rng_below(&rng, 300000);
        }
        int32_t level, ppi = 160 + (int32_t)rng_below(&rng, 150);
        struct map_view view = map_view_around(&sheet, places, count, 720, 900, ppi, &level);
        EXPECT_INT(map_level_mm(level, ppi), view.mm_per_px);
        for (size_t k = 0; k < count; k++) {
            struct point pixel = map_view_pixel(&view, &sheet, places[k]);
            EXPECT(pixel.x >= 70 && pixel.x < 650 && pixel.y >= 90 && pixel.y < 810);
        }
    }
}

TEST(test_pan_and_zoom)
{
    struct map_sheet sheet = map_sheet_make(corner, far_corner);
    struct geo_point middle = {412100000, -85850000};
    int32_t level;
    struct map_view view = map_view_around(&sheet, &middle, 1, 640, 480, 160, &level);
    struct point before = map_view_pixel(&view, &sheet, middle);
    map_view_pan(&view, &sheet, 37, -12);
    struct point after = map_view_pixel(&view, &sheet, middle);
    EXPECT_INT(before.x - 37, after.x);
    EXPECT_INT(before.y + 12, after.y);
    struct point finger = {500, 100};
    struct geo_point under = map_view_under(&view, &sheet, finger);
    map_view_zoom(&view, &sheet, finger, map_level_mm(level + 2, 160));
    struct point stayed = map_view_pixel(&view, &sheet, under);
    EXPECT(abs(stayed.x - finger.x) <= 1 && abs(stayed.y - finger.y) <= 1);
    /* Nobody gets lost beyond the map's edge. */
    map_view_pan(&view, &sheet, 1000000, 1000000);
    struct geo_point centre = map_view_under(&view, &sheet, (struct point){320, 240});
    EXPECT(centre.lat_e7 >= corner.lat_e7 - 100 && centre.lon_e7 <= far_corner.lon_e7 + 100);
}

/* Goal: a line covers what it should, ends round, and two that meet show no seam. */
TEST(test_lines)
{
    enum { SIDE = 32 };
    uint8_t cells[SIDE * SIDE];
    struct map_mask mask = {cells, SIDE};
    map_mask_clear(&mask);
    /* Two pixels thick along y = 10, from x = 4 to x = 20. */
    map_mask_line(&mask, 4 * MAP_LINE_ONE, 10 * MAP_LINE_ONE, 20 * MAP_LINE_ONE, 10 * MAP_LINE_ONE,
                  2 * MAP_LINE_ONE);
    for (int x = 5; x < 19; x++) {
        EXPECT_INT(255, cells[9 * SIDE + x]);
        EXPECT_INT(255, cells[10 * SIDE + x]);
        EXPECT_INT(0, cells[7 * SIDE + x]);
        EXPECT_INT(0, cells[12 * SIDE + x]);
    }
    EXPECT_INT(0, cells[10 * SIDE + 1]);
    EXPECT_INT(0, cells[10 * SIDE + 23]);
    uint8_t once[SIDE * SIDE];
    memcpy(once, cells, sizeof once);
    map_mask_line(&mask, 4 * MAP_LINE_ONE, 10 * MAP_LINE_ONE, 20 * MAP_LINE_ONE, 10 * MAP_LINE_ONE,
                  2 * MAP_LINE_ONE);
    EXPECT(memcmp(once, cells, sizeof once) == 0);
    /* A slanting line is the same from either end, within a step of rounding. */
    map_mask_clear(&mask);
    map_mask_line(&mask, 20, 33, 400, 290, 40);
    memcpy(once, cells, sizeof once);
    map_mask_clear(&mask);
    map_mask_line(&mask, 400, 290, 20, 33, 40);
    for (size_t i = 0; i < sizeof once; i++) {
        EXPECT(abs(once[i] - cells[i]) <= 1);
    }
    /* Half a pixel thick: half as dark. */
    map_mask_clear(&mask);
    map_mask_line(&mask, 0, 8 * MAP_LINE_ONE + 8, 32 * MAP_LINE_ONE, 8 * MAP_LINE_ONE + 8,
                  MAP_LINE_ONE / 2);
    EXPECT(cells[8 * SIDE + 16] > 110 && cells[8 * SIDE + 16] < 140);
    /* Far outside, and huge: nothing is drawn, nothing goes wrong. */
    map_mask_clear(&mask);
    map_mask_line(&mask, INT32_MIN / 4, -900, INT32_MAX / 4, -900, 64);
    map_mask_line(&mask, -90000, -90000, -80000, -70000, 64);
    for (size_t i = 0; i < sizeof cells; i++) {
        EXPECT_INT(0, cells[i]);
    }
}

/* ---- tiles of a small town ---- */

enum { GROUND = 0xffeeeeee, ROAD = 0xffffffff, EDGE = 0xff888888 };

struct stage {
    struct arena arena;
    struct roads roads;
    struct map_tiles tiles;
};

static void stage_start(struct stage *stage)
{
    static const struct map_colors colors = {.ground = GROUND,
                                             .casing = {EDGE, EDGE, EDGE, EDGE, EDGE},
                                             .road = {ROAD, ROAD, ROAD, ROAD, ROAD}};
    *stage = (struct stage){0};
    arena_init(&stage->arena, 0);
    FILE *file = fopen(TESTS_FOLDER "/golden/roads/town.dsmap", "rb");
    EXPECT(file != NULL);
    enum { SIZE_MAX_HERE = 1 << 20 };
    uint8_t *bytes = arena_alloc(&stage->arena, SIZE_MAX_HERE);
    size_t size = fread(bytes, 1, SIZE_MAX_HERE, file);
    EXPECT(fclose(file) == 0);
    EXPECT_OK(roads_check(bytes, size));
    EXPECT_OK(roads_open(bytes, size, &stage->roads));
    map_tiles_start(&stage->tiles, &stage->arena, &stage->roads, &colors, 160);
}

/* Goal: a tile shows each road where it is: along every segment, a pixel on its middle line
 * has the road's colour. */
TEST(test_tiles_show_the_roads)
{
    struct stage stage;
    stage_start(&stage);
    int32_t mm = map_level_mm(2, 160);
    map_tiles_begin(&stage.tiles);
    size_t seen = 0;
    for (uint32_t s = 0; s < stage.roads.segment_count; s++) {
        struct geo_point points[16];
        size_t count = roads_segment_points(&stage.roads, s, points, 16);
        for (size_t i = 0; i < count && i < 16; i++) {
            int64_t x, y;
            map_sheet_place(&stage.tiles.sheet, points[i], &x, &y);
            int64_t px = x >= 0 ? x / mm : -((-x + mm - 1) / mm);
            int64_t py = y >= 0 ? y / mm : -((-y + mm - 1) / mm);
            int32_t column = (int32_t)(px >= 0 ? px / MAP_TILE_PX : -((-px + 255) / MAP_TILE_PX));
            int32_t row = (int32_t)(py >= 0 ? py / MAP_TILE_PX : -((-py + 255) / MAP_TILE_PX));
            const struct map_tile *tile =
                map_tiles_get(&stage.tiles, &stage.arena, mm, column, row, true);
            EXPECT(tile != NULL);
            int64_t inside = (py - (int64_t)row * MAP_TILE_PX) * MAP_TILE_PX + px -
                             (int64_t)column * MAP_TILE_PX;
            EXPECT_INT(ROAD, tile->pixels[inside]);
            seen++;
        }
    }
    EXPECT(seen > 10);
    arena_deinit(&stage.arena);
}

/* Goal: tiles meet without a seam: the columns on both sides of an edge differ no more than
 * neighbours within a tile do. */
TEST(test_tiles_meet)
{
    struct stage stage;
    stage_start(&stage);
    int32_t mm = map_level_mm(1, 160);
    map_tiles_begin(&stage.tiles);
    size_t crossings = 0;
    for (int32_t column = 0; column < 3; column++) {
        for (int32_t row = -3; row < 3; row++) {
            const struct map_tile *left =
                map_tiles_get(&stage.tiles, &stage.arena, mm, column, row, true);
            const struct map_tile *right =
                map_tiles_get(&stage.tiles, &stage.arena, mm, column + 1, row, true);
            EXPECT(left != NULL && right != NULL);
            for (int y = 1; y < MAP_TILE_PX - 1; y++) {
                const uint32_t *a = left->pixels + y * MAP_TILE_PX + MAP_TILE_PX - 1;
                uint32_t here = *a, there = right->pixels[y * MAP_TILE_PX];
                /* The middle of a road on one side is not the ground on the other. */
                EXPECT(!(here == ROAD && a[-MAP_TILE_PX] == ROAD && a[MAP_TILE_PX] == ROAD &&
                         there == GROUND));
                crossings += here == ROAD;
            }
        }
    }
    EXPECT(crossings > 4);
    arena_deinit(&stage.arena);
}

TEST(test_tiles_are_kept_and_given_up)
{
    struct stage stage;
    stage_start(&stage);
    int32_t mm = map_level_mm(3, 160);
    map_tiles_begin(&stage.tiles);
    const struct map_tile *tile = map_tiles_get(&stage.tiles, &stage.arena, mm, 0, 0, true);
    uint64_t drawn = tile->drawn;
    EXPECT(map_tiles_get(&stage.tiles, &stage.arena, mm, 5, 5, false) == NULL);
    EXPECT(map_tiles_get(&stage.tiles, &stage.arena, mm, 0, 0, false) == tile);
    EXPECT_INT(drawn, tile->drawn);
    /* More than are kept, all in one frame: none that is shown is taken away. */
    for (int32_t i = 1; i < MAP_TILES_KEPT; i++) {
        EXPECT(map_tiles_get(&stage.tiles, &stage.arena, mm, i, 0, true) != NULL);
    }
    EXPECT(map_tiles_get(&stage.tiles, &stage.arena, mm, 0, 9, true) == NULL);
    map_tiles_begin(&stage.tiles);
    EXPECT(map_tiles_get(&stage.tiles, &stage.arena, mm, 0, 9, true) != NULL);
    struct map_colors dark = stage.tiles.colors;
    dark.ground = 0xff101010;
    map_tiles_recolor(&stage.tiles, &dark, 160);
    map_tiles_begin(&stage.tiles);
    tile = map_tiles_get(&stage.tiles, &stage.arena, mm, 40, 40, true);
    EXPECT_INT(0xff101010, tile->pixels[0]);
    arena_deinit(&stage.arena);
}

/* Goal: what is shown at first shows no empty ground beside the map where there is map to show,
 * and a map that is smaller than the screen lies in its middle. */
TEST(test_no_empty_ground_beside_the_map)
{
    struct map_sheet sheet = map_sheet_make(corner, far_corner);
    int64_t west, south, east, north;
    map_sheet_place(&sheet, corner, &west, &south);
    map_sheet_place(&sheet, far_corner, &east, &north);
    static const int32_t edges[] = {0, 30};
    for (size_t i = 0; i < COUNT(edges); i++) {
        int64_t edge_mm = edges[i] * INT64_C(1000);
        struct map_view view = {.x_mm = west, .y_mm = north, .mm_per_px = 1000, .w = 640, .h = 480};
        map_view_inside(&view, &sheet, edges[i]);
        EXPECT_INT(west - edge_mm + 320000, view.x_mm);
        EXPECT_INT(north - edge_mm + 240000, view.y_mm);
        struct map_view same = view;
        map_view_inside(&same, &sheet, edges[i]);
        EXPECT(same.x_mm == view.x_mm && same.y_mm == view.y_mm);
        view.x_mm = east;
        view.y_mm = south;
        map_view_inside(&view, &sheet, edges[i]);
        EXPECT_INT(east + edge_mm - 320000, view.x_mm);
        EXPECT_INT(south + edge_mm - 240000, view.y_mm);
    }
    struct map_view wide = {.x_mm = east, .y_mm = south, .mm_per_px = 20000, .w = 640, .h = 480};
    map_view_inside(&wide, &sheet, 30);
    EXPECT_INT((west + east) / 2, wide.x_mm);
    EXPECT_INT((north + south) / 2, wide.y_mm);
}
