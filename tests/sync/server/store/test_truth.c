/* When a fact happened, by what is known when it arrives. */
#include "sync/server/store/truth.h"

#include "tests/sync/server/field.h"

#define NOW_MS (FIELD_AT_MS + INT64_C(86400000))
#define HOUR_MS INT64_C(3600000)

static ds_Event fact(int64_t at_ms, uint64_t uptime_ms, uint32_t boot, int32_t offset_s)
{
    ds_Event event = field_visit(1, 1, at_ms, 1);
    event.uptime_ms = uptime_ms;
    event.boot = boot;
    event.clock_offset_s = offset_s;
    return event;
}

TEST(test_time_since_boot_counts_whatever_the_wall_clock_said)
{
    /* The tablet's clock jumped to 2038 between two facts of one boot and was told at the last. */
    ds_Event first = fact(FIELD_AT_MS, 1000, 7, 0);
    ds_Event last = fact(INT64_C(2147483647000), 1000 + 2 * (uint64_t)HOUR_MS, 7, 0);
    const struct truth_anchor anchor = {
        .received_at_ms = NOW_MS,
        .has_clock = true,
        .clock_behind_ms = FIELD_AT_MS + 2 * HOUR_MS - INT64_C(2147483647000),
        .last = &last,
    };
    const struct truth unknown = {0, 0};
    struct truth truth = truth_find(&anchor, &first, &unknown);
    EXPECT(truth.from_ms <= FIELD_AT_MS && truth.until_ms >= FIELD_AT_MS);
    EXPECT(truth.until_ms - truth.from_ms < 10000);
    EXPECT(!truth_is_doubtful(&truth, FIELD_AT_MS));
    truth = truth_find(&anchor, &last, &unknown);
    EXPECT(truth.from_ms <= FIELD_AT_MS + 2 * HOUR_MS &&
           truth.until_ms >= FIELD_AT_MS + 2 * HOUR_MS);
    EXPECT(truth_is_doubtful(&truth, (int64_t)last.at_ms));
}

TEST(test_without_a_clock_it_lies_between_the_fact_before_and_its_arrival)
{
    const struct truth_anchor anchor = {.received_at_ms = NOW_MS};
    const struct truth before = {FIELD_AT_MS, FIELD_AT_MS + 5};
    ds_Event event = fact(FIELD_AT_MS + HOUR_MS, 5, 8, 0);
    struct truth truth = truth_find(&anchor, &event, &before);
    EXPECT_INT(FIELD_AT_MS, truth.from_ms);
    EXPECT_INT(NOW_MS, truth.until_ms);
    EXPECT(!truth_is_doubtful(&truth, FIELD_AT_MS + HOUR_MS));
    EXPECT(truth_is_doubtful(&truth, FIELD_AT_MS - HOUR_MS));
    EXPECT(truth_is_doubtful(&truth, NOW_MS + HOUR_MS));
    EXPECT(!truth_is_doubtful(&truth, NOW_MS + TRUTH_TOLERANCE_MS));
    EXPECT(truth_is_doubtful(&truth, NOW_MS + TRUTH_TOLERANCE_MS + 1));
}

TEST(test_what_the_fact_says_about_its_own_clock_is_believed_within_a_minute)
{
    const struct truth_anchor anchor = {.received_at_ms = NOW_MS};
    const struct truth unknown = {0, 0};
    ds_Event event = fact(FIELD_AT_MS + HOUR_MS, 5, 8, 3600); /* an hour ahead */
    struct truth truth = truth_find(&anchor, &event, &unknown);
    EXPECT_INT(FIELD_AT_MS - 60000, truth.from_ms);
    EXPECT_INT(FIELD_AT_MS + 60000, truth.until_ms);
    EXPECT(truth_is_doubtful(&truth, FIELD_AT_MS + HOUR_MS));
    event = fact(NOW_MS + 30000, 5, 8, -1); /* nothing arrives before it happened */
    truth = truth_find(&anchor, &event, &unknown);
    EXPECT_INT(NOW_MS, truth.until_ms);
}

TEST(test_nonsense_gives_an_interval_all_the_same)
{
    const struct truth_anchor anchor = {.received_at_ms = NOW_MS, .has_clock = true};
    const struct truth late = {NOW_MS + HOUR_MS, NOW_MS + HOUR_MS};
    ds_Event event = fact(0, 0, 0, 0);
    struct truth truth = truth_find(&anchor, &event, &late);
    EXPECT_INT(0, truth.until_ms);
    EXPECT(!truth_is_doubtful(&truth, 5));
    event = fact(-1, UINT64_MAX, 1, INT32_MIN); /* the largest instant there is */
    truth = truth_find(&anchor, &event, &late);
    EXPECT(truth.from_ms <= truth.until_ms && truth.until_ms <= NOW_MS);
    EXPECT(truth_is_doubtful(&truth, -1));
}
