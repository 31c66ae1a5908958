/* A wrong decision of headquarters is put right by another supervisor: the case, the queue, the
 * journal and the collector follow, and what was decided before stays on record. */
#include "sync/server/merge/conflict.h"
#include "tests/sync/server/command/branch_office.h"

#define HOUR_MS INT64_C(3600000)

static ds_Event payment(int64_t at_ms, const char *reference)
{
    ds_Event event = field_visit(1, 1, at_ms, 0);
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

static uint32_t arrangement_state(struct office *office, struct id id)
{
    const ds_CaseState *state = office_case(office, 1);
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id.bytes, sizeof id.bytes) == 0) {
            return state->arrangements[i].state;
        }
    }
    fail_msg("no such arrangement");
    return 0;
}

static uint64_t askable_minor(struct office *office)
{
    ds_CaseRecord record = field_record(1);
    return fold_balance(&record, office_case(office, 1)).askable_minor;
}

static int64_t decision_count(struct office *office)
{
    struct hq_store *store = NULL;
    int64_t count = 0;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_decided_of_case);
    hq_bind_i64(&query, "$case_no", 1);
    hq_bind_i64(&query, "$kind", EVENT_conflict_decided);
    while (hq_next(&query)) {
        count++;
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    return count;
}

/* To whoever was told otherwise. */
static int64_t letter_count(struct office *office)
{
    struct hq_store *store = NULL;
    int64_t next_no = 0;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_message_next);
    EXPECT_OK(hq_one_i64(&query, &next_no));
    hq_store_close(store);
    return next_no - 1;
}

TEST(test_of_two_payments_another_may_be_kept_after_a_wrong_decision)
{
    /* of 520001: each choice after each other one */
    static const struct {
        const char *choice;
        uint64_t askable_minor;
    } rows[] = {{"both_stand", 420001}, {"keep_first", 470001}, {"keep_second", 470001}};
    for (size_t first = 0; first < COUNT(rows); first++) {
        struct office office;
        office_open(&office);
        ds_Event event = payment(FIELD_AT_MS + HOUR_MS, "");
        office_arrive(&office, 0, &event);
        event = payment(FIELD_AT_MS + 2 * HOUR_MS, "R7");
        const char *id = office_id(&office, office_arrive(&office, 0, &event));
        EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "change", id, rows[first].choice,
                    "--note", "too early", "--by", "S2");
        EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", id, rows[first].choice, "--by",
                    "S1");
        EXPECT_INT((int64_t)rows[first].askable_minor, (int64_t)askable_minor(&office));
        for (size_t step = 1; step < COUNT(rows); step++) {
            size_t then = (first + step) % COUNT(rows);
            const char *by = step == 1 ? "S2" : "S1";
            EXPECT_EXIT(COMMAND_usage, &office, "conflicts", "change", id, rows[then].choice,
                        "--by", by);
            EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "change", id, rows[then].choice,
                        "--note", "mine", "--by", step == 1 ? "S1" : "S2");
            EXPECT_SAID(&office, "another supervisor must decide anew");
            EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "change", id, rows[then].choice, "--note",
                        "seen in the bank's list", "--by", by);
            EXPECT_INT((int64_t)rows[then].askable_minor, (int64_t)askable_minor(&office));
            EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "change", id, rows[then].choice,
                        "--note", "again", "--by", step == 1 ? "S1" : "S2");
            EXPECT_SAID(&office, "decided so already");
        }
        EXPECT_INT(3, decision_count(&office));
        EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "show", id, "--by", "S1");
        EXPECT_SAID(&office, "Earlier, at");
        EXPECT_SAID(&office, "In force since");
        EXPECT_EXIT(COMMAND_ok, &office, "rebuild", "--dry-run");
        EXPECT_EXIT(COMMAND_ok, &office, "verify");
        office_close(&office);
    }
}

