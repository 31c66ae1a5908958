/* Goal: a supervisor gives a pass by one command, the tablet it is for reads it without a network
 * and no other does, and the conduct report says of each use whether headquarters gave it. */
#include "core/event/pass.h"
#include "core/rules/verdict.h"
#include "sync/server/api/api.h"
#include "sync/server/merge/conflict.h"
#include "tests/sync/server/command/branch_office.h"

#define MINUTE_MS INT64_C(60000)

/* What was said behind `words`, up to the end of the line. */
static const char *said_after(struct office *office, const char *words)
{
    const char *at = strstr(office->said, words);
    if (at == NULL) {
        fail_msg("does not say \"%s\": %s", words, office->said);
        return "";
    }
    at += strlen(words);
    return str_text(&office->arena, (struct str){at, strcspn(at, "\n")});
}

static struct pass_reader reader_of(struct office *office, size_t n, uint64_t case_no)
{
    struct envelope_keys keys;
    EXPECT_OK(api_keys(&office->arena, office->folder, false, os_rng(), &keys));
    return (struct pass_reader){.case_no = case_no,
                                .person_no = (uint32_t)n + 1,
                                .device_no = office->chains[n].device_no,
                                .rule = "X01",
                                .now_ms = office->time.now_ms,
                                .hq = keys.public_key,
                                .device = office->secrets[n]};
}

static struct pass give(struct office *office, const char *case_ref, uint64_t case_no)
{
    struct pass_read read;
    struct pass_reader reader = reader_of(office, 0, case_no);
    EXPECT_EXIT(COMMAND_ok, office, "policy", "token", case_ref, "--rule", "X01", "--note",
                "no network in the valley");
    EXPECT_OK(
        pass_read(str_from(said_after(office, "for a QR code or message: ")), &reader, &read));
    struct pass signed_pass = read.pass;
    EXPECT_OK(pass_read(str_from(said_after(office, "to be read out: ")), &reader, &read));
    EXPECT_INT(signed_pass.pass_no, read.pass.pass_no);
    return read.pass;
}

/* A visit that began on this pass, `minutes` after the office's time. */
static void use(struct office *office, const struct pass *pass, int64_t minutes)
{
    int64_t at_ms = office->time.now_ms + minutes * MINUTE_MS;
    ds_Event event = field_visit(1, pass->case_no, at_ms, 0);
    event.which_kind = ds_Event_visit_started_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.visit_started = (ds_VisitStarted){.place = ADDRESS_KIND_home, .visitors = 2};
    event.fired[event.fired_count++] = REFUSAL_policy_too_old;
    office_arrive(office, 0, &event);
    uint64_t visit_seq = office->chains[0].count;
    event.which_kind = ds_Event_pass_used_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.fired_count = 0;
    event.visit_seq = visit_seq;
    event.kind.pass_used.pass_no = pass->pass_no;
    event.kind.pass_used.until_ms = (uint64_t)pass->until_ms;
    CHECK(str_copy(event.kind.pass_used.rule, sizeof event.kind.pass_used.rule,
                   str_from(pass->rule)));
    office_arrive(office, 0, &event);
    event = field_visit(1, pass->case_no, at_ms + 5 * MINUTE_MS, OUTCOME_nobody_home);
    event.visit_seq = visit_seq;
    event.kind.visit_finished.role = ROLE_none;
    office_arrive(office, 0, &event);
}

TEST(test_a_pass_is_for_the_tablet_it_was_given_to)
{
    struct office office;
    struct pass_read read;
    office_open(&office);
    struct pass pass = give(&office, "REF-000001", 1);
    EXPECT(pass.until_ms > office.time.now_ms + 4 * 60 * MINUTE_MS);
    struct pass_reader other = reader_of(&office, 1, 1);
    EXPECT(pass_read(str_from(said_after(&office, "to be read out: ")), &other, &read) ==
           ERR_bad_signature);
    EXPECT(pass_read(str_from(said_after(&office, "for a QR code or message: ")), &other, &read) ==
           ERR_not_allowed);
    office_close(&office);
}

TEST(test_what_a_supervisor_may_not_give_is_refused_in_words)
{
    struct office office;
    office_open(&office);
    static const struct {
        int code;
        const char *rule, *case_ref, *note, *said;
    } rows[] = {
        {COMMAND_refused, "T01", "REF-000001", "please", "not lifted by anybody"},
        {COMMAND_refused, "S05", "REF-000001", "please", "not lifted by anybody"},
        {COMMAND_not_found, "Q77", "REF-000001", "please", "no rule Q77"},
        {COMMAND_not_found, "X01", "REF-009999", "please", "REF-009999"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int code = RUN(&office, "policy", "token", rows[i].case_ref, "--rule", rows[i].rule,
                       "--note", rows[i].note);
        EXPECT_ROW(rows[i].rule, code == rows[i].code);
        EXPECT_SAID(&office, rows[i].said);
    }
    EXPECT_EXIT(COMMAND_usage, &office, "policy", "token", "REF-000001", "--rule", "X01");
    EXPECT_EXIT(COMMAND_usage, &office, "policy", "token", "REF-000001", "--note", "why");
    EXPECT_EXIT(COMMAND_usage, &office, "policy", "token", "REF-000001", "--rule", "X01", "--note",
                "why", "--hours", "25");
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "token", "REF-000001", "--rule", "X01",
                "--note", "why", "--person", "S1"); /* has no tablet */
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "token", "REF-000001", "--rule", "X01",
                "--note", "why", "--device", "4000");
    office_close(&office);
}

