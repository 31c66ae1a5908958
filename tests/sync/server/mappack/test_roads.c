/* What a collector may drive, ride and walk: small towns in which one rule decides. */
#include "tests/sync/server/mappack/town.h"

/* A block of four corners, 5 units a side: 1-2 along the south, 2-3 up the east, 3-4 back along
 * the north, 4-1 down the west. South is way 12 with the tags given. */
static void block(struct town *town, const char *south)
{
    town_start(town);
    town_node(town, 1, 0, 0, "");
    town_node(town, 2, 5, 0, "");
    town_node(town, 3, 5, 5, "");
    town_node(town, 4, 0, 5, "");
    town_way(town, 12, "1 2", south);
    town_way(town, 23, "2 3", "highway=residential");
    town_way(town, 34, "3 4", "highway=residential");
    town_way(town, 41, "4 1", "highway=residential");
    town_pack(town);
}

/* Goal: who may use a road, and which way. The straight way along the south is 4 units, the way
 * round 16: a time tells which was taken. */
TEST(test_who_may_use_a_road)
{
    static const struct {
        const char *south;
        enum roads_mode mode;
        bool there, back; /* the straight way can be taken eastwards, westwards */
    } rows[] = {
        {"highway=residential", ROADS_MODE_car, true, true},
        {"highway=residential;oneway=yes", ROADS_MODE_car, true, false},
        {"highway=residential;oneway=-1", ROADS_MODE_motorcycle, false, true},
        {"highway=residential;oneway=yes", ROADS_MODE_bicycle, true, false},
        {"highway=residential;oneway=yes;oneway:bicycle=no", ROADS_MODE_bicycle, true, true},
        {"highway=residential;oneway=yes;cycleway=opposite", ROADS_MODE_bicycle, true, true},
        {"highway=residential;oneway=yes", ROADS_MODE_foot, true, true},
        {"highway=residential;junction=roundabout", ROADS_MODE_car, true, false},
        {"highway=motorway", ROADS_MODE_car, true, false},
        {"highway=motorway", ROADS_MODE_foot, false, false},
        {"highway=motorway", ROADS_MODE_bicycle, false, false},
        {"highway=footway", ROADS_MODE_car, false, false},
        {"highway=footway", ROADS_MODE_foot, true, true},
        {"highway=footway;bicycle=no", ROADS_MODE_bicycle, false, false},
        {"highway=cycleway", ROADS_MODE_bicycle, true, true},
        {"highway=residential;access=no", ROADS_MODE_car, false, false},
        {"highway=residential;access=no;foot=yes", ROADS_MODE_foot, true, true},
        {"highway=residential;access=private", ROADS_MODE_car, false, false},
        {"highway=residential;access=private", ROADS_MODE_foot, true, true},
        {"highway=residential;vehicle=no", ROADS_MODE_bicycle, false, false},
        {"highway=residential;motor_vehicle=no", ROADS_MODE_car, false, false},
        {"highway=residential;motor_vehicle=no;motorcycle=yes", ROADS_MODE_motorcycle, true, true},
        {"highway=residential;access=no;motor_vehicle=destination", ROADS_MODE_car, true, true},
        {"highway=trunk;motorroad=yes", ROADS_MODE_bicycle, false, false},
        {"highway=construction", ROADS_MODE_foot, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct town town;
        block(&town, rows[i].south);
        /* From a corner's side street to the other's, so that the south itself is no end. */
        int there = town_seconds(&town, rows[i].mode, 0, 0.5, 5, 0.5);
        int back = town_seconds(&town, rows[i].mode, 5, 0.5, 0, 0.5);
        int round = town_seconds(&town, rows[i].mode, 0, 4.5, 5, 4.5) * 2;
        char name[128];
        snprintf(name, sizeof name, "%s mode %d: %d %d %d", rows[i].south, (int)rows[i].mode, there,
                 back, round);
        EXPECT_ROW(name, there > 0 && back > 0);
        EXPECT_ROW(name, (there < round) == rows[i].there);
        EXPECT_ROW(name, (back < round) == rows[i].back);
        town_stop(&town);
    }
}

/* A crossing at 5 with arms west (1), east (2), north (3), south (4), each 4 units long, and a
 * road round the outside that joins the arms' ends. */
static void crossing(struct town *town, const char *centre)
{
    town_start(town);
    town_node(town, 1, 0, 4, "");
    town_node(town, 2, 8, 4, "");
    town_node(town, 3, 4, 8, "");
    town_node(town, 4, 4, 0, "");
    town_node(town, 5, 4, 4, centre);
    town_node(town, 6, 8, 8, "");
    town_node(town, 7, 8, 0, "");
    town_node(town, 8, 0, 8, "");
    town_node(town, 9, 0, 0, "");
    town_way(town, 15, "1 5", "highway=residential");
    town_way(town, 25, "5 2", "highway=residential");
    town_way(town, 35, "3 5", "highway=residential");
    town_way(town, 45, "5 4", "highway=residential");
    town_way(town, 90, "1 8 3 6 2 7 4 9 1", "highway=residential");
}

/* Goal: turn restrictions bind those whom they are for, and nobody else. */
TEST(test_turn_restrictions)
{
    static const struct {
        const char *name, *tags;
        int from, to;
        enum roads_mode mode;
        double x1, y1, x2, y2;
        bool is_direct; /* over the crossing: less than 6 units, where round it is 12 */
    } rows[] = {
        {"no rule", "", 0, 0, ROADS_MODE_car, 1.5, 4, 4, 6.5, true},
        {"no left", "restriction=no_left_turn", 15, 35, ROADS_MODE_car, 1.5, 4, 4, 6.5, false},
        {"no left, right", "restriction=no_left_turn", 15, 35, ROADS_MODE_car, 1.5, 4, 4, 1.5,
         true},
        {"no left, straight", "restriction=no_left_turn", 15, 35, ROADS_MODE_car, 1.5, 4, 6.5, 4,
         true},
        {"no left, from elsewhere", "restriction=no_left_turn", 15, 35, ROADS_MODE_car, 6.5, 4, 4,
         6.5, true},
        {"no left, back", "restriction=no_left_turn", 15, 35, ROADS_MODE_car, 4, 6.5, 1.5, 4, true},
        {"no left on a motorcycle", "restriction=no_left_turn", 15, 35, ROADS_MODE_motorcycle, 1.5,
         4, 4, 6.5, false},
        {"bicycles excepted", "restriction=no_left_turn;except=bicycle", 15, 35, ROADS_MODE_bicycle,
         1.5, 4, 4, 6.5, true},
        {"bicycles not excepted", "restriction=no_left_turn", 15, 35, ROADS_MODE_bicycle, 1.5, 4, 4,
         6.5, false},
        {"nobody forbids it on foot", "restriction=no_left_turn", 15, 35, ROADS_MODE_foot, 1.5, 4,
         4, 6.5, true},
        {"only straight, left", "restriction=only_straight_on", 15, 25, ROADS_MODE_car, 1.5, 4, 4,
         6.5, false},
        {"only straight, right", "restriction=only_straight_on", 15, 25, ROADS_MODE_car, 1.5, 4, 4,
         1.5, false},
        {"only straight, straight", "restriction=only_straight_on", 15, 25, ROADS_MODE_car, 1.5, 4,
         6.5, 4, true},
        {"only into a road that is not there", "restriction=only_straight_on", 15, 777,
         ROADS_MODE_car, 1.5, 4, 4, 6.5, true},
        {"an unknown kind binds nobody", "restriction=maybe_left", 15, 35, ROADS_MODE_car, 1.5, 4,
         4, 6.5, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct town town;
        crossing(&town, "");
        if (rows[i].from != 0) {
            town_restriction(&town, 1, rows[i].from, 5, rows[i].to, rows[i].tags);
        }
        town_pack(&town);
        int seconds =
            town_seconds(&town, rows[i].mode, rows[i].x1, rows[i].y1, rows[i].x2, rows[i].y2);
        int unit = town_seconds(&town, rows[i].mode, 1, 0, 3, 0); /* two units along the outside */
        char name[128];
        snprintf(name, sizeof name, "%s: %d s, 2 units %d s", rows[i].name, seconds, unit);
        EXPECT_ROW(name, seconds > 0 && (seconds < unit * 4) == rows[i].is_direct);
        town_stop(&town);
    }
}

/* Goal: a car pays for a turn across the traffic; a walker does not. */
TEST(test_turning_across_costs_a_car_time)
{
    struct town town;
    crossing(&town, "");
    town_pack(&town);
    int left = town_seconds(&town, ROADS_MODE_car, 3, 4, 4, 5);
    int right = town_seconds(&town, ROADS_MODE_car, 3, 4, 4, 3);
    int straight = town_seconds(&town, ROADS_MODE_car, 3, 4, 5, 4);
    EXPECT(straight < right && right < left);
    EXPECT_INT(town_seconds(&town, ROADS_MODE_foot, 3, 4, 4, 5),
               town_seconds(&town, ROADS_MODE_foot, 3, 4, 4, 3));
    town_stop(&town);
}

TEST(test_signals_and_posts_at_a_crossing)
{
    static const struct {
        const char *centre;
        enum roads_mode mode;
        bool is_through;
    } rows[] = {
        {"barrier=bollard", ROADS_MODE_car, false},
        {"barrier=bollard", ROADS_MODE_motorcycle, false},
        {"barrier=bollard", ROADS_MODE_bicycle, true},
        {"barrier=bollard", ROADS_MODE_foot, true},
        {"barrier=bollard;motorcycle=yes", ROADS_MODE_motorcycle, true},
        {"barrier=gate", ROADS_MODE_car, true},
        {"barrier=gate;access=no", ROADS_MODE_car, false},
        {"barrier=gate;access=private", ROADS_MODE_car, false},
        {"barrier=stile", ROADS_MODE_bicycle, false},
        {"highway=traffic_signals", ROADS_MODE_car, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct town town;
        crossing(&town, rows[i].centre);
        town_pack(&town);
        int seconds = town_seconds(&town, rows[i].mode, 2, 4, 6, 4);
        int unit = town_seconds(&town, rows[i].mode, 1, 0, 3, 0);
        char name[96];
        snprintf(name, sizeof name, "%s mode %d: %d s, 2 units %d s", rows[i].centre,
                 (int)rows[i].mode, seconds, unit);
        EXPECT_ROW(name, seconds > 0 && (seconds < unit * 4) == rows[i].is_through);
        town_stop(&town);
    }
    struct town plain, signals;
    crossing(&plain, "");
    town_pack(&plain);
    crossing(&signals, "highway=traffic_signals");
    town_pack(&signals);
    EXPECT(town_seconds(&signals, ROADS_MODE_car, 2, 4, 6, 4) >
           town_seconds(&plain, ROADS_MODE_car, 2, 4, 6, 4));
    town_stop(&plain);
    town_stop(&signals);
}

/* Goal: a ferry takes the time that it says; an island without one is said to be one; what is
 * far from every road is off the network. None of them is ever a wrong number. */
TEST(test_water)
{
    struct town town;
    block(&town, "highway=residential");
    town_stop(&town);
    town_start(&town);
    town_node(&town, 1, 0, 0, "");
    town_node(&town, 2, 9, 0, "");
    town_node(&town, 3, 20, 0, "");
    town_node(&town, 4, 25, 0, "");
    town_node(&town, 5, 60, 0, "");
    town_node(&town, 6, 62, 0, "");
    town_way(&town, 12, "1 2", "highway=residential");
    town_way(&town, 23, "2 3", "route=ferry;duration=00:30");
    town_way(&town, 34, "3 4", "highway=residential");
    town_way(&town, 56, "5 6", "highway=residential");
    town_pack(&town);
    int across = town_seconds(&town, ROADS_MODE_car, 8.9, 0, 20.1, 0);
    EXPECT(across > 1500 && across < 2400);
    EXPECT_INT(-1, town_seconds(&town, ROADS_MODE_car, 1, 0, 61, 0));
    EXPECT_INT(-1, town_seconds(&town, ROADS_MODE_foot, 61, 0, 1, 0));
    EXPECT(town_seconds(&town, ROADS_MODE_car, 60.2, 0, 61.8, 0) > 0);
    EXPECT_INT(-1, town_seconds(&town, ROADS_MODE_car, 1, 0, 1, 40)); /* 4 km from any road */
    struct roads_place island = roads_snap(&town.roads, ROADS_MODE_car, town_place(61, 0));
    struct roads_place shore = roads_snap(&town.roads, ROADS_MODE_car, town_place(1, 0));
    struct roads_place sea = roads_snap(&town.roads, ROADS_MODE_car, town_place(1, 40));
    EXPECT(island.is_on_network && island.is_island);
    EXPECT(shore.is_on_network && !shore.is_island);
    EXPECT(!sea.is_on_network);
    town_stop(&town);
}

/* Goal: on one road, ahead is a short drive and back is the way round when it is one-way. */
TEST(test_both_ends_on_one_road)
{
    struct town town;
    block(&town, "highway=residential;oneway=yes");
    int ahead = town_seconds(&town, ROADS_MODE_car, 1, 0, 4, 0);
    int back = town_seconds(&town, ROADS_MODE_car, 4, 0, 1, 0);
    EXPECT(ahead > 0 && back > ahead * 4);
    EXPECT(town_seconds(&town, ROADS_MODE_foot, 4, 0, 1, 0) ==
           town_seconds(&town, ROADS_MODE_foot, 1, 0, 4, 0));
    EXPECT_INT(0, town_seconds(&town, ROADS_MODE_car, 2, 0, 2, 0));
    town_stop(&town);
}

/* Goal: a place is put on the nearest road of its mode, as far along as it is. */
TEST(test_snapping)
{
    struct town town;
    block(&town, "highway=residential;name=South Street");
    struct roads_place place = roads_snap(&town.roads, ROADS_MODE_car, town_place(1.25, -0.5));
    struct roads_segment segment = roads_segment_read(&town.roads, place.segment);
    EXPECT(place.is_on_network && !place.is_island);
    EXPECT(str_is(segment.name, "South Street"));
    EXPECT(place.away_m >= 49 && place.away_m <= 51);
    struct geo_point points[8];
    EXPECT_INT(2, roads_segment_points(&town.roads, place.segment, points, 8));
    /* A quarter of the way from the end at 1. */
    bool starts_west = points[0].lon_e7 < points[1].lon_e7;
    int32_t share = (int32_t)place.share - (starts_west ? 16384 : 49152);
    EXPECT(share > -300 && share < 300);
    EXPECT(segment.length_dm > 4950 && segment.length_dm < 5050);
    town_stop(&town);
}
