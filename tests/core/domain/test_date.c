#include "tests/lib/test.h"

#include "core/domain/date.h"

TEST(test_every_day_of_two_centuries_survives)
{
    int32_t previous_weekday = date_weekday(date_from_civil(1949, 12, 31));
    for (int32_t day = date_from_civil(1950, 1, 1); day <= date_from_civil(2150, 12, 31); day++) {
        struct date_civil civil = date_to_civil(day);
        EXPECT(date_from_civil(civil.year, civil.month, civil.day) == day);
        EXPECT(civil.day >= 1 && civil.day <= date_days_in_month(civil.year, civil.month));
        int32_t weekday = date_weekday(day);
        EXPECT(weekday == previous_weekday % 7 + 1);
        previous_weekday = weekday;
        char text[DATE_TEXT_SIZE];
        int32_t again = 0;
        EXPECT_OK(date_from_text(str_from(date_to_text(text, day)), &again));
        EXPECT(again == day);
    }
    EXPECT_INT(0, date_from_civil(1970, 1, 1));
    EXPECT_INT(7, date_weekday(date_from_civil(2026, 11, 22)));
}

TEST(test_dates_are_read_strictly)
{
    static const struct {
        const char *text;
        bool is_good;
    } rows[] = {
        {"2024-02-29", true},  {"2023-02-29", false}, {"2026/11/22", true},  {"20261122", true},
        {"2026-11/22", false}, {"2026-13-01", false}, {"2026-00-10", false}, {"2026-04-31", false},
        {"2026-4-3", false},   {"22-11-2026", false}, {"", false},           {"2026-11-22 ", false},
        {"1899-12-31", false}, {"2026年1月1", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t day = 0;
        EXPECT_ROW(rows[i].text,
                   (date_from_text(str_from(rows[i].text), &day) == OK) == rows[i].is_good);
    }
}

TEST(test_months_end_where_the_month_ends)
{
    static const struct {
        const char *from;
        int32_t months;
        const char *to;
    } rows[] = {
        {"2026-01-31", 1, "2026-02-28"},  {"2024-01-31", 1, "2024-02-29"},
        {"2026-10-31", 1, "2026-11-30"},  {"2026-11-22", 12, "2027-11-22"},
        {"2026-01-15", -1, "2025-12-15"}, {"2026-03-31", -13, "2025-02-28"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t day = 0;
        char text[DATE_TEXT_SIZE];
        EXPECT_OK(date_from_text(str_from(rows[i].from), &day));
        EXPECT_TEXT(rows[i].to, date_to_text(text, date_add_months(day, rows[i].months)));
    }
}

TEST(test_a_day_begins_at_local_midnight)
{
    int64_t midnight_ms = date_instant(date_from_civil(2026, 11, 22), 0, 480);
    EXPECT_INT(date_from_civil(2026, 11, 22), date_day_at(midnight_ms, 480));
    EXPECT_INT(date_from_civil(2026, 11, 21), date_day_at(midnight_ms - 1, 480));
    EXPECT_INT(0, date_minute_at(midnight_ms, 480));
    EXPECT_INT(1439, date_minute_at(midnight_ms - 1, 480));
    EXPECT_INT(-1, date_day_at(-1, 0)); /* before 1970 too */
    char text[DATE_INSTANT_TEXT_SIZE];
    EXPECT_TEXT("2026-11-22 00:00", date_instant_to_text(text, midnight_ms, 480));
    int32_t offset = 0;
    EXPECT_OK(date_zone_offset(STR("Asia/Kolkata"), &offset));
    EXPECT_INT(330, offset);
    EXPECT_ERR(ERR_not_found, date_zone_offset(STR("Mars/Base"), &offset));
}

TEST(test_working_days_know_holidays_and_shifted_weekends)
{
    static const struct {
        const char *day;
        bool is_working;
    } rows[] = {
        {"2026-01-01", false}, {"2026-01-04", true}, /* Sunday worked */
        {"2026-02-16", false}, {"2026-02-14", true}, /* Saturday worked */
        {"2026-10-01", false}, {"2026-10-08", true}, {"2026-10-10", true},
        {"2026-11-21", false}, {"2026-11-23", true},
    };
    const struct date_calendar *calendar = date_calendar_cn();
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t day = 0;
        EXPECT_OK(date_from_text(str_from(rows[i].day), &day));
        EXPECT_ROW(rows[i].day, date_is_working(calendar, day) == rows[i].is_working);
    }
    EXPECT_INT(date_from_civil(2026, 2, 24),
               date_next_working(calendar, date_from_civil(2026, 2, 15)));
    EXPECT(!date_is_working(NULL, date_from_civil(2026, 11, 22)));
    for (size_t i = 1; i < calendar->count; i++) {
        EXPECT(calendar->days[i - 1].day < calendar->days[i].day);
    }
}
