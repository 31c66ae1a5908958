/* Goal: what the collector orders by hand stands, is a fact with its cost, and survives planning
 * anew; the plan is found stale when it no longer tells what will be. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/rules/plan.h"

#define MINUTE_MS INT64_C(60000)

static struct store_stop *stops_of(struct tablet *tablet, size_t *count_out)
{
    struct store_stop *stops = NULL;
    EXPECT_OK(store_plan_list(tablet->store, &tablet->task, journey_today(&tablet->journey), &stops,
                              count_out));
    return stops;
}

/* Case numbers of the stops still to do, in order: "3 1 2". */
static const char *order_of(struct tablet *tablet)
{
    size_t count = 0;
    struct store_stop *stops = stops_of(tablet, &count);
    struct str_builder text;
    str_builder_init(&text, &tablet->task);
    str_add_text(&text, "");
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned) {
            str_add_format(&text, "%s%llu%s", text.size > 0 ? " " : "",
                           (unsigned long long)stops[i].case_no, stops[i].is_locked ? "!" : "");
        }
    }
    return text.text;
}

static uint64_t case_at(struct tablet *tablet, size_t index)
{
    size_t count = 0;
    return stops_of(tablet, &count)[index].case_no;
}

static ds_PlanMade last_plan(struct tablet *tablet)
{
    struct store_records found;
    struct fact fact;
    EXPECT_OK(store_journal_list(tablet->store, &tablet->task, EVENT_plan_made, 0, INT64_MAX, 0, 1,
                                 &found));
    EXPECT_INT(1, found.count);
    EXPECT_OK(store_journal_fact(tablet->store, found.items[0].seq, &fact));
    return fact.event.kind.plan_made;
}

static uint64_t journal_size(struct tablet *tablet)
{
    uint64_t seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    return seq;
}

static void open_day_at(struct tablet *tablet, size_t case_count)
{
    struct open_day day;
    tablet_open(tablet, case_count);
    EXPECT_OK(journey_open_day(&tablet->journey, &day));
    EXPECT_INT(case_count, day.planned_count);
}

TEST(test_a_moved_stop_stays_where_it_was_put)
{
    struct tablet tablet;
    struct plan_move move;
    struct open_day day;
    open_day_at(&tablet, 6);
    uint64_t last = case_at(&tablet, 5);
    uint64_t size = journal_size(&tablet);
    EXPECT_OK(journey_check_move(&tablet.journey, last, 1, &move));
    EXPECT(move.is_possible && move.is_estimated);
    EXPECT_INT(0, move.missed_count);
    EXPECT(move.travel_after_s > 0 && move.end_after_ms > 0 && move.end_before_ms > 0);
    EXPECT_INT(size, journal_size(&tablet)); /* asking changes nothing */
    struct plan_move done;
    EXPECT_OK(journey_move_stop(&tablet.journey, last, 1, &done));
    EXPECT(done.end_after_ms == move.end_after_ms && done.travel_after_s == move.travel_after_s);
    EXPECT_INT(size + 1, journal_size(&tablet));
    ds_PlanMade made = last_plan(&tablet);
    EXPECT_INT(last, made.moved);
    EXPECT_INT((done.end_after_ms - done.end_before_ms) / 1000, made.cost_s);
    EXPECT_INT(last, made.stops[0]);
    EXPECT_INT(1, made.locked);
    const char *before = order_of(&tablet);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(last, case_at(&tablet, 0));
    EXPECT_TEXT(before, order_of(&tablet));
    /* Also after a kill. */
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_TEXT(before, order_of(&tablet));
    tablet_close(&tablet);
}

/* Goal: between its new neighbours, wherever these go: three locks, whose order no planning
 * turns round; unlocking is a fact as well. */
