#include "sync/server/policy/law_zoneinfo.h"

#include "core/domain/date.h"

#include <string.h>

/* TZif is big-endian. */
static int64_t big(const uint8_t *bytes, size_t size)
{
    uint64_t value = (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return (int64_t)value;
}

struct block {
    size_t utc_count, std_count, leap_count, time_count, type_count, char_count;
    size_t size; /* of its data behind the head */
};

enum { HEAD_SIZE = 44, TYPE_SIZE = 6 };

static bool read_head(const uint8_t *bytes, size_t size, size_t time_size, struct block *block_out)
{
    if (size < HEAD_SIZE || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2') {
        return false;
    }
    size_t counts[6];
    for (size_t i = 0; i < COUNT(counts); i++) {
        int64_t count = big(bytes + 20 + 4 * i, 4);
        if (count < 0 || count > 10000) {
            return false;
        }
        counts[i] = (size_t)count;
    }
    *block_out =
        (struct block){counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], 0};
    block_out->size = counts[3] * (time_size + 1) + counts[4] * TYPE_SIZE + counts[5] +
                      counts[2] * (time_size + 4) + counts[1] + counts[0];
    return block_out->size <= size - HEAD_SIZE && block_out->type_count > 0;
}

/* ---- the closing rule, a POSIX TZ text ---- */

struct rule_day {
    int32_t month, week, weekday; /* M: the week-th weekday (0 Sunday) of a month, 5 the last */
    int64_t second;               /* local, at which it changes */
};
struct closing {
    int32_t standard, summer; /* seconds east of UTC */
    bool has_summer;
    struct rule_day start, end;
};

static bool take_char(struct str *text, char c)
{
    if (text->size == 0 || text->bytes[0] != c) {
        return false;
    }
    *text = (struct str){text->bytes + 1, text->size - 1};
    return true;
}

static bool take_name(struct str *text)
{
    bool is_quoted = take_char(text, '<');
    size_t size = 0;
    while (text->size > 0) {
        char c = text->bytes[0];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_quoted && c == '>') {
            return take_char(text, '>') && size > 0;
        }
        if (!is_quoted && !is_letter) {
            return size > 0;
        }
        (void)take_char(text, c);
        size++;
    }
    return !is_quoted && size > 0;
}

