/* Goal: who says that the debt is not theirs is answered in three working days, by somebody with a
 * name who was not at the door; past the days it is legal's; the answer ends the case or the stop,
 * everywhere. */
#include "tests/sync/server/command/branch_office.h"

#include "core/domain/date.h"
#include "core/event/fold.h"

#define DAY_MS INT64_C(86400000)

static void dispute(struct office *office, size_t n, uint64_t case_no, int64_t at_ms,
                    bool is_signed)
{
    ds_Event event = field_visit((uint32_t)n + 1, case_no, at_ms, 0);
    event.which_kind = ds_Event_identity_disputed_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.identity_disputed.is_declaration_signed = is_signed;
    event.kind.identity_disputed.declaration_place = DECLARATION_PLACE_at_the_door;
    office_arrive(office, n, &event);
}

static void attach(struct office *office, uint64_t case_no)
{
    ds_Event event = field_visit(1, case_no, office->time.now_ms, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    memset(&event.kind, 0, sizeof event.kind);
    memset(event.kind.evidence_attached.hash, 0xA7, sizeof event.kind.evidence_attached.hash);
    event.kind.evidence_attached.size = 1000;
    event.kind.evidence_attached.evidence = EVIDENCE_KIND_signature;
    event.kind.evidence_attached.media = MEDIA_TYPE_png;
    office_arrive(office, 0, &event);
}

static bool is_stopped(struct office *office, uint64_t case_no)
{
    return fold_flag(office_case(office, case_no), STOP_FLAG_identity_dispute, 0) != NULL;
}

TEST(test_the_late_ones_come_first_and_a_list_with_late_ones_says_so)
{
    struct office office;
    office_open(&office);
    int64_t now_ms = office.time.now_ms;
    dispute(&office, 0, 2, now_ms - 10 * DAY_MS, false);
    EXPECT_EXIT(COMMAND_found, &office, "identity", "list");
    EXPECT_SAID(&office, "late");
    dispute(&office, 0, 1, now_ms, true);
    EXPECT_EXIT(COMMAND_found, &office, "identity", "list");
    const char *late = strstr(office.said, "REF-000002");
    const char *fresh = strstr(office.said, "REF-000001");
    EXPECT(late != NULL && fresh != NULL && late < fresh);
    EXPECT_SAID(&office, "signed");
    office_close(&office);
}

TEST(test_not_theirs_needs_the_declaration_and_ends_the_case)
{
    struct office office;
    office_open(&office);
    dispute(&office, 0, 1, office.time.now_ms, true);
    EXPECT(is_stopped(&office, 1));
    EXPECT_EXIT(COMMAND_usage, &office, "identity", "decide", "REF-000001", "--result",
                "not_theirs"); /* why? */
    EXPECT_EXIT(COMMAND_found, &office, "identity", "decide", "REF-000001", "--result",
                "not_theirs", "--note", "checked"); /* the paper is not here */
    EXPECT_INT(CASE_LIFE_open, office_case(&office, 1)->life);
    attach(&office, 1);
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "decide", "REF-000001", "--result", "not_theirs",
                "--note", "the signature is another");
    EXPECT_INT(CASE_LIFE_recalled, office_case(&office, 1)->life);
    EXPECT_INT(CLOSE_REASON_identity_fraud, office_case(&office, 1)->close_reason);
    EXPECT_EXIT(COMMAND_not_found, &office, "identity", "decide", "REF-000001", "--result",
                "theirs", "--note", "again");
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list");
    EXPECT(!office_says(&office, "REF-000001"));
    office_close(&office);
}

TEST(test_theirs_ends_the_stop_and_not_the_case)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_not_found, &office, "identity", "decide", "REF-000001", "--result",
                "theirs", "--note", "nobody asked");
    dispute(&office, 0, 1, office.time.now_ms, false);
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "decide", "REF-000001", "--result", "theirs",
                "--note", "the bank has the original");
    EXPECT(!is_stopped(&office, 1));
    EXPECT_INT(CASE_LIFE_open, office_case(&office, 1)->life);
    dispute(&office, 0, 1, office.time.now_ms + 60000, false); /* said again: frozen again */
    EXPECT(is_stopped(&office, 1));
    office_close(&office);
}

