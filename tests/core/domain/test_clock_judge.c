#include "core/domain/clock_judge.h"

#include "core/domain/catalog.h"
#include "tests/lib/test.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE, BOOT = 77 };
#define NOON INT64_C(1795406400000) /* 2026-11-23 */
#define DAY (INT64_C(24) * HOUR)

static const struct clock_judge_anchor nothing = {.at_ms = 0};

/* Goal: how far a clock can be trusted is said rightly whatever happens to it. The anchor of
 * headquarters is from noon, time since boot 1 hour, wall clock right; rows say what is read
 * afterwards, the slack of the anchor and its boot. */
TEST(test_a_clock_is_judged_by_what_is_known_of_its_boot)
{
    static const struct {
        const char *name;
        int64_t wall_passed_ms, passed_ms; /* since the anchor */
        int64_t anchor_wall_off_ms;        /* the wall clock was out already at the anchor */
        int64_t slack_ms;
        uint32_t anchor_boot, boot;
        uint32_t quality;
        int32_t offset_s;
        int64_t best_after_ms; /* best guess, since noon */
    } rows[] = {
        {"agrees", HOUR, HOUR, 0, 0, BOOT, BOOT, CLOCK_QUALITY_none, 0, HOUR},
        {"drifts within a week", 7 * DAY + 60 * 1000, 7 * DAY, 0, 0, BOOT, BOOT, 0, 0,
         7 * DAY + 60 * 1000},
        {"edge of the tolerance", 5 * MINUTE, 0, 0, 0, BOOT, BOOT, CLOCK_QUALITY_none, 300, 0},
        {"set forward", HOUR + 6 * MINUTE, HOUR, 0, 0, BOOT, BOOT, CLOCK_QUALITY_jumped, 359,
         HOUR + 360},
        {"set back", HOUR - 6 * MINUTE, HOUR, 0, 0, BOOT, BOOT, CLOCK_QUALITY_jumped, -359,
         HOUR - 360},
        {"was ahead all along", HOUR, HOUR, 10 * MINUTE, 0, BOOT, BOOT,
         CLOCK_QUALITY_ahead_of_headquarters, 599, HOUR + 360},
        {"was behind all along", HOUR, HOUR, -10 * MINUTE, 0, BOOT, BOOT,
         CLOCK_QUALITY_behind_headquarters, -599, HOUR - 360},
        {"slept for a night", 9 * HOUR, 9 * HOUR, 0, 0, BOOT, BOOT, CLOCK_QUALITY_none, 0,
         9 * HOUR},
        {"the answer may have waited an hour", HOUR, HOUR, 40 * MINUTE, HOUR, BOOT, BOOT,
         CLOCK_QUALITY_none, 0, HOUR + 40 * MINUTE},
        {"more than the answer can have waited", HOUR, HOUR, 70 * MINUTE, HOUR, BOOT, BOOT,
         CLOCK_QUALITY_ahead_of_headquarters, 599, 2 * HOUR + 360},
        {"behind although the answer waited", HOUR, HOUR, -6 * MINUTE, HOUR, BOOT, BOOT,
         CLOCK_QUALITY_behind_headquarters, -359, HOUR - 360},
        {"captured before the anchor came", -HOUR / 2, -HOUR / 2, 0, 0, BOOT, BOOT,
         CLOCK_QUALITY_none, 0, -HOUR / 2},
        {"ahead then, too", -HOUR / 2, -HOUR / 2, 10 * MINUTE, 0, BOOT, BOOT,
         CLOCK_QUALITY_ahead_of_headquarters, 599, -HOUR / 2 + 180},
        {"started since", HOUR, -HOUR / 2, 0, 0, BOOT, BOOT + 1, CLOCK_QUALITY_since_boot_unchecked,
         0, HOUR},
        {"boot not known", HOUR, HOUR, 0, 0, BOOT, 0, CLOCK_QUALITY_since_boot_unchecked, 0, HOUR},
        {"asked for in another boot", HOUR, HOUR, 0, 0, 0, BOOT, CLOCK_QUALITY_since_boot_unchecked,
         0, HOUR},
        {"late answer of another boot, clock right", 3 * DAY, HOUR, 0, 0, 0, BOOT,
         CLOCK_QUALITY_since_boot_unchecked, 0, 3 * DAY},
        {"started in the past", -6 * MINUTE, 0, 0, 0, BOOT, BOOT + 1,
         CLOCK_QUALITY_behind_headquarters, -360, 0},
        {"dead battery: 1970", -NOON + 5000, 0, 0, 0, BOOT, BOOT + 1,
         CLOCK_QUALITY_behind_headquarters, -1795406395, 0},
        {"2038", INT64_C(2147483647000) - NOON, 0, 0, 0, BOOT, BOOT + 1,
         CLOCK_QUALITY_ahead_of_headquarters, 2147483647 - 1795406400 - 34560000, 0},
        {"2038 in the boot of the anchor", INT64_C(2147483647000) - NOON, HOUR, 0, 0, BOOT, BOOT,
         CLOCK_QUALITY_jumped, 2147483647 - 1795406400 - 3600, HOUR + 360},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct clock_judge_anchor hq = {.at_ms = NOON,
                                        .slack_ms = rows[i].slack_ms,
                                        .wall_ms = NOON + rows[i].anchor_wall_off_ms,
                                        .monotonic_ms = HOUR,
                                        .boot = rows[i].anchor_boot};
        struct clock_reading now = {
            .wall_ms = NOON + rows[i].anchor_wall_off_ms + rows[i].wall_passed_ms,
            .monotonic_ms = HOUR + rows[i].passed_ms,
            .boot = rows[i].boot,
        };
        struct clock_judgement judgement = clock_judge(&now, &hq, &nothing);
        EXPECT_ROW(rows[i].name, judgement.quality == rows[i].quality);
        EXPECT_ROW(rows[i].name, judgement.offset_s - rows[i].offset_s <= 1 &&
                                     rows[i].offset_s - judgement.offset_s <= 1);
        EXPECT_ROW(rows[i].name, judgement.best_ms == NOON + rows[i].best_after_ms);
    }
}

