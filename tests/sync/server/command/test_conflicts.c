/* The review queue: a supervisor sees both facts, decides once, and what was decided is
 * what the case then is. */
#include "sync/server/merge/conflict.h"
#include "tests/sync/server/command/branch_office.h"

#define HOUR_MS INT64_C(3600000)

/* By a collector to whom the case was never given. */
static ds_Event promise_of_other(uint64_t case_no, int64_t at_ms)
{
    ds_Event event = field_promise(2, case_no, at_ms, 1000);
    event.epoch = 0;
    return event;
}

static ds_Event correction(uint32_t person_no, int64_t at_ms, struct id target)
{
    ds_Event event = field_visit(person_no, 1, at_ms, 0);
    event.which_kind = ds_Event_correction_tag;
    memset(&event.kind, 0, sizeof event.kind);
    memcpy(event.kind.correction.target, target.bytes, sizeof target.bytes);
    event.kind.correction.reason = CORRECTION_REASON_wrong_amount;
    return event;
}

static ds_Event payment(uint32_t person_no, int64_t at_ms, const char *reference)
{
    ds_Event event = field_visit(person_no, 1, at_ms, 0);
    event.which_kind = ds_Event_payment_noted_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.payment_noted.amount_minor = 50000;
    event.kind.payment_noted.channel = 1;
    event.kind.payment_noted.paid_day = FIELD_DAY;
    event.kind.payment_noted.payer_role = ROLE_borrower;
    snprintf(event.kind.payment_noted.reference, sizeof event.kind.payment_noted.reference, "%s",
             reference);
    return event;
}

static ds_Event phone(uint32_t person_no, int64_t at_ms, const char *value)
{
    ds_Event event = field_visit(person_no, 1, at_ms, 0);
    event.which_kind = ds_Event_contact_point_noted_tag;
    memset(&event.kind, 0, sizeof event.kind);
    ds_ContactPointNoted *noted = &event.kind.contact_point_noted;
    noted->kind = 1;
    noted->status = 1;
    noted->source = 1;
    snprintf(noted->value, sizeof noted->value, "%s", value);
    snprintf(noted->replaces, sizeof noted->replaces, "13800000000");
    return event;
}

static const ds_Arrangement *arrangement(struct office *office, struct id id)
{
    const ds_CaseState *state = office_case(office, 1);
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id.bytes, sizeof id.bytes) == 0) {
            return &state->arrangements[i];
        }
    }
    fail_msg("no such arrangement");
    return NULL;
}

/* Verdicts that the tablet was told about its facts, by code. */
static void expect_verdict(struct office *office, size_t n, uint64_t seq, int64_t verdict,
                           bool is_settled)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_verdict_get);
    hq_bind_i64(&query, "$device_no", office->chains[n].device_no);
    hq_bind_i64(&query, "$strand", 0);
    hq_bind_i64(&query, "$seq", (int64_t)seq);
    hq_bind_i64(&query, "$verdict", verdict);
    int64_t was_settled = -1;
    EXPECT_OK(hq_one_i64(&query, &was_settled));
    EXPECT_INT(is_settled, was_settled);
    hq_store_close(store);
}

