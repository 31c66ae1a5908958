#include "core/rules/plan.h"
#include "tests/lib/test.h"

#include <stdio.h>

#define MINUTE INT64_C(60000)
#define START INT64_C(1000000000000)

/* A day of ten hours; a visit takes 25 minutes, a minute is 250 m by 130 % of the straight line. */
static struct plan_terms day(void)
{
    return (struct plan_terms){.start_at_ms = START, .close_at_ms = START + 600 * MINUTE};
}

static struct plan_stop stop(uint64_t case_no, uint32_t score)
{
    return (struct plan_stop){.case_no = case_no, .score = score};
}

/* A place so many metres north of the town hall. */
static struct geo_point north(int32_t metres)
{
    return (struct geo_point){300000000 + metres * 90, 1200000000};
}

/* "3 1 2 | 4" : planned in order, then left out. */
static const char *order_of(const struct plan_entry *entries, size_t count, char *text, size_t size)
{
    size_t used = 0;
    bool was_planned = true;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (was_planned && !entries[i].is_planned) {
            used += (size_t)snprintf(text + used, size - used, "| ");
            was_planned = false;
        }
        used += (size_t)snprintf(text + used, size - used, "%d ", (int)entries[i].case_no);
    }
    return text;
}

static struct plan_summary expect_order(const struct plan_terms *terms,
                                        const struct plan_stop *stops, size_t count,
                                        const char *expected, struct plan_entry *entries)
{
    struct policy policy = policy_default();
    struct arena arena;
    struct plan_summary summary;
    char text[256];
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, terms, stops, count, entries, &summary));
    arena_deinit(&arena);
    EXPECT_TEXT(expected, order_of(entries, count, text, sizeof text));
    return summary;
}

TEST(test_the_plan_takes_what_is_worth_most_when_the_day_is_short)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.close_at_ms = START + 50 * MINUTE;
    struct plan_stop stops[] = {stop(1, 10), stop(2, 30), stop(3, 20), stop(4, 35)};
    struct plan_summary summary = expect_order(&terms, stops, 0, "", entries);
    EXPECT_INT(0, summary.planned_count);
    EXPECT(summary.end_at_ms == START);
    struct policy policy = policy_default();
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 4, entries, &summary));
    arena_deinit(&arena);
    EXPECT_INT(2, summary.planned_count);
    EXPECT_INT(65, summary.score);
    EXPECT(summary.is_proven && summary.is_estimated);
    EXPECT(summary.end_at_ms == START + 50 * MINUTE);
    EXPECT_INT(1, entries[2].case_no);
    EXPECT_INT(PLAN_REASON_worth_less, entries[2].reason);
    EXPECT_INT(PLAN_WHY_trade, entries[2].why);
    EXPECT_INT(1, entries[2].other_count);
    EXPECT_INT(30, entries[2].lost_score);
    EXPECT_INT(2, entries[2].other_case_no);
}

TEST(test_the_way_is_short_when_everything_fits)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.start_place = north(0);
    struct plan_stop stops[] = {stop(1, 900), stop(2, 10), stop(3, 500), stop(4, 20)};
    stops[0].place = north(4000);
    stops[1].place = north(1000);
    stops[2].place = north(3000);
    stops[3].place = north(2000);
    expect_order(&terms, stops, 4, "2 4 3 1 ", entries);
    EXPECT_INT(PLAN_REASON_on_the_way, entries[0].reason);
    EXPECT_INT(PLAN_REASON_score, entries[3].reason);
    EXPECT(entries[0].travel_m > 995 && entries[0].travel_m < 1005);
    EXPECT(entries[0].travel_s > 310 && entries[0].travel_s < 314); /* 1,300 m at 250 m/min */
    EXPECT(entries[0].arrive_at_ms == START + entries[0].travel_s * 1000);
    EXPECT(entries[1].arrive_at_ms == entries[0].leave_at_ms + entries[1].travel_s * 1000);
}

