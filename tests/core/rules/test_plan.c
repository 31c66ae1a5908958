#include "core/rules/plan.h"
#include "tests/lib/test.h"

#include <stdio.h>

#define MINUTE INT64_C(60000)
#define START INT64_C(1000000000000)

/* A day of ten hours; a visit takes 25 minutes and 250 m a minute. */
static struct plan_terms day(void)
{
    return (struct plan_terms){.start_at_ms = START, .close_at_ms = START + 600 * MINUTE};
}

static struct plan_stop stop(uint64_t case_no, uint32_t score)
{
    return (struct plan_stop){.case_no = case_no, .score = score};
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

static void expect_order(const struct plan_terms *terms, const struct plan_stop *stops,
                         size_t count, const char *expected, struct plan_entry *entries)
{
    struct policy policy = policy_default();
    char text[256];
    EXPECT_OK(plan_order(&policy, terms, stops, count, entries));
    EXPECT_TEXT(expected, order_of(entries, count, text, sizeof text));
}

TEST(test_the_highest_score_comes_first)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 10), stop(2, 30), stop(3, 20), stop(4, 30)};
    expect_order(&terms, stops, 4, "2 4 3 1 ", entries);
    EXPECT_INT(PLAN_REASON_score, entries[0].reason);
    EXPECT(entries[1].arrive_at_ms == START + 25 * MINUTE);
    expect_order(&terms, stops, 0, "", entries);
}

TEST(test_an_agreed_time_is_met_and_the_gap_before_it_used)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 10), stop(2, 900), stop(3, 800), stop(4, 700)};
    stops[0].window_from_ms = START + 60 * MINUTE;
    stops[0].window_until_ms = START + 70 * MINUTE;
    /* two visits of 25 minutes fit before, a third would miss it */
    expect_order(&terms, stops, 4, "2 3 1 4 ", entries);
    EXPECT_INT(PLAN_REASON_appointment, entries[2].reason);
    EXPECT(entries[2].arrive_at_ms == START + 60 * MINUTE);
    EXPECT(entries[3].arrive_at_ms == START + 85 * MINUTE);
}

TEST(test_two_agreed_times_are_both_met)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 10), stop(2, 20), stop(3, 900)};
    stops[0].window_from_ms = START + 30 * MINUTE;
    stops[0].window_until_ms = START + 40 * MINUTE;
    stops[1].window_from_ms = START;
    stops[1].window_until_ms = START + 10 * MINUTE;
    expect_order(&terms, stops, 3, "2 1 3 ", entries);
}

TEST(test_what_cannot_be_reached_is_left_out_with_its_reason)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.close_at_ms = START + 60 * MINUTE;
    struct plan_stop stops[] = {stop(1, 10), stop(2, 20), stop(3, 30), stop(4, 40)};
    stops[3].window_from_ms = START - 60 * MINUTE;
    stops[3].window_until_ms = START - MINUTE;
    expect_order(&terms, stops, 4, "3 2 | 1 4 ", entries);
    EXPECT_INT(PLAN_REASON_after_hours, entries[2].reason);
    EXPECT_INT(PLAN_REASON_window_missed, entries[3].reason);
}

TEST(test_a_locked_stop_keeps_its_place)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 10), stop(2, 30), stop(3, 20)};
    stops[0].is_locked = true;
    expect_order(&terms, stops, 3, "1 2 3 ", entries);
    EXPECT_INT(PLAN_REASON_locked, entries[0].reason);
    stops[0].is_locked = false;
    stops[2].is_locked = true;
    expect_order(&terms, stops, 3, "2 1 3 ", entries);
}

TEST(test_among_near_equals_the_nearest_comes_first)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    terms.start_place = (struct geo_point){312304000, 1214737000};
    struct plan_stop stops[] = {stop(1, 100), stop(2, 90), stop(3, 89)};
    stops[0].place = (struct geo_point){312804000, 1214737000}; /* 5.6 km */
    stops[1].place = (struct geo_point){312314000, 1214737000}; /* 111 m */
    stops[2].place = (struct geo_point){312305000, 1214737000}; /* 11 m, but not near in score */
    expect_order(&terms, stops, 3, "2 1 3 ", entries);
    EXPECT_INT(PLAN_REASON_near, entries[0].reason);
    EXPECT(entries[0].travel_m > 100 && entries[0].travel_m < 120);
    EXPECT(entries[0].arrive_at_ms > START && entries[0].arrive_at_ms < START + MINUTE);
}

TEST(test_every_stop_is_answered_for_once_and_times_do_not_overlap)
{
    struct policy policy = policy_default();
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    static struct plan_stop stops[PLAN_STOPS_MAX];
    static struct plan_entry entries[PLAN_STOPS_MAX];
    static struct plan_entry again[PLAN_STOPS_MAX];
    for (int round = 0; round < 60; round++) {
        size_t count = rng_below(&rng, 40);
        struct plan_terms terms = day();
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
        EXPECT_OK(plan_order(&policy, &terms, stops, count, entries));
        EXPECT_OK(plan_order(&policy, &terms, stops, count, again));
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
    }
    EXPECT_ERR(ERR_too_many,
               plan_order(&policy, &(struct plan_terms){0}, stops, PLAN_STOPS_MAX + 1, entries));
}

TEST(test_people_of_one_house_are_visited_in_one_go)
{
    struct plan_entry entries[8];
    struct plan_terms terms = day();
    struct plan_stop stops[] = {stop(1, 900), stop(2, 890), stop(3, 100), stop(4, 200)};
    const struct geo_point house = {300000000, 1200000000};
    const struct geo_point far = {300500000, 1200000000};
    stops[0].place = house;
    stops[1].place = far;
    stops[2].place = (struct geo_point){house.lat_e7 + 900, house.lon_e7}; /* 10 m away */
    stops[3].place = house;
    expect_order(&terms, stops, 4, "1 4 3 2 ", entries);
    EXPECT_INT(PLAN_REASON_same_building, entries[1].reason);
    EXPECT_INT(PLAN_REASON_same_building, entries[2].reason);
    /* 60 m is another house. */
    stops[2].place.lat_e7 = house.lat_e7 + 5400;
    expect_order(&terms, stops, 4, "1 4 2 3 ", entries);
    /* An agreed time elsewhere is not missed for a neighbour. */
    stops[1].window_from_ms = START + 55 * MINUTE;
    stops[1].window_until_ms = START + 70 * MINUTE;
    stops[2].place = house;
    expect_order(&terms, stops, 4, "1 2 4 3 ", entries);
}
