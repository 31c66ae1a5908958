#include "sync/server/import/id_number.h"

#include "tests/lib/test.h"

/* Examples of the standards themselves; nobody's number. */
TEST(test_identity_numbers)
{
    static const struct {
        const char *number;
        enum id_number_verdict verdict;
    } rows[] = {
        {"11010519491231002X", ID_NUMBER_ok}, /* GB 11643-1999, example */
        {"440524188001010014", ID_NUMBER_ok}, /* the other one */
        {"11010519491231002x", ID_NUMBER_ok},
        {"110105194912310021", ID_NUMBER_bad_check},
        {"11010519491231003X", ID_NUMBER_bad_check}, /* one digit changed */
        {"11010519491231020X", ID_NUMBER_bad_check}, /* two digits swapped */
        {"110105194902300021", ID_NUMBER_bad_shape}, /* 30 February */
        {"110105194913310021", ID_NUMBER_bad_shape}, /* month 13 */
        {"1101051949123100", ID_NUMBER_bad_shape},
        {"11010519491231002", ID_NUMBER_bad_shape},
        {"110105194912310021X", ID_NUMBER_bad_shape},
        {"110105491231002", ID_NUMBER_ok}, /* fifteen digits */
        {"110105491331002", ID_NUMBER_bad_shape},
        {"91350100M000100Y43", ID_NUMBER_ok}, /* GB 32100-2015, example */
        {"91350100M000100Y44", ID_NUMBER_bad_check},
        {"91350100I000100Y43", ID_NUMBER_bad_shape}, /* I is no character of it */
        {"E12345678", ID_NUMBER_ok},
        {"H1234567801", ID_NUMBER_bad_shape},
        {"EABCD1234", ID_NUMBER_bad_shape},
        {"", ID_NUMBER_bad_shape},
        {"张三", ID_NUMBER_bad_shape},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].number, id_number_check(str_from(rows[i].number)) == rows[i].verdict);
    }
}

TEST(test_the_sex_stands_in_a_citizen_number)
{
    EXPECT_INT(2, id_number_gender(STR("11010519491231002X")));
    EXPECT_INT(1, id_number_gender(STR("440524188001010014")));
    EXPECT_INT(2, id_number_gender(STR("110105491231002")));
    EXPECT_INT(0, id_number_gender(STR("E12345678")));
}

TEST(test_numbers_cut_short_are_refused)
{
    static const char number[] = "11010519491231002X";
    for (size_t size = 0; size < sizeof number - 1; size++) {
        enum id_number_verdict verdict = id_number_check((struct str){number, size});
        EXPECT(verdict != ID_NUMBER_ok || size == 15);
    }
}

/* Goal: a mistyped digit is always found; no other rule lets it through. */
TEST(test_every_wrong_check_digit_is_found)
{
    static const char good[] = "11010519491231002X";
    for (size_t at = 0; at < 18; at++) {
        for (char digit = '0'; digit <= '9'; digit++) {
            char number[sizeof good];
            memcpy(number, good, sizeof good);
            number[at] = digit;
            EXPECT_ROW(number,
                       digit == good[at] || id_number_check(str_from(number)) != ID_NUMBER_ok);
        }
    }
}