TEST(test_a_proposal_that_was_wrongly_accepted_gives_its_place_back)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_waiver(1, 1, FIELD_AT_MS + HOUR_MS);
    struct id asked = office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "approve", office_id(&office, asked), "--by",
                "S1");
    ds_Event edit = event;
    edit.at_ms += HOUR_MS;
    edit.which_kind = ds_Event_correction_tag;
    memset(&edit.kind, 0, sizeof edit.kind);
    memcpy(edit.kind.correction.target, asked.bytes, sizeof asked.bytes);
    edit.kind.correction.reason = CORRECTION_REASON_wrong_amount;
    edit.kind.correction.which_anew = ds_Correction_waiver_requested_tag;
    edit.kind.correction.anew.waiver_requested = event.kind.waiver_requested;
    edit.kind.correction.anew.waiver_requested.amount_minor = 5000;
    struct id proposal = office_arrive(&office, 0, &edit);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--json");
    char *id = strstr(office.said, "\"id\": \"");
    EXPECT(id != NULL);
    id += strlen("\"id\": \"");
    *strchr(id, '"') = '\0';
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", id, "accept", "--by", "S2");
    EXPECT_INT(ARRANGEMENT_STATE_replaced, arrangement_state(&office, asked));
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "change", id, "reject", "--note",
                "beyond the limit", "--by", "S1");
    EXPECT_INT(ARRANGEMENT_STATE_rejected, arrangement_state(&office, proposal));
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement_state(&office, asked));
    EXPECT_INT(1, letter_count(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "change", id, "accept", "--note",
                "the client agreed", "--by", "S2");
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement_state(&office, proposal));
    EXPECT_INT(ARRANGEMENT_STATE_replaced, arrangement_state(&office, asked));
    EXPECT_EXIT(COMMAND_ok, &office, "rebuild", "--dry-run");
    office_close(&office);
}

/* Deciding about a request closes its conflict; by way of that one nobody changes what was their
 * own decision either. */
TEST(test_nobody_changes_a_decision_of_their_own_through_its_conflict)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_waiver(1, 1, FIELD_AT_MS + HOUR_MS);
    event.person_no = 2; /* who does not have the case: it conflicts */
    struct id asked = office_arrive(&office, 1, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--json");
    char *id = strstr(office.said, "\"id\": \"");
    EXPECT(id != NULL);
    id += strlen("\"id\": \"");
    *strchr(id, '"') = '\0';
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "approve", office_id(&office, asked), "--by",
                "S1");
    EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "change", id, "reject", "--note", "mine",
                "--by", "S1");
    EXPECT_SAID(&office, "another supervisor must decide anew");
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement_state(&office, asked));
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "change", id, "reject", "--note",
                "not their case", "--by", "S2");
    EXPECT_INT(ARRANGEMENT_STATE_rejected, arrangement_state(&office, asked));
    EXPECT_EXIT(COMMAND_refused, &office, "conflicts", "change", id, "accept", "--note", "mine",
                "--by", "S2");
    office_close(&office);
}

TEST(test_a_stop_that_was_wrongly_cleared_stands_again)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, 0);
    event.which_kind = ds_Event_dispute_raised_tag;
    event.kind.dispute_raised = (ds_DisputeRaised){.dispute = 1};
    office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "flag", "clear", "REF-000001", "dispute");
    event.at_ms += HOUR_MS; /* raised offline, before it was cleared */
    event.person_no = 2;
    office_arrive(&office, 1, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--kind", "stop_after_clear", "--json");
    char *id = strstr(office.said, "\"id\": \"");
    EXPECT(id != NULL);
    id += strlen("\"id\": \"");
    *strchr(id, '"') = '\0';
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", id, "clear", "--by", "S1");
    EXPECT(fold_flag(office_case(&office, 1), STOP_FLAG_dispute, FIELD_DAY) == NULL);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "change", id, "keep", "--note",
                "the borrower's letter is unanswered", "--by", "S2");
    EXPECT(fold_flag(office_case(&office, 1), STOP_FLAG_dispute, FIELD_DAY) != NULL);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list", "--kind", "stop_after_clear", "--json");
    EXPECT(!office_says(&office, "stop_after_clear")); /* headquarters does not disagree with it */
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "change", id, "clear", "--note", "answered now",
                "--by", "S1");
    EXPECT(fold_flag(office_case(&office, 1), STOP_FLAG_dispute, FIELD_DAY) == NULL);
    office_close(&office);
}

/* Tells headquarters that the tablet of the first collector called now. */
static void tablet_calls(struct office *office)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct hq_query query = hq_query(store, SQL_HQ_device_seen);
    hq_bind_i64(&query, "$device_no", office->chains[0].device_no);
    hq_bind_i64(&query, "$seen_at_ms", office->time.now_ms);
    hq_bind_text(&query, "$app_version", STR("1"));
    hq_bind_i64(&query, "$policy", 0);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* Gives the tablet of the first collector a page, a few seconds after it called last: that it
 * called is not noted anew within a minute. */
static void page_is_given(struct office *office)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct hq_query query = hq_query(store, SQL_HQ_feed_page_put);
    hq_bind_i64(&query, "$device_no", office->chains[0].device_no);
    hq_bind_i64(&query, "$feed_seq", 1000);
    hq_bind_i64(&query, "$tag", 1);
    hq_bind_i64(&query, "$digest", 1);
    hq_bind_i64(&query, "$given_at_ms", office->time.now_ms);
    hq_bind_i64(&query, "$folded_seq", 0);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* The first case goes to the second collector. */
