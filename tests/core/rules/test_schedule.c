#include "core/rules/schedule.h"
#include "tests/lib/test.h"

#include <stdio.h>

TEST(test_parts_always_add_up_to_the_fen)
{
    static const struct {
        uint64_t total_minor;
        uint32_t count;
        uint64_t rounding_minor;
        uint64_t part_minor, last_minor;
    } rows[] = {
        {120000, 2, 100, 60000, 60000},
        {100000, 3, 100, 33300, 33400},
        {100000, 3, 1, 33333, 33334},
        {100001, 1, 100, 100001, 100001},
        {60, 60, 100, 1, 1},
        {119, 60, 100, 1, 60},
        {999999, 60, 100, 16600, 20599},
        {1, 1, 1, 1, 1},
        {250, 2, 100, 100, 150},
        {100000, 4, 0, 25000, 25000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct schedule_terms terms = {rows[i].total_minor, rows[i].count, SCHEDULE_monthly, 20788,
                                       rows[i].rounding_minor};
        ds_Instalment instalments[LIMIT_instalments];
        EXPECT_OK(schedule_split(&terms, NULL, instalments));
        char row[32];
        snprintf(row, sizeof row, "%d in %u", (int)rows[i].total_minor, rows[i].count);
        EXPECT_ROW(row, schedule_sum_minor(instalments, rows[i].count) == rows[i].total_minor);
        EXPECT_ROW(row, instalments[rows[i].count - 1].amount_minor == rows[i].last_minor);
        EXPECT_ROW(row, rows[i].count == 1 || instalments[0].amount_minor == rows[i].part_minor);
    }
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    for (int i = 0; i < 2000; i++) {
        uint32_t count = (uint32_t)(1 + rng_below(&rng, LIMIT_instalments));
        struct schedule_terms terms = {
            count + rng_below(&rng, 100000000), count, (enum schedule_step)rng_below(&rng, 3),
            20000 + (int32_t)rng_below(&rng, 3000), 1 + rng_below(&rng, 1000)};
        ds_Instalment instalments[LIMIT_instalments];
        EXPECT_OK(schedule_split(&terms, date_calendar_cn(), instalments));
        EXPECT(schedule_sum_minor(instalments, count) == terms.total_minor);
        for (uint32_t n = 0; n < count; n++) {
            EXPECT(instalments[n].amount_minor > 0);
            EXPECT(date_is_working(date_calendar_cn(), instalments[n].due_day));
            EXPECT(n == 0 || instalments[n].due_day > instalments[n - 1].due_day);
        }
    }
}

TEST(test_what_cannot_be_split_is_said)
{
    static const struct {
        uint64_t total_minor;
        uint32_t count;
    } rows[] = {{100, 0}, {100, 61}, {0, 1}, {59, 60}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct schedule_terms terms = {rows[i].total_minor, rows[i].count, SCHEDULE_monthly, 20788,
                                       100};
        ds_Instalment instalments[LIMIT_instalments];
        EXPECT_ERR(ERR_out_of_range, schedule_split(&terms, NULL, instalments));
    }
}

TEST(test_due_days_step_and_move_to_working_days)
{
    ds_Instalment instalments[LIMIT_instalments];
    /* 2027-01-29 is a Friday; a February has no 29th that year and its 28th is a Sunday. */
    struct schedule_terms terms = {300, 3, SCHEDULE_monthly, date_from_civil(2027, 1, 29), 1};
    EXPECT_OK(schedule_split(&terms, NULL, instalments));
    EXPECT_INT(date_from_civil(2027, 1, 29), instalments[0].due_day);
    EXPECT_INT(date_from_civil(2027, 3, 1), instalments[1].due_day);
    EXPECT_INT(date_from_civil(2027, 3, 29), instalments[2].due_day);
    /* 2026-11-21 is a Saturday */
    terms.first_day = date_from_civil(2026, 11, 21);
    terms.step = SCHEDULE_weekly;
    EXPECT_OK(schedule_split(&terms, NULL, instalments));
    EXPECT_INT(date_from_civil(2026, 11, 23), instalments[0].due_day);
    EXPECT_INT(date_from_civil(2026, 11, 30), instalments[1].due_day);
    terms.step = SCHEDULE_biweekly;
    EXPECT_OK(schedule_split(&terms, NULL, instalments));
    EXPECT_INT(date_from_civil(2026, 12, 7), instalments[1].due_day);
}

TEST(test_what_can_be_afforded)
{
    struct policy policy = policy_default();
    EXPECT_INT(300000, schedule_affordable_minor(&policy, 600000, 300000));
    EXPECT_INT(500000, schedule_affordable_minor(&policy, 600000, 0)); /* living_low */
    EXPECT_INT(0, schedule_affordable_minor(&policy, 300000, 300000));
    EXPECT_INT(0, schedule_affordable_minor(&policy, 0, 0));
    EXPECT_INT(4, schedule_months_needed(&policy, 1200000, 300000));
    EXPECT_INT(5, schedule_months_needed(&policy, 1200001, 300000));
    EXPECT_INT(60, schedule_months_needed(&policy, 60, 1));
    EXPECT_INT(0, schedule_months_needed(&policy, 61, 1));
    EXPECT_INT(0, schedule_months_needed(&policy, 100, 0));
}
