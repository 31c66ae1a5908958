/* Names of roads: which are found for a view, how they are ranked, and that none repeats itself. */
#include "app/map/map_label.h"
#include "tests/lib/test.h"

#include <stdio.h>

struct stage {
    struct arena arena;
    struct roads roads;
    struct map_sheet sheet;
    struct map_view view;
};

/* All of the small town in view. */
static void stage_start(struct stage *stage, int32_t mm_per_px)
{
    enum { SIZE_MAX_HERE = 1 << 20 };
    *stage = (struct stage){0};
    arena_init(&stage->arena, 0);
    FILE *file = fopen(TESTS_FOLDER "/golden/roads/portfolio.dsmap", "rb");
    EXPECT(file != NULL);
    uint8_t *bytes = arena_alloc(&stage->arena, SIZE_MAX_HERE);
    size_t size = fread(bytes, 1, SIZE_MAX_HERE, file);
    EXPECT(fclose(file) == 0);
    EXPECT_OK(roads_open(bytes, size, &stage->roads));
    stage->sheet = map_sheet_make(stage->roads.south_west, stage->roads.north_east);
    struct geo_point middle = {
        stage->roads.south_west.lat_e7 / 2 + stage->roads.north_east.lat_e7 / 2,
        stage->roads.south_west.lon_e7 / 2 + stage->roads.north_east.lon_e7 / 2};
    stage->view = (struct map_view){.mm_per_px = mm_per_px, .w = 1280, .h = 800};
    map_sheet_place(&stage->sheet, middle, &stage->view.x_mm, &stage->view.y_mm);
}

static void stage_stop(struct stage *stage)
{
    arena_deinit(&stage->arena);
}

static int64_t away(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

TEST(test_names_are_found_most_important_first)
{
    static const int32_t scales_mm[] = {1000, 2000, 5000, 12000, 40000};
    for (size_t s = 0; s < COUNT(scales_mm); s++) {
        struct stage stage;
        static struct map_labels labels;
        stage_start(&stage, scales_mm[s]);
        map_labels_find(&labels, &stage.arena, &stage.roads, &stage.sheet, &stage.view, 160);
        EXPECT(s + 1 == COUNT(scales_mm) || labels.count > 0);
        for (size_t i = 0; i < labels.count; i++) {
            EXPECT(labels.items[i].name.size > 0 && str_is_utf8(labels.items[i].name));
            EXPECT(i == 0 || labels.items[i - 1].rank <= labels.items[i].rank);
        }
        stage_stop(&stage);
    }
}

/* Goal: a name stands at several places of a long road, none near another. */
TEST(test_places_of_one_name_lie_apart)
{
    struct stage stage;
    static struct map_labels labels;
    stage_start(&stage, 2000);
    map_labels_find(&labels, &stage.arena, &stage.roads, &stage.sheet, &stage.view, 160);
    size_t again = 0;
    for (size_t i = 0; i < labels.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (str_equal(labels.items[i].name, labels.items[k].name)) {
                again++;
                EXPECT(away(labels.items[i].x_mm, labels.items[k].x_mm) >= 100 * 2000 ||
                       away(labels.items[i].y_mm, labels.items[k].y_mm) >= 100 * 2000);
            }
        }
    }
    EXPECT(again > 0);
    stage_stop(&stage);
}

/* Goal: panning finds nothing anew until ground comes into sight for which nothing was found. */
TEST(test_names_are_found_anew_when_the_view_has_moved_far)
{
    struct stage stage;
    static struct map_labels labels;
    stage_start(&stage, 2000);
    map_labels_find(&labels, &stage.arena, &stage.roads, &stage.sheet, &stage.view, 160);
    static const struct {
        int32_t x_px, y_px, mm_per_px, w;
        bool is_stale;
    } rows[] = {
        {0, 0, 2000, 1280, false},   {640, 0, 2000, 1280, false}, {641, 0, 2000, 1280, true},
        {-641, 0, 2000, 1280, true}, {0, 400, 2000, 1280, false}, {0, -401, 2000, 1280, true},
        {0, 0, 2001, 1280, true},    {0, 0, 2000, 1281, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct map_view view = stage.view;
        view.x_mm += (int64_t)rows[i].x_px * 2000;
        view.y_mm += (int64_t)rows[i].y_px * 2000;
        view.mm_per_px = rows[i].mm_per_px;
        view.w = rows[i].w;
        if (map_labels_are_stale(&labels, &view) != rows[i].is_stale) {
            fail_msg("row %zu", i);
        }
    }
    stage_stop(&stage);
}

TEST(test_a_name_is_not_seen_twice_in_one_place)
{
    static const struct map_label north = {0, 0, {"North", 5}, 0, 100};
    static const struct map_label west = {5000, 0, {"West", 4}, 0, 100};
    const struct map_label *shown[] = {&north, &west};
    static const struct {
        struct map_label label;
        bool is_again;
    } rows[] = {
        {{900, 900, {"North", 5}, 3, 10}, true},  {{1000, 0, {"North", 5}, 3, 10}, false},
        {{0, -1000, {"North", 5}, 3, 10}, false}, {{-999, -999, {"North", 5}, 3, 10}, true},
        {{900, 900, {"West", 4}, 3, 10}, false},  {{5001, 1, {"West", 4}, 3, 10}, true},
        {{0, 0, {"Nort", 4}, 3, 10}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_INT(rows[i].is_again, map_labels_repeats(shown, 2, &rows[i].label, 1000));
    }
    EXPECT(!map_labels_repeats(shown, 0, &north, 1000));
}