TEST(test_without_an_anchor_nothing_is_claimed)
{
    struct clock_reading now = {.wall_ms = NOON, .monotonic_ms = 5, .boot = BOOT};
    struct clock_judgement judgement = clock_judge(&now, &nothing, &nothing);
    EXPECT_INT(CLOCK_QUALITY_never_checked, judgement.quality);
    EXPECT_INT(NOON, judgement.best_ms);
    EXPECT_INT(0, judgement.least_ms);
    EXPECT_INT(0, judgement.offset_s);
    now.wall_ms = INT64_MAX; /* nonsense overflows nothing */
    EXPECT(clock_judge(&now, &nothing, &nothing).best_ms > 0);
    now.wall_ms = INT64_MIN;
    EXPECT_INT(0, clock_judge(&now, &nothing, &nothing).best_ms);
}

TEST(test_a_satellite_ties_a_boot_without_headquarters_and_never_against_it)
{
    struct clock_reading now = {.wall_ms = NOON + HOUR, .monotonic_ms = HOUR, .boot = BOOT};
    struct clock_judge_anchor satellite = {.at_ms = NOON, .monotonic_ms = HOUR, .boot = BOOT};
    struct clock_judge_anchor old_hq = {.at_ms = NOON - DAY, .monotonic_ms = 9, .boot = BOOT - 1};
    struct clock_judgement judgement = clock_judge(&now, &old_hq, &satellite);
    EXPECT_INT(CLOCK_QUALITY_ahead_of_headquarters, judgement.quality);
    EXPECT_INT(3600, judgement.offset_s);
    EXPECT(judgement.is_bounded);
    /* Headquarters says that the wall clock is right: the receiver is deceived. */
    struct clock_judge_anchor hq = {
        .at_ms = NOON + HOUR, .wall_ms = NOON + HOUR, .monotonic_ms = HOUR, .boot = BOOT};
    judgement = clock_judge(&now, &hq, &satellite);
    EXPECT_INT(CLOCK_QUALITY_none, judgement.quality);
    /* Where both can be true the time is where they meet. */
    hq.at_ms = NOON - HOUR;
    hq.slack_ms = 2 * HOUR;
    judgement = clock_judge(&now, &hq, &satellite);
    EXPECT_INT(NOON, judgement.best_ms);
}

