/* Goal: what happened is recorded and flagged, never refused: a case that is recalled, closed
 * or stopped while the door stands open, a visit that is finished past midnight, a clock that is
 * wrong, a case whose bytes are damaged. */
#include "tests/core/journey/journeys.h"

#include "core/domain/date.h"
#include "core/store/store_private.h"

/* Headquarters changes the open case 2 while a visit to it goes on. */
enum meanwhile {
    MEANWHILE_nothing,
    MEANWHILE_recalled, /* it stays here to be seen */
    MEANWHILE_closed,
    MEANWHILE_withdrawn, /* it leaves the tablet */
    MEANWHILE_stopped,   /* the identity is disputed, says headquarters */
};

static void fold_hq(ds_CaseState *state, const ds_CaseRecord *record, const ds_Event *event,
                    int64_t at_ms)
{
    struct fact fact = {.seq = 1000 + state->event_count, .order_at_ms = at_ms, .event = *event};
    fact.event.at_ms = (uint64_t)at_ms;
    fact.event.case_no = record->case_no;
    fact.event.person_no = 99;
    fold_fact(state, record, &fact);
}

static void receive_change(struct tablet *tablet, enum meanwhile meanwhile, int64_t at_ms)
{
    if (meanwhile == MEANWHILE_nothing) {
        return;
    }
    ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
    ds_Event event = ds_Event_init_zero;
    tablet_record(record, 2);
    tablet_state(state, record);
    if (meanwhile == MEANWHILE_recalled) {
        event.which_kind = ds_Event_case_recalled_tag;
        event.kind.case_recalled.reason = CLOSE_REASON_client_withdrew;
    } else if (meanwhile == MEANWHILE_closed) {
        event.which_kind = ds_Event_case_closed_tag;
        event.kind.case_closed.reason = CLOSE_REASON_paid;
    } else if (meanwhile == MEANWHILE_stopped) {
        event.which_kind = ds_Event_status_flagged_tag;
        event.kind.status_flagged.flag = STOP_FLAG_identity_dispute;
    }
    if (event.which_kind != 0) {
        fold_hq(state, record, &event, at_ms);
    }
    struct store_case_feed row = tablet_feed(tablet, record, state, 0);
    if (meanwhile == MEANWHILE_withdrawn) {
        row =
            (struct store_case_feed){.case_no = 2, .feed_seq = row.feed_seq, .is_withdrawn = true};
    }
    EXPECT_OK(tablet_receive(tablet, &row, 1));
}

static const struct fact *promise_of(struct tablet *tablet)
{
    struct store_records records;
    struct fact *fact = ARENA_NEW(&tablet->task, struct fact);
    EXPECT_OK(store_journal_list(tablet->store, &tablet->task, EVENT_promise_made, 0, INT64_MAX, 0,
                                 9, &records));
    EXPECT_INT(1, records.count);
    EXPECT_OK(store_journal_fact(tablet->store, records.items[0].seq, fact));
    return fact;
}

TEST(test_a_promise_of_a_visit_that_was_begun_rightly_is_recorded)
{
    static const struct {
        const char *name;
        enum meanwhile meanwhile;
        bool is_for_hq;
        enum refusal refusal; /* recorded with the promise; none */
    } rows[] = {
        {"nothing changed", MEANWHILE_nothing, false, REFUSAL_none},
        {"recalled", MEANWHILE_recalled, true, REFUSAL_case_recalled},
        {"closed", MEANWHILE_closed, true, REFUSAL_case_closed},
        {"left the tablet", MEANWHILE_withdrawn, true, REFUSAL_not_assigned},
        {"stopped by headquarters", MEANWHILE_stopped, false, REFUSAL_identity_dispute},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        tablet_open(&tablet, 3);
        prepare_visit(&tablet);
        sim_clock_pass(&tablet.sim, 60000);
        receive_change(&tablet, rows[i].meanwhile, tablet.sim.now.wall_ms);
        tablet_draft_promise(&tablet, 500000);
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT_ROW(rows[i].name, capture.is_done);
        EXPECT_ROW(rows[i].name, capture.is_for_hq == rows[i].is_for_hq);
        const struct fact *promise = promise_of(&tablet);
        EXPECT_INT(500000, promise->event.kind.promise_made.amount_minor);
        if (rows[i].refusal == REFUSAL_none) {
            EXPECT_ROW(rows[i].name, promise->event.fired_count == 0);
        } else {
            EXPECT_ROW(rows[i].name, verdict_find(&capture.verdict, rows[i].refusal) != NULL);
            EXPECT_ROW(rows[i].name, promise->event.fired[0] == (uint32_t)rows[i].refusal);
        }
        /* Where the case is still to be seen, a promise after its end is not in force. */
        struct store_case here;
        EXPECT_OK(store_case_load(tablet.store, &tablet.task, 2, &here));
        const ds_Arrangement *live = fold_live_arrangement(here.state);
        bool is_active = live != NULL && live->state == ARRANGEMENT_STATE_active;
        EXPECT_ROW(rows[i].name, is_active == !rows[i].is_for_hq);
        const char *before = tablet_dump(&tablet);
        EXPECT_OK(journey_rebuild(&tablet.journey));
        EXPECT_TEXT(before, tablet_dump(&tablet));
        tablet_close(&tablet);
    }
}

