#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t last_seq(struct tablet *tablet)
{
    uint64_t seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    return seq;
}

static enum event_kind kind_at(struct tablet *tablet, uint64_t seq)
{
    struct fact fact;
    EXPECT_OK(store_journal_fact(tablet->store, seq, &fact));
    return event_kind(&fact.event);
}

static struct visit_start visit_at(uint64_t case_no)
{
    return (struct visit_start){
        .case_no = case_no,
        .place = ADDRESS_KIND_home,
        .visitors = 2,
        .override_reason = OVERRIDE_REASON_no_fix,
    };
}

TEST(test_check_in_records_and_begins_a_draft)
{
    struct tablet tablet;
    tablet_open(&tablet, 2);
    tablet_start_visit(&tablet, 1);
    ds_VisitDraft draft;
    EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
    EXPECT_INT(1, draft.case_no);
    EXPECT_INT(1, draft.visit_seq);
    EXPECT_INT(EVENT_visit_started, kind_at(&tablet, 1));
    struct capture capture;
    struct visit_start second = visit_at(2);
    EXPECT_ERR(ERR_exists, journey_start_visit(&tablet.journey, &second, &capture));
    tablet_close(&tablet);
}

TEST(test_check_in_that_a_rule_blocks_records_nothing)
{
    static const struct {
        const char *name;
        int64_t at_minute;
        uint32_t visitors, override_reason;
        bool is_done;
    } rows[] = {
        {"in hours with a reason", 10 * 60, 2, OVERRIDE_REASON_no_fix, true},
        {"before hours", 7 * 60 + 59, 2, OVERRIDE_REASON_other, false},
        {"at opening", 8 * 60, 2, OVERRIDE_REASON_other, true},
        {"last minute", 21 * 60 + 59, 2, OVERRIDE_REASON_other, true},
        {"at closing", 22 * 60, 2, OVERRIDE_REASON_other, false},
        {"alone", 10 * 60, 1, OVERRIDE_REASON_other, false},
        {"closing soon, no reason given", 21 * 60 + 50, 2, OVERRIDE_REASON_none, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        tablet_open(&tablet, 1);
        int64_t minutes = rows[i].at_minute - 10 * 60;
        sim_clock_pass(&tablet.sim, (minutes < 0 ? minutes + 24 * 60 : minutes) * 60000);
        struct visit_start visit = visit_at(1);
        visit.visitors = rows[i].visitors;
        visit.override_reason = rows[i].override_reason;
        EXPECT_OK(journey_start_visit(&tablet.journey, &visit, &capture));
        EXPECT_ROW(rows[i].name, capture.is_done == rows[i].is_done);
        EXPECT_ROW(rows[i].name, last_seq(&tablet) == (rows[i].is_done ? 1U : 0U));
        tablet_close(&tablet);
    }
}

TEST(test_finished_visit_is_all_its_facts_and_no_draft)
{
    struct tablet tablet;
    struct capture capture;
    struct open_day day;
    ds_VisitDraft draft;
    tablet_open(&tablet, 3);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(3, day.planned_count);
    uint64_t before = last_seq(&tablet);
    tablet_start_visit(&tablet, 2);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
    draft.points_count = 1;
    draft.points[0] = (ds_ContactPointNoted){.kind = POINT_KIND_mobile,
                                             .value = "13911112222",
                                             .status = POINT_STATE_used_by_borrower,
                                             .source = 1,
                                             .role = ROLE_borrower};
    EXPECT_OK(journey_draft_save(&tablet.journey, &draft));
    sim_clock_pass(&tablet.sim, 9 * 60 * 1000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT(capture.is_done);
    EXPECT_INT(before + 2, capture.first_seq);
    EXPECT_INT(before + 4, capture.last_seq);
    EXPECT_INT(EVENT_visit_finished, kind_at(&tablet, before + 2));
    EXPECT_INT(EVENT_promise_made, kind_at(&tablet, before + 3));
    EXPECT_INT(EVENT_contact_point_noted, kind_at(&tablet, before + 4));
    EXPECT_ERR(ERR_not_found, journey_draft_load(&tablet.journey, &draft));

    struct fact fact;
    EXPECT_OK(store_journal_fact(tablet.store, before + 2, &fact));
    EXPECT_INT(540, fact.event.kind.visit_finished.dwell_s);
    EXPECT_INT(before + 1, fact.event.visit_seq);

    struct store_case_item item;
    EXPECT_OK(store_case_item(tablet.store, &tablet.task, 2, &item));
    EXPECT_INT(ARRANGEMENT_KIND_promise, item.arrangement_kind);
    EXPECT_INT(500000, item.arrangement_minor);
    EXPECT_INT(1, item.visit_count);
    EXPECT_INT(OUTCOME_promise_to_pay, item.last_outcome);
    struct store_stop *stops = NULL;
    size_t count = 0;
    EXPECT_OK(store_plan_list(tablet.store, &tablet.task, day.day, &stops, &count));
    for (size_t i = 0; i < count; i++) {
        EXPECT_INT(stops[i].case_no == 2 ? STOP_visited : STOP_planned, stops[i].state);
    }
    struct store_case_items found;
    EXPECT_OK(store_search(tablet.store, &tablet.task, "13911112222", 10, &found));
    EXPECT_INT(1, found.count); /* what was learned at the door is found */
    tablet_close(&tablet);
}

TEST(test_unfinished_or_refused_visit_stays_open)
{
    static const struct {
        const char *name;
        uint32_t outcome, role;
        uint64_t amount_minor; /* 0: no promise in the draft */
        bool is_done;
        const char *field; /* of the fault; "" none */
    } rows[] = {
        {"promise within the debt", OUTCOME_promise_to_pay, ROLE_borrower, 1234567, true, ""},
        {"promise above the debt", OUTCOME_promise_to_pay, ROLE_borrower, 1234568, false, ""},
        {"promise missing", OUTCOME_promise_to_pay, ROLE_borrower, 0, false, "promise"},
        {"promise left over", OUTCOME_refused_to_pay, ROLE_borrower, 500000, true, ""},
        {"plan missing", OUTCOME_plan_agreed, ROLE_borrower, 500000, false, "plan"},
        {"nobody asked who", OUTCOME_refused_to_pay, ROLE_none, 0, false, "role"},
        {"no outcome", OUTCOME_none, ROLE_borrower, 0, false, "outcome"},
        {"nobody home", OUTCOME_nobody_home, ROLE_none, 0, true, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        ds_VisitDraft draft;
        tablet_open(&tablet, 1);
        tablet_start_visit(&tablet, 1);
        if (rows[i].amount_minor != 0) {
            tablet_draft_promise(&tablet, rows[i].amount_minor);
        }
        EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
        draft.finish.outcome = rows[i].outcome;
        draft.finish.role = rows[i].role;
        EXPECT_OK(journey_draft_save(&tablet.journey, &draft));
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT_ROW(rows[i].name, capture.is_done == rows[i].is_done);
        EXPECT_ROW(rows[i].name, strcmp(capture.fault.key != NULL ? capture.fault.field : "",
                                        rows[i].field) == 0);
        bool is_open = journey_draft_load(&tablet.journey, &draft) == OK;
        EXPECT_ROW(rows[i].name, is_open == !rows[i].is_done);
        bool has_promise = rows[i].is_done && rows[i].outcome == OUTCOME_promise_to_pay;
        uint64_t facts = !rows[i].is_done ? 1 : has_promise ? 3 : 2;
        EXPECT_ROW(rows[i].name, last_seq(&tablet) == facts);
        tablet_close(&tablet);
    }
}

TEST(test_only_own_facts_are_corrected_and_as_what_they_were)
{
    struct tablet tablet;
    struct capture capture;
    struct fact fact;
    tablet_open(&tablet, 1);
    tablet_start_visit(&tablet, 1);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT(capture.is_done);
    EXPECT_OK(store_journal_fact(tablet.store, 3, &fact));
    ds_Correction correction = {
        .reason = CORRECTION_REASON_wrong_amount,
        .which_anew = ds_Correction_payment_noted_tag,
        .anew.payment_noted = {.amount_minor = 1, .channel = 1, .paid_day = 1},
    };
    memset(correction.target, 0x55, sizeof correction.target);
    EXPECT_OK(journey_correct(&tablet.journey, &correction, &capture));
    EXPECT(!capture.is_done);
    EXPECT_TEXT("fault.own_fact", capture.fault.key);
    memcpy(correction.target, fact.id.bytes, sizeof correction.target);
    EXPECT_OK(journey_correct(&tablet.journey, &correction, &capture));
    EXPECT_TEXT("fault.same_kind", capture.fault.key);
    correction.which_anew = ds_Correction_promise_made_tag;
    correction.anew.promise_made = fact.event.kind.promise_made;
    correction.anew.promise_made.amount_minor = 600000;
    EXPECT_OK(journey_correct(&tablet.journey, &correction, &capture));
    EXPECT(capture.is_done);
    struct store_case_item item;
    EXPECT_OK(store_case_item(tablet.store, &tablet.task, 1, &item));
    EXPECT_INT(600000, item.arrangement_minor);
    struct fact original;
    EXPECT_OK(store_journal_fact(tablet.store, 3, &original));
    EXPECT_INT(500000, original.event.kind.promise_made.amount_minor); /* stays */
    tablet_close(&tablet);
}

TEST(test_a_complaint_cannot_be_taken_back)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 1);
    ds_ComplaintTaken complaint = {.complaint = 1, .words = "他们半夜打电话", .wish = 1};
    EXPECT_OK(journey_take_complaint(&tablet.journey, 1, &complaint, &capture));
    EXPECT(capture.is_done);
    ds_Correction correction = {.reason = CORRECTION_REASON_entered_twice, .is_withdrawn = true};
    memcpy(correction.target, capture.id.bytes, sizeof correction.target);
    EXPECT_OK(journey_correct(&tablet.journey, &correction, &capture));
    EXPECT(!capture.is_done);
    EXPECT_TEXT("fault.kept", capture.fault.key);
    EXPECT_INT(1, last_seq(&tablet));
    tablet_close(&tablet);
}

TEST(test_detail_is_shown_only_after_it_was_recorded)
{
    struct tablet tablet;
    const char *text = NULL;
    tablet_open(&tablet, 1);
    EXPECT_ERR(ERR_not_found, journey_reveal_detail(&tablet.journey, &tablet.task, 1,
                                                    DETAIL_KIND_phone, 1, &text));
    EXPECT_INT(0, last_seq(&tablet));
    EXPECT_OK(
        journey_reveal_detail(&tablet.journey, &tablet.task, 1, DETAIL_KIND_id_number, 0, &text));
    EXPECT_TEXT("310101199001011234", text);
    EXPECT_INT(EVENT_detail_revealed, kind_at(&tablet, 1));
    tablet.disk.fail_at_step = tablet.disk.step_count + 1;
    text = NULL;
    EXPECT_ERR(ERR_io, journey_reveal_detail(&tablet.journey, &tablet.task, 1, DETAIL_KIND_phone, 0,
                                             &text));
    EXPECT(text == NULL); /* not recorded, not shown */
    tablet_close(&tablet);
}

TEST(test_day_end_counts_what_was_made_and_what_is_confirmed)
{
    struct tablet tablet;
    struct open_day day;
    struct close_day closed;
    struct capture capture;
    ds_VisitSkipped skip = {.reason = SKIP_REASON_no_time};
    tablet_open(&tablet, 3);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT(day.was_open);
    EXPECT_INT(2, last_seq(&tablet)); /* day_opened and plan_made, once */
    EXPECT_OK(journey_skip_visit(&tablet.journey, 1, &skip, &capture));
    tablet_start_visit(&tablet, 2);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT(capture.is_done);
    struct store_receipt receipt = {.stored_seq = 4, .stored_at_ms = 1, .level = 1};
    enum receipt_result result;
    EXPECT_OK(store_journal_link(tablet.store, 4, &receipt.link));
    EXPECT_OK(store_outbox_receipt(tablet.store, &receipt, &result));
    EXPECT_OK(journey_close_day(&tablet.journey, 8000, "下雨", &closed));
    EXPECT(closed.capture.is_done);
    EXPECT_INT(3, closed.planned);
    EXPECT_INT(1, closed.visited);
    EXPECT_INT(1, closed.skipped);
    EXPECT_INT(7, closed.made_count);
    EXPECT_INT(4, closed.confirmed_count);
    tablet_close(&tablet);
}

/* Goal: what was accepted before a kill -9 is there after it. A real process on a
 * real file says after every accepted tap how far it is, and is killed meanwhile. */
TEST(test_draft_survives_kill_of_the_process)
{
    char path[] = "/tmp/doorstep-kill-XXXXXX";
    EXPECT(mkdtemp(path) != NULL);
    char file[64];
    snprintf(file, sizeof file, "%s/device.db", path);
    for (int round = 0; round < 6; round++) {
        int pipes[2];
        EXPECT(pipe(pipes) == 0);
        pid_t child = fork();
        if (child == 0) {
            struct tablet tablet;
            ds_VisitDraft draft;
            tablet_open_file(&tablet, file, 2);
            if (journey_draft_load(&tablet.journey, &draft) != OK) {
                tablet_start_visit(&tablet, 1);
                EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
            }
            for (uint32_t tap = draft.step + 1;; tap++) {
                draft.step = tap;
                snprintf(draft.finish.note, sizeof draft.finish.note, "第%u笔", tap);
                if (journey_draft_save(&tablet.journey, &draft) != OK ||
                    write(pipes[1], &tap, sizeof tap) != sizeof tap) {
                    _exit(1);
                }
            }
        }
        close(pipes[1]);
        uint32_t accepted = 0;
        uint32_t tap = 0;
        for (int i = 0; i < 5 + round * 7 && read(pipes[0], &tap, sizeof tap) == sizeof tap; i++) {
            accepted = tap;
        }
        kill(child, SIGKILL);
        while (read(pipes[0], &tap, sizeof tap) == sizeof tap) {
            accepted = tap;
        }
        close(pipes[0]);
        int status = 0;
        EXPECT(waitpid(child, &status, 0) == child);
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

        struct tablet tablet;
        ds_VisitDraft draft;
        char note[32];
        tablet_open_file(&tablet, file, 2);
        struct stat facts;
        EXPECT(stat(file, &facts) == 0 && (facts.st_mode & 0777) == 0600); /* it holds the key */
        EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
        EXPECT(accepted > 0 && draft.step >= accepted && draft.step <= accepted + 1);
        snprintf(note, sizeof note, "第%u笔", draft.step);
        EXPECT_TEXT(note, draft.finish.note);
        tablet_close(&tablet);
    }
    EXPECT(unlink(file) == 0);
    strcat(file, ".identity");
    unlink(file); /* of a sealed store */
    EXPECT(rmdir(path) == 0);
}