/* Goal: of two answers what is known narrows, and a late one never puts a clock in doubt. */
TEST(test_answers_narrow_what_is_known)
{
    struct clock_reading now = {.wall_ms = NOON, .monotonic_ms = HOUR, .boot = BOOT};
    struct clock_judge_anchor prompt = {
        .at_ms = NOON, .slack_ms = 2000, .wall_ms = NOON, .monotonic_ms = HOUR, .boot = BOOT};
    struct clock_judge_anchor known = clock_judge_merge(&nothing, &prompt, &now);
    EXPECT_INT(NOON, known.at_ms);
    EXPECT_INT(2000, known.slack_ms);
    now.wall_ms += HOUR;
    now.monotonic_ms += HOUR;
    struct clock_judge_anchor late = {.at_ms = NOON + HOUR / 2,
                                      .slack_ms = HOUR,
                                      .wall_ms = now.wall_ms,
                                      .monotonic_ms = now.monotonic_ms,
                                      .boot = BOOT};
    struct clock_judge_anchor same = clock_judge_merge(&known, &late, &now);
    EXPECT_INT(known.at_ms, same.at_ms);
    EXPECT_INT(known.monotonic_ms, same.monotonic_ms);
    /* Of another boot: only an hour that has passed. */
    struct clock_judge_anchor stray = {.at_ms = NOON + HOUR / 2};
    same = clock_judge_merge(&known, &stray, &now);
    EXPECT_INT(known.at_ms, same.at_ms);
    /* After a reboot it says no more than that either, and the clock is not in doubt. */
    struct clock_reading rebooted = {.wall_ms = NOON + 2 * HOUR, .monotonic_ms = 9, .boot = 78};
    struct clock_judge_anchor after = clock_judge_merge(&known, &stray, &rebooted);
    EXPECT_INT(NOON + HOUR / 2, after.at_ms);
    EXPECT_INT(0, after.boot);
    EXPECT_INT(CLOCK_QUALITY_since_boot_unchecked,
               clock_judge(&rebooted, &after, &nothing).quality);
    /* Headquarters' clock was set: the fresh word counts. */
    struct clock_judge_anchor moved = {.at_ms = NOON + 9 * HOUR,
                                       .wall_ms = now.wall_ms,
                                       .monotonic_ms = now.monotonic_ms,
                                       .boot = BOOT};
    EXPECT_INT(NOON + 9 * HOUR, clock_judge_merge(&known, &moved, &now).at_ms);
    /* A prompter answer narrows a wide one. */
    struct clock_judge_anchor wide = {
        .at_ms = NOON, .slack_ms = HOUR, .wall_ms = NOON, .monotonic_ms = HOUR, .boot = BOOT};
    struct clock_judge_anchor sharp = {.at_ms = NOON + HOUR + MINUTE,
                                       .slack_ms = 1000,
                                       .wall_ms = now.wall_ms,
                                       .monotonic_ms = now.monotonic_ms,
                                       .boot = BOOT};
    struct clock_judge_anchor narrow = clock_judge_merge(&wide, &sharp, &now);
    EXPECT_INT(NOON + HOUR + MINUTE, narrow.at_ms);
    EXPECT_INT(1000, narrow.slack_ms);
}
