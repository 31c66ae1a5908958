/* Goal: on a tablet without a map the ways take as long as they took in the last weeks, by the
 * tablet's own facts; what is promised in the morning does not tremble through the day. */
#include "tests/lib/tablet.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (24 * 60 * MINUTE_MS)

enum { STEP_E7 = 270000 }; /* some three kilometres */

static ds_Fix fix_at(int32_t step)
{
    return (ds_Fix){
        .lat_e7 = 312000000 + STEP_E7 * step, .lon_e7 = 1214000000, .accuracy_m = 10, .age_s = 1};
}

static void append(struct tablet *tablet, pb_size_t kind, const ds_Fix *fix)
{
    struct fact fact;
    ds_Event event = {.at_ms = (uint64_t)tablet->sim.now.wall_ms,
                      .person_no = TABLET_PERSON_NO,
                      .case_no = 1,
                      .has_fix = fix != NULL,
                      .which_kind = kind};
    event.fix = fix != NULL ? *fix : (ds_Fix){0};
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_journal_append(tablet->store, &event, &fact));
    EXPECT_OK(store_commit(tablet->store));
}

/* Visits up and down one road, each way of three kilometres in so many minutes. */
static void work(struct tablet *tablet, size_t ways, int64_t way_minutes)
{
    for (size_t i = 0; i <= ways; i++) {
        ds_Fix fix = fix_at(1 + (int32_t)(i % 4));
        if (i % 4 == 0 && i > 0) { /* from the fourth back to the first: not a way of one step */
            append(tablet, ds_Event_visit_skipped_tag, &fix);
        }
        append(tablet, ds_Event_visit_started_tag, &fix);
        sim_clock_pass(&tablet->sim, 20 * MINUTE_MS);
        append(tablet, ds_Event_visit_finished_tag, &fix);
        sim_clock_pass(&tablet->sim, way_minutes * MINUTE_MS);
    }
}

static void spread(struct tablet *tablet)
{
    for (uint64_t i = 1; i <= 4; i++) {
        ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
        tablet_record(record, i);
        tablet_state(state, record);
        record->addresses[0].lat_e7 = fix_at((int32_t)i).lat_e7;
        record->addresses[0].lon_e7 = fix_at((int32_t)i).lon_e7;
        struct store_case_feed row = tablet_feed(tablet, record, state, 0);
        EXPECT_OK(tablet_receive(tablet, &row, 1));
    }
}

/* Plans the day after tomorrow's morning, and gives the seconds to its second stop. */
static int32_t second_way_s(struct tablet *tablet)
{
    struct open_day day;
    struct store_stop *stops = NULL;
    size_t count = 0;
    EXPECT_OK(journey_open_day(&tablet->journey, &day));
    EXPECT_OK(store_plan_list(tablet->store, &tablet->task, journey_today(&tablet->journey), &stops,
                              &count));
    EXPECT_INT(4, day.planned_count);
    EXPECT(stops[1].is_estimated);
    return stops[1].travel_s;
}

static int32_t learned_s(size_t ways, int64_t way_minutes)
{
    struct tablet tablet;
    tablet_open(&tablet, 4);
    spread(&tablet);
    tablet.sim.now.wall_ms -= 2 * DAY_MS;
    work(&tablet, ways, way_minutes);
    tablet.sim.now.wall_ms = tablet_start_ms();
    int32_t way_s = second_way_s(&tablet);
    tablet_close(&tablet);
    return way_s;
}

TEST(test_ways_take_as_long_as_they_took)
{
    int32_t house_s = learned_s(0, 0);
    EXPECT(house_s > 0);
    EXPECT_INT(house_s, learned_s(4, 30)); /* too few */
    int32_t slow_s = learned_s(16, 30);
    int32_t quick_s = learned_s(16, 8);
    EXPECT(slow_s > house_s + 120 && slow_s < 30 * 60);
    EXPECT(quick_s < house_s - 60 && quick_s > 8 * 60);
    EXPECT_INT(house_s, learned_s(16, 200)); /* nobody is three hours on the way: a meal */
}

TEST(test_an_hour_without_a_place_teaches_nothing)
{
    static const struct {
        const char *name;
        ds_Fix change;
        bool has_fix;
    } rows[] = {
        {"no place", {0}, false},
        {"a place of two minutes ago", {.age_s = 121}, true},
        {"somewhere in this quarter", {.accuracy_m = 201}, true},
    };
    int32_t house_s = learned_s(0, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        tablet_open(&tablet, 4);
        spread(&tablet);
        tablet.sim.now.wall_ms -= 2 * DAY_MS;
        for (int32_t k = 0; k < 16; k++) {
            ds_Fix fix = fix_at(1 + k % 2);
            fix.age_s = rows[i].change.age_s != 0 ? rows[i].change.age_s : fix.age_s;
            fix.accuracy_m =
                rows[i].change.accuracy_m != 0 ? rows[i].change.accuracy_m : fix.accuracy_m;
            append(&tablet, ds_Event_visit_started_tag, rows[i].has_fix ? &fix : NULL);
            append(&tablet, ds_Event_visit_finished_tag, rows[i].has_fix ? &fix : NULL);
            sim_clock_pass(&tablet.sim, 30 * MINUTE_MS);
        }
        tablet.sim.now.wall_ms = tablet_start_ms();
        EXPECT_ROW(rows[i].name, second_way_s(&tablet) == house_s);
        tablet_close(&tablet);
    }
}

TEST(test_what_was_learned_stands_for_the_day)
{
    struct tablet tablet;
    tablet_open(&tablet, 4);
    spread(&tablet);
    int32_t before_s = second_way_s(&tablet);
    work(&tablet, 8, 30);
    EXPECT_INT(before_s, second_way_s(&tablet));
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(before_s, second_way_s(&tablet));
    sim_clock_pass(&tablet.sim, DAY_MS);
    EXPECT(second_way_s(&tablet) > before_s);
    tablet_close(&tablet);
}
