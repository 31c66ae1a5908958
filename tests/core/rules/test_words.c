#include "core/rules/disclosure.h"
#include "core/rules/plan.h"
#include "core/rules/priority.h"
#include "core/rules/strategy.h"
#include "tests/lib/test.h"
#include "tests/lib/texts.h"

static void expect_words(const char *texts, const char *key)
{
    size_t size = 0;
    EXPECT_ROW(key, test_text_of(texts, key, &size) != NULL);
}

TEST(test_every_member_of_the_rules_lists_has_words_in_both_languages)
{
    for (size_t l = 0; l < COUNT(test_languages); l++) {
        const char *texts = test_texts(TESTS_FOLDER, test_languages[l]);
        for (size_t i = 0; i < refusal_count(); i++) {
            expect_words(texts, refusal_key(refusal_code_at(i)));
        }
        for (size_t i = 0; i < obligation_count(); i++) {
            expect_words(texts, obligation_key(obligation_bit_at(i)));
        }
        for (size_t i = 0; i < disclosure_count(); i++) {
            expect_words(texts, disclosure_key(disclosure_bit_at(i)));
        }
        for (int i = 0; i < PRIORITY_COUNT; i++) {
            expect_words(texts, priority_key((enum priority_part)i));
            expect_words(texts, priority_reason_key((enum priority_part)i, 1));
        }
        expect_words(texts, priority_reason_key(PRIORITY_untouched, PRIORITY_NEVER));
        for (int i = 0; i < PLAN_REASON_on_the_way; i++) {
            expect_words(texts, plan_reason_key((enum plan_reason)i));
        }
        for (int i = 0; i < STRATEGY_COUNT; i++) {
            expect_words(texts, strategy_key((enum strategy_goal)i));
        }
    }
}

TEST(test_every_reason_of_the_plan_has_words_in_both_languages)
{
    for (size_t l = 0; l < COUNT(test_languages); l++) {
        const char *texts = test_texts(TESTS_FOLDER, test_languages[l]);
        for (int i = PLAN_REASON_on_the_way; i < PLAN_REASON_COUNT; i++) {
            expect_words(texts, plan_reason_key((enum plan_reason)i));
        }
        for (int i = 0; i <= PLAN_WHY_trade; i++) {
            expect_words(texts, plan_why_key((enum plan_why_kind)i));
        }
    }
}
