/* Goal: what a lawyer can look up is what the engine says, through the real packs. */
#include "tests/sync/server/policy/law_made.h"

static size_t judge_file(const char *name)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct str text = made_file(&arena, str_format(&arena, "%s/data/law/%s", TESTS_FOLDER, name));
    struct law_image images[16];
    const char *profiles[16];
    size_t image_count = 0;
    struct law_case *law_case = ARENA_NEW(&arena, struct law_case);
    struct law_fault fault;
    size_t line = 0;
    size_t count = 0;
    size_t wrong = 0;
    enum err err;
    while ((err = law_case_next(&arena, name, &text, &line, law_case, &fault)) == OK) {
        size_t at = 0;
        while (at < image_count && strcmp(profiles[at], law_case->profile) != 0) {
            at++;
        }
        if (at == image_count) {
            profiles[image_count] = law_case->profile;
            made_image(&arena, law_case->profile, &images[image_count++]);
        }
        bool is_expected = false;
        struct law_verdict verdict;
        err = law_case_settle(name, law_case, &images[at], &fault);
        if (err == OK) {
            law_judge(&images[at], &law_case->situation, &verdict);
            err = law_case_is_expected(name, law_case, &images[at], &verdict, &is_expected, &fault);
        }
        if (err != OK) {
            break;
        }
        if (law_case->expect.size == 0 || !is_expected) {
            print_error("%s:%zu %s: %s, not %.*s (next %lld)\n", name, law_case->line, law_case->id,
                        law_case_outcome(&arena, &verdict), (int)law_case->expect.size,
                        law_case->expect.bytes, (long long)verdict.next_ok_at_ms);
            wrong++;
        }
        count++;
    }
    if (err != ERR_not_found) {
        fail_msg("%s:%zu: %s %s (%s)", name, fault.line, fault.key, fault.name, fault.expected);
    }
    EXPECT_INT(0, wrong);
    arena_deinit(&arena);
    return count;
}

TEST(test_public_situations_have_the_verdict_that_is_published)
{
    EXPECT_INT(25, judge_file("vectors.txt"));
}

TEST(test_every_rule_fires_and_stays_silent_at_each_side_of_its_edge)
{
    EXPECT(judge_file("rules.txt") >= 2 * 74);
}

/* A rule without a row that fires it and one that does not would be a rule without a test. */
TEST(test_every_rule_has_rows_that_fire_it_and_that_do_not)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct str text = made_file(&arena, TESTS_FOLDER "/data/law/rules.txt");
    for (size_t i = 0; i < law_rule_count(); i++) {
        char rule[LAW_RULE_TEXT_SIZE];
        law_rule_to_text(rule, law_rule_at(i));
        char start[16];
        char fired[16];
        snprintf(start, sizeof start, "id=%s-", rule);
        snprintf(fired, sizeof fired, "%s:", rule);
        size_t firing = 0;
        size_t silent = 0;
        struct str rest = text;
        struct str line;
        while (str_split(&rest, '\n', &line)) {
            bool is_own =
                line.size > strlen(start) && memcmp(line.bytes, start, strlen(start)) == 0;
            firing += is_own && str_contains(line, str_from(fired));
            silent += is_own && !str_contains(line, str_from(fired));
        }
        EXPECT_ROW(rule, firing > 0 && silent > 0);
    }
    arena_deinit(&arena);
}