static bool take_number(struct str *text, int64_t *number_out)
{
    size_t digits = 0;
    *number_out = 0;
    while (text->size > 0 && text->bytes[0] >= '0' && text->bytes[0] <= '9' && digits < 4) {
        *number_out = *number_out * 10 + (text->bytes[0] - '0');
        (void)take_char(text, text->bytes[0]);
        digits++;
    }
    return digits > 0;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(struct str *text, int64_t *seconds_out)
{
    int64_t sign = take_char(text, '-') ? -1 : 1;
    (void)take_char(text, '+');
    int64_t total = 0;
    int64_t unit = 3600;
    int64_t number;
    do {
        if (!take_number(text, &number) || unit == 0) {
            return false;
        }
        total += number * unit;
        unit = unit == 3600 ? 60 : unit == 60 ? 1 : 0;
    } while (take_char(text, ':'));
    *seconds_out = sign * total;
    return total < 8 * 86400;
}

/* ,M3.2.0/2 -- the other two forms of a day are in no current zone. */
static bool take_day(struct str *text, struct rule_day *day_out)
{
    int64_t month;
    int64_t week;
    int64_t weekday;
    if (!take_char(text, ',') || !take_char(text, 'M') || !take_number(text, &month) ||
        !take_char(text, '.') || !take_number(text, &week) || !take_char(text, '.') ||
        !take_number(text, &weekday) || month < 1 || month > 12 || week < 1 || week > 5 ||
        weekday > 6) {
        return false;
    }
    *day_out = (struct rule_day){(int32_t)month, (int32_t)week, (int32_t)weekday, 7200};
    return !take_char(text, '/') || take_time(text, &day_out->second);
}

static bool read_closing(struct str text, struct closing *closing_out)
{
    int64_t west;
    memset(closing_out, 0, sizeof *closing_out);
    if (!take_name(&text) || !take_time(&text, &west)) {
        return false;
    }
    closing_out->standard = (int32_t)-west;
    if (text.size == 0) {
        return true;
    }
    closing_out->has_summer = true;
    closing_out->summer = closing_out->standard + 3600;
    if (!take_name(&text)) {
        return false;
    }
    if (text.size > 0 && text.bytes[0] != ',') {
        if (!take_time(&text, &west)) {
            return false;
        }
        closing_out->summer = (int32_t)-west;
    }
    return take_day(&text, &closing_out->start) && take_day(&text, &closing_out->end) &&
           text.size == 0;
}

static int64_t rule_instant_s(const struct rule_day *day, int32_t year, int32_t offset)
{
    int32_t first = date_from_civil(year, day->month, 1);
    int32_t weekday = date_weekday(first) % 7;
    int32_t at = first + (day->weekday - weekday + 7) % 7 + (day->week - 1) * 7;
    while (at >= first + date_days_in_month(year, day->month)) {
        at -= 7;
    }
    return at * INT64_C(86400) + day->second - offset;
}

/* ---- together ---- */

static bool add_change(struct law_zone_changes *changes, int64_t at_s, int32_t offset)
{
    int64_t from_s = date_from_civil(LAW_FIRST_YEAR, 1, 1) * INT64_C(86400);
    int64_t to_s = date_from_civil(LAW_LAST_YEAR + 1, 1, 1) * INT64_C(86400);
    if (at_s <= from_s) {
        changes->first_offset = offset;
        return true;
    }
    int32_t before =
        changes->count == 0 ? changes->first_offset : changes->changes[changes->count - 1].offset;
    if (at_s >= to_s || offset == before) {
        return true;
    }
    bool is_later = changes->count == 0 || at_s * 1000 > changes->changes[changes->count - 1].at_ms;
    if (changes->count == LAW_CHANGES_MAX || !is_later) {
        return false;
    }
    changes->changes[changes->count].at_ms = at_s * 1000;
    changes->changes[changes->count].offset = offset;
    changes->count++;
    return true;
}

static bool add_closing(struct law_zone_changes *changes, const struct closing *closing,
                        int64_t last_s)
{
    int32_t first_year = date_to_civil((int32_t)(last_s / 86400)).year;
    first_year = first_year < LAW_FIRST_YEAR - 1 ? LAW_FIRST_YEAR - 1 : first_year;
    if (!closing->has_summer) {
        return add_change(changes, last_s + 1, closing->standard);
    }
    for (int32_t year = first_year; year <= LAW_LAST_YEAR; year++) {
        int64_t start_s = rule_instant_s(&closing->start, year, closing->standard);
        int64_t end_s = rule_instant_s(&closing->end, year, closing->summer);
        bool is_north = start_s < end_s;
        int64_t one_s = is_north ? start_s : end_s;
        int64_t two_s = is_north ? end_s : start_s;
        int32_t one = is_north ? closing->summer : closing->standard;
        int32_t two = is_north ? closing->standard : closing->summer;
        if ((one_s > last_s && !add_change(changes, one_s, one)) ||
            (two_s > last_s && !add_change(changes, two_s, two))) {
            return false;
        }
    }
    return true;
}

enum err law_zoneinfo_read(const uint8_t *bytes, size_t size, struct law_zone_changes *changes_out)
{
    struct law_zone_changes changes = {.count = 0};
    struct block block;
    if (!read_head(bytes, size, 4, &block)) {
        return ERR_malformed;
    }
    size_t at = HEAD_SIZE + block.size; /* the second block has the long times */
    if (!read_head(bytes + at, size - at, 8, &block)) {
        return ERR_malformed;
    }
    at += HEAD_SIZE;
    const uint8_t *times = bytes + at;
    const uint8_t *indexes = times + block.time_count * 8;
    const uint8_t *types = indexes + block.time_count;
    const uint8_t *footer = bytes + at + block.size;
    size_t footer_size = size - at - block.size;
    changes.first_offset = (int32_t)big(types, 4);
    int64_t last_s = INT64_C(-62135596800); /* year 1 */
    for (size_t i = 0; i < block.time_count; i++) {
        if (indexes[i] >= block.type_count) {
            return ERR_malformed;
        }
        int64_t at_s = big(times + i * 8, 8);
        int32_t offset = (int32_t)big(types + (size_t)indexes[i] * TYPE_SIZE, 4);
        bool is_near = at_s > -(INT64_C(1) << 60) && at_s < (INT64_C(1) << 36);
        if (!is_near || offset < -93600 || offset > 93600 || !add_change(&changes, at_s, offset)) {
            return ERR_malformed;
        }
        last_s = at_s > last_s ? at_s : last_s;
    }
    struct closing closing;
    if (footer_size < 2 || footer[0] != '\n' || footer[footer_size - 1] != '\n' ||
        !read_closing((struct str){(const char *)footer + 1, footer_size - 2}, &closing) ||
        !add_closing(&changes, &closing, last_s)) {
        return ERR_malformed;
    }
    *changes_out = changes;
    return OK;
}
