/* core/rules/chance.h -- how likely somebody is met at the door at an hour, learned from visits.
 * Pure.
 *
 * Visits are counted by kind of day and by band of the day; few of them say little, so a band's
 * share is drawn to that of its kind of day, and this one to that of all visits, as if so and so
 * many more visits had been made with just that share (a Beta prior). Integers only: the same
 * counts give the same permille on every machine. */
#pragma once

#include "core/domain/date.h"

#include <stdbool.h>
#include <stdint.h>

enum chance_day {
    CHANCE_DAY_working,
    CHANCE_DAY_free, /* weekend or holiday, by the calendar */
    CHANCE_DAY_COUNT
};

enum { CHANCE_BANDS = 6 }; /* on the wire in this order: another division is another message */
/* Visits of so many days back are counted. */
enum { CHANCE_DAYS = 180 };

struct chance_count {
    uint32_t tried; /* visits that say whether the customer was there */
    uint32_t met;   /* of those, at which he was */
};
/* All zero: nothing is known yet. */
struct chance {
    struct chance_count counts[CHANCE_DAY_COUNT][CHANCE_BANDS];
};

/* What a visit says about the hour. One at an address that was wrong, or of a customer who has
 * moved or died, says nothing: no hour would have helped. */
enum chance_says { CHANCE_SAYS_nothing, CHANCE_SAYS_met, CHANCE_SAYS_away };
enum chance_says chance_says(uint32_t outcome); /* outcomes.def */

enum chance_day chance_day_of(const struct date_calendar *calendar, int32_t day);
/* 0 .. CHANCE_BANDS - 1; `minute` of the day. */
size_t chance_band_of(int32_t minute);
/* The first minute of the day after the band; of the last 1440. */
int32_t chance_band_until_minute(size_t band);

/* Counts a visit with this outcome that began at that instant. */
void chance_add(struct chance *chance, const struct date_calendar *calendar, int64_t at_ms,
                int32_t offset_minutes, uint32_t outcome);
/* Adds the counts of `other`; none runs over. */
void chance_sum(struct chance *chance, const struct chance *other);
/* As text, for headquarters' answer and the tablet's settings: until when visits are counted, then
 * met and tried of each band of working days, then of free ones. */
enum { CHANCE_TEXT_SIZE = 320 };
void chance_write(char text[CHANCE_TEXT_SIZE], const struct chance *chance, int64_t until_at_ms);
/* ERR_malformed for what chance_write() does not write: nothing is known then. */
enum err chance_read(struct str text, struct chance *chance_out, int64_t *until_at_ms_out) MUST_USE;
/* 1 .. 999: so many of a thousand visits meet the customer. */
uint32_t chance_permille(const struct chance *chance, enum chance_day day, size_t band);
/* Has no band of that day been tried more than once? Then hours are not told apart. */
bool chance_is_unknown(const struct chance *chance, enum chance_day day);
