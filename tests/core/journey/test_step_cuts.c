/* Goal: whatever the power does at whatever moment of a journey, afterwards the
 * tablet is either as before it or as after it, and never in between; doing the
 * journey again (only when it has not happened) gives the same end.
 *
 * Method: the steps of the disk (writes, flushes, truncations) are counted for
 * an undisturbed run. Then power is cut before and after each step k, with three
 * things the disk may have kept; the tablet is opened again, the journey resumed,
 * and the end compared with the undisturbed one, twice. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASES = 3 };

struct cut_journey {
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

static enum err run_note_payment(struct tablet *tablet)
{
    struct capture capture;
    ds_PaymentNoted payment = {
        .amount_minor = 100000,
        .channel = PAYMENT_CHANNEL_mobile_pay,
        .reference = "2026112300001",
        .paid_day = journey_today(&tablet->journey),
        .payer_role = ROLE_borrower,
    };
    TRY(journey_note_payment(&tablet->journey, 1, &payment, OVERRIDE_REASON_other, &capture));
    EXPECT(capture.is_done);
    return OK;
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

static const struct cut_journey journeys[] = {
    {"open_day", prepare_nothing, run_open_day},
    {"start_visit", prepare_nothing, run_start_visit},
    {"draft_save", prepare_visit, run_draft_save},
    {"finish_visit", prepare_promise, run_finish_visit},
    {"skip_visit", prepare_nothing, run_skip_visit},
    {"log_contact", prepare_nothing, run_log_contact},
    {"note_payment", prepare_nothing, run_note_payment},
    {"raise_safety", prepare_nothing, run_raise_safety},
    {"take_complaint", prepare_nothing, run_take_complaint},
    {"reveal_detail", prepare_nothing, run_reveal_detail},
    {"correct", prepare_finished, run_correct},
    {"close_day", prepare_finished, run_close_day},
    {"apply_download", prepare_finished, run_apply_download},
};

static uint32_t draft_step(struct tablet *tablet)
{
    ds_VisitDraft draft;
    return journey_draft_load(&tablet->journey, &draft) == OK ? draft.step : 0;
}

/* What tells whether the journey has happened: facts, the draft's step, the cursor. */
static const char *mark_of(struct tablet *tablet)
{
    uint64_t seq = 0;
    int64_t cursor = 0;
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    EXPECT_OK(store_setting_number(tablet->store, SETTING_down_cursor, 0, &cursor));
    return str_format(&tablet->task, "%llu %u %lld", (unsigned long long)seq, draft_step(tablet),
                      (long long)cursor);
}

static void cut_once(struct tablet *tablet, const struct cut_journey *journey,
                     const struct fault_disk *base, const char *before, const char *after,
                     uint64_t step, bool is_after, enum fault_keep keep)
{
    char row[96];
    snprintf(row, sizeof row, "%s cut %s step %llu, keep %d", journey->name,
             is_after ? "after" : "before", (unsigned long long)step, (int)keep);
    struct arena_mark mark = arena_mark(&tablet->task);
    store_close(&tablet->store);
    fault_disk_copy(&tablet->disk, base);
    EXPECT_ROW(row, tablet_reopen(tablet) == OK);
    fault_disk_arm(&tablet->disk);
    *(is_after ? &tablet->disk.cut_after_step : &tablet->disk.cut_before_step) = step;
    const char *mark_before = mark_of(tablet);
    bool was_accepted = journey->run(tablet) == OK;
    EXPECT_ROW(row, tablet->disk.is_dead);

    fault_disk_restart(&tablet->disk, keep);
    EXPECT_ROW(row, tablet_reopen(tablet) == OK);
    bool has_happened = strcmp(mark_of(tablet), mark_before) != 0;
    EXPECT_ROW(row, has_happened || !was_accepted); /* what was accepted is there */
    EXPECT_ROW(row, strcmp(tablet_dump(tablet), has_happened ? after : before) == 0);
    if (!has_happened) {
        EXPECT_ROW(row, journey->run(tablet) == OK);
    }
    EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
    EXPECT_ROW(row, tablet_reopen(tablet) == OK);
    EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
    arena_rollback(&tablet->task, mark);
}

static void cut_everywhere(const struct cut_journey *journey)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    tablet_open(tablet, CASES);
    journey->prepare(tablet);
    store_close(&tablet->store); /* so that the base is one file */
    fault_disk_copy(base, &tablet->disk);

    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(journey->run(tablet));
    uint64_t step_count = tablet->disk.step_count;
    uint64_t flush_count = tablet->disk.flush_count;
    const char *after = tablet_dump(tablet);
    EXPECT(step_count >= 2); /* at least the log and its flush */
    EXPECT(flush_count >= 1);

    for (uint64_t step = 1; step <= step_count; step++) {
        for (int keep = FAULT_KEEP_flushed; keep <= FAULT_KEEP_torn; keep++) {
            cut_once(tablet, journey, base, before, after, step, false, (enum fault_keep)keep);
            cut_once(tablet, journey, base, before, after, step, true, (enum fault_keep)keep);
        }
    }
    print_message("%s: %llu steps, %llu flushes\n", journey->name, (unsigned long long)step_count,
                  (unsigned long long)flush_count);
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}

TEST(test_power_cut_at_any_step_leaves_before_or_after)
{
    for (size_t i = 0; i < COUNT(journeys); i++) {
        cut_everywhere(&journeys[i]);
    }
}

/* An I/O error or a full disk at any step: nothing of the journey is saved or all
 * of it, the store says so, and goes on from the disk. */
TEST(test_failing_disk_at_any_step_loses_nothing)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    tablet_open(tablet, CASES);
    prepare_promise(tablet);
    store_close(&tablet->store);
    fault_disk_copy(base, &tablet->disk);
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(run_finish_visit(tablet));
    uint64_t step_count = tablet->disk.step_count;
    const char *after = tablet_dump(tablet);
    for (uint64_t step = 1; step <= step_count; step++) {
        for (int is_full = 0; is_full < 2; is_full++) {
            char row[64];
            snprintf(row, sizeof row, "step %llu %s", (unsigned long long)step,
                     is_full ? "full" : "error");
            store_close(&tablet->store);
            fault_disk_copy(&tablet->disk, base);
            EXPECT_ROW(row, tablet_reopen(tablet) == OK);
            fault_disk_arm(&tablet->disk);
            *(is_full ? &tablet->disk.full_at_step : &tablet->disk.fail_at_step) = step;
            enum err err = run_finish_visit(tablet);
            EXPECT_ROW(row, err == OK || err == (is_full ? ERR_no_space : ERR_io));
            if (err == ERR_io) { /* nothing is believed until the disk was read again */
                struct store_outbox outbox;
                EXPECT_ROW(row, store_outbox_read(tablet->store, &outbox) == ERR_io);
            }
            fault_disk_arm(&tablet->disk);
            if (err == ERR_io) {
                EXPECT_ROW(row, store_reopen(tablet->store) == OK);
            }
            const char *now = tablet_dump(tablet);
            EXPECT_ROW(row, strcmp(now, before) == 0 || strcmp(now, after) == 0);
            EXPECT_ROW(row, err != OK || strcmp(now, after) == 0);
            if (strcmp(now, before) == 0) {
                EXPECT_ROW(row, run_finish_visit(tablet) == OK);
            }
            EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
        }
    }
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}