/* A stop that stood before the door was opened, or that the collector raised, still refuses. */
TEST(test_a_stop_of_before_or_of_ones_own_still_refuses)
{
    for (int is_own = 0; is_own < 2; is_own++) {
        struct tablet tablet;
        struct capture capture;
        tablet_open(&tablet, 3);
        prepare_visit(&tablet);
        sim_clock_pass(&tablet.sim, 60000);
        if (is_own) {
            ds_Event event = {.which_kind = ds_Event_identity_disputed_tag};
            event.kind.identity_disputed.declaration_place = DECLARATION_PLACE_at_the_door;
            EXPECT_OK(journey_capture(&tablet.journey, 2, &event, &capture));
            EXPECT(capture.is_done);
        } else {
            receive_change(&tablet, MEANWHILE_stopped, tablet_start_ms() - 5000);
        }
        tablet_draft_promise(&tablet, 500000);
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT(!capture.is_done);
        EXPECT(verdict_find(&capture.verdict, REFUSAL_identity_dispute) != NULL);
        tablet_close(&tablet);
    }
}

/* More than is owed was never a promise that could be taken; that does not change with time. */
TEST(test_terms_that_could_not_be_taken_at_the_door_are_refused_later_too)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 3);
    prepare_visit(&tablet);
    tablet_draft_promise(&tablet, 99999999);
    sim_clock_pass(&tablet.sim, 30 * 60000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT(!capture.is_done);
    EXPECT(verdict_find(&capture.verdict, REFUSAL_amount_above_owed) != NULL);
    tablet_close(&tablet);
}

/* The tablet died in the bag: the visit is finished days later, past the promised day. */
TEST(test_a_visit_that_is_finished_late_keeps_its_promise)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 3);
    prepare_visit(&tablet);
    tablet_draft_promise(&tablet, 500000);
    sim_clock_pass(&tablet.sim, 6 * DATE_DAY_MS);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT(capture.is_done);
    EXPECT(verdict_find(&capture.verdict, REFUSAL_due_in_past) != NULL); /* flagged */
    EXPECT_INT(500000, promise_of(&tablet)->event.kind.promise_made.amount_minor);
    tablet_close(&tablet);
}

TEST(test_a_correction_and_a_payment_of_a_case_that_left_are_taken)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 3);
    prepare_finished(&tablet);
    receive_change(&tablet, MEANWHILE_withdrawn, tablet.sim.now.wall_ms);
    EXPECT_OK(run_correct(&tablet));
    ds_PaymentNoted payment = {.amount_minor = 700000,
                               .channel = PAYMENT_CHANNEL_mobile_pay,
                               .reference = "R1",
                               .paid_day = journey_today(&tablet.journey),
                               .payer_role = ROLE_borrower};
    EXPECT_OK(journey_note_payment(&tablet.journey, 2, &payment, 0, &capture));
    EXPECT(capture.is_done);
    tablet_close(&tablet);
}

/* A dead clock thinks that today is a day to come. */
TEST(test_a_payment_is_taken_by_a_tablet_whose_clock_died)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 3);
    int32_t today = journey_today(&tablet.journey);
    ds_PaymentNoted payment = {.amount_minor = 1000,
                               .channel = PAYMENT_CHANNEL_mobile_pay,
                               .reference = "R1",
                               .paid_day = today + 1,
                               .payer_role = ROLE_borrower};
    EXPECT_OK(journey_note_payment(&tablet.journey, 1, &payment, 0, &capture));
    EXPECT(!capture.is_done); /* by a clock that is right it is in the future */
    tablet.sim.now = (struct clock_reading){.wall_ms = 86400000, .monotonic_ms = 5, .boot = 78};
    EXPECT_OK(journey_note_payment(&tablet.journey, 1, &payment, 0, &capture));
    EXPECT(capture.is_done);
    struct fact fact;
    EXPECT_OK(store_journal_fact(tablet.store, capture.first_seq, &fact));
    EXPECT_INT(CLOCK_QUALITY_behind_headquarters, fact.event.clock_quality);
    EXPECT(fact.event.clock_offset_s < -1000000);
    tablet_close(&tablet);
}

/* Goal: nobody is left alone because of a damaged record. */
TEST(test_an_alarm_is_taken_whatever_is_known_of_its_case)
{
    struct tablet tablet;
    struct capture capture;
    ds_SafetyIncident incident = {.incident = SAFETY_KIND_threat, .severity = 3};
    tablet_open(&tablet, 3);
    EXPECT_OK(store_stmt_exec(tablet.store, "UPDATE cases SET state = x'ff' WHERE case_no = 2"));
    static const uint64_t cases[] = {0, 1, 2, 12345};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fact fact;
        EXPECT_OK(journey_raise_safety(&tablet.journey, cases[i], &incident, &capture));
        EXPECT(capture.is_done);
        EXPECT_OK(store_journal_fact(tablet.store, capture.first_seq, &fact));
        EXPECT_INT(cases[i], fact.event.case_no);
    }
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    EXPECT_OK(store_alarm_list(tablet.store, &tablet.task, true, &alarms, &count));
    EXPECT_INT(COUNT(cases), count);
    tablet_close(&tablet);
}
