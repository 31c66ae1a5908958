/* Goal: what headquarters learns of a stop itself, by letter or telephone, is a fact that bites on
 * every tablet, with its days and the customer's own times; and it can be taken off. */
#include "core/domain/date.h"
#include "tests/sync/server/command/branch_office.h"

static const ds_Flag *flag_of(struct office *office, uint32_t flag, int32_t day)
{
    return fold_flag(office_case(office, 1), flag, day);
}

TEST(test_a_stated_stop_stands_with_its_terms_until_it_is_cleared)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "own_times", "--note",
                "she called: never before ten, never at work", "--not-before", "10:00",
                "--not-places", "work", "--not-weekdays", "6;7");
    const ds_Flag *wish = flag_of(&office, STOP_FLAG_own_times, FIELD_DAY + 400);
    EXPECT(wish != NULL);
    EXPECT_INT(600, wish->not_before_minute);
    EXPECT_INT(1 << ADDRESS_KIND_work, wish->not_places);
    EXPECT_INT(0x60, wish->not_weekdays);
    /* Headquarters' word replaces the terms: she called again. */
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "own_times", "--note",
                "after nine is fine now", "--not-before", "09:00");
    wish = flag_of(&office, STOP_FLAG_own_times, FIELD_DAY);
    EXPECT_INT(540, wish->not_before_minute);
    EXPECT_INT(0, wish->not_places);
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "clear", "REF-000001", "own_times");
    EXPECT(flag_of(&office, STOP_FLAG_own_times, FIELD_DAY) == NULL);

    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "moratorium", "--note",
                "letter of the court", "--from", "2026-11-01", "--until", "2026-12-30");
    int32_t last_day = date_from_civil(2026, 12, 30);
    EXPECT(flag_of(&office, STOP_FLAG_moratorium, last_day) != NULL);
    EXPECT(flag_of(&office, STOP_FLAG_moratorium, last_day + 1) == NULL);
    EXPECT_INT(date_from_civil(2026, 11, 1),
               flag_of(&office, STOP_FLAG_moratorium, last_day)->from_day);
    office_close(&office);
}

TEST(test_terms_that_make_no_sense_are_refused_and_change_nothing)
{
    static const char *const rows[][2] = {
        {"--from", "tomorrow"},  {"--until", "2026-02-30"}, {"--not-before", "24:00"},
        {"--not-before", "9:5"}, {"--not-after", "x"},      {"--not-weekdays", "0"},
        {"--not-weekdays", "8"}, {"--not-places", "moon"},  {"--not-places", ";"},
    };
    struct office office;
    office_open(&office);
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_EXIT(COMMAND_usage, &office, "flag", "raise", "REF-000001", "own_times", "--note",
                    "why", rows[i][0], rows[i][1]);
        EXPECT_SAID(&office, rows[i][0]);
    }
    EXPECT_EXIT(COMMAND_usage, &office, "flag", "raise", "REF-000001", "own_times", "--note", "why",
                "--not-before", "18:00", "--not-after", "18:00");
    EXPECT_EXIT(COMMAND_usage, &office, "flag", "raise", "REF-000001", "moratorium", "--note",
                "why", "--from", "2026-11-02", "--until", "2026-11-01");
    EXPECT_EXIT(COMMAND_usage, &office, "flag", "raise", "REF-000001", "dispute", "--note", "why",
                "--not-before", "10:00");
    EXPECT_EXIT(COMMAND_usage, &office, "flag", "raise", "REF-000001", "dispute"); /* why? */
    EXPECT(flag_of(&office, STOP_FLAG_own_times, FIELD_DAY) == NULL);
    EXPECT(flag_of(&office, STOP_FLAG_moratorium, FIELD_DAY) == NULL);
    EXPECT(flag_of(&office, STOP_FLAG_dispute, FIELD_DAY) == NULL);
    office_close(&office);
}
