/* Goal: what incremental capture and downloads made of the tablet is exactly what
 * a rebuild from the journal and headquarters' states makes. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASES = 6, ROUNDS = 60 };

/* Headquarters in a few lines: folds every own fact it has been given so far. */
struct far_end {
    uint64_t known_seq;
    ds_CaseState *states; /* CASES + 1 */
    ds_CaseRecord *records;
    uint64_t hq_seq;
};

static void far_end_learn(struct tablet *tablet, struct far_end *hq, uint64_t until_seq)
{
    for (; hq->known_seq < until_seq; hq->known_seq++) {
        struct fact fact;
        EXPECT_OK(store_journal_fact(tablet->store, hq->known_seq + 1, &fact));
        uint64_t case_no = fact.event.case_no;
        if (case_no != 0) {
            struct fact placed = fact;
            if (!fold_is_next(&hq->states[case_no], &placed)) {
                placed.order_at_ms = (int64_t)hq->states[case_no].last_at_ms + 1;
            }
            fold_fact(&hq->states[case_no], &hq->records[case_no], &placed);
        }
    }
}

static void far_end_post(struct tablet *tablet, struct far_end *hq, uint64_t case_no,
                         uint64_t amount_minor)
{
    struct fact fact = {
        .device_no = 0,
        .seq = ++hq->hq_seq,
        .order_at_ms = tablet->sim.now.wall_ms + 500,
        .event = {.at_ms = (uint64_t)tablet->sim.now.wall_ms + 500,
                  .case_no = case_no,
                  .which_kind = ds_Event_payment_posted_tag,
                  .kind.payment_posted = {.amount_minor = amount_minor,
                                          .paid_day = journey_today(&tablet->journey),
                                          .channel = PAYMENT_CHANNEL_bank_transfer}},
    };
    snprintf(fact.event.kind.payment_posted.reference,
             sizeof fact.event.kind.payment_posted.reference, "R%llu",
             (unsigned long long)hq->hq_seq);
    memset(fact.id.bytes, (int)hq->hq_seq, sizeof fact.id.bytes);
    if (!fold_is_next(&hq->states[case_no], &fact)) {
        fact.order_at_ms = (int64_t)hq->states[case_no].last_at_ms + 1;
    }
    fold_fact(&hq->states[case_no], &hq->records[case_no], &fact);
}

static void visit(struct tablet *tablet, uint64_t case_no, uint64_t choice)
{
    struct capture capture;
    struct visit_start begin = {.case_no = case_no,
                                .place = ADDRESS_KIND_home,
                                .visitors = 2,
                                .override_reason = OVERRIDE_REASON_other};
    EXPECT_OK(journey_start_visit(&tablet->journey, &begin, &capture));
    if (!capture.is_done) {
        return; /* a rule says no: also an end */
    }
    sim_clock_pass(&tablet->sim, 7 * 60 * 1000);
    if (choice % 2 == 0) {
        tablet_draft_promise(tablet, 10000 + choice % 5 * 1000);
    } else {
        ds_VisitDraft draft;
        EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
        draft.finish.outcome = OUTCOME_nobody_home;
        draft.points_count = 1;
        draft.points[0] = (ds_ContactPointNoted){.kind = POINT_KIND_mobile,
                                                 .value = "13900000001",
                                                 .status = POINT_STATE_unverified,
                                                 .source = 1,
                                                 .role = ROLE_borrower};
        draft.has_conduct = false;
        EXPECT_OK(journey_draft_save(&tablet->journey, &draft));
    }
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    if (!capture.is_done) { /* the arrangement was refused: nobody home then */
        ds_VisitDraft draft;
        EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
        draft.finish.outcome = OUTCOME_refused_to_pay;
        EXPECT_OK(journey_draft_save(&tablet->journey, &draft));
        EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    }
    EXPECT(capture.is_done);
}

