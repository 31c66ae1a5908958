#include "core/rules/detour.h"

#include "core/rules/plan_travel.h"
#include "tests/lib/test.h"

enum { SPEED = 250, PRIOR = 1300 };

/* Places some 1,112 m apart on one meridian, in cells of their own two by two. */
static struct geo_point place(int32_t step)
{
    return (struct geo_point){311800000 + step * 100000, 1214500000};
}

static bool add(struct detour *detour, struct geo_point from, struct geo_point to, int32_t permille)
{
    int64_t straight_m = geo_distance_m(from, to);
    int64_t travel_s = (straight_m * 60 * permille + SPEED * 1000 - 1) / (SPEED * 1000);
    return detour_add(detour, &(struct detour_way){from, to, travel_s, SPEED});
}

static void add_many(struct detour *detour, struct geo_point from, struct geo_point to,
                     int32_t permille, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        EXPECT(add(detour, from, to, permille));
    }
}

static bool is_near(int32_t wanted, int32_t got)
{
    return got >= wanted - 4 && got <= wanted + 4; /* seconds are whole */
}

/* Goal: few ways change little, many ways almost all; below the least nothing. */
TEST(test_few_ways_say_little)
{
    static const struct {
        uint32_t ways;
        int32_t permille;
        int32_t all;  /* far from where the ways were */
        int32_t here; /* where they were */
    } rows[] = {
        {0, 2000, 1300, 1300},
        {DETOUR_LEAST - 1, 2000, 1300, 1300},
        {DETOUR_LEAST, 2000, 1533, 1745},
        {10, 2000, 1650, 1869},
        {100, 2000, 1936, 1996},
        {10000, 2000, 1999, 2000},
        {100, 1000, 1027, 1002},
        {100, 600, 664, 604}, /* a car is faster than the policy thinks */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct detour detour = {0};
        add_many(&detour, place(0), place(1), rows[i].permille, rows[i].ways);
        int32_t all = detour_permille(&detour, PRIOR, place(40), place(41));
        int32_t here = detour_permille(&detour, PRIOR, place(0), place(1));
        if (!is_near(rows[i].all, all) || !is_near(rows[i].here, here)) {
            fail_msg("row %zu: %d, %d", i, all, here);
        }
    }
}

TEST(test_each_area_has_its_own)
{
    struct detour detour = {0};
    add_many(&detour, place(0), place(1), 2600, 60); /* over the one bridge */
    add_many(&detour, place(10), place(11), 1200, 60);
    int32_t bridge = detour_permille(&detour, PRIOR, place(0), place(1));
    int32_t plain = detour_permille(&detour, PRIOR, place(10), place(11));
    int32_t between = detour_permille(&detour, PRIOR, place(1), place(10));
    EXPECT(bridge > 2450 && bridge < 2600);
    EXPECT(plain > 1200 && plain < 1300);
    EXPECT_INT((bridge + plain + 1) / 2, between);
    EXPECT_INT(bridge, detour_permille(&detour, PRIOR, place(1), place(0)));
}

TEST(test_a_cell_with_too_few_ways_goes_by_all)
{
    struct detour detour = {0};
    add_many(&detour, place(0), place(1), 1500, 40);
    int32_t all = detour_permille(&detour, PRIOR, place(40), place(40));
    add_many(&detour, place(20), place(21), 3000, DETOUR_CELL_LEAST - 1);
    int32_t of_all = detour_permille(&detour, PRIOR, place(40), place(40));
    EXPECT(of_all > all);
    EXPECT_INT(of_all, detour_permille(&detour, PRIOR, place(20), place(21)));
    add_many(&detour, place(20), place(21), 3000, 1);
    EXPECT(detour_permille(&detour, PRIOR, place(20), place(21)) > of_all + 100);
}

