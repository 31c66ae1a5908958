#include "core/rules/chance.h"

#include "core/domain/catalog.h"
#include "tests/lib/test.h"

#include <string.h>

/* 2026-11-23, a Monday. */
#define MONDAY date_from_civil(2026, 11, 23)
#define SUNDAY date_from_civil(2026, 11, 22)
enum { CHINA = 480 };

static void add(struct chance *chance, int32_t day, int32_t minute, uint32_t outcome,
                uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        chance_add(chance, NULL, date_instant(day, minute, CHINA), CHINA, outcome);
    }
}

TEST(test_a_band_holds_the_minutes_up_to_its_end)
{
    static const struct {
        int32_t minute;
        size_t band;
    } cases[] = {{0, 0},       {599, 0},     {600, 1},         {719, 1},     {720, 2},
                 {14 * 60, 3}, {17 * 60, 4}, {19 * 60 - 1, 4}, {19 * 60, 5}, {1439, 5}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        EXPECT_INT(cases[i].band, chance_band_of(cases[i].minute));
        EXPECT(cases[i].minute < chance_band_until_minute(cases[i].band));
    }
    EXPECT_INT(1440, chance_band_until_minute(CHANCE_BANDS - 1));
}

TEST(test_only_a_visit_at_which_the_hour_mattered_is_counted)
{
    static const struct {
        uint32_t outcome;
        enum chance_says says;
    } cases[] = {
        {OUTCOME_promise_to_pay, CHANCE_SAYS_met},
        {OUTCOME_refused_to_pay, CHANCE_SAYS_met},
        {OUTCOME_nobody_home, CHANCE_SAYS_away},
        {OUTCOME_third_party_will_pass_on, CHANCE_SAYS_away},
        {OUTCOME_only_minor_home, CHANCE_SAYS_away},
        {OUTCOME_address_wrong, CHANCE_SAYS_nothing},
        {OUTCOME_moved_away, CHANCE_SAYS_nothing},
        {OUTCOME_borrower_deceased, CHANCE_SAYS_nothing},
        {OUTCOME_left_unsafe, CHANCE_SAYS_nothing},
        {OUTCOME_office_meeting_held, CHANCE_SAYS_nothing},
        {0, CHANCE_SAYS_nothing},
        {60000, CHANCE_SAYS_nothing},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct chance chance = {0};
        EXPECT_INT(cases[i].says, chance_says(cases[i].outcome));
        add(&chance, MONDAY, 18 * 60, cases[i].outcome, 3);
        const struct chance_count *count = &chance.counts[CHANCE_DAY_working][4];
        EXPECT_INT(cases[i].says == CHANCE_SAYS_nothing ? 0 : 3, count->tried);
        EXPECT_INT(cases[i].says == CHANCE_SAYS_met ? 3 : 0, count->met);
    }
}

