/* Names found by the first letters of their syllables. */
#include "core/domain/pinyin.h"
#include "tests/lib/test.h"

#include <stdio.h>

TEST(test_pinyin_finds_names_by_any_reading)
{
    static const struct {
        const char *name, *letters;
        enum pinyin_match match;
    } rows[] = {
        {"王建国", "wjg", PINYIN_MATCH_whole},
        {"王建国", "w", PINYIN_MATCH_start},
        {"王建国", "wj", PINYIN_MATCH_start},
        {"王建国", "jg", PINYIN_MATCH_inside},
        {"王建国", "wg", PINYIN_MATCH_none},
        {"王建国", "wjgx", PINYIN_MATCH_none},
        {"王建国", "", PINYIN_MATCH_none},
        {"王建国", "WJG", PINYIN_MATCH_none},
        {"王建国", "w1", PINYIN_MATCH_none},
        {"", "w", PINYIN_MATCH_none},
        {"欧阳文静", "oywj", PINYIN_MATCH_whole},
        /* Surnames that are not read as the word is. */
        {"单田芳", "stf", PINYIN_MATCH_whole},
        {"单田芳", "dtf", PINYIN_MATCH_whole},
        {"曾国藩", "zgf", PINYIN_MATCH_whole},
        {"曾国藩", "cgf", PINYIN_MATCH_whole},
        {"解晓东", "xxd", PINYIN_MATCH_whole},
        {"查良镛", "zly", PINYIN_MATCH_whole},
        {"仇英", "qy", PINYIN_MATCH_whole},
        {"区小明", "oxm", PINYIN_MATCH_whole},
        {"重阳", "cy", PINYIN_MATCH_whole},
        {"重阳", "zy", PINYIN_MATCH_whole},
        {"吕布", "lb", PINYIN_MATCH_whole},
        {"鄂尔多斯", "eeds", PINYIN_MATCH_whole},
        /* Names of other kinds. */
        {"买买提·艾力", "mmtal", PINYIN_MATCH_whole},
        {"买买提·艾力", "al", PINYIN_MATCH_inside},
        {"Li Wei", "lw", PINYIN_MATCH_none},
        {"Li Wei", "liw", PINYIN_MATCH_start},
        {"𬭊", "d", PINYIN_MATCH_whole}, /* U+2CB4A, of the standard table, outside the block */
        {"。、", "a", PINYIN_MATCH_none},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char row[96];
        snprintf(row, sizeof row, "%s %s", rows[i].name, rows[i].letters);
        EXPECT_ROW(row, pinyin_match(str_from(rows[i].name), str_from(rows[i].letters)) ==
                            rows[i].match);
    }
}

TEST(test_pinyin_stands_broken_and_endless_names)
{
    char name[1024];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    EXPECT_INT(PINYIN_MATCH_start, pinyin_match(str_from(name), STR("aaaa")));
    EXPECT_INT(PINYIN_MATCH_none, pinyin_match((struct str){"\xE7\x8E", 2}, STR("w")));
    EXPECT_INT(PINYIN_MATCH_none, pinyin_match((struct str){"\xFF\xFE", 2}, STR("w")));
    EXPECT_INT(0, pinyin_initials(0x10FFFF));
    EXPECT_INT(0, pinyin_initials(0xFFFFFFFF));
}

/* Every character of the block and beyond gives letters a to z only, and nearly all have some. */
TEST(test_pinyin_knows_the_hanzi_of_names)
{
    size_t known = 0;
    for (uint32_t code = 0x4E00; code < 0xA000; code++) {
        uint32_t set = pinyin_initials(code);
        EXPECT((set & ~0x3FFFFFFU) == 0);
        known += set != 0 ? 1 : 0;
    }
    EXPECT(known > 20900);
}
