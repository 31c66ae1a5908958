/* Ways on the roads of a small town, and beside it: what is asked of the roads, what is a guess. */
#include "app/map/map_travel.h"
#include "core/rules/plan_problem.h"
#include "tests/lib/test.h"

#include <stdio.h>

struct stage {
    struct arena arena;
    struct roads roads;
    struct map_travel travel;
    struct geo_point corners[2]; /* of two roads, far from each other */
    struct geo_point field;      /* beside the town, off every road */
};

static const struct plan_straight house = {250, 130, 0, NULL};

static void stage_start(struct stage *stage, enum roads_mode mode)
{
    enum { SIZE_MAX_HERE = 1 << 20 };
    *stage = (struct stage){0};
    arena_init(&stage->arena, 0);
    FILE *file = fopen(TESTS_FOLDER "/golden/roads/town.dsmap", "rb");
    EXPECT(file != NULL);
    uint8_t *bytes = arena_alloc(&stage->arena, SIZE_MAX_HERE);
    size_t size = fread(bytes, 1, SIZE_MAX_HERE, file);
    EXPECT(fclose(file) == 0);
    EXPECT_OK(roads_open(bytes, size, &stage->roads));
    map_travel_start(&stage->travel);
    map_travel_set(&stage->travel, &stage->roads, mode, &house);
    uint32_t far_m = 0;
    struct geo_point first;
    (void)roads_segment_points(&stage->roads, 0, &first, 1);
    stage->corners[0] = first;
    for (uint32_t i = 0; i < stage->roads.segment_count; i++) {
        struct geo_point point;
        (void)roads_segment_points(&stage->roads, i, &point, 1);
        if (roads_segment_is_main(&stage->roads, i, mode) && geo_distance_m(first, point) > far_m) {
            far_m = geo_distance_m(first, point);
            stage->corners[1] = point;
        }
    }
    stage->field = (struct geo_point){stage->roads.north_east.lat_e7 + 300000, first.lon_e7};
}

static void stage_stop(struct stage *stage)
{
    map_travel_deinit(&stage->travel);
    arena_deinit(&stage->arena);
}

static void fill(const struct stage *stage, const struct geo_point *places, size_t count,
                 int32_t *travel_s)
{
    EXPECT_OK(stage->travel.source.fill(stage->travel.source.context, places, count, travel_s));
}

/* Goal: where there are roads, the roads answer: the same seconds as the room that knows them. */
TEST(test_roads_answer_where_there_are_roads)
{
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        struct stage stage;
        int32_t travel_s[4];
        stage_start(&stage, (enum roads_mode)mode);
        fill(&stage, stage.corners, 2, travel_s);
        for (size_t from = 0; from < 2; from++) {
            struct roads_place start =
                roads_snap(&stage.roads, stage.travel.mode, stage.corners[from]);
            struct roads_place end =
                roads_snap(&stage.roads, stage.travel.mode, stage.corners[1 - from]);
            int32_t time_ds = roads_time_ds(stage.travel.work, &start, &end);
            EXPECT(time_ds != ROADS_NEVER);
            EXPECT_INT((time_ds + 9) / 10, travel_s[from * 2 + 1 - from]);
        }
        EXPECT_INT(0, travel_s[0]);
        EXPECT(!stage.travel.source.is_estimated);
        EXPECT(!stage.travel.source.is_guess(&stage.travel, stage.corners[0], stage.corners[1]));
        EXPECT(map_travel_way_m(&stage.travel, stage.corners[0], stage.corners[1]) >=
               geo_distance_m(stage.corners[0], stage.corners[1]) * 9 / 10);
        stage_stop(&stage);
    }
}

/* Goal: a case beside the map is not unreachable; its way is a straight line, and is said to be. */
TEST(test_beside_the_map_a_guess_that_is_called_one)
{
    struct stage stage;
    int32_t travel_s[4];
    stage_start(&stage, ROADS_MODE_car);
    struct geo_point places[2] = {stage.corners[0], stage.field};
    fill(&stage, places, 2, travel_s);
    int32_t line_m = (int32_t)geo_distance_m(places[0], places[1]);
    EXPECT_INT(line_m * 130 * 60 / 100 / 250, travel_s[1]);
    EXPECT_INT(travel_s[1], travel_s[2]);
    EXPECT(stage.travel.source.is_guess(&stage.travel, places[0], places[1]));
    EXPECT(stage.travel.source.is_guess(&stage.travel, places[1], places[0]));
    EXPECT_INT(0, map_travel_way_m(&stage.travel, places[0], places[1]));
    stage_stop(&stage);
}

/* Goal: how much longer than the line a way beside the map is, the day's roads say. */
TEST(test_the_roads_teach_the_ground_beside_them)
{
    enum { PLACES = 10 };
    struct stage stage;
    struct geo_point places[PLACES];
    int32_t travel_s[PLACES * PLACES];
    struct detour detour = {0};
    stage_start(&stage, ROADS_MODE_foot);
    for (uint32_t i = 0; i + 1 < PLACES; i++) {
        uint32_t segment = stage.roads.segment_count * i / (PLACES - 1);
        (void)roads_segment_points(&stage.roads, segment, &places[i], 1);
    }
    places[PLACES - 1] = stage.field;
    fill(&stage, places, PLACES, travel_s);
    for (size_t from = 0; from + 1 < PLACES; from++) {
        for (size_t to = 0; to + 1 < PLACES; to++) {
            (void)detour_add(&detour, &(struct detour_way){places[from], places[to],
                                                           travel_s[from * PLACES + to], 250});
        }
    }
    EXPECT(detour.all.ways >= DETOUR_LEAST);
    int32_t permille = detour_permille(&detour, 1300, places[0], stage.field);
    int64_t line_m = geo_distance_m(places[0], stage.field);
    EXPECT(permille > 2000); /* who walks is slower than 250 m a minute */
    EXPECT_INT(line_m * permille * 60 / 1000 / 250, travel_s[PLACES - 1]);
    stage_stop(&stage);
}

TEST(test_places_that_nobody_knows_cost_nothing)
{
    struct stage stage;
    int32_t travel_s[9];
    stage_start(&stage, ROADS_MODE_car);
    struct geo_point places[3] = {stage.corners[0], {0, 0}, stage.corners[0]};
    fill(&stage, places, 3, travel_s);
    for (size_t i = 0; i < 9; i++) {
        EXPECT_INT(0, travel_s[i]); /* nor does the way within one building */
    }
    stage_stop(&stage);
}

/* Goal: another way to travel, or another pack, is asked anew; the same one costs nothing. */
TEST(test_the_mode_may_change_at_any_time)
{
    struct stage stage;
    int32_t by_car[4];
    int32_t on_foot[4];
    stage_start(&stage, ROADS_MODE_car);
    fill(&stage, stage.corners, 2, by_car);
    const struct roads_work *work = stage.travel.work;
    map_travel_set(&stage.travel, &stage.roads, ROADS_MODE_car, &house);
    EXPECT(stage.travel.work == work);
    map_travel_set(&stage.travel, &stage.roads, ROADS_MODE_foot, &house);
    fill(&stage, stage.corners, 2, on_foot);
    EXPECT(on_foot[1] > by_car[1]);
    stage_stop(&stage);
}
