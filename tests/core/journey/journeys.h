/* tests/core/journey/journeys.h -- every journey that writes, with what must have
 * happened before it: for the tests that disturb each of them at every step. */
#pragma once

#include "core/domain/catalog.h"
#include "tests/lib/tablet.h"

enum { JOURNEY_CASES = 3 };

struct journey_sample {
    const char *name;
    void (*prepare)(struct tablet *tablet);
    enum err (*run)(struct tablet *tablet);
};

static void prepare_nothing(struct tablet *tablet)
{
    (void)tablet;
}

static enum err run_open_day(struct tablet *tablet)
{
    struct open_day result;
    return journey_open_day(&tablet->journey, &result);
}

static enum err run_start_visit(struct tablet *tablet)
{
    struct capture capture;
    struct visit_start visit = {
        .case_no = 2,
        .place = ADDRESS_KIND_home,
        .visitors = 2,
        .override_reason = OVERRIDE_REASON_no_fix,
    };
    TRY(journey_start_visit(&tablet->journey, &visit, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static void prepare_visit(struct tablet *tablet)
{
    EXPECT_OK(run_open_day(tablet));
    tablet_start_visit(tablet, 2);
}

static enum err run_draft_save(struct tablet *tablet)
{
    ds_VisitDraft draft;
    TRY(journey_draft_load(&tablet->journey, &draft));
    draft.step = 3;
    draft.finish.outcome = OUTCOME_refused_to_pay;
    return journey_draft_save(&tablet->journey, &draft);
}

static void prepare_promise(struct tablet *tablet)
{
    prepare_visit(tablet);
    tablet_draft_promise(tablet, 500000);
}

static enum err run_finish_visit(struct tablet *tablet)
{
    struct capture capture;
    TRY(journey_finish_visit(&tablet->journey, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static enum err run_skip_visit(struct tablet *tablet)
{
    struct capture capture;
    ds_VisitSkipped skip = {.reason = SKIP_REASON_weather};
    TRY(journey_skip_visit(&tablet->journey, 1, &skip, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static enum err run_log_contact(struct tablet *tablet)
{
    struct capture capture;
    ds_ContactAttempted call = {
        .channel = CONTACT_CHANNEL_call,
        .result = CONTACT_RESULT_answered,
        .role = ROLE_borrower,
    };
    TRY(journey_log_contact(&tablet->journey, 1, &call, &capture));
    EXPECT(capture.is_done);
    return OK;
}

/* A form half a tap before it is saved. */
static void prepare_form(struct tablet *tablet)
{
    const struct store_draft form = {
        .key = "form", .case_no = 1, .bytes = STR("typed"), .changed_at_ms = 5};
    EXPECT_OK(store_draft_put(tablet->store, &form));
}

static enum err run_note_payment(struct tablet *tablet)
{
    struct capture capture = {0};
    ds_PaymentNoted payment = {
        .amount_minor = 100000,
        .channel = PAYMENT_CHANNEL_mobile_pay,
        .reference = "2026112300001",
        .paid_day = journey_today(&tablet->journey),
        .payer_role = ROLE_borrower,
    };
    tablet->journey.typed_key = "form";
    enum err err =
        journey_note_payment(&tablet->journey, 1, &payment, OVERRIDE_REASON_other, &capture);
    tablet->journey.typed_key = NULL;
    EXPECT(err != OK || capture.is_done);
    return err;
}

static enum err run_raise_safety(struct tablet *tablet)
{
    struct capture capture;
    ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog, .severity = 2};
    TRY(journey_raise_safety(&tablet->journey, 0, &incident, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static enum err run_take_complaint(struct tablet *tablet)
{
    struct capture capture;
    ds_ComplaintTaken complaint = {.complaint = COMPLAINT_KIND_wrong_amount, .words = "数额不对"};
    TRY(journey_take_complaint(&tablet->journey, 1, &complaint, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static enum err run_reveal_detail(struct tablet *tablet)
{
    const char *text = NULL;
    return journey_reveal_detail(&tablet->journey, &tablet->task, 1, DETAIL_KIND_phone, 0, &text);
}

static void prepare_finished(struct tablet *tablet)
{
    prepare_promise(tablet);
    EXPECT_OK(run_finish_visit(tablet));
}

static enum err run_correct(struct tablet *tablet)
{
    struct capture capture;
    struct store_records records;
    TRY(store_journal_list(tablet->store, &tablet->task, EVENT_promise_made, 0, INT64_MAX, 0, 1,
                           &records));
    ds_Correction correction = {
        .reason = CORRECTION_REASON_wrong_amount,
        .note = "少写一个零",
        .which_anew = ds_Correction_promise_made_tag,
    };
    struct fact fact;
    TRY(store_journal_fact(tablet->store, records.items[0].seq, &fact));
    memcpy(correction.target, fact.id.bytes, sizeof correction.target);
    correction.anew.promise_made = fact.event.kind.promise_made;
    correction.anew.promise_made.amount_minor = 600000;
    TRY(journey_correct(&tablet->journey, &correction, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static enum err run_close_day(struct tablet *tablet)
{
    struct close_day result;
    TRY(journey_close_day(&tablet->journey, 12000, "", &result));
    EXPECT(result.capture.is_done);
    return OK;
}

static enum err run_apply_download(struct tablet *tablet)
{
    ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
    struct store_case_feed rows[3];
    tablet->feed_seq = 50; /* the same page whenever it is applied */
    tablet_record(record, 9);
    tablet_state(state, record);
    rows[0] = tablet_feed(tablet, record, state, 0);
    tablet_record(record, 2);
    record->fees_minor = 9999;
    tablet_state(state, record);
    rows[1] = tablet_feed(tablet, record, state, 0);
    rows[2] = (struct store_case_feed){.case_no = 1, .feed_seq = 53, .is_withdrawn = true};
    struct chain_link link;
    uint64_t seq = 0;
    TRY(store_journal_last(tablet->store, &seq, NULL, NULL));
    TRY(store_journal_link(tablet->store, 2, &link));
    struct download_result result;
    struct store_letter letter = {
        .message_no = 1, .sent_at_ms = 5, .from_name = "组长", .text = "早"};
    struct store_question question = {.seq = 1, .code = 1, .text = "?", .asked_at_ms = 9};
    struct download download = {
        .has_receipt = true,
        .receipt = {.stored_seq = 2, .link = link, .stored_at_ms = 99, .level = 1},
        .next_cursor = 53,
        .next_tag = {"abc", 3},
        .rows = rows,
        .row_count = 3,
        .questions = &question,
        .question_count = 1,
        .letters = &letter,
        .letter_count = 1,
        .policy_text = STR("visits_per_day = 2\n"),
        .hq_at_ms = tablet->sim.now.wall_ms,
    };
    return journey_apply_download(&tablet->journey, &download, &result);
}

enum { PHOTO_SIZE = 40000 }; /* two chunks */

/* Bytes that differ by `which`, in the task arena. */
static struct str photo_make(struct tablet *tablet, uint8_t which)
{
    char *bytes = arena_alloc(&tablet->task, PHOTO_SIZE);
    uint32_t state = which;
    for (size_t i = 0; i < PHOTO_SIZE; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (char)(uint8_t)(state >> 24);
    }
    return (struct str){bytes, PHOTO_SIZE};
}

static enum err attach_photo(struct tablet *tablet, uint64_t case_no, uint8_t which)
{
    struct capture capture;
    TRY(journey_attach(&tablet->journey, case_no, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                       photo_make(tablet, which), "门上的通知", &capture));
    EXPECT(capture.is_done);
    return OK;
}

static enum err run_attach(struct tablet *tablet)
{
    return attach_photo(tablet, 2, 1);
}

static enum err run_raise_alarm(struct tablet *tablet)
{
    struct capture capture;
    ds_SafetyIncident incident = {.incident = SAFETY_KIND_threat, .severity = 3, .is_silent = true};
    TRY(journey_raise_safety(&tablet->journey, 2, &incident, &capture));
    EXPECT(capture.is_done);
    return OK;
}

static void prepare_evidence(struct tablet *tablet)
{
    prepare_visit(tablet);
    EXPECT_OK(attach_photo(tablet, 2, 1));
    EXPECT_OK(attach_photo(tablet, 2, 2));
    EXPECT_OK(run_raise_alarm(tablet));
}

static struct chain_hash photo_hash(struct tablet *tablet, uint8_t which)
{
    struct str bytes = photo_make(tablet, which);
    return chain_hash(bytes.bytes, bytes.size);
}

/* Headquarters lacks a chunk of one photo, holds the other safely, and somebody saw the alarm. */
static enum err run_evidence_answer(struct tablet *tablet)
{
    static const uint32_t indexes[] = {1};
    const struct download_lack lack = {photo_hash(tablet, 1), indexes, 1};
    const struct download_held held = {.hash = photo_hash(tablet, 2), .level = 2};
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    TRY(store_alarm_list(tablet->store, &tablet->task, false, &alarms, &count));
    const struct download_alarm alarm = {alarms[0].seq, ALARM_seen, 77, "组长"};
    struct chain_link link;
    struct download_result result;
    TRY(store_journal_link(tablet->store, 3, &link));
    const struct download download = {
        .next_tag = {"abc", 3},
        .next_cursor = tablet->feed_seq,
        .hq_at_ms = tablet->sim.now.wall_ms,
        .has_receipt = true,
        .receipt = {.stored_seq = 3, .link = link, .stored_at_ms = 99, .level = 1},
        .has_safe_receipt = true,
        .safe_receipt = {.stored_seq = 3, .link = link, .stored_at_ms = 99, .level = 2},
        .lacks = &lack,
        .lack_count = 1,
        .helds = &held,
        .held_count = 1,
        .alarms = &alarm,
        .alarm_count = 1,
    };
    return journey_apply_download(&tablet->journey, &download, &result);
}

static void prepare_safe_photo(struct tablet *tablet)
{
    prepare_evidence(tablet);
    EXPECT_OK(run_evidence_answer(tablet));
}

/* The case leaves: what is safe goes with it, what is not is kept and hidden. */
static enum err run_withdraw_with_photos(struct tablet *tablet)
{
    const struct store_case_feed row = {.case_no = 2, .feed_seq = 60, .is_withdrawn = true};
    return tablet_receive(tablet, &row, 1);
}

static enum err run_rechain(struct tablet *tablet)
{
    struct download_result result;
    const struct download download = {
        .new_device_no = 8,
        .next_tag = {"abc", 3},
        .next_cursor = tablet->feed_seq,
        .hq_at_ms = tablet->sim.now.wall_ms,
    };
    return journey_apply_download(&tablet->journey, &download, &result);
}

static enum err run_introduced(struct tablet *tablet)
{
    static const uint8_t certificate[CHAIN_SIGNATURE_SIZE] = {1, 2, 3};
    const struct enrolment enrolment = {
        .device_no = 9,
        .person_no = TABLET_PERSON_NO,
        .branch_no = 1,
        .person_name = "赵敏",
        .branch_name = "上海",
        .certificate = {(const char *)certificate, sizeof certificate},
        .hq_at_ms = tablet->sim.now.wall_ms,
    };
    return journey_introduced(&tablet->journey, &enrolment);
}

/* A row as it is kept aside by a program that could not read it: see core/journey/apply_row.c. */
static void put_aside(struct tablet *tablet, uint64_t case_no)
{
    ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
    tablet_record(record, case_no);
    record->fees_minor = 8888;
    tablet_state(state, record);
    struct store_case_feed row = tablet_feed(tablet, record, state, 0);
    struct str_builder builder;
    str_builder_init(&builder, &tablet->task);
    str_add_text(&builder, "DSR1");
    EXPECT(case_no < 128 && row.feed_seq < 128 && row.record.size < 128 * 128);
    char head[5] = {(char)case_no, (char)row.feed_seq, 0,
                    (char)(uint8_t)((row.record.size & 127) | 128), (char)(row.record.size >> 7)};
    str_add(&builder, (struct str){head, sizeof head});
    str_add(&builder, row.record);
    str_add(&builder, row.state);
    struct store_quarantined item = {
        .name = str_format(&tablet->task, "case %llu", (unsigned long long)case_no),
        .err = ERR_malformed,
        .bytes = {builder.text, builder.size},
        .at_ms = 5,
    };
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_case_skip(tablet->store, case_no, row.feed_seq));
    EXPECT_OK(store_quarantine_put(tablet->store, &item));
    EXPECT_OK(store_commit(tablet->store));
}

static void prepare_put_aside(struct tablet *tablet)
{
    prepare_finished(tablet);
    put_aside(tablet, 2);
}

static enum err run_quarantine_retry(struct tablet *tablet)
{
    bool is_done = false;
    enum err err = journey_quarantine_retry(&tablet->journey, "case 2", &is_done);
    EXPECT(err != OK || is_done);
    return err;
}

static enum err run_quarantine_exported(struct tablet *tablet)
{
    return store_quarantine_exported(tablet->store, "case 2");
}

static void prepare_exported(struct tablet *tablet)
{
    prepare_put_aside(tablet);
    EXPECT_OK(run_quarantine_exported(tablet));
}

static enum err run_quarantine_discard(struct tablet *tablet)
{
    return store_quarantine_discard(tablet->store, "case 2");
}

static const struct journey_sample journey_samples[] = {
    {"open_day", prepare_nothing, run_open_day},
    {"start_visit", prepare_nothing, run_start_visit},
    {"draft_save", prepare_visit, run_draft_save},
    {"finish_visit", prepare_promise, run_finish_visit},
    {"skip_visit", prepare_nothing, run_skip_visit},
    {"log_contact", prepare_nothing, run_log_contact},
    {"note_payment", prepare_form, run_note_payment},
    {"raise_safety", prepare_nothing, run_raise_safety},
    {"take_complaint", prepare_nothing, run_take_complaint},
    {"reveal_detail", prepare_nothing, run_reveal_detail},
    {"correct", prepare_finished, run_correct},
    {"close_day", prepare_finished, run_close_day},
    {"apply_download", prepare_finished, run_apply_download},
    {"attach", prepare_visit, run_attach},
    {"raise_alarm", prepare_visit, run_raise_alarm},
    {"evidence_answer", prepare_evidence, run_evidence_answer},
    {"withdraw_with_photos", prepare_safe_photo, run_withdraw_with_photos},
    {"rechain", prepare_finished, run_rechain},
    {"introduced", prepare_finished, run_introduced},
    {"quarantine_retry", prepare_put_aside, run_quarantine_retry},
    {"quarantine_exported", prepare_put_aside, run_quarantine_exported},
    {"quarantine_discard", prepare_exported, run_quarantine_discard},
};