TEST(test_an_agreed_time_is_met_and_the_gap_before_it_used)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.close_at_ms = START + 110 * MINUTE;
    struct plan_stop stops[] = {stop(1, 10), stop(2, 900), stop(3, 800), stop(4, 700)};
    stops[0].window_from_ms = START + 60 * MINUTE;
    stops[0].window_until_ms = START + 70 * MINUTE;
    struct plan_summary summary = expect_order(&terms, stops, 1, "1 ", entries);
    EXPECT(entries[0].arrive_at_ms == START + 60 * MINUTE);
    EXPECT_INT(PLAN_REASON_appointment, entries[0].reason);
    EXPECT_INT(60 * 60, entries[0].wait_s);
    struct policy policy = policy_default();
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 4, entries, &summary));
    arena_deinit(&arena);
    EXPECT_INT(4, summary.planned_count);
    EXPECT_INT(1, entries[2].case_no);
    EXPECT(entries[3].arrive_at_ms == START + 85 * MINUTE);
}

TEST(test_what_cannot_be_reached_is_left_out_with_its_reason)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.close_at_ms = START + 60 * MINUTE;
    struct plan_stop stops[] = {stop(1, 10), stop(2, 20), stop(3, 30), stop(4, 40), stop(5, 50)};
    stops[3].window_from_ms = START - 60 * MINUTE;
    stops[3].window_until_ms = START - MINUTE;
    for (size_t i = 0; i < 4; i++) {
        stops[i].place = north(0);
    }
    stops[4].place = north(40000);
    terms.start_place = north(0);
    struct policy policy = policy_default();
    struct plan_summary summary;
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 5, entries, &summary));
    arena_deinit(&arena);
    EXPECT_INT(2, summary.planned_count);
    EXPECT_INT(50, summary.score);
    EXPECT_INT(PLAN_REASON_worth_less, entries[2].reason); /* case 1 */
    EXPECT_INT(PLAN_REASON_window_missed, entries[3].reason);
    EXPECT_INT(PLAN_WHY_window, entries[3].why);
    EXPECT_INT(60, entries[3].late_s);
    EXPECT_INT(PLAN_REASON_after_hours, entries[4].reason);
    EXPECT_INT(PLAN_WHY_end, entries[4].why);
    EXPECT(entries[4].late_s > 170 * 60 && entries[4].late_s < 176 * 60);
}

TEST(test_agreed_times_that_clash_are_named)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.start_place = north(0);
    struct plan_stop stops[] = {stop(1, 10), stop(2, 900), stop(3, 50)};
    stops[0].place = north(1000);
    stops[1].place = north(20000);
    stops[2].place = north(0);
    for (size_t i = 0; i < 2; i++) {
        stops[i].window_from_ms = START + 120 * MINUTE;
        stops[i].window_until_ms = START + 130 * MINUTE;
    }
    struct plan_summary summary = expect_order(&terms, stops, 3, "3 2 | 1 ", entries);
    EXPECT_INT(950, summary.score);
    EXPECT_INT(PLAN_REASON_clash, entries[2].reason);
    EXPECT(entries[2].is_proven);
    EXPECT_INT(1, entries[2].other_count);
    EXPECT_INT(2, entries[2].other_case_no);
}

TEST(test_locked_stops_keep_their_order_and_are_never_left_out)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.start_place = north(0);
    struct plan_stop stops[] = {stop(1, 10), stop(2, 30), stop(3, 20), stop(4, 5)};
    for (size_t i = 0; i < 4; i++) {
        stops[i].place = north(1000 * (int32_t)(i + 1));
    }
    stops[0].place = north(5000);
    stops[0].is_locked = true; /* the first of the list: comes first */
    expect_order(&terms, stops, 4, "1 4 3 2 ", entries);
    EXPECT_INT(PLAN_REASON_locked, entries[0].reason);
    stops[0].is_locked = false;
    stops[2].is_locked = true; /* 3 before 4, whatever lies between */
    stops[3].is_locked = true;
    stops[3].place = north(500);
    expect_order(&terms, stops, 4, "2 3 1 4 ", entries);
    terms.close_at_ms = START + 110 * MINUTE;
    expect_order(&terms, stops, 4, "3 2 4 | 1 ", entries);
    EXPECT_INT(PLAN_REASON_locked, entries[0].reason);
}

TEST(test_a_break_is_had_and_no_visit_begins_in_it)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.close_at_ms = START + 150 * MINUTE;
    terms.pauses[0] = (struct plan_pause){START + 50 * MINUTE, START + 60 * MINUTE, .minutes = 40};
    terms.pause_count = 1;
    struct plan_stop stops[] = {stop(1, 10), stop(2, 10), stop(3, 10), stop(4, 10), stop(5, 10)};
    struct plan_summary summary = expect_order(&terms, stops, 1, "1 ", entries);
    struct policy policy = policy_default();
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 5, entries, &summary));
    EXPECT_INT(4, summary.planned_count); /* of 150 minutes 40 are the break's */
    EXPECT(entries[1].leave_at_ms == START + 50 * MINUTE);
    EXPECT(entries[2].arrive_at_ms == START + 90 * MINUTE);
    terms.pause_count = PLAN_PAUSES_MAX + 1;
    EXPECT_ERR(ERR_too_many, plan_order(&arena, &policy, &terms, stops, 5, entries, &summary));
    arena_deinit(&arena);
}