static void take_back_something(struct tablet *tablet, uint64_t choice)
{
    uint64_t last_seq = 0;
    struct fact fact;
    struct capture capture;
    EXPECT_OK(store_journal_last(tablet->store, &last_seq, NULL, NULL));
    if (last_seq == 0) {
        return;
    }
    EXPECT_OK(store_journal_fact(tablet->store, choice % last_seq + 1, &fact));
    if (rows_is_kept(event_kind(&fact.event))) {
        return;
    }
    ds_Correction correction = {.reason = CORRECTION_REASON_entered_twice, .is_withdrawn = true};
    memcpy(correction.target, fact.id.bytes, sizeof correction.target);
    EXPECT_OK(journey_correct(&tablet->journey, &correction, &capture));
    EXPECT(capture.is_done);
}

static void act(struct tablet *tablet, struct far_end *hq)
{
    uint64_t choice = rng_u64(&tablet->rng);
    uint64_t case_no = choice / 64 % CASES + 1;
    struct capture capture;
    switch (choice % 8) {
    case 0:
    case 1:
    case 2:
        visit(tablet, case_no, choice / 8);
        return;
    case 3: {
        ds_ContactAttempted call = {.channel = CONTACT_CHANNEL_call,
                                    .result = CONTACT_RESULT_not_answered};
        EXPECT_OK(journey_log_contact(&tablet->journey, case_no, &call, &capture));
        return;
    }
    case 4: {
        ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog, .severity = 1};
        EXPECT_OK(journey_raise_safety(&tablet->journey, choice % 3 == 0 ? 0 : case_no, &incident,
                                       &capture));
        return;
    }
    case 5:
        take_back_something(tablet, choice / 8);
        return;
    case 6: {
        struct open_day result;
        EXPECT_OK(journey_open_day(&tablet->journey, &result));
        return;
    }
    default:
        far_end_post(tablet, hq, case_no, 10000);
        return;
    }
}

static void download_something(struct tablet *tablet, struct far_end *hq)
{
    uint64_t last_seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &last_seq, NULL, NULL));
    uint64_t until_seq =
        last_seq -
        (last_seq > hq->known_seq ? rng_below(&tablet->rng, last_seq - hq->known_seq + 1) : 0);
    far_end_learn(tablet, hq, until_seq > hq->known_seq ? until_seq : hq->known_seq);
    uint64_t case_no = rng_below(&tablet->rng, CASES) + 1;
    struct store_case_feed row =
        tablet_feed(tablet, &hq->records[case_no], &hq->states[case_no], hq->known_seq);
    if (rng_below(&tablet->rng, 9) == 0) {
        row = (struct store_case_feed){
            .case_no = case_no, .feed_seq = tablet->feed_seq, .is_withdrawn = true};
    }
    EXPECT_OK(tablet_receive(tablet, &row, 1));
}

static void compare(struct tablet *tablet, uint64_t seed, int round)
{
    char row[64];
    snprintf(row, sizeof row, "seed %llu round %d", (unsigned long long)seed, round);
    const char *before = tablet_dump(tablet);
    EXPECT_ROW(row, journey_rebuild(&tablet->journey) == OK);
    const char *after = tablet_dump(tablet);
    if (strcmp(before, after) != 0) {
        size_t at = 0;
        while (before[at] == after[at]) {
            at++;
        }
        at = at > 100 ? at - 100 : 0;
        fail_msg("row %s: rebuilt differs\n--- was\n%.300s\n--- is\n%.300s", row, before + at,
                 after + at);
    }
}

static void live(uint64_t seed)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct far_end hq = {.hq_seq = 100};
    tablet_open(tablet, CASES);
    tablet->rng = test_rng_make(&tablet->rng_state, seed);
    hq.states = calloc(CASES + 1, sizeof *hq.states);
    hq.records = calloc(CASES + 1, sizeof *hq.records);
    for (uint64_t case_no = 1; case_no <= CASES; case_no++) {
        tablet_record(&hq.records[case_no], case_no);
        tablet_state(&hq.states[case_no], &hq.records[case_no]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(&tablet->task);
        sim_clock_pass(&tablet->sim, 60 * 1000);
        act(tablet, &hq);
        if (round % 4 == 3) {
            download_something(tablet, &hq);
        }
        if (round % 5 == 4) {
            compare(tablet, seed, round);
        }
        arena_rollback(&tablet->task, mark);
    }
    free(hq.states);
    free(hq.records);
    tablet_close(tablet);
    free(tablet);
}

TEST(test_rebuild_equals_incremental)
{
    size_t seeds = test_rounds(4, 12);
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        live(seed);
    }
}
