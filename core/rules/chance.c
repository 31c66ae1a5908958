#include "core/rules/chance.h"

#include "core/domain/catalog.h"

#include <inttypes.h>
#include <stdio.h>

/* Choices of ours: before anything is known four of ten visits are thought to meet somebody; the
 * share of all visits is worth 20 visits to a kind of day, and that one's 30 to a band. */
enum { START_PERMILLE = 400, START_VISITS = 20, DAY_VISITS = 20, BAND_VISITS = 30 };

static const int32_t until_minutes[CHANCE_BANDS] = {10 * 60, 12 * 60, 14 * 60,
                                                    17 * 60, 19 * 60, 24 * 60};

enum chance_says chance_says(uint32_t outcome)
{
    switch (outcome) {
    case OUTCOME_third_party_will_pass_on:
    case OUTCOME_third_party_refused:
    case OUTCOME_nobody_home:
    case OUTCOME_only_minor_home:
        return CHANCE_SAYS_away;
    case OUTCOME_office_meeting_held:
        return CHANCE_SAYS_nothing;
    default:
        return outcome_met(outcome) == OUTCOME_MET_debtor ? CHANCE_SAYS_met : CHANCE_SAYS_nothing;
    }
}

enum chance_day chance_day_of(const struct date_calendar *calendar, int32_t day)
{
    return date_is_working(calendar, day) ? CHANCE_DAY_working : CHANCE_DAY_free;
}

size_t chance_band_of(int32_t minute)
{
    size_t band = 0;
    while (band + 1 < CHANCE_BANDS && minute >= until_minutes[band]) {
        band++;
    }
    return band;
}

int32_t chance_band_until_minute(size_t band)
{
    CHECK(band < CHANCE_BANDS);
    return until_minutes[band];
}

static void count_up(struct chance_count *count, uint32_t tried, uint32_t met)
{
    uint32_t room = UINT32_MAX - count->tried;
    tried = tried < room ? tried : room;
    met = met < tried ? met : tried;
    count->tried += tried;
    count->met += met;
}

void chance_add(struct chance *chance, const struct date_calendar *calendar, int64_t at_ms,
                int32_t offset_minutes, uint32_t outcome)
{
    enum chance_says says = chance_says(outcome);
    if (says == CHANCE_SAYS_nothing) {
        return;
    }
    enum chance_day day = chance_day_of(calendar, date_day_at(at_ms, offset_minutes));
    size_t band = chance_band_of(date_minute_at(at_ms, offset_minutes));
    count_up(&chance->counts[day][band], 1, says == CHANCE_SAYS_met ? 1 : 0);
}

void chance_sum(struct chance *chance, const struct chance *other)
{
    for (size_t day = 0; day < CHANCE_DAY_COUNT; day++) {
        for (size_t band = 0; band < CHANCE_BANDS; band++) {
            const struct chance_count *more = &other->counts[day][band];
            count_up(&chance->counts[day][band], more->tried, more->met);
        }
    }
}

void chance_write(char text[CHANCE_TEXT_SIZE], const struct chance *chance, int64_t until_at_ms)
{
    size_t used = (size_t)snprintf(text, CHANCE_TEXT_SIZE, "%" PRId64, until_at_ms);
    for (size_t i = 0; i < CHANCE_DAY_COUNT * CHANCE_BANDS; i++) {
        const struct chance_count *count = &chance->counts[i / CHANCE_BANDS][i % CHANCE_BANDS];
        used += (size_t)snprintf(text + used, CHANCE_TEXT_SIZE - used, " %" PRIu32 "/%" PRIu32,
                                 count->met, count->tried);
    }
}

/* The digits up to `end`, which is stepped over; false for anything else. */
static bool take_number(struct str *text, char end, int64_t most, int64_t *number_out)
{
    size_t digits = 0;
    *number_out = 0;
    while (digits < text->size && text->bytes[digits] >= '0' && text->bytes[digits] <= '9') {
        int64_t digit = text->bytes[digits++] - '0';
        if (*number_out > (most - digit) / 10) {
            return false;
        }
        *number_out = *number_out * 10 + digit;
    }
    bool is_last = digits == text->size;
    if (digits == 0 || (is_last ? end != '\0' : text->bytes[digits] != end)) {
        return false;
    }
    size_t taken = is_last ? digits : digits + 1;
    *text = (struct str){text->bytes + taken, text->size - taken};
    return true;
}

enum err chance_read(struct str text, struct chance *chance_out, int64_t *until_at_ms_out)
{
    enum { CELLS = CHANCE_DAY_COUNT * CHANCE_BANDS };
    struct chance chance = {0};
    int64_t until_at_ms = 0;
    *chance_out = chance;
    *until_at_ms_out = 0;
    if (!take_number(&text, ' ', INT64_MAX, &until_at_ms)) {
        return ERR_malformed;
    }
    for (size_t i = 0; i < CELLS; i++) {
        int64_t met = 0;
        int64_t tried = 0;
        if (!take_number(&text, '/', UINT32_MAX, &met) ||
            !take_number(&text, i + 1 < CELLS ? ' ' : '\0', UINT32_MAX, &tried) || met > tried) {
            return ERR_malformed;
        }
        chance.counts[i / CHANCE_BANDS][i % CHANCE_BANDS] =
            (struct chance_count){.tried = (uint32_t)tried, .met = (uint32_t)met};
    }
    *chance_out = chance;
    *until_at_ms_out = until_at_ms;
    return OK;
}

/* The share of `met` among `tried` and `visits` more with the share of `permille`. */
static uint64_t drawn_to(uint64_t met, uint64_t tried, uint64_t permille, uint64_t visits)
{
    return (met * 1000 + permille * visits) / (tried + visits);
}

uint32_t chance_permille(const struct chance *chance, enum chance_day day, size_t band)
{
    CHECK(day < CHANCE_DAY_COUNT && band < CHANCE_BANDS);
    uint64_t tried[CHANCE_DAY_COUNT] = {0};
    uint64_t met[CHANCE_DAY_COUNT] = {0};
    for (size_t d = 0; d < CHANCE_DAY_COUNT; d++) {
        for (size_t b = 0; b < CHANCE_BANDS; b++) {
            tried[d] += chance->counts[d][b].tried;
            met[d] += chance->counts[d][b].met;
        }
    }
    uint64_t all = drawn_to(met[0] + met[1], tried[0] + tried[1], START_PERMILLE, START_VISITS);
    uint64_t kind = drawn_to(met[day], tried[day], all, DAY_VISITS);
    const struct chance_count *count = &chance->counts[day][band];
    uint64_t permille = drawn_to(count->met, count->tried, kind, BAND_VISITS);
    return (uint32_t)(permille < 1 ? 1 : permille > 999 ? 999 : permille);
}

bool chance_is_unknown(const struct chance *chance, enum chance_day day)
{
    CHECK(day < CHANCE_DAY_COUNT);
    for (size_t band = 0; band < CHANCE_BANDS; band++) {
        if (chance->counts[day][band].tried > 1) {
            return false;
        }
    }
    return true;
}
