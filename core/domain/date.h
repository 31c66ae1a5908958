/* core/domain/date.h -- civil days, instants, working days. Pure.
 *
 * A day is a number: days since 1970-01-01 in the proleptic Gregorian calendar.
 * An instant is UTC milliseconds. A zone is a fixed offset or a named zone of
 * the built-in table (zones.def): China, India, … without daylight saving;
 * zones with daylight saving come with the policy image. */
#pragma once

#include "core/base/str.h"

#define DATE_DAY_MS INT64_C(86400000)

struct date_civil {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

int32_t date_from_civil(int32_t year, int32_t month, int32_t day);
struct date_civil date_to_civil(int32_t day);
/* 1 Monday .. 7 Sunday. */
int32_t date_weekday(int32_t day);
bool date_is_leap(int32_t year);
int32_t date_days_in_month(int32_t year, int32_t month);
/* Same day of a later (or earlier) month; the last day of it when there is none. */
int32_t date_add_months(int32_t day, int32_t months);
int32_t date_month_start(int32_t day);

/* "2026-11-22", "2026/11/22", "20261122". ERR_bad_date. */
enum err date_from_text(struct str text, int32_t *day_out) MUST_USE;
enum { DATE_TEXT_SIZE = 16, DATE_INSTANT_TEXT_SIZE = 32 };
const char *date_to_text(char text[DATE_TEXT_SIZE], int32_t day); /* 2026-11-22 */
/* "2026-11-22 08:05" at `offset_minutes` east of UTC. */
const char *date_instant_to_text(char text[DATE_INSTANT_TEXT_SIZE], int64_t at_ms,
                                 int32_t offset_minutes);

/* Minutes east of UTC of a named zone. ERR_not_found. */
enum err date_zone_offset(struct str zone, int32_t *offset_minutes_out) MUST_USE;
int32_t date_day_at(int64_t at_ms, int32_t offset_minutes);
int32_t date_minute_at(int64_t at_ms, int32_t offset_minutes); /* 0..1439 of that day */
int64_t date_instant(int32_t day, int32_t minute, int32_t offset_minutes);

/* What a calendar says of a day; a list from data, sorted by day. */
struct date_special {
    int32_t day;
    bool is_working; /* a shifted working weekend, else a holiday */
};
struct date_calendar {
    const struct date_special *days; /* borrowed */
    size_t count;
    int32_t known_from_day, known_until_day; /* outside: weekends only */
};
/* `calendar` may be NULL: Monday to Friday. */
bool date_is_working(const struct date_calendar *calendar, int32_t day);
/* `day` itself when it is a working day, else the next one. */
int32_t date_next_working(const struct date_calendar *calendar, int32_t day);
/* The holiday calendar of mainland China that this build knows (State Council
 * notices; years in holidays_cn.def with their source). Static. */
const struct date_calendar *date_calendar_cn(void);