/* ---- who checks ---- */

static const char *const answer_theirs[] = {"identity", "decide", "REF-000001", "--result",
                                            "theirs",   "--note", "asked"};

static int decide_as(struct office *office, const char *code)
{
    office->caller = code;
    int exit_code = office_run_in(office, LANG_en, answer_theirs, COUNT(answer_theirs));
    office->caller = NULL;
    return exit_code;
}

static int assign_as(struct office *office, const char *caller, const char *to)
{
    const char *const words[] = {"identity", "assign", "REF-000001", "--to", to};
    office->caller = caller;
    int exit_code = office_run_in(office, LANG_en, words, COUNT(words));
    office->caller = NULL;
    return exit_code;
}

/* Quality Q1 and Q2, legal L1 and L2; collector C1 (person 1) holds the case and was at the door.
 */
static void open_with_checkers(struct office *office)
{
    static const char *const people[][3] = {{"Q1", "Quality One", "quality"},
                                            {"Q2", "Quality Two", "quality"},
                                            {"L1", "Legal One", "legal"},
                                            {"L2", "Legal Two", "legal"},
                                            {"A1", "Auditor One", "auditor"}};
    office_open(office);
    for (size_t i = 0; i < COUNT(people); i++) {
        EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", people[i][0], "--name",
                    people[i][1], "--role", people[i][2]);
    }
}

TEST(test_whoever_it_was_given_to_decides_and_nobody_else)
{
    struct office office;
    open_with_checkers(&office);
    dispute(&office, 0, 1, office.time.now_ms, false);
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list");
    EXPECT_SAID(&office, "nobody yet");
    EXPECT_SAID(&office, "Collector One"); /* a name, no number */

    EXPECT_INT(COMMAND_refused, assign_as(&office, "S1", "Q1")); /* sees it, may not give it */
    EXPECT_INT(COMMAND_refused, assign_as(&office, "Q1", "S1")); /* may not decide */
    EXPECT_INT(COMMAND_refused, assign_as(&office, "Q1", "C2"));
    EXPECT_INT(COMMAND_not_found, assign_as(&office, "Q1", "nobody"));
    EXPECT_INT(COMMAND_ok, assign_as(&office, "Q1", "Q2"));
    EXPECT_SAID(&office, "Quality Two");
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list");
    EXPECT_SAID(&office, "Quality Two");

    EXPECT_INT(COMMAND_refused, decide_as(&office, "Q1"));
    EXPECT_SAID(&office, "Quality Two");
    EXPECT_INT(COMMAND_refused, decide_as(&office, "L1"));
    EXPECT(is_stopped(&office, 1));
    EXPECT_INT(COMMAND_ok, decide_as(&office, "Q2"));
    EXPECT(!is_stopped(&office, 1));

    /* Said again, it is a new matter: the earlier checker does not have it. */
    dispute(&office, 0, 1, office.time.now_ms + 60000, false);
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list");
    EXPECT_SAID(&office, "nobody yet");
    office_close(&office);
}

TEST(test_own_work_is_what_somebody_has_in_hand)
{
    struct office office;
    open_with_checkers(&office);
    dispute(&office, 0, 1, office.time.now_ms, false);
    dispute(&office, 0, 2, office.time.now_ms, false);
    office.caller = "Q1";
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "assign", "REF-000002"); /* to oneself */
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list", "--mine");
    EXPECT(office_says(&office, "REF-000002") && !office_says(&office, "REF-000001"));
    office.caller = "Q2";
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list", "--mine");
    EXPECT(!office_says(&office, "REF-00000"));
    office.caller = NULL;
    office_close(&office);
}