/* Goal: stairs, meals, wrong clocks and places that nobody knows teach nothing. */
TEST(test_what_says_nothing_is_not_counted)
{
    struct geo_point here = place(0);
    struct geo_point next = place(1);
    struct geo_point nowhere = {0, 0};
    const struct {
        struct geo_point from, to;
        int64_t travel_s;
        bool is_counted;
    } rows[] = {
        {here, next, 400, true},
        {here, next, 0, false},
        {here, next, -400, false},
        {here, next, INT64_MAX, false},
        {here, next, 86401, false},
        {nowhere, next, 400, false},
        {here, nowhere, 400, false},
        {here, here, 400, false},
        {here, {here.lat_e7 + 26000, here.lon_e7}, 100, false}, /* 289 m */
        {here, {here.lat_e7 + 28000, here.lon_e7}, 100, true},  /* 311 m */
        {here, {here.lat_e7 + 2690000, here.lon_e7}, 7200, true},
        {here, {here.lat_e7 + 2710000, here.lon_e7}, 7200, false}, /* 30.1 km */
        {here, next, 1330, true},  /* 4,985 thousandths of the line */
        {here, next, 1340, false}, /* 5,022 */
        {here, next, 82, true},    /* 307 */
        {here, next, 79, false},   /* 296 */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct detour detour = {0};
        struct detour_way way = {rows[i].from, rows[i].to, rows[i].travel_s, SPEED};
        if (detour_add(&detour, &way) != rows[i].is_counted ||
            detour.all.ways != (rows[i].is_counted ? 1U : 0U)) {
            fail_msg("row %zu", i);
        }
    }
}

/* Goal: wherever on Earth, and however many areas, the answer stays a sane number. */
TEST(test_more_areas_than_cells_count_for_all)
{
    struct detour detour = {0};
    for (int32_t i = 0; i < 2 * DETOUR_CELLS; i++) {
        struct geo_point from = {-310000000 - i * 2 * DETOUR_CELL_E7, -700000000};
        struct geo_point to = {from.lat_e7 + 50000, from.lon_e7};
        EXPECT(add(&detour, from, to, 1800));
    }
    EXPECT_INT(DETOUR_CELLS, detour.cell_count);
    EXPECT_INT(2 * DETOUR_CELLS, detour.all.ways);
    int32_t elsewhere = detour_permille(&detour, PRIOR, place(0), place(1));
    EXPECT(elsewhere > 1775 && elsewhere < 1795);
}

TEST(test_the_order_of_the_ways_does_not_matter)
{
    struct detour one = {0};
    struct detour other = {0};
    for (int32_t i = 0; i < 30; i++) {
        int32_t k = 29 - i;
        EXPECT(add(&one, place(i), place(i + 1), 1000 + i * 40));
        EXPECT(add(&other, place(k), place(k + 1), 1000 + k * 40));
    }
    for (int32_t i = 0; i < 30; i++) {
        EXPECT_INT(detour_permille(&one, PRIOR, place(i), place(30 - i)),
                   detour_permille(&other, PRIOR, place(i), place(30 - i)));
    }
}

/* Goal: the straight line's time is longer by what was learned, and is still an estimate. */
TEST(test_straight_lines_take_what_was_learned)
{
    struct detour detour = {0};
    struct plan_straight straight = {SPEED, 130, 60, NULL};
    struct plan_travel travel = plan_travel_straight(&straight);
    struct geo_point places[2] = {place(0), place(1)};
    int32_t before_s[4];
    int32_t after_s[4];
    EXPECT_OK(travel.fill(travel.context, places, 2, before_s));
    EXPECT_INT(60 + 1112 * 1300 * 60 / 1000 / SPEED, before_s[1]);
    straight.learned = &detour;
    EXPECT_OK(travel.fill(travel.context, places, 2, after_s));
    EXPECT_INT(before_s[1], after_s[1]);
    add_many(&detour, place(0), place(1), 2600, 1000);
    EXPECT_OK(travel.fill(travel.context, places, 2, after_s));
    EXPECT(after_s[1] > 60 + 1112 * 2590 * 60 / 1000 / SPEED &&
           after_s[1] <= 60 + 1112 * 2600 * 60 / 1000 / SPEED + 1);
    EXPECT_INT(after_s[1], after_s[2]);
    EXPECT_INT(0, after_s[0]);
    EXPECT(travel.is_estimated);
}