TEST(test_the_queue_is_filtered_and_paged)
{
    struct office office;
    office_open(&office);
    ds_Event event = promise_of_other(1, FIELD_AT_MS + HOUR_MS);
    office_arrive(&office, 1, &event); /* not_assigned */
    event = promise_of_other(2, FIELD_AT_MS + 2 * HOUR_MS);
    office_arrive(&office, 1, &event); /* not_assigned, another case */
    event = payment(1, FIELD_AT_MS + 3 * HOUR_MS, "R1");
    office_arrive(&office, 0, &event);
    event = payment(1, FIELD_AT_MS + 4 * HOUR_MS, "R1");
    office_arrive(&office, 0, &event); /* duplicate_payment */
    static const struct {
        const char *words[6];
        size_t count;
    } rows[] = {
        {{"--rows", "100"}, 5},
        {{"--kind", "duplicate_payment"}, 1},
        {{"--kind", "fork"}, 0},
        {{"--case", "REF-000002"}, 2},
        {{"--person", "C2"}, 4},
        {{"--person", "C2", "--case", "REF-000001"}, 2},
        {{"--person", "S1"}, 0},
        {{"--older", "237"}, 4}, /* ten days less three hours */
        {{"--older", "239"}, 2},
        {{"--older", "240"}, 0},
        {{"--rows", "2"}, 2},
        {{"--rows", "2", "--page", "3"}, 1},
        {{"--rows", "2", "--page", "4"}, 0},
        {{"--closed", "--rows", "9"}, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *words[10] = {"conflicts", "list", "--json"};
        int count = 3;
        for (size_t w = 0; w < 6 && rows[i].words[w] != NULL; w++) {
            words[count++] = rows[i].words[w];
        }
        EXPECT_INT(COMMAND_ok, office_run_in(&office, LANG_en, words, count));
        size_t found = 0;
        for (const char *at = office.said; (at = strstr(at, "\"kind\"")) != NULL; at++) {
            found++;
        }
        EXPECT_ROW(str_format(&office.arena, "row %zu: %zu", i, found), found == rows[i].count);
    }
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--rows", "2");
    EXPECT_SAID(&office, "page 1 of 3, 5 in all");
    EXPECT_INT(COMMAND_ok, RUN_IN(&office, LANG_zh, "conflicts", "--rows", "2"));
    EXPECT_SAID(&office, "共 3 页");
    office_close(&office);
}

TEST(test_what_makes_no_sense_is_told)
{
    struct office office;
    office_open(&office);
    ds_Event event = promise_of_other(1, FIELD_AT_MS + HOUR_MS);
    struct id id = office_arrive(&office, 1, &event);
    const char *word = office_id(&office, id);
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "list", "--kind", "nothing_such");
    EXPECT_SAID(&office, "two_collectors");
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "list", "--page", "0");
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "list", "--rows", "many");
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "show");
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "show", "xyz");
    EXPECT_SAID(&office, "no record number");
    EXPECT_EXIT(COMMAND_not_found, &office, "conflicts", "show", "0123456789");
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "show", word); /* two kinds at one fact */
    EXPECT_SAID(&office, "not_assigned, conflicting_promise");
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "decide", word, "clear", "--by", "S1",
                "--kind", "not_assigned");
    EXPECT_SAID(&office, "accept, reject, noted");
    EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "decide", word, "accept", "--by", "C1",
                "--kind", "not_assigned");
    EXPECT_EXIT(COMMAND_not_found, &office, "conflicts", "decide", word, "accept", "--by", "X9",
                "--kind", "not_assigned");
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, arrangement(&office, id)->state);
    office_close(&office);
}

TEST(test_both_facts_are_shown_side_by_side)
{
    struct office office;
    office_open(&office);
    ds_Event event = payment(1, FIELD_AT_MS + HOUR_MS, "");
    struct id first = office_arrive(&office, 0, &event);
    event = payment(2, FIELD_AT_MS + 2 * HOUR_MS, "R7");
    struct id second = office_arrive(&office, 1, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "show", office_id(&office, second), "--kind",
                "possible_duplicate");
    EXPECT_SAID(&office, office_id(&office, first));
    EXPECT_SAID(&office, office_id(&office, second));
    EXPECT_SAID(&office, "Collector One (C1)");
    EXPECT_SAID(&office, "Collector Two (C2)");
    EXPECT_SAID(&office, "500.00");
    EXPECT_SAID(&office, "nothing is asked twice");
    EXPECT_SAID(&office, "keep_second");
    EXPECT_INT(COMMAND_ok, RUN_IN(&office, LANG_zh, "conflicts", "show", office_id(&office, second),
                                  "--kind", "possible_duplicate"));
    EXPECT_SAID(&office, "以第二条为准");
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "show", office_id(&office, second), "--kind",
                "possible_duplicate", "--json");
    EXPECT_SAID(&office, "\"kind\": \"possible_duplicate\"");
    EXPECT_SAID(&office, "\"received_at_ms\"");
    office_close(&office);
}

TEST(test_a_decision_is_a_fact_settles_the_verdict_and_comes_once)
{
    struct office office;
    office_open(&office);
    ds_Event event = promise_of_other(1, FIELD_AT_MS + HOUR_MS);
    struct id id = office_arrive(&office, 1, &event);
    const char *word = office_id(&office, id);
    enum { VERDICT_NOT_YOUR_CASE = 3, VERDICT_CONFLICTING = 5 };
    expect_verdict(&office, 1, 1, VERDICT_NOT_YOUR_CASE, false);
    expect_verdict(&office, 1, 1, VERDICT_CONFLICTING, false);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", word, "accept", "--by", "S1", "--kind",
                "not_assigned", "--note", "the borrower called");
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement(&office, id)->state);
    EXPECT_TEXT("the borrower called", arrangement(&office, id)->decision_note);
    /* All that asked about this promise is answered. */
    expect_verdict(&office, 1, 1, VERDICT_NOT_YOUR_CASE, true);
    expect_verdict(&office, 1, 1, VERDICT_CONFLICTING, true);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--json");
    EXPECT(!office_says(&office, "kind"));
    EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "decide", word, "reject", "--by", "S2",
                "--kind", "not_assigned");
    EXPECT_SAID(&office, "Changed meanwhile");
    EXPECT_SAID(&office, "the borrower called");
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement(&office, id)->state);
    EXPECT_EXIT(COMMAND_refused, &office, "approvals", "reject", word, "--by", "S2");
    EXPECT_SAID(&office, "Changed meanwhile");
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--closed");
    EXPECT_SAID(&office, "Collector Two");
    EXPECT_EXIT(COMMAND_ok, &office, "rebuild", "--dry-run");
    office_close(&office);
}