TEST(test_a_stop_put_between_two_stays_between_them)
{
    struct tablet tablet;
    struct plan_move move;
    struct open_day day;
    bool was_changed = false;
    open_day_at(&tablet, 6);
    uint64_t moved = case_at(&tablet, 4);
    uint64_t before = case_at(&tablet, 1);
    uint64_t after = case_at(&tablet, 2);
    EXPECT_OK(journey_move_stop(&tablet.journey, moved, 3, &move));
    EXPECT_INT(1 << 1 | 1 << 2 | 1 << 3, last_plan(&tablet).locked);
    for (int64_t i = 0; i < 3; i++) {
        sim_clock_pass(&tablet.sim, 20 * MINUTE_MS);
        EXPECT_OK(journey_open_day(&tablet.journey, &day));
        size_t count = 0;
        size_t at[3] = {0};
        struct store_stop *stops = stops_of(&tablet, &count);
        for (size_t s = 0; s < count; s++) {
            at[0] = stops[s].case_no == before ? s : at[0];
            at[1] = stops[s].case_no == moved ? s : at[1];
            at[2] = stops[s].case_no == after ? s : at[2];
        }
        EXPECT(at[0] < at[1] && at[1] < at[2]);
    }
    uint64_t size = journal_size(&tablet);
    EXPECT_OK(journey_lock_stop(&tablet.journey, moved, false, &was_changed));
    EXPECT(was_changed);
    EXPECT_OK(journey_lock_stop(&tablet.journey, moved, false, &was_changed));
    EXPECT(!was_changed);
    EXPECT_INT(size + 1, journal_size(&tablet));
    EXPECT_INT(moved, last_plan(&tablet).moved);
    tablet_close(&tablet);
}

TEST(test_what_cannot_be_moved_is_left_alone)
{
    struct tablet tablet;
    struct plan_move move;
    bool was_changed = true;
    open_day_at(&tablet, 3);
    uint64_t first = case_at(&tablet, 0);
    const char *before = order_of(&tablet);
    uint64_t size = journal_size(&tablet);
    const struct {
        const char *name;
        uint64_t case_no;
        size_t place;
    } rows[] = {{"where it is", first, 1},
                {"before the first place", first, 0},
                {"last of its own", case_at(&tablet, 2), 99},
                {"not in the plan", 4711, 1}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].name,
                   journey_move_stop(&tablet.journey, rows[i].case_no, rows[i].place, &move) == OK);
        EXPECT_ROW(rows[i].name, !move.is_possible);
    }
    EXPECT_OK(journey_lock_stop(&tablet.journey, 4711, true, &was_changed));
    EXPECT(!was_changed);
    EXPECT_TEXT(before, order_of(&tablet));
    EXPECT_INT(size, journal_size(&tablet));
    tablet_close(&tablet);
}

/* Goal: a stop that the collector fixed is not dropped when the hours run out: it stays, without
 * an hour of arrival; and what it would miss is said before. */
TEST(test_a_locked_stop_outlives_the_hours)
{
    struct tablet tablet;
    struct plan_move move;
    struct open_day day;
    bool was_changed = false;
    open_day_at(&tablet, 4);
    uint64_t locked = case_at(&tablet, 3);
    EXPECT_OK(journey_lock_stop(&tablet.journey, locked, true, &was_changed));
    EXPECT(was_changed);
    sim_clock_pass(&tablet.sim, (12 * 60 - 1) * MINUTE_MS); /* 21:59 */
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    size_t count = 0;
    struct store_stop *stops = stops_of(&tablet, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_it = stops[i].case_no == locked;
        EXPECT_INT(is_it ? STOP_planned : STOP_left_out, stops[i].state);
        EXPECT_INT(0, stops[i].arrive_at_ms);
        EXPECT(stops[i].why != 0);
    }
    EXPECT_OK(journey_check_move(&tablet.journey, locked, 1, &move));
    EXPECT(!move.is_possible); /* the only one */
    tablet_close(&tablet);
}