TEST(test_people_of_one_house_are_visited_in_one_go)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.start_place = north(2000);
    struct plan_stop stops[] = {stop(1, 900), stop(2, 890), stop(3, 100), stop(4, 200)};
    stops[0].place = north(0);
    stops[1].place = north(1000);
    stops[2].place = north(10);
    stops[3].place = north(0);
    expect_order(&terms, stops, 4, "2 1 4 3 ", entries);
    EXPECT_INT(PLAN_REASON_same_building, entries[2].reason);
    EXPECT_INT(PLAN_REASON_same_building, entries[3].reason);
    /* When the house does not fit as a whole, the best of it is visited. */
    terms.start_place = north(0);
    terms.close_at_ms = START + 30 * MINUTE;
    expect_order(&terms, stops, 4, "1 | 2 3 4 ", entries);
}

TEST(test_a_shown_plan_changes_only_for_a_gain)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.start_place = north(0);
    struct plan_stop stops[] = {stop(1, 100), stop(2, 100), stop(3, 100)};
    for (size_t i = 0; i < 3; i++) {
        stops[i].place = north(1000 * (int32_t)(i + 1));
        stops[i].shown_position = 3 - (uint32_t)i;
        stops[i].shown_at_ms = START;
    }
    expect_order(&terms, stops, 3, "3 2 1 ", entries); /* longer, but known */
    for (size_t i = 0; i < 3; i++) {
        stops[i].shown_position = 0;
    }
    expect_order(&terms, stops, 3, "1 2 3 ", entries);
}

/* One way only is quick: a table of ways that are not the same both ways. */
static enum err fill_one_way(const void *context, const struct geo_point *places, size_t count,
                             int32_t *travel_s_out)
{
    (void)places;
    for (size_t i = 0; i < count * count; i++) {
        size_t from = i / count;
        size_t to = i % count;
        travel_s_out[i] = from == to ? 0 : to + 1 == from ? 60 : 3000;
    }
    return *(const bool *)context ? OK : ERR_corrupt;
}

/* The first of three stops has just been visited at the first house of a row, late: another order
 * would be four minutes shorter. What was shown stands for that, and not for half an hour. */
TEST(test_what_was_shown_stands_for_minutes)
{
    struct plan_entry entries[3];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 10), stop(2, 10), stop(3, 10)};
    static const struct {
        int32_t at_m[3];
        const char *kept, *free;
    } cases[] = {
        {{400, 0, 800}, "1 2 3 ", "1 2 3 "},
        {{5000, 0, 9000}, "2 1 3 ", "2 1 3 "},
    };
    for (size_t k = 0; k < COUNT(cases); k++) {
        for (uint32_t i = 0; i < COUNT(stops); i++) {
            stops[i].place = north(cases[k].at_m[i]);
            stops[i].shown_position = 1 + i;
        }
        terms.start_place = north(0);
        terms.keeps_order = true;
        expect_order(&terms, stops, 3, cases[k].kept, entries);
        terms.keeps_order = false;
        expect_order(&terms, stops, 3, cases[k].free, entries);
    }
}

/* Three doors 15 m apart: the first and the last are two buildings, the middle one is of either.
 * Which it is must not change their order once it was shown. */
TEST(test_neighbours_keep_the_order_that_was_shown)
{
    struct plan_entry entries[4];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 10), stop(2, 20), stop(3, 30), stop(4, 5)};
    for (uint32_t i = 0; i < COUNT(stops); i++) {
        stops[i].place = north((int32_t)(15 * i));
        stops[i].shown_position = 1 + i;
    }
    expect_order(&terms, stops, 4, "1 2 3 4 ", entries);
    stops[0].shown_position = 3;
    stops[2].shown_position = 1;
    expect_order(&terms, stops, 4, "3 2 1 4 ", entries);
    /* One that is new goes to its building, behind those that were shown. */
    stops[1].shown_position = 0;
    stops[0].shown_position = 2;
    stops[3].shown_position = 3;
    expect_order(&terms, stops, 4, "3 2 1 4 ", entries);
}