TEST(test_an_edit_after_a_decision_is_accepted_or_rejected_as_a_whole)
{
    static const struct {
        const char *choice;
        uint32_t decided, edit;
    } rows[] = {{"accept", ARRANGEMENT_STATE_replaced, ARRANGEMENT_STATE_active},
                {"reject", ARRANGEMENT_STATE_active, ARRANGEMENT_STATE_rejected}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        office_open(&office);
        ds_Event event = field_waiver(1, 1, FIELD_AT_MS + HOUR_MS);
        struct id asked = office_arrive(&office, 0, &event);
        EXPECT_EXIT(COMMAND_ok, &office, "approvals", "approve", office_id(&office, asked), "--by",
                    "S1");
        ds_Event edit = correction(1, FIELD_AT_MS + 2 * HOUR_MS, asked); /* before the decision */
        edit.kind.correction.which_anew = ds_Correction_waiver_requested_tag;
        edit.kind.correction.anew.waiver_requested = event.kind.waiver_requested;
        edit.kind.correction.anew.waiver_requested.amount_minor = 5000;
        struct id proposal = office_arrive(&office, 0, &edit);
        EXPECT_INT(ARRANGEMENT_STATE_active, arrangement(&office, asked)->state);
        EXPECT_INT(1000, arrangement(&office, asked)->amount_minor);
        EXPECT_INT(ARRANGEMENT_STATE_asked, arrangement(&office, proposal)->state);
        EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--json");
        char *id = strstr(office.said, "\"id\": \"");
        EXPECT(id != NULL && office_says(&office, "superseded_proposal"));
        id += strlen("\"id\": \"");
        *strchr(id, '"') = '\0';
        EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", id, rows[i].choice, "--by", "S2");
        EXPECT_INT(rows[i].decided, arrangement(&office, asked)->state);
        EXPECT_INT(rows[i].edit, arrangement(&office, proposal)->state);
        enum { VERDICT_DECIDED_MEANWHILE = 9 };
        expect_verdict(&office, 0, 2, VERDICT_DECIDED_MEANWHILE, true);
        office_close(&office);
    }
}

TEST(test_of_two_payments_the_one_that_is_kept_counts)
{
    static const struct {
        const char *choice;
        uint64_t askable_minor; /* of 520001 */
    } rows[] = {{"both_stand", 420001}, {"keep_first", 470001}, {"keep_second", 470001}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        office_open(&office);
        ds_Event event = payment(1, FIELD_AT_MS + HOUR_MS, "");
        struct id first = office_arrive(&office, 0, &event);
        event = payment(1, FIELD_AT_MS + 2 * HOUR_MS, "R7");
        struct id second = office_arrive(&office, 0, &event);
        EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", office_id(&office, second),
                    rows[i].choice, "--by", "S1");
        ds_CaseState *state = office_case(&office, 1);
        ds_CaseRecord record = field_record(1);
        EXPECT_INT(rows[i].askable_minor, fold_balance(&record, state).askable_minor);
        for (size_t p = 0; p < state->payments_count; p++) {
            bool is_first = memcmp(state->payments[p].id, first.bytes, sizeof first.bytes) == 0;
            bool is_left = strcmp(rows[i].choice, is_first ? "keep_second" : "keep_first") == 0;
            EXPECT_INT(is_left, state->payments[p].is_withdrawn);
        }
        office_close(&office);
    }
}

TEST(test_the_number_that_is_kept_is_shown_first)
{
    struct office office;
    office_open(&office);
    ds_Event event = phone(1, FIELD_AT_MS + HOUR_MS, "13811111111");
    office_arrive(&office, 0, &event);
    event = phone(1, FIELD_AT_MS + 2 * HOUR_MS, "13822222222");
    struct id second = office_arrive(&office, 0, &event);
    EXPECT_TEXT("13822222222", office_case(&office, 1)->points[0].value);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", office_id(&office, second),
                "keep_first", "--by", "S1");
    ds_CaseState *state = office_case(&office, 1);
    EXPECT_TEXT("13811111111", state->points[0].value);
    EXPECT_INT(2, state->points_count); /* both are kept */
    EXPECT_INT(POINT_STATE_not_in_use, state->points[1].state);
    office_close(&office);
}

