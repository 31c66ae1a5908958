#include <stdio.h>

#include "tests/lib/test.h"

#include "app/i18n/lang.h"
#include "app/i18n/texts.h"
#include "core/domain/catalog.h"

TEST(test_every_item_of_every_list_has_words)
{
    for (unsigned list = 0; list < CATALOG_COUNT; list++) {
        for (size_t i = 0; i < catalog_count((enum catalog)list); i++) {
            const char *key =
                catalog_key((enum catalog)list, catalog_code_at((enum catalog)list, i));
            EXPECT_ROW(key, lang_has(key));
        }
    }
    for (int err = OK; err < ERR_COUNT; err++) {
        char key[64];
        snprintf(key, sizeof key, "error.%s", err_name((enum err)err));
        EXPECT_ROW(key, lang_has(key));
    }
}

/* Goal: a translator cannot lose or invent a placeholder. Every {name} of one language stands
 * in the other as often. */
TEST(test_both_languages_have_the_same_placeholders)
{
    for (size_t i = 0; i < TEXTS_COUNT; i++) {
        for (int from = 0; from < LANG_COUNT; from++) {
            const char *text = texts_rows[i].text[from];
            const char *other = texts_rows[i].text[1 - from];
            for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
                const char *close = strchr(open, '}');
                EXPECT_ROW(texts_rows[i].key, close != NULL);
                struct str name = {open, (size_t)(close - open) + 1};
                EXPECT_ROW(texts_rows[i].key, str_contains(str_from(other), name));
            }
        }
    }
}

TEST(test_texts_are_filled_counted_and_formed)
{
    struct arena arena;
    arena_init(&arena, 0);
    EXPECT_TEXT("5分钟前", lang_age(&arena, LANG_zh, 5 * 60000));
    EXPECT_TEXT("just now", lang_age(&arena, LANG_en, 59999));
    EXPECT_TEXT("47 h ago", lang_age(&arena, LANG_en, INT64_C(47) * 3600000));
    EXPECT_TEXT("2 days ago", lang_age(&arena, LANG_en, INT64_C(48) * 3600000));
    EXPECT_TEXT("1 day ago", lang_fill(&arena, LANG_en, "age.days", lang_value_count("n", 1)));
    EXPECT_TEXT("¥1,234.50", lang_money(&arena, LANG_zh, 123450, NULL));
    EXPECT_TEXT("-¥0.05", lang_money(&arena, LANG_en, -5, "CNY"));
    EXPECT_TEXT("USD 12.00", lang_money(&arena, LANG_en, 1200, "USD"));
    EXPECT_TEXT("11月22日 周日", lang_day(&arena, LANG_zh, 20779, 20779));
    EXPECT_TEXT("Sun 22 Nov", lang_day(&arena, LANG_en, 20779, 20779));
    EXPECT_TEXT("Fri 1 Jan 2027", lang_day(&arena, LANG_en, 20819, 20779));
    EXPECT_TEXT("08:05", lang_minute(&arena, 485));
    EXPECT_TEXT("承诺还款", lang_item(&arena, LANG_zh, CATALOG_outcome, OUTCOME_promise_to_pay));
    EXPECT_TEXT("?999", lang_item(&arena, LANG_zh, CATALOG_outcome, 999));
    /* A missing key and a missing value are shown, never hidden. */
    EXPECT_TEXT("no.such.key", lang_text(LANG_zh, "no.such.key"));
    EXPECT_TEXT("{n} min ago", lang_fill(&arena, LANG_en, "age.minutes", lang_value_count("m", 1)));
    arena_deinit(&arena);
}

TEST(test_languages_are_named_as_in_the_environment)
{
    enum lang lang = LANG_en;
    EXPECT(lang_from_text(STR("zh_CN.UTF-8"), &lang) && lang == LANG_zh);
    EXPECT(lang_from_text(STR("en"), &lang) && lang == LANG_en);
    EXPECT(!lang_from_text(STR("C"), &lang));
}
