/* Goal: who works with cases without needing to know whose they are sees names with stars and no
 * number, address or note, in every list and not in the case's file alone. */
#include "tests/sync/server/command/branch_office.h"

#define HOUR_MS INT64_C(3600000)

/* By a collector whose case it is not. */
static ds_Event note_of_other(int64_t at_ms)
{
    ds_Event event = field_visit(2, 1, at_ms, 0);
    event.which_kind = ds_Event_note_added_tag;
    memset(&event.kind, 0, sizeof event.kind);
    snprintf(event.kind.note_added.note, sizeof event.kind.note_added.note, "moved to Other Road");
    return event;
}

static ds_Event stop(int64_t at_ms)
{
    ds_Event event = field_visit(1, 1, at_ms, 0);
    event.which_kind = ds_Event_status_flagged_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.status_flagged.flag = STOP_FLAG_cease_contact;
    snprintf(event.kind.status_flagged.note, sizeof event.kind.status_flagged.note, "by letter");
    return event;
}

TEST(test_every_list_hides_what_the_role_need_not_know)
{
    static const char *const roles[] = {"finance", "quality", "auditor", "legal"};
    struct office office;
    office_open(&office);
    for (size_t i = 0; i < COUNT(roles); i++) {
        EXPECT_EXIT(COMMAND_ok, &office, "people", "add", "--code", roles[i], "--name", roles[i],
                    "--role", roles[i]);
        EXPECT_EXIT(COMMAND_ok, &office, "people", "account", roles[i]);
    }
    ds_Event event = field_waiver(1, 1, FIELD_AT_MS + HOUR_MS);
    struct id decided = office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "reject", office_id(&office, decided), "--by",
                "S1");
    event = field_waiver(1, 2, FIELD_AT_MS + 2 * HOUR_MS);
    office_arrive(&office, 0, &event);
    event = note_of_other(FIELD_AT_MS + 3 * HOUR_MS);
    struct id note = office_arrive(&office, 1, &event);
    event = stop(FIELD_AT_MS + 5 * HOUR_MS);
    office_arrive(&office, 0, &event);
    const char *conflict = office_id(&office, note);
    const struct {
        const char *words[5];
        int count;
        const char *hidden;
    } rows[] = {
        {{"approvals", "list"}, 2, "Debtor 2"},
        {{"approvals", "list", "--json"}, 3, "Debtor 2"},
        {{"approvals", "list", "--decided"}, 3, "Debtor 1"},
        {{"conflicts", "show", conflict, "--kind", "not_assigned"}, 5, "Other Road"},
        {{"flag", "list"}, 2, "by letter"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t r = 0; r < COUNT(roles); r++) {
            bool is_whole = strcmp(roles[r], "legal") == 0;
            office.caller = roles[r];
            EXPECT_INT(COMMAND_ok, office_run_in(&office, LANG_en, rows[i].words, rows[i].count));
            if (office_says(&office, rows[i].hidden) != is_whole) {
                fail_msg("%s %s for %s: %s", rows[i].words[0], rows[i].words[1], roles[r],
                         office.said);
            }
            if (!is_whole && !office_says(&office, "**")) {
                fail_msg("%s: %s", rows[i].words[0], office.said);
            }
        }
    }
    office_close(&office);
}
