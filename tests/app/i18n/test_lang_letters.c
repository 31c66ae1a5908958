/* Goal: the set holds what every screen needs, once each, and never changes by
 * itself. */
#include "app/i18n/lang_letters.h"
#include "tests/lib/test.h"

TEST(test_lang_letters_holds_what_screens_are_made_of)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
        const char *letters = lang_letters(&arena, lang);
        EXPECT_TEXT(letters, lang_letters(&arena, lang));
        EXPECT(strncmp(letters, " !\"#$%&'()*+,-./0123456789", 26) == 0);
        EXPECT(str_code_count(str_from(letters)) <= LANG_LETTERS_MAX);
        struct str rest = str_from(letters);
        while (rest.size > 0) {
            const char *at = rest.bytes;
            (void)str_next_code(&rest);
            char letter[8] = {0};
            memcpy(letter, at, (size_t)(rest.bytes - at));
            EXPECT_ROW(letter, strstr(rest.size > 0 ? rest.bytes : "", letter) == NULL);
        }
    }
    const char *chinese = lang_letters(&arena, LANG_zh);
    EXPECT_INT(LANG_LETTERS_MAX, str_code_count(str_from(chinese)));
    EXPECT(strstr(chinese, "访") != NULL && strstr(chinese, "的") != NULL);
    arena_deinit(&arena);
}
