#include "sync/server/import/phone.h"

#include "core/domain/catalog.h"

#include "tests/lib/test.h"

TEST(test_telephone_numbers)
{
    static const struct {
        const char *text;
        uint32_t kind;
        const char *number;
    } rows[] = {
        {"19900001234", POINT_KIND_mobile, "19900001234"},
        {"199 0000 1234", POINT_KIND_mobile, "19900001234"},
        {"199-0000-1234", POINT_KIND_mobile, "19900001234"},
        {"+8619900001234", POINT_KIND_mobile, "19900001234"},
        {"+86 199 0000 1234", POINT_KIND_mobile, "19900001234"},
        {"008619900001234", POINT_KIND_mobile, "19900001234"},
        {"8619900001234", POINT_KIND_mobile, "19900001234"},
        {"1990000123", 0, NULL},
        {"199000012345", 0, NULL},
        {"12900001234", 0, NULL}, /* no mobile number begins with 12 */
        {"1990000-12", 0, NULL},
        {"021-66554433", POINT_KIND_home_phone, "021-66554433"},
        {"02166554433", POINT_KIND_home_phone, "021-66554433"},
        {"(021)66554433", POINT_KIND_home_phone, "021-66554433"},
        {"+86 21 66554433", POINT_KIND_home_phone, "021-66554433"},
        {"+86 10 66554433", POINT_KIND_home_phone, "010-66554433"},
        {"0755-66554433", POINT_KIND_home_phone, "0755-66554433"},
        {"0755-6655443", POINT_KIND_home_phone, "0755-6655443"},
        {"021-66554433-801", POINT_KIND_home_phone, "021-66554433-801"},
        {"021-66554433-", 0, NULL},
        {"021-66554433-8011234", 0, NULL},
        {"021-665544", 0, NULL},
        {"66554433", 0, NULL}, /* which city */
        {"400-820-8820", POINT_KIND_work_phone, "4008208820"},
        {"+33 1 23 45 67 89", POINT_KIND_mobile, "+33123456789"},
        {"+123", 0, NULL},
        {"a@example.com", POINT_KIND_email, "a@example.com"},
        {"a@b", 0, NULL},
        {"a b@example.com", 0, NULL},
        {"a@example.com,b@example.com", 0, NULL},
        {"本人电话", 0, NULL},
        {"-", 0, NULL},
        {"+", 0, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char number[65];
        uint32_t kind = phone_read(number, sizeof number, str_from(rows[i].text));
        EXPECT_ROW(rows[i].text, kind == rows[i].kind);
        EXPECT_ROW(rows[i].text, kind == 0 || strcmp(number, rows[i].number) == 0);
    }
}

/* What is kept reads back as itself: a number is not changed by a second import. */
TEST(test_kept_numbers_stay)
{
    static const char *const kept[] = {"19900001234",      "021-66554433", "0755-6655443",
                                       "021-66554433-801", "4008208820",   "+33123456789",
                                       "a@example.com"};
    for (size_t i = 0; i < COUNT(kept); i++) {
        char number[65];
        EXPECT_ROW(kept[i], phone_read(number, sizeof number, str_from(kept[i])) != 0);
        EXPECT_TEXT(kept[i], number);
    }
}

TEST(test_long_and_flipped_input_stays_in_bounds)
{
    char text[200];
    for (size_t size = 0; size < sizeof text; size++) {
        memset(text, '1', sizeof text);
        char number[65];
        EXPECT(phone_read(number, sizeof number, (struct str){text, size}) == 0 || size <= 15);
        memset(text, '@', sizeof text);
        EXPECT_INT(0, phone_read(number, sizeof number, (struct str){text, size}));
    }
    static const char good[] = "+86 21 66554433-801";
    for (size_t at = 0; at < sizeof good - 1; at++) {
        for (int value = 1; value < 256; value++) {
            char bytes[sizeof good];
            memcpy(bytes, good, sizeof good);
            bytes[at] = (char)value;
            char number[65];
            (void)phone_read(number, sizeof number, str_from(bytes));
        }
    }
}
