#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/event/address.h"
#include "core/rules/plan.h"

static struct store_stop *stops_of(struct tablet *tablet, size_t *count_out)
{
    struct store_stop *stops = NULL;
    EXPECT_OK(store_plan_list(tablet->store, &tablet->task, journey_today(&tablet->journey), &stops,
                              count_out));
    return stops;
}

TEST(test_day_has_every_open_case_once_in_order)
{
    struct tablet tablet;
    struct open_day day;
    size_t count = 0;
    tablet_open(&tablet, 5);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT(!day.was_open);
    EXPECT_INT(5, day.planned_count + day.left_out_count);
    struct store_stop *stops = stops_of(&tablet, &count);
    EXPECT_INT(5, count);
    for (size_t i = 0; i < count; i++) {
        EXPECT_INT(i + 1, stops[i].position);
        EXPECT(stops[i].is_planned);
        EXPECT_INT(stops[i].case_no, stops[i].item.case_no);
        EXPECT(stops[i].item.rank.score > 0);
        EXPECT(stops[i].item.rank.reason_count > 0);
    }
    tablet_close(&tablet);
}

TEST(test_planning_again_keeps_what_is_done_first)
{
    struct tablet tablet;
    struct open_day day;
    struct capture capture;
    ds_VisitSkipped skip = {.reason = SKIP_REASON_weather};
    size_t count = 0;
    tablet_open(&tablet, 4);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    uint64_t third = stops_of(&tablet, &count)[2].case_no;
    EXPECT_OK(journey_skip_visit(&tablet.journey, third, &skip, &capture));
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT(day.was_open);
    EXPECT_INT(3, day.planned_count);
    struct store_stop *stops = stops_of(&tablet, &count);
    EXPECT_INT(4, count);
    EXPECT_INT(third, stops[0].case_no);
    EXPECT_INT(STOP_skipped, stops[0].state);
    for (size_t i = 0; i < count; i++) {
        EXPECT_INT(i + 1, stops[i].position);
    }
    struct close_day counts;
    EXPECT_OK(journey_day_counts(&tablet.journey, day.day, &counts));
    EXPECT_INT(4, counts.planned);
    EXPECT_INT(1, counts.skipped);
    tablet_close(&tablet);
}

static void find_over(ds_CaseRecord *record, ds_CaseState *state)
{
    state->findings[state->findings_count++] = (ds_Finding){
        .address = address_tag(record->addresses[0].text), .result = ADDRESS_RESULT_other_occupant};
}

TEST(test_nobody_is_sent_to_a_door_where_others_live)
{
    struct tablet tablet;
    struct open_day day;
    size_t count = 0;
    tablet_open(&tablet, 1);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    struct store_case_feed rows[3];
    for (size_t i = 0; i < COUNT(rows); i++) {
        tablet_record(record, i + 2);
        tablet_state(state, record);
        record->addresses_count = 1;
        record->addresses[0].lat_e7 = 310000000;
        record->addresses[0].lon_e7 = 1210000000;
        EXPECT(str_copy(record->addresses[0].text, sizeof record->addresses[0].text,
                        STR("Harbour 1")));
        find_over(record, state);
        if (i == 1) { /* a neighbour said where to */
            state->addresses[0] = (ds_Address){.kind = ADDRESS_KIND_home,
                                               .text = "New Road 3",
                                               .lat_e7 = 310001000,
                                               .lon_e7 = 1210002000};
            state->addresses_count = 1;
        } else if (i == 2) { /* a time was agreed there all the same */
            state->next_day = journey_today(&tablet.journey);
        }
        rows[i] = tablet_feed(&tablet, record, state, 0);
    }
    EXPECT_OK(tablet_receive(&tablet, rows, COUNT(rows)));
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    struct store_stop *stops = stops_of(&tablet, &count);
    EXPECT_INT(3, count);
    for (size_t i = 0; i < count; i++) {
        EXPECT(stops[i].case_no != 2);
        if (stops[i].case_no == 3) {
            EXPECT_INT(310001000, stops[i].item.lat_e7);
            EXPECT_TEXT("New Road 3", stops[i].item.address);
        }
    }
    tablet_close(&tablet);
}

TEST(test_a_visit_says_at_which_door_it_was)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    struct store_case item;
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &item));
    find_over(item.record, item.state);
    item.state->addresses[0] =
        (ds_Address){.kind = ADDRESS_KIND_home, .text = "New Road 3", .lat_e7 = 310001000};
    item.state->addresses_count = 1;
    EXPECT_OK(store_begin(tablet.store));
    EXPECT_OK(store_case_save(tablet.store, item.record, item.state));
    EXPECT_OK(store_commit(tablet.store));
    struct address_list addresses = address_list(item.record, item.state);
    uint32_t noted = 0;
    while (!addresses.items[noted].is_noted) {
        noted++;
    }
    struct visit_start start = {
        .case_no = 1, .place = ADDRESS_KIND_home, .address_index = noted, .visitors = 2};
    struct capture capture;
    EXPECT_OK(journey_start_visit(&tablet.journey, &start, &capture));
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &item));
    EXPECT(item.state->visit_address == address_tag("New Road 3"));
    tablet_close(&tablet);
}