/* A row of stops three kilometres apart, shown from the south; the collector is at its north end.
 * Every stop fits the day either way: an order that is turned round is worth it by its ways. */
TEST(test_a_shown_order_gives_way_to_one_with_much_less_way)
{
    struct plan_entry entries[4];
    struct plan_terms terms = day();
    struct plan_stop stops[4];
    for (uint32_t i = 0; i < COUNT(stops); i++) {
        stops[i] = stop(1 + i, 10);
        stops[i].place = north((int32_t)(3000 * i));
        stops[i].shown_position = 1 + i;
    }
    terms.start_place = north(9000);
    expect_order(&terms, stops, 4, "4 3 2 1 ", entries);
    terms.start_place = north(0);
    expect_order(&terms, stops, 4, "1 2 3 4 ", entries);
    /* A few minutes are not worth a change. */
    terms.start_place = north(1600);
    expect_order(&terms, stops, 4, "1 2 3 4 ", entries);
    /* What the collector fixed is not turned round. */
    terms.start_place = north(9000);
    stops[0].is_locked = true;
    expect_order(&terms, stops, 4, "1 2 3 4 ", entries);
}

/* Until ten o'clock one of ten is met, after it nine: what is worth most comes then. */
TEST(test_what_is_worth_most_is_visited_when_people_are_met)
{
    enum { STOPS = 24, AFTER_TEN = 4 };
    struct policy policy = policy_default();
    struct arena arena;
    struct plan_entry entries[STOPS];
    struct plan_stop stops[STOPS];
    struct chance chance = {0};
    chance.counts[CHANCE_DAY_working][0] = (struct chance_count){.tried = 10000, .met = 1000};
    chance.counts[CHANCE_DAY_working][1] = (struct chance_count){.tried = 10000, .met = 9000};
    struct plan_terms terms = day(); /* from 1:46 UTC for ten hours */
    terms.chance = &chance;
    arena_init(&arena, 0);
    for (uint64_t i = 0; i < STOPS; i++) {
        stops[i] = stop(1 + i, i % 6 == 0 ? 90 : 10);
    }
    struct plan_summary summary;
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, STOPS, entries, &summary));
    EXPECT_INT(STOPS, summary.planned_count);
    for (size_t i = STOPS - AFTER_TEN; i < STOPS; i++) {
        EXPECT_INT(90, stops[entries[i].stop_index].score);
    }
    /* Of a kind of day of which nothing is known every hour is alike. */
    terms.chance_day = CHANCE_DAY_free;
    struct plan_entry alike[STOPS];
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, STOPS, entries, NULL));
    terms.chance = NULL;
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, STOPS, alike, NULL));
    for (size_t i = 0; i < STOPS; i++) {
        EXPECT_INT(alike[i].case_no, entries[i].case_no);
    }
    arena_deinit(&arena);
}

/* At 09:35 somebody is ready who is met from ten o'clock on: the stop says how long it waits. */
TEST(test_a_stop_waits_for_the_hour_at_which_people_are_met)
{
    struct policy policy = policy_default();
    struct arena arena;
    struct plan_entry entry;
    struct plan_summary summary;
    struct chance chance = {0};
    chance.counts[CHANCE_DAY_working][0] = (struct chance_count){.tried = 10000, .met = 1000};
    chance.counts[CHANCE_DAY_working][1] = (struct chance_count){.tried = 10000, .met = 9000};
    struct plan_terms terms = day();
    int64_t ten_ms = date_instant(date_day_at(START, 0), 600, 0);
    terms.start_at_ms = ten_ms - 25 * MINUTE;
    terms.chance = &chance;
    struct plan_stop stops[] = {stop(1, 50)};
    stops[0].place = terms.start_place;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 1, &entry, &summary));
    EXPECT(entry.is_planned && entry.arrive_at_ms == ten_ms);
    EXPECT_INT(25 * 60 - entry.travel_s, entry.wait_s);
    EXPECT(summary.end_at_ms == entry.leave_at_ms && !summary.is_proven);
    /* Its own hours end before: nobody waits past them. */
    stops[0].hours_from_ms = terms.start_at_ms;
    stops[0].hours_until_ms = ten_ms;
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 1, &entry, NULL));
    EXPECT(entry.is_planned && entry.arrive_at_ms < ten_ms);
    EXPECT_INT(0, entry.wait_s);
    arena_deinit(&arena);
}

