#include "app/i18n/lang_words.h"

#include "core/domain/money.h"

static const char *const ones[] = {"zero",    "one",     "two",       "three",    "four",
                                   "five",    "six",     "seven",     "eight",    "nine",
                                   "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                   "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                   "fifty", "sixty", "seventy", "eighty", "ninety"};

static void word_add(struct str_builder *out, const char *word)
{
    if (out->size > 0) {
        str_add_char(out, ' ');
    }
    str_add_text(out, word);
}

/* 1..999: "three hundred and five", "forty-two". */
static void group_add(struct str_builder *out, uint32_t group)
{
    if (group >= 100) {
        word_add(out, ones[group / 100]);
        word_add(out, "hundred");
        group %= 100;
        if (group > 0) {
            word_add(out, "and");
        }
    }
    if (group >= 20) {
        word_add(out, tens[group / 10]);
        if (group % 10 > 0) {
            str_add_char(out, '-');
            str_add_text(out, ones[group % 10]);
        }
    } else if (group > 0) {
        word_add(out, ones[group]);
    }
}

static void number_add(struct str_builder *out, uint64_t number)
{
    static const struct {
        uint64_t size;
        const char *word;
    } scales[] = {{1000000000000U, "trillion"},
                  {1000000000U, "billion"},
                  {1000000U, "million"},
                  {1000U, "thousand"}};
    bool is_large = number >= 1000;
    for (size_t i = 0; i < COUNT(scales); i++) {
        uint64_t group = number / scales[i].size;
        if (group > 0) {
            group_add(out, (uint32_t)group);
            word_add(out, scales[i].word);
            number %= scales[i].size;
        }
    }
    if (number > 0) {
        if (is_large && number < 100) {
            word_add(out, "and"); /* one thousand and five */
        }
        group_add(out, (uint32_t)number);
    }
}

static const char *english(struct arena *arena, int64_t amount_minor)
{
    struct str_builder out;
    str_builder_init(&out, arena);
    uint64_t yuan = (uint64_t)amount_minor / 100;
    uint32_t fen = (uint32_t)(amount_minor % 100);
    if (yuan > 0 || fen == 0) {
        if (yuan == 0) {
            word_add(&out, ones[0]);
        } else {
            number_add(&out, yuan);
        }
        word_add(&out, "yuan");
    }
    if (fen > 0) {
        if (yuan > 0) {
            word_add(&out, "and");
        }
        group_add(&out, fen);
        word_add(&out, "fen");
    }
    return out.text;
}

const char *lang_money_words(struct arena *arena, enum lang lang, int64_t amount_minor)
{
    CHECK(amount_minor >= 0 && amount_minor <= INT64_C(100000000000000));
    if (lang == LANG_zh) {
        char *text = arena_alloc(arena, MONEY_CAPITALS_SIZE);
        return money_to_capitals(text, amount_minor);
    }
    return english(arena, amount_minor);
}