/* Goal: a stop that the planner left out is in when the collector wants it, whatever it costs. */
TEST(test_a_stop_left_out_can_be_wanted)
{
    struct tablet tablet;
    struct open_day day;
    bool was_changed = false;
    tablet_open(&tablet, 5);
    sim_clock_pass(&tablet.sim, (10 * 60 + 30) * MINUTE_MS); /* 20:30: not all fit */
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT(day.left_out_count > 0 && day.planned_count > 0);
    size_t planned = day.planned_count;
    size_t count = 0;
    uint64_t wanted = stops_of(&tablet, &count)[count - 1].case_no;
    EXPECT_OK(journey_lock_stop(&tablet.journey, wanted, true, &was_changed));
    EXPECT(was_changed);
    EXPECT_INT(wanted, last_plan(&tablet).moved);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(planned, day.planned_count);
    struct store_stop *stops = stops_of(&tablet, &count);
    bool is_in = false;
    for (size_t i = 0; i < day.planned_count; i++) {
        bool is_it = stops[i].case_no == wanted;
        is_in = is_in || (is_it && stops[i].is_locked && stops[i].arrive_at_ms != 0 &&
                          stops[i].reason == PLAN_REASON_locked);
    }
    EXPECT(is_in);
    tablet_close(&tablet);
}

/* Goal: planning during a visit keeps that stop first and its promised time, and gives the others
 * new ones. */
TEST(test_the_stop_at_hand_stays_in_the_plan)
{
    struct tablet tablet;
    struct open_day day;
    open_day_at(&tablet, 4);
    uint64_t first = case_at(&tablet, 0);
    size_t count = 0;
    int64_t promised_ms = stops_of(&tablet, &count)[0].arrive_at_ms;
    int64_t second_ms = stops_of(&tablet, &count)[1].arrive_at_ms;
    tablet_start_visit(&tablet, first);
    sim_clock_pass(&tablet.sim, 90 * MINUTE_MS);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    struct store_stop *stops = stops_of(&tablet, &count);
    EXPECT_INT(4, day.planned_count);
    EXPECT_INT(first, stops[0].case_no);
    EXPECT_INT(promised_ms, stops[0].arrive_at_ms);
    EXPECT(!stops[0].is_locked);
    EXPECT(stops[1].arrive_at_ms >= second_ms + 60 * MINUTE_MS);
    tablet_close(&tablet);
}

/* Goal: the day's end says how much of the first plan's order was kept, however the plan was
 * changed meanwhile, and how far the visits lay apart. */
TEST(test_the_day_end_tells_how_the_order_was_kept)
{
    struct tablet tablet;
    struct plan_move move;
    struct close_day closed;
    open_day_at(&tablet, 5);
    uint64_t first[5];
    for (size_t i = 0; i < 5; i++) {
        first[i] = case_at(&tablet, i);
    }
    EXPECT_OK(journey_move_stop(&tablet.journey, first[4], 1, &move));
    static const size_t made[] = {0, 2, 1, 3}; /* three of them as they were planned */
    for (size_t i = 0; i < COUNT(made); i++) {
        EXPECT_OK(store_begin(tablet.store));
        EXPECT_OK(store_plan_mark(tablet.store, journey_today(&tablet.journey), first[made[i]],
                                  STOP_visited, journey_now_ms(&tablet.journey)));
        EXPECT_OK(store_commit(tablet.store));
        sim_clock_pass(&tablet.sim, 30 * MINUTE_MS);
    }
    EXPECT_OK(journey_close_day(&tablet.journey, 0, "", &closed));
    EXPECT(closed.capture.is_done);
    EXPECT_INT(3, closed.in_order);
    EXPECT(closed.way_m > 0);
    tablet_close(&tablet);
}

/* Goal: where nothing is gained by another order, replanning gives new times and no fact. */
TEST(test_replanning_keeps_an_order_that_is_good)
{
    struct tablet tablet;
    struct open_day day;
    open_day_at(&tablet, 4);
    const char *before = order_of(&tablet);
    uint64_t size = journal_size(&tablet);
    size_t count = 0;
    int64_t first_ms = stops_of(&tablet, &count)[0].arrive_at_ms;
    sim_clock_pass(&tablet.sim, 50 * MINUTE_MS);
    EXPECT_OK(journey_replan(&tablet.journey, &day));
    EXPECT(day.is_replan && !day.has_new_order);
    EXPECT_INT(first_ms + 50 * MINUTE_MS, stops_of(&tablet, &count)[0].arrive_at_ms);
    EXPECT_TEXT(before, order_of(&tablet));
    EXPECT_INT(size, journal_size(&tablet));
    sim_clock_pass(&tablet.sim, 10 * 60 * MINUTE_MS + 10 * MINUTE_MS); /* 21:00 */
    EXPECT_OK(journey_replan(&tablet.journey, &day));
    EXPECT_INT(4, day.planned_count + day.left_out_count);
    EXPECT(day.has_new_order && day.left_out_count > 0);
    tablet_close(&tablet);
}

