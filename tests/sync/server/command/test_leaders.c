/* Goal: who leads a team sees its rows and nobody else's, and is told that it is so. */
#include "tests/sync/server/command/branch_office.h"

#define HOUR_MS INT64_C(3600000)

static ds_Event call_for_help(uint32_t person_no, int64_t at_ms)
{
    ds_Event event = field_visit(person_no, 1, at_ms, 0);
    event.which_kind = ds_Event_safety_incident_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.safety_incident.incident = 1;
    event.kind.safety_incident.severity = 3;
    return event;
}

/* C1 is of the team North, which L1 leads; C2 is of South, and S1 looks after both. */
static void open_with_teams(struct office *office)
{
    office_open(office);
    EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", "C1", "--name", "Collector One",
                "--role", "collector", "--team", "North");
    EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", "C2", "--name", "Collector Two",
                "--role", "collector", "--team", "South");
    EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", "L1", "--name", "Leader North",
                "--role", "leader", "--team", "North");
    EXPECT_EXIT(COMMAND_ok, office, "people", "account", "L1");
    EXPECT_EXIT(COMMAND_ok, office, "message", "--person", "C1", "come to North");
    EXPECT_EXIT(COMMAND_ok, office, "message", "--person", "C2", "come to South");
    for (uint32_t n = 0; n < 2; n++) {
        ds_Event event = call_for_help(n + 1, FIELD_AT_MS + (n + 1) * HOUR_MS);
        office_arrive(office, n, &event);
        event = field_waiver(n + 1, n + 2, FIELD_AT_MS + (n + 3) * HOUR_MS);
        office_arrive(office, n, &event);
        event = field_visit(n + 1, n + 1, office->time.now_ms - HOUR_MS, OUTCOME_refused_to_pay);
        office_arrive(office, n, &event);
    }
}

TEST(test_a_leader_sees_the_own_team_and_is_told_so)
{
    static const struct {
        const char *words[3];
        int count;
        const char *own, *others;
    } rows[] = {
        {{"people", "list"}, 2, "Collector One", "Collector Two"},
        {{"devices", "list"}, 2, "Collector One", "Collector Two"},
        {{"today"}, 1, "Collector One", "Collector Two"},
        {{"alarms", "list", "--all"}, 3, "Collector One", "Collector Two"},
        {{"messages", "--all"}, 2, "come to North", "come to South"},
        {{"approvals", "list"}, 2, "REF-000002", "REF-000003"},
    };
    struct office office;
    open_with_teams(&office);
    for (size_t i = 0; i < COUNT(rows); i++) {
        office.caller = "S1";
        EXPECT_INT(COMMAND_ok, office_run_in(&office, LANG_en, rows[i].words, rows[i].count));
        EXPECT_SAID(&office, rows[i].own);
        EXPECT_SAID(&office, rows[i].others);
        EXPECT(!office_says(&office, "Only your own team"));
        office.caller = "L1";
        EXPECT_INT(COMMAND_ok, office_run_in(&office, LANG_en, rows[i].words, rows[i].count));
        EXPECT_SAID(&office, rows[i].own);
        EXPECT_SAID(&office, "Only your own team is shown.");
        if (office_says(&office, rows[i].others)) {
            fail_msg("%s shows another team: %s", rows[i].words[0], office.said);
        }
    }
    /* A conflict is of both sides' teams, and of no third. */
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list");
    EXPECT_SAID(&office, "REF-000001");
    office.caller = NULL;
    EXPECT_EXIT(COMMAND_ok, &office, "people", "add", "--code", "L2", "--name", "Leader West",
                "--role", "leader", "--team", "West");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "account", "L2");
    office.caller = "L2";
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list");
    EXPECT(!office_says(&office, "REF-000001"));
    office.caller = "L1";
    /* What is not of one team stays shut. */
    EXPECT_EXIT(COMMAND_refused, &office, "report", "--all", "--kind", "field", "--period", "day");
    office_close(&office);
}

TEST(test_a_leader_answers_for_the_own_team_alone)
{
    struct office office;
    open_with_teams(&office);
    office.caller = "S1";
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "list", "--json");
    const char *first = strstr(office.said, "\"id\": \"");
    const char *second = first != NULL ? strstr(first + 1, "\"id\": \"") : NULL;
    EXPECT(second != NULL);
    const char *ids[2] = {str_text(&office.arena, (struct str){first + 7, 32}),
                          str_text(&office.arena, (struct str){second + 7, 32})};
    bool is_first_own = strstr(first, "Collector One") < strstr(first, "Collector Two");
    office.caller = "L1";
    EXPECT_EXIT(COMMAND_refused, &office, "alarms", "seen", ids[is_first_own]);
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "seen", ids[!is_first_own]);
    EXPECT_EXIT(COMMAND_refused, &office, "alarms", "seen", "device-2");
    EXPECT_EXIT(COMMAND_refused, &office, "message", "--person", "C2", "hello");
    EXPECT_EXIT(COMMAND_refused, &office, "message", "--all", "hello");
    EXPECT_EXIT(COMMAND_ok, &office, "message", "--person", "C1", "hello");
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "lock", "1");
    office_close(&office);
}

TEST(test_the_day_of_each_collector_is_counted)
{
    struct office office;
    open_with_teams(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "today", "--json");
    EXPECT_SAID(&office, "\"visited\": 1");
    EXPECT_SAID(&office, "\"met\": 1");
    EXPECT_SAID(&office, "\"alarms\": 1");
    EXPECT_SAID(&office, "not_open");
    EXPECT_EXIT(COMMAND_usage, &office, "today", "tomorrow");
    office_close(&office);
}

TEST(test_a_stop_is_listed_until_it_is_cleared)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, OUTCOME_no_more_contact_asked);
    office_arrive(&office, 0, &event);
    event.which_kind = ds_Event_status_flagged_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.status_flagged.flag = STOP_FLAG_cease_contact;
    snprintf(event.kind.status_flagged.note, sizeof event.kind.status_flagged.note, "by letter");
    event.at_ms++;
    office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "list");
    EXPECT_SAID(&office, "REF-000001");
    EXPECT_SAID(&office, "by letter");
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "clear", "#1", "cease_contact", "--note", "agreed");
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "list");
    EXPECT(!office_says(&office, "by letter"));
    office_close(&office);
}
