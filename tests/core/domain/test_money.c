#include "tests/lib/test.h"

#include "core/domain/money.h"

TEST(test_scaling_rounds_as_named_to_the_fen)
{
    static const struct {
        const char *name;
        int64_t amount, numerator, denominator;
        enum money_rounding rounding;
        int64_t expected;
    } rows[] = {
        {"third down", 100, 1, 3, MONEY_ROUND_down, 33},
        {"third half", 100, 1, 3, MONEY_ROUND_half_up, 33},
        {"third up", 100, 1, 3, MONEY_ROUND_up, 34},
        {"half up", 5, 1, 2, MONEY_ROUND_half_up, 3},
        {"half down", 5, 1, 2, MONEY_ROUND_down, 2},
        {"negative half away from zero", -5, 1, 2, MONEY_ROUND_half_up, -3},
        {"negative down toward zero", -5, 1, 2, MONEY_ROUND_down, -2},
        {"exact up stays", 6, 1, 2, MONEY_ROUND_up, 3},
        {"large product fits inside", INT64_MAX, 7, 7, MONEY_ROUND_down, INT64_MAX},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t result = 0;
        EXPECT_OK(money_scale(rows[i].amount, rows[i].numerator, rows[i].denominator,
                              rows[i].rounding, &result));
        EXPECT_ROW(rows[i].name, result == rows[i].expected);
    }
    int64_t result = 0;
    EXPECT_ERR(ERR_out_of_range, money_scale(INT64_MAX, 2, 1, MONEY_ROUND_down, &result));
}

TEST(test_amounts_are_read_strictly)
{
    static const struct {
        const char *text;
        enum err err;
        int64_t amount;
    } rows[] = {
        {"0", OK, 0},
        {"12", OK, 1200},
        {"12.3", OK, 1230},
        {"12.34", OK, 1234},
        {"-0.05", OK, -5},
        {" 1,234.50 ", OK, 123450},
        {"¥1,234,567", OK, 123456700},
        {"￥8", OK, 800},
        {"92233720368547758.07", OK, INT64_MAX},
        {"92233720368547758.08", ERR_out_of_range, 0},
        {"12.345", ERR_bad_number, 0},
        {"12.", ERR_bad_number, 0},
        {".5", ERR_bad_number, 0},
        {"1,23.00", ERR_bad_number, 0},
        {"12,34", ERR_bad_number, 0},
        {",123", ERR_bad_number, 0},
        {"1e3", ERR_bad_number, 0},
        {"五百", ERR_bad_number, 0},
        {"", ERR_bad_number, 0},
        {"-", ERR_bad_number, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t amount = 0;
        enum err err = money_from_text(str_from(rows[i].text), &amount);
        EXPECT_ROW(rows[i].text, err == rows[i].err && (err != OK || amount == rows[i].amount));
    }
}

TEST(test_amounts_print_and_read_back)
{
    static const int64_t amounts[] = {0,      1,         99, 100,     99999,
                                      100000, 123456789, -1, -100000, INT64_MAX};
    for (size_t i = 0; i < COUNT(amounts); i++) {
        char text[MONEY_TEXT_SIZE];
        int64_t again = 1;
        EXPECT_OK(money_from_text(str_from(money_to_text(text, amounts[i], i % 2 == 0)), &again));
        EXPECT_ROW(text, again == amounts[i]);
    }
}

/* Goal: capitals as written on receipts, with zeros inside and units skipped. */
TEST(test_capitals_follow_receipt_usage)
{
    static const struct {
        int64_t amount;
        const char *text;
    } rows[] = {
        {0, "零元整"},
        {1, "壹分"},
        {10, "壹角整"},
        {100, "壹元整"},
        {105, "壹元零伍分"},
        {123450, "壹仟贰佰叁拾肆元伍角整"},
        {100000, "壹仟元整"},
        {100500, "壹仟零伍元整"},
        {1000000, "壹万元整"},
        {1000500, "壹万零伍元整"},
        {10500000, "壹拾万伍仟元整"},
        {1001000000, "壹仟零壹万元整"},
        {10000000100, "壹亿零壹元整"},
        {12345678901, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"},
        {INT64_C(100000001000000), "壹兆零壹万元整"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[MONEY_CAPITALS_SIZE];
        EXPECT_TEXT(rows[i].text, money_to_capitals(text, rows[i].amount));
    }
}
