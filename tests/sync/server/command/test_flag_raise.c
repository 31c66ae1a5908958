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

static ds_Event wish_at_the_door(int64_t at_ms)
{
    ds_Event event = field_visit(1, 1, at_ms, 0);
    event.which_kind = ds_Event_status_flagged_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.status_flagged.flag = STOP_FLAG_own_times;
    event.kind.status_flagged.not_places = 1 << ADDRESS_KIND_work;
    return event;
}

/* What a tablet has still to tell was said, too. */
TEST(test_a_wish_that_was_on_its_way_is_not_dropped_by_headquarters_word)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "own_times", "--note", "called",
                "--not-before", "10:00");
    ds_Event wish = wish_at_the_door(office.time.now_ms + 60000);
    office.time.now_ms += 120000;
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "own_times", "--note", "called",
                "--not-before", "09:00");
    office.time.now_ms += 60000;
    office_arrive(&office, 0, &wish);
    const ds_Flag *flag = flag_of(&office, STOP_FLAG_own_times, FIELD_DAY);
    EXPECT_INT(1 << ADDRESS_KIND_work, flag->not_places);
    EXPECT_INT(600, flag->not_before_minute); /* nobody knew both: the stricter */
    office_close(&office);
}

/* A stop ends by whoever may clear it, and by no new terms of another's. */
TEST(test_who_may_not_clear_a_stop_makes_it_no_weaker)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "people", "add", "--code", "Q1", "--name", "Quality", "--role",
                "quality");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "account", "Q1");
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "cease_contact", "--note",
                "by letter");
    office.caller = "Q1";
    EXPECT_EXIT(COMMAND_refused, &office, "flag", "clear", "REF-000001", "cease_contact");
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "cease_contact", "--note",
                "over", "--until", "2026-11-02");
    EXPECT(flag_of(&office, STOP_FLAG_cease_contact, FIELD_DAY + 400) != NULL);
    office.caller = "S1";
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "raise", "REF-000001", "cease_contact", "--note",
                "until spring", "--until", "2027-03-01");
    EXPECT(flag_of(&office, STOP_FLAG_cease_contact, date_from_civil(2027, 3, 1)) != NULL);
    EXPECT(flag_of(&office, STOP_FLAG_cease_contact, date_from_civil(2027, 3, 2)) == NULL);
    office_close(&office);
}