TEST(test_an_agreed_time_is_kept_at_whatever_hour)
{
    struct policy policy = policy_default();
    struct arena arena;
    struct plan_entry entries[3];
    struct chance chance = {0};
    chance.counts[CHANCE_DAY_working][0] = (struct chance_count){.tried = 10000, .met = 1};
    struct plan_terms terms = day();
    terms.chance = &chance;
    struct plan_stop stops[] = {stop(1, 90), stop(2, 10), stop(3, 50)};
    stops[1].window_from_ms = START + 60 * MINUTE;
    stops[1].window_until_ms = START + 65 * MINUTE;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 3, entries, NULL));
    arena_deinit(&arena);
    EXPECT_INT(2, entries[2].case_no);
    EXPECT(entries[2].is_planned && entries[2].arrive_at_ms == START + 60 * MINUTE);
}

static bool only_to_two(const void *context, struct geo_point from, struct geo_point to)
{
    (void)context;
    (void)from;
    return to.lat_e7 == north(2000).lat_e7;
}

TEST(test_ways_come_from_the_source_that_is_given)
{
    struct plan_entry entries[8];
    bool is_whole = true;
    struct plan_travel travel = {fill_one_way, &is_whole, false, NULL};
    struct plan_terms terms = day();
    terms.travel = &travel;
    struct plan_stop stops[] = {stop(1, 1), stop(2, 1), stop(3, 1)};
    struct plan_summary summary = expect_order(&terms, stops, 3, "3 2 1 ", entries);
    EXPECT(!summary.is_estimated);
    EXPECT_INT(180, summary.travel_s);
    EXPECT(!entries[1].is_estimated);
    for (int32_t i = 0; i < 3; i++) {
        stops[i].place = north(1000 * (i + 1));
    }
    travel.is_guess = only_to_two; /* one way without a road makes the whole an estimate */
    summary = expect_order(&terms, stops, 3, "3 2 1 ", entries);
    EXPECT(summary.is_estimated);
    EXPECT(!entries[0].is_estimated && entries[1].is_estimated && !entries[2].is_estimated);
    is_whole = false;
    struct policy policy = policy_default();
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_ERR(ERR_corrupt, plan_order(&arena, &policy, &terms, stops, 3, entries, NULL));
    arena_deinit(&arena);
}

/* A stop that may lie anywhere must not be a way to the far end of the city in half the time. */
TEST(test_a_stop_without_a_place_is_no_short_cut)
{
    enum { NEAR = 6, FAR = NEAR, NOWHERE, COUNT_OF_STOPS };
    struct plan_entry entries[COUNT_OF_STOPS];
    struct plan_terms terms = day();
    terms.start_place = north(1000);
    struct plan_stop stops[COUNT_OF_STOPS];
    for (int32_t i = 0; i < COUNT_OF_STOPS; i++) {
        stops[i] = stop((uint64_t)i + 1, 1);
        stops[i].place = north(i < NEAR ? 1000 + 300 * (i + 1) : 31000);
    }
    stops[NOWHERE].place = (struct geo_point){0, 0};
    struct policy policy = policy_default();
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_OK(plan_order(&arena, &policy, &terms, stops, COUNT_OF_STOPS, entries, NULL));
    /* From each stop with a place to the next one with a place it takes as long as straight there,
     * whatever lies between. */
    struct plan_straight straight = plan_travel_house(&policy);
    struct plan_travel travel = plan_travel_straight(&straight);
    struct geo_point ends[2] = {terms.start_place};
    int32_t way_s = 0;
    for (size_t i = 0; i < COUNT_OF_STOPS; i++) {
        EXPECT(entries[i].is_planned);
        way_s += entries[i].travel_s;
        ends[1] = stops[entries[i].stop_index].place;
        if (!geo_is_located(ends[1])) {
            continue;
        }
        int32_t ways_s[4];
        EXPECT_OK(travel.fill(travel.context, ends, 2, ways_s));
        EXPECT(way_s >= ways_s[1]);
        ends[0] = ends[1];
        way_s = 0;
    }
    arena_deinit(&arena);
}