static void report(struct office *office)
{
    EXPECT_EXIT(COMMAND_ok, office, "report", "--kind", "conduct", "--at",
                "2026-12-23"); /* the office's day is 2026-12-23 */
}

TEST(test_the_report_tells_given_passes_from_all_others)
{
    struct office office;
    office_open(&office);
    struct pass given = give(&office, "REF-000001", 1);
    use(&office, &given, 10);
    struct pass forged = {.case_no = 2, .pass_no = 77, .rule = "X01", .until_ms = given.until_ms};
    use(&office, &forged, 20);
    struct pass late = give(&office, "REF-000003", 3);
    use(&office, &late, 5 * 60);
    report(&office);
    EXPECT_SAID(&office, "given by headquarters, used once (");
    EXPECT_SAID(&office, ": no network in the valley)");
    EXPECT_SAID(&office, "NEVER GIVEN");
    EXPECT_SAID(&office, "USED AFTER ITS END");
    office_close(&office);
}

TEST(test_a_pass_used_twice_waits_for_review)
{
    struct office office;
    office_open(&office);
    struct pass given = give(&office, "REF-000001", 1);
    use(&office, &given, 10);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--kind", "pass_again");
    EXPECT(!office_says(&office, "REF-000001"));
    use(&office, &given, 30);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--kind", "pass_again");
    EXPECT_SAID(&office, "REF-000001");
    report(&office);
    EXPECT_SAID(&office, "USED BEFORE");
    office_close(&office);
}

/* Its days are those of headquarters; who checks it knows neither them nor its zone. */
TEST(test_a_card_holds_from_its_first_minute_to_its_last_wherever_it_is_checked)
{
    static const struct {
        const char *name;
        int64_t after_ms; /* midnight in Shanghai, where it is made, for two days */
        bool is_right;
    } rows[] = {
        {"made at one at night", 3600000, true},
        {"its last minute", 2 * INT64_C(86400000) - 60000, true},
        {"the noon after", 5 * INT64_C(43200000), true}, /* still its last day elsewhere */
        {"the midnight after", 3 * INT64_C(86400000), false},
    };
    struct office office;
    office_open(&office);
    int64_t midnight_ms = office.time.now_ms - 10 * INT64_C(3600000); /* it is ten there */
    office.time.now_ms = midnight_ms + 3600000;
    EXPECT_EXIT(COMMAND_ok, &office, "card", "make", "--person", "C1", "--institution", "Some Bank",
                "--line", "400-000-0000", "--days", "2", "--no-picture");
    const char *at = strstr(office.said, "DSC1.");
    EXPECT(at != NULL);
    const char *card = str_text(&office.arena, (struct str){at, strcspn(at, "\n")});
    EXPECT_EXIT(COMMAND_ok, &office, "card", "key");
    const char *key = str_text(&office.arena, str_trim(str_from(office.said)));
    for (size_t i = 0; i < COUNT(rows); i++) {
        office.time.now_ms = midnight_ms + rows[i].after_ms;
        EXPECT_ROW(rows[i].name, RUN(&office, "card", "verify", card, "--key", key) ==
                                     (rows[i].is_right ? COMMAND_ok : COMMAND_found));
    }
    office_close(&office);
}

TEST(test_a_card_is_made_and_checked_by_anybody_with_the_published_key)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_usage, &office, "card", "make", "--person", "C1"); /* for whom? */
    EXPECT_EXIT(COMMAND_ok, &office, "card", "make", "--person", "C1", "--institution", "Some Bank",
                "--line", "400-000-0000", "--no-picture");
    EXPECT_SAID(&office, "Collector One, staff number C1, calls for Some Bank");
    const char *at = strstr(office.said, "DSC1.");
    EXPECT(at != NULL);
    const char *card = str_text(&office.arena, (struct str){at, strcspn(at, "\n")});
    EXPECT_EXIT(COMMAND_ok, &office, "card", "key");
    const char *key = str_text(&office.arena, str_trim(str_from(office.said)));
    EXPECT_EXIT(COMMAND_ok, &office, "card", "verify", card, "--key", key);
    EXPECT_SAID(&office, "the card is right");
    char *changed = arena_text(&office.arena, card);
    changed[20] = changed[20] == 'A' ? 'B' : 'A';
    EXPECT_EXIT(COMMAND_found, &office, "card", "verify", changed, "--key", key);
    EXPECT_SAID(&office, "NOT RIGHT");
    EXPECT_EXIT(COMMAND_usage, &office, "card", "verify", card, "--key", "12");
    office.time.now_ms += INT64_C(91) * 86400000;
    EXPECT_EXIT(COMMAND_found, &office, "card", "verify", card, "--key", key);
    EXPECT_SAID(&office, "has run out");
    /* The institution is remembered for the next one. */
    EXPECT_EXIT(COMMAND_ok, &office, "card", "make", "--person", "C2", "--no-picture");
    EXPECT_SAID(&office, "Some Bank");
    EXPECT_EXIT(COMMAND_ok, &office, "card", "drop", "--person", "C1");
    EXPECT_SAID(&office, "taken back");
    EXPECT_EXIT(COMMAND_usage, &office, "card", "drop"); /* whose? */
    EXPECT_EXIT(COMMAND_not_found, &office, "card", "drop", "--person", "C99");
    office_close(&office);
}