TEST(test_little_evidence_is_drawn_to_the_share_of_all)
{
    /* {met, tried} of one band on working days; what that band and the one beside it then have. */
    static const struct {
        uint32_t met, tried;
        uint32_t here, beside;
    } cases[] = {
        {0, 0, 400, 400}, /* nothing known: the share that is thought of before */
        {1, 1, 472, 455},    {10, 10, 799, 733},           {0, 10, 132, 177},
        {81, 131, 617, 614}, {1000000, 1000000, 999, 999}, {0, 1000000, 1, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct chance chance = {0};
        chance.counts[CHANCE_DAY_working][4] =
            (struct chance_count){.tried = cases[i].tried, .met = cases[i].met};
        uint32_t here = chance_permille(&chance, CHANCE_DAY_working, 4);
        uint32_t beside = chance_permille(&chance, CHANCE_DAY_working, 0);
        EXPECT_INT(cases[i].here, here);
        EXPECT_INT(cases[i].beside, beside);
        EXPECT(chance_permille(&chance, CHANCE_DAY_free, 4) >= 1);
    }
}

TEST(test_much_evidence_tells_the_hours_apart)
{
    struct chance chance = {0};
    add(&chance, MONDAY, 18 * 60, OUTCOME_promise_to_pay, 620);
    add(&chance, MONDAY, 18 * 60, OUTCOME_nobody_home, 380);
    add(&chance, MONDAY, 9 * 60, OUTCOME_promise_to_pay, 100);
    add(&chance, MONDAY, 9 * 60, OUTCOME_nobody_home, 900);
    uint32_t evening = chance_permille(&chance, CHANCE_DAY_working, 4);
    uint32_t morning = chance_permille(&chance, CHANCE_DAY_working, 0);
    EXPECT(evening > 605 && evening <= 620);
    EXPECT(morning >= 100 && morning < 115);
    EXPECT(!chance_is_unknown(&chance, CHANCE_DAY_working));
    EXPECT(chance_is_unknown(&chance, CHANCE_DAY_free));
}

TEST(test_days_off_are_counted_apart)
{
    struct chance chance = {0};
    static const struct date_special shifted[] = {{0, true}};
    struct date_special special = shifted[0];
    special.day = SUNDAY;
    struct date_calendar calendar = {&special, 1, SUNDAY - 10, SUNDAY + 10};
    EXPECT_INT(CHANCE_DAY_free, chance_day_of(NULL, SUNDAY));
    EXPECT_INT(CHANCE_DAY_working, chance_day_of(&calendar, SUNDAY));
    add(&chance, SUNDAY, 11 * 60, OUTCOME_promise_to_pay, 2);
    EXPECT_INT(2, chance.counts[CHANCE_DAY_free][1].tried);
    EXPECT_INT(0, chance.counts[CHANCE_DAY_working][1].tried);
}

TEST(test_counts_add_up_and_never_run_over)
{
    struct chance sum = {0};
    struct chance other = {0};
    add(&sum, MONDAY, 600, OUTCOME_promise_to_pay, 3);
    add(&other, MONDAY, 600, OUTCOME_nobody_home, 4);
    chance_sum(&sum, &other);
    EXPECT_INT(7, sum.counts[CHANCE_DAY_working][1].tried);
    EXPECT_INT(3, sum.counts[CHANCE_DAY_working][1].met);
    other.counts[CHANCE_DAY_working][1] = (struct chance_count){UINT32_MAX, UINT32_MAX};
    chance_sum(&sum, &other);
    const struct chance_count *count = &sum.counts[CHANCE_DAY_working][1];
    EXPECT(count->tried == UINT32_MAX && count->met <= count->tried);
    EXPECT_INT(999, chance_permille(&sum, CHANCE_DAY_working, 1));
}

TEST(test_counts_come_back_from_their_text)
{
    struct chance chance = {0};
    struct chance back;
    char text[CHANCE_TEXT_SIZE];
    int64_t until_at_ms = 0;
    for (size_t i = 0; i < CHANCE_DAY_COUNT * CHANCE_BANDS; i++) {
        chance.counts[i / CHANCE_BANDS][i % CHANCE_BANDS] = (struct chance_count){
            .tried = UINT32_MAX - (uint32_t)i, .met = UINT32_MAX - 2 * (uint32_t)i};
    }
    chance_write(text, &chance, INT64_MAX);
    EXPECT_OK(chance_read(str_from(text), &back, &until_at_ms));
    EXPECT(memcmp(&chance, &back, sizeof chance) == 0);
    EXPECT(until_at_ms == INT64_MAX);
    /* Every cut of it is refused, and nothing is left of it. */
    for (size_t size = 0; size < strlen(text); size++) {
        EXPECT_ERR(ERR_malformed, chance_read((struct str){text, size}, &back, &until_at_ms));
        EXPECT(until_at_ms == 0 && chance_is_unknown(&back, CHANCE_DAY_working));
    }
}

TEST(test_a_text_that_is_no_table_of_counts_is_refused)
{
    static const char *const texts[] = {
        "",
        "1",
        "x 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "-1 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "1 2/1 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "1 0/4294967296 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "99999999999999999999 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "1 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "1 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
        "1 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 ",
        "1  0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct chance chance;
        int64_t until_at_ms = 1;
        EXPECT_ERR(ERR_malformed, chance_read(str_from(texts[i]), &chance, &until_at_ms));
        EXPECT_INT(0, until_at_ms);
        EXPECT(chance_is_unknown(&chance, CHANCE_DAY_working));
    }
}