/* The collector stands at the far end of the row of stops: to go back to its beginning first
 * would be hours of way, and the order turns round. */
TEST(test_replanning_far_from_the_plan_orders_anew_where_it_is_worth_it)
{
    struct tablet tablet;
    struct open_day day;
    size_t count = 0;
    tablet_open(&tablet, 4);
    for (uint64_t i = 1; i <= 4; i++) { /* three kilometres apart */
        ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
        tablet_record(record, i);
        tablet_state(state, record);
        record->addresses[0].lat_e7 = 312000000 + 270000 * (int32_t)i;
        record->addresses[0].lon_e7 = 1214000000;
        struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
        EXPECT_OK(tablet_receive(&tablet, &row, 1));
    }
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    struct store_stop *stops = stops_of(&tablet, &count);
    struct store_stop last = stops[3];
    uint64_t first = stops[0].case_no;
    uint64_t size = journal_size(&tablet);
    tablet.journey.has_fix = true;
    tablet.journey.fix = (ds_Fix){
        .lat_e7 = last.item.lat_e7, .lon_e7 = last.item.lon_e7, .accuracy_m = 10, .age_s = 1};
    EXPECT_OK(journey_replan(&tablet.journey, &day));
    stops = stops_of(&tablet, &count);
    EXPECT_INT(4, day.planned_count);
    EXPECT(day.has_new_order);
    EXPECT_INT(last.case_no, stops[0].case_no);
    EXPECT_INT(first, stops[3].case_no);
    EXPECT_INT(size + 1, journal_size(&tablet));
    EXPECT_OK(journey_replan(&tablet.journey, &day));
    EXPECT(!day.has_new_order);
    tablet_close(&tablet);
}

/* A stop that the rules of this morning let pass and those of noon do not: nobody is led there. */
TEST(test_new_rules_make_the_plan_anew_without_what_they_forbid)
{
    struct tablet tablet;
    struct open_day day;
    struct download_result result;
    enum plan_stale stale;
    tablet_open(&tablet, 3);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    tablet_record(record, 2);
    record->flags = 1U << STOP_FLAG_complaint_open;
    tablet_state(state, record);
    struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(3, day.planned_count);
    const struct download download = {.next_tag = STR("tag"),
                                      .next_cursor = tablet.feed_seq,
                                      .policy_text = STR("rule.S11 = block\n"),
                                      .hq_at_ms = tablet.sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT(result.has_new_policy);
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_rules, stale);
    EXPECT_OK(tablet_reopen(&tablet)); /* also after a start of the program */
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_rules, stale);
    EXPECT_OK(journey_replan(&tablet.journey, &day));
    EXPECT_INT(2, day.planned_count);
    for (size_t i = 0; i < 2; i++) {
        EXPECT(case_at(&tablet, i) != 2);
    }
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_none, stale);
    tablet_close(&tablet);
}

TEST(test_a_plan_goes_stale)
{
    struct tablet tablet;
    struct open_day day;
    struct capture capture;
    enum plan_stale stale;
    open_day_at(&tablet, 4);
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_none, stale);
    /* Nobody moved for half an hour. */
    sim_clock_pass(&tablet.sim, 40 * MINUTE_MS);
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_behind, stale);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_none, stale);
    /* Nobody home at the first: the rest is ahead of its times. */
    ds_VisitSkipped skip = {.reason = SKIP_REASON_weather};
    EXPECT_OK(journey_skip_visit(&tablet.journey, case_at(&tablet, 0), &skip, &capture));
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_ahead, stale);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_none, stale);
    /* A visit that overruns. */
    tablet_start_visit(&tablet, case_at(&tablet, 1));
    sim_clock_pass(&tablet.sim, 60 * MINUTE_MS);
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_behind, stale);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_OK(journey_plan_stale(&tablet.journey, &stale));
    EXPECT_INT(PLAN_STALE_none, stale);
    tablet_close(&tablet);
}
