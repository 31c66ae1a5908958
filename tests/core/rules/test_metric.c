#include "core/rules/metric.h"
#include "tests/lib/test.h"

TEST(test_metric_without_a_denominator_has_no_value)
{
    struct tally tally = {.always = 1};
    EXPECT(!metric_of(&tally, METRIC_recovery_rate).has_value);
    EXPECT(!metric_of(&tally, METRIC_kept_rate).has_value);
    EXPECT(!metric_of(&tally, METRIC_balanced_score).has_value);
    EXPECT(metric_of(&tally, METRIC_paid_amount).has_value);
    EXPECT_INT(0, metric_of(&tally, METRIC_paid_amount).value);
}

TEST(test_metric_rates_round_half_away_from_zero)
{
    static const struct {
        int64_t paid_minor, involved_minor, value;
    } rows[] = {
        {0, 100, 0},
        {1, 3, 3333},
        {2, 3, 6667},
        {1, 20000, 1},
        {1, 20001, 0},
        {95, 100, 9500},
        {100, 100, 10000},
        {3, 2, 15000},
        {INT64_MAX, INT64_MAX, 10000},
        {INT64_MAX, 1, INT64_MAX},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tally tally = {.always = 1,
                              .paid_minor = rows[i].paid_minor,
                              .involved_minor = rows[i].involved_minor};
        EXPECT_INT(rows[i].value, metric_of(&tally, METRIC_recovery_rate).value);
    }
}

TEST(test_metric_units_are_scaled)
{
    struct tally tally = {.always = 1,
                          .visits = 3,
                          .dwell_s = 100,
                          .distance_m = 12345,
                          .worked_minutes = 455,
                          .resolved_days = 10,
                          .resolved_timed_cases = 4,
                          .contact_count = 7,
                          .resolved_cases = 3};
    tally.incidents[EVENT_complaint_taken] = 1;
    EXPECT_INT(6, metric_of(&tally, METRIC_site_minutes_per_visit).value);  /* 0.55 min */
    EXPECT_INT(17, metric_of(&tally, METRIC_site_minutes).value);           /* 1.66 min */
    EXPECT_INT(123, metric_of(&tally, METRIC_distance).value);              /* 12.3 km */
    EXPECT_INT(76, metric_of(&tally, METRIC_worked_hours).value);           /* 7.58 h */
    EXPECT_INT(25, metric_of(&tally, METRIC_recovery_days).value);          /* 2.5 days */
    EXPECT_INT(233, metric_of(&tally, METRIC_contacts_per_resolved).value); /* 2.33 */
    EXPECT_INT(33333, metric_of(&tally, METRIC_complaint_rate).value);      /* 333.33 per 1000 */
}

TEST(test_metric_change_knows_points_and_percent)
{
    struct metric_value now = {METRIC_recovery_rate, true, 8000, 80, 100};
    struct metric_value before = {METRIC_recovery_rate, true, 8550, 855, 1000};
    struct metric_change change = metric_change(&now, &before);
    EXPECT(change.has_difference && !change.has_relative);
    EXPECT_INT(-550, change.difference); /* down 5.50 percentage points */

    struct metric_value paid = {METRIC_paid_amount, true, 150, 150, 1};
    struct metric_value paid_before = {METRIC_paid_amount, true, 200, 200, 1};
    change = metric_change(&paid, &paid_before);
    EXPECT(change.has_difference && change.has_relative);
    EXPECT_INT(-50, change.difference);
    EXPECT_INT(-2500, change.relative_bp);

    paid_before.value = 0;
    change = metric_change(&paid, &paid_before);
    EXPECT(change.has_difference && !change.has_relative);

    before.has_value = false;
    EXPECT(!metric_change(&now, &before).has_difference);
}

TEST(test_metric_names_lead_back_to_the_metric)
{
    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric found = METRIC_COUNT;
        const char *name = metric_name((enum metric)i);
        EXPECT_ROW(name, metric_from_name(str_from(name), &found) && (int)found == i);
    }
    enum metric found;
    EXPECT(!metric_from_name(STR("no_such_metric"), &found));
    EXPECT(!metric_from_name(STR(""), &found));
}

TEST(test_metric_text_has_the_digits_of_its_unit)
{
    static const struct {
        enum metric_unit unit;
        int64_t value;
        bool is_grouped;
        const char *text;
    } rows[] = {
        {METRIC_UNIT_count, 0, true, "0"},
        {METRIC_UNIT_count, 1234567, true, "1,234,567"},
        {METRIC_UNIT_count, 999, true, "999"},
        {METRIC_UNIT_count, -1000, true, "-1,000"},
        {METRIC_UNIT_money, 123450, true, "1,234.50"},
        {METRIC_UNIT_money, 123450, false, "1234.50"},
        {METRIC_UNIT_money, -5, true, "-0.05"},
        {METRIC_UNIT_rate, 9500, true, "95.00"},
        {METRIC_UNIT_hours, 7, true, "0.7"},
        {METRIC_UNIT_money, INT64_MIN, true, "-92,233,720,368,547,758.08"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[METRIC_TEXT_SIZE];
        EXPECT_TEXT(rows[i].text,
                    metric_to_text(text, rows[i].unit, rows[i].value, rows[i].is_grouped));
    }
}