static void case_moves(struct office *office)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    ds_Event event = field_assign(1, 2, 2, office->time.now_ms);
    EXPECT_OK(ingest_own_one(&office->arena, store, &event, office->time.now_ms, NULL));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

TEST(test_an_approval_that_any_collector_may_have_told_is_not_taken_back)
{
    static const struct {
        const char *name;
        void (*before)(struct office *office); /* the approval */
        void (*then[2])(struct office *office);
        int code;
    } rows[] = {
        {"nobody called", NULL, {NULL, NULL}, COMMAND_ok},
        {"called before alone", tablet_calls, {NULL, NULL}, COMMAND_ok},
        {"called", NULL, {tablet_calls, NULL}, COMMAND_refused},
        {"called within the minute", tablet_calls, {page_is_given, NULL}, COMMAND_refused},
        {"told, then the case moved", NULL, {tablet_calls, case_moves}, COMMAND_refused},
        {"moved, and the one before called", NULL, {case_moves, tablet_calls}, COMMAND_refused},
        {"moved before: told nothing", case_moves, {tablet_calls, NULL}, COMMAND_ok},
    };
    enum { STEP_MS = 10000 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        office_open(&office);
        ds_Event event = field_waiver(1, 1, FIELD_AT_MS + HOUR_MS);
        const char *id = office_id(&office, office_arrive(&office, 0, &event));
        if (rows[i].before != NULL) {
            rows[i].before(&office);
        }
        office.time.now_ms += STEP_MS;
        EXPECT_EXIT(COMMAND_ok, &office, "approvals", "approve", id, "--by", "S1");
        for (size_t step = 0; step < COUNT(rows[i].then); step++) {
            office.time.now_ms += STEP_MS;
            if (rows[i].then[step] != NULL) {
                rows[i].then[step](&office);
            }
        }
        int code = RUN(&office, "approvals", "withdraw", id, "--note", "wrong row", "--by", "S1");
        EXPECT_ROW(rows[i].name, code == rows[i].code);
        office_close(&office);
    }
}

TEST(test_an_approval_is_taken_back_until_a_tablet_may_know_and_changed_after)
{
    struct office office;
    office_open(&office);
    ds_Event event = field_waiver(1, 1, FIELD_AT_MS + HOUR_MS);
    struct id asked = office_arrive(&office, 0, &event);
    const char *id = office_id(&office, asked);
    EXPECT_EXIT(COMMAND_not_found, &office, "approvals", "withdraw", id, "--note", "too early",
                "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "approve", id, "--by", "S1");
    EXPECT_EXIT(COMMAND_usage, &office, "approvals", "withdraw", id, "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "withdraw", id, "--note", "wrong row", "--by",
                "S1");
    EXPECT_INT(ARRANGEMENT_STATE_asked, arrangement_state(&office, asked));
    EXPECT_INT(0, letter_count(&office)); /* nobody was told */
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "list", "--json", "--by", "S1");
    EXPECT_SAID(&office, id);
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "approve", id, "--by", "S1");
    office.time.now_ms += HOUR_MS;
    tablet_calls(&office);
    EXPECT_EXIT(COMMAND_refused, &office, "approvals", "withdraw", id, "--note", "too late", "--by",
                "S1");
    EXPECT_SAID(&office, "has called since");
    EXPECT_EXIT(COMMAND_refused, &office, "approvals", "change", id, "reject", "--note", "mine",
                "--by", "S1");
    EXPECT_EXIT(COMMAND_refused, &office, "approvals", "change", id, "approve", "--note", "same",
                "--by", "S2");
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "change", id, "reject", "--note",
                "the client has not agreed", "--by", "S2");
    EXPECT_INT(ARRANGEMENT_STATE_rejected, arrangement_state(&office, asked));
    EXPECT_INT(1, letter_count(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--all", "--json");
    EXPECT_SAID(&office,
                "Headquarters corrected a decision. Waiver: Rejected. Why: the client has");
    EXPECT_SAID(&office, "总部更正了一项决定。");
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "list", "--decided", "--by", "S1");
    EXPECT_SAID(&office, "the client has not agreed");
    EXPECT_SAID(&office, "(S2)");
    EXPECT_EXIT(COMMAND_ok, &office, "approvals", "change", id, "approve", "--note",
                "agreed by letter", "--by", "S1");
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement_state(&office, asked));
    EXPECT_EXIT(COMMAND_ok, &office, "rebuild", "--dry-run");
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    office_close(&office);
}