/* Whoever was at the door or holds the case may have a role at headquarters, too. */
TEST(test_who_was_there_or_holds_the_case_never_checks_it)
{
    struct office office;
    open_with_checkers(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "people", "grant", "C1", "legal"); /* holds it */
    EXPECT_EXIT(COMMAND_ok, &office, "people", "grant", "C2", "legal"); /* was told it */
    dispute(&office, 1, 1, office.time.now_ms, false);
    EXPECT_INT(COMMAND_refused, assign_as(&office, "L1", "C1"));
    EXPECT_SAID(&office, "holds this case");
    EXPECT_INT(COMMAND_refused, assign_as(&office, "L1", "C2"));
    EXPECT_INT(COMMAND_refused, decide_as(&office, "C1"));
    EXPECT_INT(COMMAND_refused, decide_as(&office, "C2"));
    EXPECT_INT(COMMAND_ok, decide_as(&office, "L1"));
    office_close(&office);
}

TEST(test_on_the_last_day_quality_decides_and_the_day_after_it_is_legals)
{
    /* Wednesday to Monday: the three working days are Thursday, Friday and Monday. */
    static const struct {
        const char *name;
        int days; /* since it was said */
        const char *state;
        int by_quality, by_legal;
    } rows[] = {
        {"the day itself", 0, "in time", COMMAND_ok, COMMAND_ok},
        {"the weekend between", 4, "due today", COMMAND_ok, COMMAND_ok},
        {"the third working day", 5, "due today", COMMAND_ok, COMMAND_ok},
        {"the day after", 6, "late", COMMAND_refused, COMMAND_ok},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t is_legal = 0; is_legal <= 1; is_legal++) {
            struct office office;
            open_with_checkers(&office);
            int64_t wednesday = office.time.now_ms;
            EXPECT_INT(date_from_civil(2026, 12, 23), wednesday / DAY_MS);
            dispute(&office, 0, 1, wednesday, false);
            EXPECT_INT(COMMAND_ok, assign_as(&office, "Q1", is_legal ? "L1" : "Q1"));
            office.time.now_ms = wednesday + rows[i].days * DAY_MS;
            EXPECT_EXIT(rows[i].days > 5 ? COMMAND_found : COMMAND_ok, &office, "identity", "list");
            EXPECT_ROW(rows[i].name, office_says(&office, rows[i].state));
            EXPECT_INT(is_legal ? rows[i].by_legal : rows[i].by_quality,
                       decide_as(&office, is_legal ? "L1" : "Q1"));
            office_close(&office);
        }
    }
}

TEST(test_past_the_days_nobody_is_bound_and_legal_takes_it)
{
    struct office office;
    open_with_checkers(&office);
    dispute(&office, 0, 1, office.time.now_ms, false);
    EXPECT_INT(COMMAND_ok, assign_as(&office, "Q1", "Q1"));
    office.time.now_ms += 10 * DAY_MS;
    EXPECT_EXIT(COMMAND_found, &office, "identity", "list");
    EXPECT_SAID(&office, "raised to legal");
    EXPECT_INT(COMMAND_refused, assign_as(&office, "L1", "Q2"));
    EXPECT_SAID(&office, "not of legal");
    EXPECT_INT(COMMAND_ok, assign_as(&office, "Q1", "L1")); /* quality may hand it up */
    EXPECT_EXIT(COMMAND_found, &office, "identity", "list");
    EXPECT_SAID(&office, "Legal One");
    office.caller = "L2";
    EXPECT_EXIT(COMMAND_ok, &office, "report", "--kind", "conduct");
    office.caller = NULL;
    EXPECT_SAID(&office, "Legal One");                     /* the month's report names them, too */
    EXPECT_INT(COMMAND_refused, decide_as(&office, "L2")); /* given late, it binds again */
    EXPECT_INT(COMMAND_ok, decide_as(&office, "L1"));
    office.caller = "A1";
    EXPECT_EXIT(COMMAND_ok, &office, "audit");
    EXPECT_SAID(&office, "Identity check assigned");
    EXPECT_SAID(&office, "Identity: the debt is theirs");
    office_close(&office);
}
