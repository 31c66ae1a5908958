/* Single values that people and files write: days, amounts, degrees, telephones, numbers of
 * identity, zones, periods, rules. What is read and has a form of its own comes back the same from
 * it. */
#include "core/domain/date.h"
#include "core/domain/geo.h"
#include "core/domain/money.h"
#include "core/rules/chance.h"
#include "core/rules/law_words.h"
#include "core/rules/period.h"
#include "sync/server/import/assign_rule.h"
#include "sync/server/import/id_number.h"
#include "sync/server/import/phone.h"
#include "sync/server/import/value.h"
#include "tests/fuzz/target.h"

static void read_day(struct str text)
{
    int32_t day = 0;
    int32_t again = 0;
    char written[DATE_TEXT_SIZE];
    if (date_from_text(text, &day) == OK) {
        CHECK(date_from_text(str_from(date_to_text(written, day)), &again) == OK && again == day);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct str text = {(const char *)bytes, size};
    int64_t number = 0;
    int32_t small = 0;
    uint16_t rule = 0;
    enum period_kind kind;
    char phone[24];
    char shape[VALUE_SHAPE_SIZE];
    arena_init(&arena, 0);
    read_day(text);
    struct chance chance;
    (void)!chance_read(text, &chance, &number);
    (void)!str_to_i64(text, &number);
    (void)!money_from_text(text, &number);
    (void)!date_zone_offset(text, &small);
    (void)period_kind_from_text(text, &kind);
    (void)!law_rule_from_text(text, &rule);
    (void)id_number_check(text);
    (void)id_number_gender(text);
    if (phone_read(phone, sizeof phone, text) != 0) {
        CHECK(strlen(phone) < sizeof phone);
    }
    (void)assign_area_is_served(text, STR("浦东"));
    value_shape(shape, text);
    CHECK(strlen(shape) < sizeof shape);
    (void)value_trim(text);
    (void)!geo_degrees_from_text(str_text(&arena, text), 180, &small);
    while (text.size > 0) {
        (void)str_next_code(&text);
    }
    arena_deinit(&arena);
    return 0;
}