/* Headquarters' newer record puts another door first while the tablet was out of reach: the door
 * where strangers were met stays the one that nobody is led to. */
TEST(test_what_was_found_at_a_door_stays_there_when_the_record_lists_them_anew)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    tablet_record(record, 1);
    record->addresses_count = 2;
    record->addresses[1] = record->addresses[0];
    str_copy(record->addresses[0].text, sizeof record->addresses[0].text, STR("Harbour 1"));
    str_copy(record->addresses[1].text, sizeof record->addresses[1].text, STR("Mill Lane 2"));
    tablet_state(state, record);
    struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    struct visit_start start = {.case_no = 1, .place = ADDRESS_KIND_home, .visitors = 2};
    struct capture capture;
    EXPECT_OK(journey_start_visit(&tablet.journey, &start, &capture));
    EXPECT(capture.verdict.is_allowed);

    ds_Address first = record->addresses[0];
    record->addresses[0] = record->addresses[1];
    record->addresses[1] = first;
    row = tablet_feed(&tablet, record, state, 0);
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    struct store_case item;
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &item));
    EXPECT_TEXT("Mill Lane 2", item.record->addresses[0].text);
    EXPECT(item.state->visit_address == address_tag("Harbour 1"));
    tablet_close(&tablet);
}

/* What a rule forbids, or another day was agreed for, is not on the plan; an agreed
 * time of today comes with its window. */
/* Planned before the hours begin, when every stop of the day still lies ahead. */
TEST(test_nobody_is_sent_on_a_day_on_which_the_customer_asked_for_nobody)
{
    struct tablet tablet;
    struct open_day day;
    size_t count = 0;
    tablet_open(&tablet, 4);
    sim_clock_pass(&tablet.sim, (20 * 60 + 30) * 60 * 1000); /* half past six the next morning */
    int32_t today = journey_today(&tablet.journey);
    for (uint64_t i = 2; i <= 4; i++) {
        ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
        tablet_record(record, i);
        record->not_weekdays = i == 2 ? 1U << (date_weekday(today) - 1) : 0;
        record->flags = i == 3 ? 1U << STOP_FLAG_own_times : 0; /* and said no more: at no time */
        record->not_weekdays = i == 4 ? 1U << date_weekday(today) % 7 : record->not_weekdays;
        tablet_state(state, record);
        struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
        EXPECT_OK(tablet_receive(&tablet, &row, 1));
    }
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(2, day.planned_count); /* the first, and who asked for another day */
    struct store_stop *stops = stops_of(&tablet, &count);
    for (size_t i = 0; i < count; i++) {
        EXPECT(stops[i].case_no == 1 || stops[i].case_no == 4);
    }
    tablet_close(&tablet);
}

TEST(test_plan_leaves_out_what_must_not_or_need_not_be_visited)
{
    struct tablet tablet;
    struct open_day day;
    size_t count = 0;
    tablet_open(&tablet, 1);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    struct store_case_feed rows[4];
    int32_t today = journey_today(&tablet.journey);
    tablet_record(record, 2);
    record->flags = UINT64_C(1) << STOP_FLAG_refuses_visits;
    tablet_state(state, record);
    rows[0] = tablet_feed(&tablet, record, state, 0);
    tablet_record(record, 3);
    tablet_state(state, record);
    state->next_day = today + 2;
    rows[1] = tablet_feed(&tablet, record, state, 0);
    tablet_record(record, 4);
    tablet_state(state, record);
    state->next_day = today;
    state->next_from_minute = 15 * 60;
    state->next_until_minute = 16 * 60;
    rows[2] = tablet_feed(&tablet, record, state, 0);
    tablet_record(record, 5);
    tablet_state(state, record);
    state->life = CASE_LIFE_recalled;
    rows[3] = tablet_feed(&tablet, record, state, 0);
    EXPECT_OK(tablet_receive(&tablet, rows, 4));
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(2, day.planned_count);
    struct store_stop *stops = stops_of(&tablet, &count);
    EXPECT_INT(2, count);
    for (size_t i = 0; i < count; i++) {
        EXPECT(stops[i].case_no == 1 || stops[i].case_no == 4);
        if (stops[i].case_no == 4) {
            EXPECT_INT(PLAN_REASON_appointment, stops[i].reason);
            int64_t from_ms = tablet_start_ms() + 5 * 60 * 60 * 1000;
            EXPECT(stops[i].arrive_at_ms >= from_ms && stops[i].arrive_at_ms < from_ms + 3600000);
        }
    }
    tablet_close(&tablet);
}
