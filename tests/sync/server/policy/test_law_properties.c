/* Goal: what must hold for whatever facts. Seeded; law_draw.h says how many. */
#include "tests/sync/server/policy/law_draw.h"

TEST(test_strict_is_never_milder_than_a_profile)
{
    /* cn-xj is a clock of a region rather than a profile: its soft hours begin at ten. */
    static const char *const profiles[] = {"cn",    "us", "uk", "in", "us-ma",
                                           "us-2p", "ie", "kr", "au"};
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image strict;
    struct law_image images[COUNT(profiles)];
    made_image(&arena, "strict", &strict);
    for (size_t i = 0; i < COUNT(profiles); i++) {
        made_image(&arena, profiles[i], &images[i]);
    }
    struct test_rng rng = {.state = 20261122};
    for (uint64_t n = law_set_count(60000); n > 0; n--) {
        struct law_situation situation = draw_situation(&rng, &strict);
        struct law_verdict own;
        law_judge(&strict, &situation, &own);
        for (size_t i = 0; i < COUNT(profiles); i++) {
            struct law_verdict other;
            if (own.severity == SEVERITY_block) {
                break; /* nothing is stricter */
            }
            law_judge(&images[i], &situation, &other);
            if (own.severity < other.severity) {
                law_tell("strict is milder than", &images[i], &situation, &own, &other);
            }
        }
    }
    arena_deinit(&arena);
}

TEST(test_one_more_stop_never_lowers_a_verdict)
{
    static const char *const profiles[] = {"cn", "us", "uk", "in", "strict", "kr", "au"};
    struct arena arena;
    arena_init(&arena, 0);
    struct test_rng rng = {.state = 7};
    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct law_image image;
        made_image(&arena, profiles[i], &image);
        for (uint64_t n = law_set_count(70000) / COUNT(profiles); n > 0; n--) {
            struct law_situation situation = draw_situation(&rng, &image);
            struct law_verdict before;
            struct law_verdict after;
            law_judge(&image, &situation, &before);
            uint32_t stop = UINT32_C(1) << draw(&rng, 17);
            if (stop == LAW_FLAG_LOST) {
                continue; /* it says where the debtor is, and stops nothing */
            }
            situation.flags |= stop;
            law_judge(&image, &situation, &after);
            if (after.severity < before.severity ||
                (before.obligations & ~after.obligations) != 0) {
                law_tell("a stop lowers", &image, &situation, &after, &before);
            }
        }
    }
    arena_deinit(&arena);
}

TEST(test_a_closer_layer_never_loosens)
{
    static const struct {
        const char *wide, *close;
    } rows[] = {{"base", "cn"},  {"base", "us"},  {"base", "uk-ie"},  {"base", "in"},
                {"base", "kr"},  {"base", "au"},  {"base", "strict"}, {"uk-ie", "uk"},
                {"uk-ie", "ie"}, {"us", "us-ma"}, {"us", "us-2p"},    {"cn", "cn-xj"}};
    struct arena arena;
    arena_init(&arena, 0);
    struct test_rng rng = {.state = 11};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct law_image wide;
        struct law_image close;
        made_image(&arena, rows[i].wide, &wide);
        made_image(&arena, rows[i].close, &close);
        for (uint64_t n = law_set_count(84000) / COUNT(rows); n > 0; n--) {
            struct law_situation situation = draw_situation(&rng, &wide);
            struct law_verdict before;
            struct law_verdict after;
            law_judge(&wide, &situation, &before);
            law_judge(&close, &situation, &after);
            if (after.severity < before.severity) {
                law_tell("looser than the layer above:", &close, &situation, &after, &before);
            }
        }
    }
    arena_deinit(&arena);
}

/* The next lawful time is one: judged then, no rule of time blocks; and a block that time does
 * not end promises none. */
TEST(test_the_next_lawful_time_is_lawful)
{
    static const char *const profiles[] = {"cn", "us", "uk", "ie", "strict", "us-ma"};
    struct arena arena;
    arena_init(&arena, 0);
    struct test_rng rng = {.state = 13};
    size_t promised = 0;
    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct law_image image;
        made_image(&arena, profiles[i], &image);
        for (int n = 0; n < 4000; n++) {
            struct law_situation situation = law_situation_ordinary();
            situation.at_ms = INT64_C(1704067200000) + (int64_t)draw(&rng, 500000000) * 1000;
            situation.zone = (uint16_t)draw(&rng, image.zone_count);
            situation.stages = LAW_STAGE_checkin;
            struct law_verdict verdict;
            law_judge(&image, &situation, &verdict);
            if (verdict.severity != SEVERITY_block) {
                EXPECT_INT(0, verdict.next_ok_at_ms);
                continue;
            }
            int64_t next_ms = verdict.next_ok_at_ms;
            EXPECT_ROW(profiles[i], next_ms > situation.at_ms);
            situation.at_ms = next_ms;
            law_judge(&image, &situation, &verdict);
            EXPECT_ROW(profiles[i], verdict.severity != SEVERITY_block);
            situation.at_ms = next_ms - 1000; /* and not a second earlier */
            law_judge(&image, &situation, &verdict);
            EXPECT_ROW(profiles[i], verdict.severity == SEVERITY_block);
            promised++;
        }
    }
    EXPECT(promised > 5000);
    arena_deinit(&arena);
}
