/* Goal: what is read back is what was typed, in the words people use. */
#include "app/i18n/lang_words.h"
#include "tests/lib/test.h"

TEST(test_lang_words_reads_money_back)
{
    static const struct {
        int64_t amount_minor;
        const char *zh, *en;
    } rows[] = {
        {0, "零元整", "zero yuan"},
        {1, "壹分", "one fen"},
        {10, "壹角整", "ten fen"},
        {99, "玖角玖分", "ninety-nine fen"},
        {100, "壹元整", "one yuan"},
        {120000, "壹仟贰佰元整", "one thousand two hundred yuan"},
        {120050, "壹仟贰佰元伍角整", "one thousand two hundred yuan and fifty fen"},
        {100500, "壹仟零伍元整", "one thousand and five yuan"},
        {1050000, "壹万零伍佰元整", "ten thousand five hundred yuan"},
        {2000000, "贰万元整", "twenty thousand yuan"},
        {11900, "壹佰壹拾玖元整", "one hundred and nineteen yuan"},
        {110000000, "壹佰壹拾万元整", "one million one hundred thousand yuan"},
        {100000100, "壹佰万零壹元整", "one million and one yuan"},
        {1234567890, "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整",
         "twelve million three hundred and forty-five thousand six hundred and seventy-eight yuan "
         "and ninety fen"},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_TEXT(rows[i].zh, lang_money_words(&arena, LANG_zh, rows[i].amount_minor));
        EXPECT_TEXT(rows[i].en, lang_money_words(&arena, LANG_en, rows[i].amount_minor));
    }
    arena_deinit(&arena);
}