TEST(test_a_stop_that_a_clearing_did_not_know_waits_for_a_supervisor)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, 0);
    event.which_kind = ds_Event_dispute_raised_tag;
    event.kind.dispute_raised = (ds_DisputeRaised){.dispute = 1};
    office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "clear", "REF-000001", "dispute");
    EXPECT(fold_flag(office_case(&office, 1), STOP_FLAG_dispute, FIELD_DAY) == NULL);
    event.at_ms += HOUR_MS; /* raised offline, before it was cleared */
    event.person_no = 2;
    office_arrive(&office, 1, &event);
    EXPECT(fold_flag(office_case(&office, 1), STOP_FLAG_dispute, FIELD_DAY) != NULL);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--kind", "stop_after_clear", "--json");
    char *id = strstr(office.said, "\"id\": \"");
    EXPECT(id != NULL);
    id += strlen("\"id\": \"");
    *strchr(id, '"') = '\0';
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", id, "clear", "--by", "S1");
    EXPECT(fold_flag(office_case(&office, 1), STOP_FLAG_dispute, FIELD_DAY) == NULL);
    office_close(&office);
}

TEST(test_a_visit_after_the_end_has_nothing_to_accept)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "recall", "REF-000001", "--reason", "client_withdrew");
    ds_Event event = field_visit(1, 1, office.time.now_ms + HOUR_MS, OUTCOME_refused_to_pay);
    office.time.now_ms += 2 * HOUR_MS;
    struct id visit = office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "decide", office_id(&office, visit), "accept",
                "--by", "S1");
    EXPECT_SAID(&office, "noted");
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "close", office_id(&office, visit), "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--json");
    EXPECT(!office_says(&office, "after_end"));
    office_close(&office);
}

/* A figure of the month's report of one person. */
static long figure(struct office *office, const char *person, const char *key)
{
    EXPECT_EXIT(COMMAND_ok, office, "report", "--kind", "month", "--person", person, "--at",
                "2026-12-20", "--format", "json");
    const char *at = strstr(office->said, str_format(&office->arena, "\"metric\": \"%s\"", key));
    EXPECT(at != NULL);
    at = strstr(at, "\"value\": ");
    EXPECT(at != NULL);
    return strtol(at + strlen("\"value\": "), NULL, 10);
}

TEST(test_late_work_is_credited_to_who_did_it)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_recall(1, FIELD_AT_MS + HOUR_MS);
    office_state(&office, &event);
    /* Offline: he goes on as if the case were his, also on the next days. */
    event = field_visit(1, 1, FIELD_AT_MS + 2 * HOUR_MS, OUTCOME_refused_to_pay);
    office_arrive(&office, 0, &event);
    event = payment(1, FIELD_AT_MS + 50 * HOUR_MS, "R1");
    event.kind.payment_noted.paid_day = FIELD_DAY + 2;
    office_arrive(&office, 0, &event);
    EXPECT_INT(1, figure(&office, "C1", "contacts"));
    EXPECT_INT(1, figure(&office, "C1", "noted_payments"));
    EXPECT_INT(0, figure(&office, "C2", "contacts"));
    EXPECT_INT(0, figure(&office, "C2", "noted_payments"));
    office_close(&office);
}

TEST(test_every_conflict_and_choice_has_its_words)
{
    static const uint32_t kinds[] = {
#define CONFLICT(code, name, verdict, review) code,
#include "sync/server/merge/conflicts.def"
#undef CONFLICT
    };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        EXPECT_ROW(conflict_name(kinds[i]), lang_has(conflict_key(kinds[i])));
        EXPECT_ROW(conflict_name(kinds[i]), lang_has(conflict_did_key(kinds[i])));
    }
    for (int i = CHOICE_none + 1; i < CHOICE_COUNT; i++) {
        enum conflict_choice choice = (enum conflict_choice)i;
        EXPECT_ROW(conflict_choice_name(choice), lang_has(conflict_choice_key(choice)));
    }
    size_t count = 0;
    const struct command *commands = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        char key[64];
        snprintf(key, sizeof key, "command.%s", commands[i].name);
        EXPECT_ROW(key, lang_has(key));
        snprintf(key, sizeof key, "command.%s.usage", commands[i].name);
        EXPECT_ROW(key, lang_has(key));
    }
}