TEST(test_every_stop_is_answered_for_once_and_times_do_not_overlap)
{
    struct policy policy = policy_default();
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    static struct plan_stop stops[PLAN_STOPS_MAX + 1];
    static struct plan_entry entries[PLAN_STOPS_MAX];
    static struct plan_entry again[PLAN_STOPS_MAX];
    arena_init(&arena, 0);
    for (int round = 0; round < 40; round++) {
        size_t count = round < 39 ? rng_below(&rng, 24) : PLAN_STOPS_MAX;
        struct plan_terms terms = day();
        terms.steps = 300;
        for (size_t i = 0; i < count; i++) {
            stops[i] = stop(i + 1, (uint32_t)rng_below(&rng, 500));
            stops[i].place = (struct geo_point){312304000 + (int32_t)rng_below(&rng, 900000),
                                                1214737000 + (int32_t)rng_below(&rng, 900000)};
            stops[i].is_locked = rng_below(&rng, 8) == 0;
            if (rng_below(&rng, 4) == 0) {
                stops[i].window_from_ms = START + (int64_t)rng_below(&rng, 700) * MINUTE;
                stops[i].window_until_ms = stops[i].window_from_ms + 30 * MINUTE;
            }
        }
        EXPECT_OK(plan_order(&arena, &policy, &terms, stops, count, entries, NULL));
        EXPECT_OK(plan_order(&arena, &policy, &terms, stops, count, again, NULL));
        bool is_seen[PLAN_STOPS_MAX] = {false};
        int64_t free_at_ms = terms.start_at_ms;
        for (size_t i = 0; i < count; i++) {
            const struct plan_entry *entry = &entries[i];
            const struct plan_stop *of = &stops[entry->stop_index];
            EXPECT(again[i].stop_index == entry->stop_index &&
                   again[i].arrive_at_ms == entry->arrive_at_ms &&
                   again[i].reason == entry->reason);
            EXPECT(!is_seen[entry->stop_index] && of->case_no == entry->case_no);
            is_seen[entry->stop_index] = true;
            if (!entry->is_planned) {
                continue;
            }
            EXPECT(i == 0 || entries[i - 1].is_planned);
            EXPECT(entry->arrive_at_ms >= free_at_ms && entry->leave_at_ms <= terms.close_at_ms);
            EXPECT(of->window_until_ms == 0 || (entry->arrive_at_ms >= of->window_from_ms &&
                                                entry->arrive_at_ms <= of->window_until_ms));
            free_at_ms = entry->leave_at_ms;
        }
        arena_reset(&arena);
    }
    EXPECT_ERR(ERR_too_many, plan_order(&arena, &policy, &(struct plan_terms){0}, stops,
                                        PLAN_STOPS_MAX + 1, entries, NULL));
    arena_deinit(&arena);
}

/* Goal: nobody is led to a door outside hours that hold for that case alone. */
TEST(test_a_case_with_hours_of_its_own_is_visited_within_them)
{
    static const struct {
        const char *what;
        int64_t from, until; /* minutes from the start */
        int64_t arrive;      /* -1: left out */
    } rows[] = {
        {"none", 0, 0, 0},
        {"waited for, after the other", 120, 180, 120},
        {"just long enough", 120, 145, 120},
        {"shorter than a visit: begun with", 120, 130, 120},
        {"about to close: goes there first", -60, 25, 0},
        {"not long enough any more", -60, 24, -1},
        {"over", -60, -1, -1},
        {"the last of the day", 570, 600, 570},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct policy policy = policy_default();
        struct arena arena;
        struct plan_entry entries[2];
        struct plan_terms terms = day();
        struct plan_stop stops[] = {stop(1, 900), stop(2, 100)};
        stops[0].place = stops[1].place = terms.start_place = north(0);
        stops[1].place = north(2000);
        stops[0].hours_from_ms = rows[i].until == 0 ? 0 : START + rows[i].from * MINUTE;
        stops[0].hours_until_ms = rows[i].until == 0 ? 0 : START + rows[i].until * MINUTE;
        arena_init(&arena, 0);
        EXPECT_OK(plan_order(&arena, &policy, &terms, stops, 2, entries, NULL));
        arena_deinit(&arena);
        const struct plan_entry *entry = entries[0].case_no == 1 ? &entries[0] : &entries[1];
        int64_t arrive = entry->is_planned ? (entry->arrive_at_ms - START) / MINUTE : -1;
        EXPECT_ROW(rows[i].what, arrive == rows[i].arrive);
        EXPECT_ROW(rows[i].what, entry->is_planned || entry->reason == PLAN_REASON_after_hours);
    }
}
