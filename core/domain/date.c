#include "core/domain/date.h"

#include <stdio.h>

/* Days and civil dates by counting 400-year eras from 1 March of year 0, where leap days fall
 * at the end of a year. */
enum { DAYS_PER_ERA = 146097, EPOCH_DAY = 719468 };

int32_t date_from_civil(int32_t year, int32_t month, int32_t day)
{
    int32_t y = month <= 2 ? year - 1 : year;
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t year_of_era = y - era * 400;
    int32_t month_from_march = month > 2 ? month - 3 : month + 9;
    int32_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_DAY;
}

struct date_civil date_to_civil(int32_t day)
{
    int32_t shifted = day + EPOCH_DAY;
    int32_t era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int32_t day_of_era = shifted - era * DAYS_PER_ERA;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;
    int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct date_civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

int32_t date_weekday(int32_t day)
{
    int32_t from_monday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

bool date_is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t date_days_in_month(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    CHECK(month >= 1 && month <= 12);
    return month == 2 && date_is_leap(year) ? 29 : days[month - 1];
}

int32_t date_add_months(int32_t day, int32_t months)
{
    struct date_civil civil = date_to_civil(day);
    int32_t month_count = civil.year * 12 + (civil.month - 1) + months;
    int32_t year = month_count >= 0 ? month_count / 12 : (month_count - 11) / 12;
    int32_t month = month_count - year * 12 + 1;
    int32_t last = date_days_in_month(year, month);
    return date_from_civil(year, month, civil.day < last ? civil.day : last);
}

int32_t date_month_start(int32_t day)
{
    struct date_civil civil = date_to_civil(day);
    return date_from_civil(civil.year, civil.month, 1);
}

static bool digits_read(struct str text, size_t at, size_t count, int32_t *value_out)
{
    int32_t value = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') {
            return false;
        }
        value = value * 10 + (text.bytes[i] - '0');
    }
    *value_out = value;
    return true;
}

enum err date_from_text(struct str text, int32_t *day_out)
{
    int32_t year = 0;
    int32_t month = 0;
    int32_t day = 0;
    bool is_read = false;
    if (text.size == 10 && (text.bytes[4] == '-' || text.bytes[4] == '/') &&
        text.bytes[7] == text.bytes[4]) {
        is_read = digits_read(text, 0, 4, &year) && digits_read(text, 5, 2, &month) &&
                  digits_read(text, 8, 2, &day);
    } else if (text.size == 8) {
        is_read = digits_read(text, 0, 4, &year) && digits_read(text, 4, 2, &month) &&
                  digits_read(text, 6, 2, &day);
    }
    if (!is_read || year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 ||
        day > date_days_in_month(year, month)) {
        return ERR_bad_date;
    }
    *day_out = date_from_civil(year, month, day);
    return OK;
}

const char *date_to_text(char text[DATE_TEXT_SIZE], int32_t day)
{
    struct date_civil civil = date_to_civil(day);
    snprintf(text, DATE_TEXT_SIZE, "%04d-%02d-%02d", civil.year % 10000, civil.month, civil.day);
    return text;
}

const char *date_instant_to_text(char text[DATE_INSTANT_TEXT_SIZE], int64_t at_ms,
                                 int32_t offset_minutes)
{
    char day[DATE_TEXT_SIZE];
    int32_t minute = date_minute_at(at_ms, offset_minutes);
    date_to_text(day, date_day_at(at_ms, offset_minutes));
    snprintf(text, DATE_INSTANT_TEXT_SIZE, "%s %02d:%02d", day, minute / 60, minute % 60);
    return text;
}

enum err date_zone_offset(struct str zone, int32_t *offset_minutes_out)
{
    static const struct {
        const char *name;
        int32_t offset_minutes;
    } zones[] = {
#define ZONE(name, offset_minutes) {name, offset_minutes},
#include "core/domain/zones.def"
#undef ZONE
    };
    for (size_t i = 0; i < COUNT(zones); i++) {
        if (str_is(zone, zones[i].name)) {
            *offset_minutes_out = zones[i].offset_minutes;
            return OK;
        }
    }
    return ERR_not_found;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int32_t date_day_at(int64_t at_ms, int32_t offset_minutes)
{
    return (int32_t)floor_divide(at_ms + (int64_t)offset_minutes * 60000, DATE_DAY_MS);
}

int32_t date_minute_at(int64_t at_ms, int32_t offset_minutes)
{
    int64_t local_ms = at_ms + (int64_t)offset_minutes * 60000;
    return (int32_t)((local_ms - floor_divide(local_ms, DATE_DAY_MS) * DATE_DAY_MS) / 60000);
}

int64_t date_instant(int32_t day, int32_t minute, int32_t offset_minutes)
{
    return (int64_t)day * DATE_DAY_MS + ((int64_t)minute - offset_minutes) * 60000;
}

bool date_is_working(const struct date_calendar *calendar, int32_t day)
{
    size_t low = 0;
    size_t high = calendar != NULL ? calendar->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->days[middle].day == day) {
            return calendar->days[middle].is_working;
        }
        if (calendar->days[middle].day < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return date_weekday(day) <= 5;
}

int32_t date_next_working(const struct date_calendar *calendar, int32_t day)
{
    while (!date_is_working(calendar, day)) {
        day++;
    }
    return day;
}

const struct date_calendar *date_calendar_cn(void)
{
    static const struct date_special days[] = {
#define HOLIDAY(day) {(day), false},
#define WORKDAY(day) {(day), true},
#include "core/domain/holidays_cn.def"
#undef HOLIDAY
#undef WORKDAY
    };
    static const struct date_calendar calendar = {
        .days = days,
        .count = COUNT(days),
        .known_from_day = 20454,  /* 2026-01-01 */
        .known_until_day = 20818, /* 2026-12-31 */
    };
    return &calendar;
}
