#include "tests/core/event/story.h"
#include "tests/lib/test.h"

static ds_Event visit_of(uint32_t outcome)
{
    ds_Event event = sample_event(EVENT_visit_finished);
    event.kind.visit_finished.outcome = outcome;
    return event;
}

TEST(test_a_case_begins_with_what_the_client_said)
{
    ds_CaseRecord record = sample_record();
    record.flags = UINT64_C(1) << STOP_FLAG_dispute | UINT64_C(1) << STOP_FLAG_hazard;
    record.promises_made = 3;
    record.promises_broken = 2;
    ds_CaseState state;
    fold_start(&state, &record);
    EXPECT_INT(CASE_LIFE_open, state.life);
    EXPECT(fold_flag(&state, STOP_FLAG_dispute, SAMPLE_DAY) != NULL);
    EXPECT(fold_flag(&state, STOP_FLAG_hazard, SAMPLE_DAY) != NULL);
    EXPECT(fold_flag(&state, STOP_FLAG_deceased, SAMPLE_DAY) == NULL);
    EXPECT_INT(3, fold_promises_made(&record, &state));
    EXPECT_INT(2, fold_promises_broken(&record, &state));
    EXPECT_INT(120000, fold_balance(&record, &state).owed_minor);
}

TEST(test_visits_are_counted_and_learned_from)
{
    struct story story;
    story_start(&story);
    story_tell(&story, visit_of(OUTCOME_promise_to_pay), 1);
    ds_Event nobody = visit_of(OUTCOME_nobody_home);
    nobody.kind.visit_finished = (ds_VisitFinished){.outcome = OUTCOME_nobody_home};
    story_tell(&story, nobody, 24 * 60);
    EXPECT_INT(2, story.state.visit_count);
    EXPECT_INT(1, story.state.met_count);
    EXPECT_INT(2, story.state.contacts_count);
    EXPECT_INT(OUTCOME_nobody_home, story.state.contacts[0].outcome);
    EXPECT_INT(DEFAULT_REASON_income_late, story.state.default_reason); /* still known */
    EXPECT_INT(SAMPLE_DAY + 7, story.state.next_day);                   /* still agreed */
    EXPECT_INT(SAMPLE_DAY + 1, story.state.last_touch_day);
    story_tell(&story, nobody, 7 * 24 * 60); /* past the agreed day */
    EXPECT_INT(0, story.state.next_day);
}

TEST(test_a_corrected_visit_moves_the_counters_and_keeps_its_place)
{
    struct story story;
    story_start(&story);
    struct id first = story_tell(&story, visit_of(OUTCOME_promise_to_pay), 1);
    struct id second = story_tell(&story, visit_of(OUTCOME_refused_to_pay), 60);
    ds_Event event = sample_event(EVENT_correction);
    memcpy(event.kind.correction.target, first.bytes, sizeof first.bytes);
    event.kind.correction.which_anew = ds_Correction_visit_finished_tag;
    event.kind.correction.anew.visit_finished = (ds_VisitFinished){.outcome = OUTCOME_nobody_home};
    story_tell(&story, event, 1);
    EXPECT_INT(2, story.state.visit_count);
    EXPECT_INT(1, story.state.met_count);
    EXPECT_INT(OUTCOME_nobody_home, story.state.contacts[1].outcome);
    EXPECT(story.state.contacts[1].is_corrected);
    story_withdraw(&story, second);
    EXPECT_INT(1, story.state.visit_count);
    EXPECT_INT(0, story.state.met_count);
    EXPECT(story.state.contacts[0].is_withdrawn);
    story_withdraw(&story, second); /* again: no second time off */
    EXPECT_INT(1, story.state.visit_count);
}

TEST(test_each_fact_raises_its_flag)
{
    static const struct {
        enum event_kind kind;
        uint32_t flag;
    } rows[] = {
        {EVENT_dispute_raised, STOP_FLAG_dispute},
        {EVENT_hardship_noted, STOP_FLAG_acute_hardship},
        {EVENT_identity_disputed, STOP_FLAG_identity_dispute},
        {EVENT_complaint_taken, STOP_FLAG_complaint_open},
        {EVENT_safety_incident, STOP_FLAG_hazard},
        {EVENT_status_flagged, STOP_FLAG_represented},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *name = event_kind_name(rows[i].kind);
        struct story story;
        story_start(&story);
        story_tell(&story, sample_event(rows[i].kind), 1);
        const ds_Flag *flag = fold_flag(&story.state, rows[i].flag, SAMPLE_DAY);
        EXPECT_ROW(name, flag != NULL && flag->person_no == SAMPLE_PERSON);
        EXPECT_ROW(name, story.state.flags_count == 1);
        uint64_t since_at_ms = flag->since_at_ms;
        story_tell(&story, sample_event(rows[i].kind), 60);
        EXPECT_ROW(name, flag->since_at_ms == since_at_ms && story.state.flags_count == 1);
        ds_Event clear = sample_event(EVENT_status_cleared);
        clear.kind.status_cleared.flag = rows[i].flag;
        story_tell(&story, clear, 1);
        EXPECT_ROW(name, fold_flag(&story.state, rows[i].flag, SAMPLE_DAY) == NULL);
        story_tell(&story, sample_event(rows[i].kind), 60);
        flag = fold_flag(&story.state, rows[i].flag, SAMPLE_DAY);
        EXPECT_ROW(name, flag != NULL && flag->since_at_ms > since_at_ms);
    }
}

/* A wish that holds is not put off by one that begins later; days are counted from the later. */
TEST(test_second_wish_takes_nothing_from_the_first)
{
    struct story story;
    story_start(&story);
    ds_Event event = sample_event(EVENT_status_flagged);
    event.kind.status_flagged =
        (ds_StatusFlagged){.flag = STOP_FLAG_own_times, .not_before_minute = 600};
    story_tell(&story, event, 1);
    event.kind.status_flagged = (ds_StatusFlagged){
        .flag = STOP_FLAG_own_times, .from_day = SAMPLE_DAY + 30, .not_weekdays = 1};
    story_tell(&story, event, 1);
    const ds_Flag *wish = fold_flag(&story.state, STOP_FLAG_own_times, SAMPLE_DAY);
    EXPECT_INT(0, wish->from_day);
    EXPECT_INT(600, wish->not_before_minute);
    EXPECT_INT(1, wish->not_weekdays);
    event.kind.status_flagged =
        (ds_StatusFlagged){.flag = STOP_FLAG_moratorium, .from_day = SAMPLE_DAY - 9};
    story_tell(&story, event, 1);
    event.kind.status_flagged.from_day = SAMPLE_DAY - 2;
    story_tell(&story, event, 1);
    EXPECT_INT(SAMPLE_DAY - 2, fold_flag(&story.state, STOP_FLAG_moratorium, SAMPLE_DAY)->from_day);
}

TEST(test_flags_end_on_their_day_and_their_end_only_moves_out)
{
    struct story story;
    story_start(&story);
    ds_Event event = sample_event(EVENT_status_flagged);
    event.kind.status_flagged =
        (ds_StatusFlagged){.flag = STOP_FLAG_moratorium, .until_day = SAMPLE_DAY + 10};
    story_tell(&story, event, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_moratorium, SAMPLE_DAY + 10) != NULL);
    EXPECT(fold_flag(&story.state, STOP_FLAG_moratorium, SAMPLE_DAY + 11) == NULL);
    event.kind.status_flagged.until_day = SAMPLE_DAY + 5;
    story_tell(&story, event, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_moratorium, SAMPLE_DAY + 10) != NULL);
    event.kind.status_flagged.until_day = 0;
    story_tell(&story, event, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_moratorium, SAMPLE_DAY + 1000) != NULL);
}

TEST(test_a_stop_that_the_clearing_did_not_know_stands)
{
    struct story story;
    story_start(&story);
    ds_Event clear = sample_event(EVENT_status_cleared);
    clear.kind.status_cleared.has_raised_count = true;
    clear.kind.status_cleared.raised_count = 1;
    story_tell(&story, sample_event(EVENT_dispute_raised), 1);
    story_tell(&story, sample_event(EVENT_dispute_raised), 1); /* not known to who clears */
    story_tell(&story, clear, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_dispute, SAMPLE_DAY) != NULL);
    story_tell(&story, clear, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_dispute, SAMPLE_DAY) == NULL);
    story_tell(&story, clear, 1);
    story_tell(&story, sample_event(EVENT_dispute_raised), 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_dispute, SAMPLE_DAY) != NULL);

    /* a clearing of before this was counted clears whatever raised it */
    story_tell(&story, sample_event(EVENT_dispute_raised), 1);
    clear.kind.status_cleared.has_raised_count = false;
    story_tell(&story, clear, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_dispute, SAMPLE_DAY) == NULL);
}

TEST(test_hardship_by_kind_and_a_doubted_rate_stops_twice)
{
    struct story story;
    story_start(&story);
    ds_Event event = sample_event(EVENT_hardship_noted);
    event.kind.hardship_noted.is_acute = false;
    story_tell(&story, event, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_hardship, SAMPLE_DAY) != NULL);
    EXPECT(fold_flag(&story.state, STOP_FLAG_acute_hardship, SAMPLE_DAY) == NULL);
    event = sample_event(EVENT_dispute_raised);
    event.kind.dispute_raised.dispute = DISPUTE_KIND_rate_legality;
    story_tell(&story, event, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_dispute, SAMPLE_DAY) != NULL);
    EXPECT(fold_flag(&story.state, STOP_FLAG_legality_in_doubt, SAMPLE_DAY) != NULL);
    event = visit_of(OUTCOME_refused_to_pay);
    event.kind.visit_finished.is_distressed = true;
    story_tell(&story, event, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_vulnerable, SAMPLE_DAY) != NULL);
}

TEST(test_flags_of_the_future_never_crowd_out_one_that_is_known)
{
    struct story story;
    story_start(&story);
    ds_Event event = sample_event(EVENT_status_flagged);
    for (uint32_t i = 0; i < 40; i++) {
        event.kind.status_flagged.flag = 1000 + i;
        story_tell(&story, event, 1);
    }
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        event.kind.status_flagged.flag = catalog_code_at(CATALOG_stop_flag, i);
        story_tell(&story, event, 1);
    }
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        uint32_t flag = catalog_code_at(CATALOG_stop_flag, i);
        EXPECT(fold_flag(&story.state, flag, SAMPLE_DAY) != NULL);
    }
}

TEST(test_a_payment_is_posted_once)
{
    struct story story;
    story_start(&story);
    story_pay(&story, 30000, SAMPLE_DAY, "R1");
    story_pay(&story, 30000, SAMPLE_DAY, "R1");
    story_pay(&story, 99999, SAMPLE_DAY + 1, "R1");
    EXPECT_INT(1, story.state.payments_count);
    EXPECT_INT(30000, story.state.posted_minor);
    /* also after it fell off the list of the newest */
    for (int i = 0; i < 30; i++) {
        char reference[16];
        snprintf(reference, sizeof reference, "S%d", i);
        story_pay(&story, 100, SAMPLE_DAY, reference);
    }
    EXPECT_INT(33000, story.state.posted_minor);
    story_pay(&story, 30000, SAMPLE_DAY, "R1");
    story_pay(&story, 100, SAMPLE_DAY, "S3");
    EXPECT_INT(33000, story.state.posted_minor);
    EXPECT_INT(87000, fold_balance(&story.record, &story.state).owed_minor);
}

TEST(test_a_noted_payment_becomes_the_posted_one)
{
    struct story story;
    story_start(&story);
    struct id noted = story_tell(&story, sample_event(EVENT_payment_noted), 1);
    EXPECT_INT(0, story.state.posted_minor); /* said at the door: not yet money */
    story_tell(&story, sample_event(EVENT_payment_noted), 1);
    EXPECT_INT(1, story.state.payments_count);
    story_pay(&story, 29900, SAMPLE_DAY, "R-2026-1");
    EXPECT_INT(1, story.state.payments_count);
    EXPECT(memcmp(story.state.payments[0].id, noted.bytes, sizeof noted.bytes) == 0);
    EXPECT(story.state.payments[0].is_posted);
    EXPECT_INT(29900, story.state.payments[0].amount_minor); /* the bank's word */
    story_withdraw(&story, noted);                           /* no tablet takes booked money back */
    EXPECT(!story.state.payments[0].is_withdrawn);
    EXPECT_INT(29900, story.state.posted_minor);
    story_tell(&story, sample_event(EVENT_payment_noted), 1);
    EXPECT_INT(1, story.state.payments_count);
}

TEST(test_a_payment_is_credited_to_who_had_the_case_then)
{
    struct story story;
    story_start(&story); /* SAMPLE_PERSON since the day before SAMPLE_DAY */
    ds_Event event = sample_event(EVENT_case_assigned);
    event.kind.case_assigned = (ds_CaseAssigned){SAMPLE_OTHER, 2, ""};
    story_tell(&story, event, 2 * 24 * 60);                      /* SAMPLE_DAY + 2 */
    story_tell(&story, sample_event(EVENT_case_recalled), 4320); /* SAMPLE_DAY + 5 */
    static const struct {
        const char *reference;
        int32_t day;
        uint32_t person_no;
    } rows[] = {
        {"before", SAMPLE_DAY - 2, 0},
        {"first day", SAMPLE_DAY - 1, SAMPLE_PERSON},
        {"in hand", SAMPLE_DAY + 1, SAMPLE_PERSON},
        {"day of hand-over", SAMPLE_DAY + 2, SAMPLE_PERSON},
        {"the day after", SAMPLE_DAY + 3, SAMPLE_OTHER},
        {"day of recall", SAMPLE_DAY + 5, SAMPLE_OTHER},
        {"after recall", SAMPLE_DAY + 6, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        story_pay(&story, 100, rows[i].day, rows[i].reference);
        EXPECT_ROW(rows[i].reference, story.state.payments[0].credited_no == rows[i].person_no);
    }
}

TEST(test_a_payment_noted_after_a_recall_is_credited_to_who_noted_it)
{
    struct story story;
    story_start(&story);
    story_tell(&story, sample_event(EVENT_case_recalled), 1);
    ds_Event event = sample_event(EVENT_payment_noted);
    event.kind.payment_noted.paid_day = SAMPLE_DAY + 2;
    story_tell(&story, event, 2 * 24 * 60);
    EXPECT_INT(SAMPLE_PERSON, story.state.payments[0].credited_no);
    const char *reference = event.kind.payment_noted.reference;
    story_pay(&story, event.kind.payment_noted.amount_minor, SAMPLE_DAY + 2, reference);
    EXPECT_INT(1, story.state.payments_count);
    EXPECT(story.state.payments[0].is_posted);
    EXPECT_INT(SAMPLE_PERSON, story.state.payments[0].credited_no);
    story_pay(&story, 100, SAMPLE_DAY + 2, "nobody noted this one");
    EXPECT_INT(0, story.state.payments[0].credited_no);
}

TEST(test_balances_count_payments_from_their_day_on)
{
    struct story story;
    story_start(&story);
    story_pay(&story, 1000, SAMPLE_DAY - 2, "old"); /* inside the imported balance */
    story_pay(&story, 2000, SAMPLE_DAY - 1, "same day");
    story_pay(&story, 4000, SAMPLE_DAY + 3, "new");
    EXPECT_INT(114000, fold_balance(&story.record, &story.state).owed_minor);
    ds_Event event = sample_event(EVENT_balance_stated);
    event.kind.balance_stated = (ds_BalanceStated){90000, 0, 0, 0, SAMPLE_DAY + 1};
    story_tell(&story, event, 1);
    struct balance balance = fold_balance(&story.record, &story.state);
    EXPECT_INT(90000, balance.total_minor);
    EXPECT_INT(4000, balance.paid_minor);
    EXPECT_INT(86000, balance.owed_minor);
    event.kind.balance_stated = (ds_BalanceStated){1, 0, 0, 0, SAMPLE_DAY};
    story_tell(&story, event, 1); /* older than what is known */
    EXPECT_INT(90000, fold_balance(&story.record, &story.state).total_minor);
    story_pay(&story, 500000, SAMPLE_DAY + 4, "too much");
    EXPECT_INT(0, fold_balance(&story.record, &story.state).owed_minor);
}

TEST(test_recall_and_close_end_the_case_and_assigning_opens_it)
{
    struct story story;
    story_start(&story);
    EXPECT_INT(SAMPLE_PERSON, story.state.owner_no);
    story_tell(&story, sample_event(EVENT_case_recalled), 1);
    EXPECT_INT(CASE_LIFE_recalled, story.state.life);
    EXPECT_INT(0, story.state.owner_no);
    struct id visit = story_tell(&story, visit_of(OUTCOME_refused_to_pay), 1);
    EXPECT(memcmp(story.state.contacts[0].id, visit.bytes, sizeof visit.bytes) == 0);
    EXPECT_INT(SAMPLE_PERSON, story.state.contacts[0].person_no); /* kept and credited */
    story_tell(&story, sample_event(EVENT_case_assigned), 1);
    EXPECT_INT(CASE_LIFE_open, story.state.life);
    story_tell(&story, sample_event(EVENT_case_closed), 1);
    EXPECT_INT(CASE_LIFE_closed, story.state.life);
    EXPECT_INT(CLOSE_REASON_paid, story.state.close_reason);
}

TEST(test_points_and_addresses_move_to_the_front_and_replace)
{
    struct story story;
    story_start(&story);
    ds_Event event = sample_event(EVENT_contact_point_noted);
    sample_text(event.kind.contact_point_noted.value, "13900000000");
    sample_text(event.kind.contact_point_noted.replaces, "");
    story_tell(&story, event, 1);
    story_tell(&story, sample_event(EVENT_contact_point_noted), 1);
    EXPECT_INT(2, story.state.points_count);
    EXPECT_TEXT("13800000000", story.state.points[0].value);
    EXPECT_INT(POINT_STATE_not_in_use, story.state.points[1].state);
    story_tell(&story, event, 1); /* the same value again: no second entry */
    EXPECT_INT(2, story.state.points_count);
    EXPECT_TEXT("13900000000", story.state.points[0].value);
    ds_Event stranger = event;
    stranger.kind.contact_point_noted.status = POINT_STATE_belongs_to_other;
    sample_text(stranger.kind.contact_point_noted.value, "13700000000");
    story_tell(&story, stranger, 1);
    for (int i = 0; i < 20; i++) {
        snprintf(event.kind.contact_point_noted.value, 16, "1380000%04d", i);
        story_tell(&story, event, 1);
        ds_Event address = sample_event(EVENT_address_noted);
        snprintf(address.kind.address_noted.text, 16, "No. %d", i);
        story_tell(&story, address, 1);
    }
    EXPECT_INT(COUNT(story.state.points), story.state.points_count);
    bool is_known = false; /* however many numbers came after it: nobody calls a stranger */
    for (size_t i = 0; i < story.state.points_count; i++) {
        is_known = is_known || strcmp("13700000000", story.state.points[i].value) == 0;
    }
    EXPECT(is_known);
    EXPECT_INT(COUNT(story.state.addresses), story.state.addresses_count);
    EXPECT_TEXT("No. 19", story.state.addresses[0].text);
}

/* What happened is recorded even when it should never have been captured so. */
TEST(test_a_faulty_fact_is_folded_and_counted)
{
    struct story story;
    story_start(&story);
    ds_Event event = sample_event(EVENT_promise_made);
    event.kind.promise_made = (ds_PromiseMade){.amount_minor = UINT64_MAX, .due_day = INT32_MAX};
    story_tell(&story, event, 1);
    event = sample_event(EVENT_plan_agreed);
    event.kind.plan_agreed.instalments[0] = (ds_Instalment){INT32_MIN, UINT64_MAX};
    struct id plan = story_tell(&story, event, 1);
    story_decide(&story, plan, DECISION_approved);
    story_pay(&story, UINT64_MAX, INT32_MIN, "");
    story_check(&story, INT32_MAX, UINT32_MAX);
    EXPECT_INT(4, story.state.doubtful_count);
    EXPECT_INT(2, story.state.arrangements_count);
}

/* All of the random facts of a case, in any order of arrival, give the same bytes once they
 * are folded in canonical order: device clocks run wild, devices are many. */
TEST(test_any_order_of_arrival_gives_the_same_case)
{
    enum { FACTS = 60, ROUNDS = 40, DEVICES = 4, SHUFFLES = 4 };
    static struct fact facts[FACTS];
    static struct fact arrived[FACTS];
    struct test_rng rng_state;
    struct rng rng = test_rng_make(&rng_state, 20261122);
    ds_CaseRecord record = sample_record();
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seqs[DEVICES] = {0};
        int64_t orders[DEVICES] = {0};
        for (size_t i = 0; i < FACTS; i++) {
            enum event_kind kind = sample_kinds[rng_below(&rng, COUNT(sample_kinds))];
            ds_Event event = sample_event(kind);
            event.at_ms = (uint64_t)(SAMPLE_AT_MS + (int64_t)rng_below(&rng, 40) * 3600000);
            event.person_no = (uint32_t)(SAMPLE_PERSON + rng_below(&rng, 2));
            event.epoch = (uint32_t)rng_below(&rng, 3);
            event.case_no = SAMPLE_CASE;
            bool has_target = i > 0 && rng_below(&rng, 4) > 0;
            const struct fact *earlier = &facts[has_target ? rng_below(&rng, i) : 0];
            if (kind == EVENT_correction) {
                memcpy(event.kind.correction.target, earlier->id.bytes, 16);
                event.kind.correction.is_withdrawn = rng_below(&rng, 2) == 0;
            } else if (kind == EVENT_arrangement_decided) {
                memcpy(event.kind.arrangement_decided.target, earlier->id.bytes, 16);
                event.kind.arrangement_decided.decision = (uint32_t)(1 + rng_below(&rng, 3));
            } else if (kind == EVENT_payment_posted) {
                event.kind.payment_posted.amount_minor = 1 + rng_below(&rng, 90000);
                snprintf(event.kind.payment_posted.reference, 16, "R%d", (int)rng_below(&rng, 9));
            } else if (kind == EVENT_payments_checked) {
                event.kind.payments_checked.through_day += (int32_t)rng_below(&rng, 40) - 10;
            }
            uint32_t device = (uint32_t)rng_below(&rng, DEVICES);
            uint8_t body[LIMIT_event_size];
            size_t size = 0;
            EXPECT_OK(event_encode(&event, body, sizeof body, &size));
            orders[device] = fact_order_at_ms(orders[device], &event);
            facts[i] = (struct fact){.device_no = device,
                                     .seq = ++seqs[device],
                                     .order_at_ms = orders[device],
                                     .event = event};
            facts[i].id = chain_event_id(device, facts[i].seq, body, size);
        }
        static uint8_t bytes[SHUFFLES][LIMIT_case_size];
        size_t sizes[SHUFFLES];
        for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
            memcpy(arrived, facts, sizeof facts);
            for (size_t i = FACTS - 1; i > 0; i--) {
                size_t j = rng_below(&rng, i + 1);
                struct fact swap = arrived[i];
                arrived[i] = arrived[j];
                arrived[j] = swap;
            }
            ds_CaseState state;
            fold_start(&state, &record);
            size_t refolds = 0;
            for (size_t i = 0; i < FACTS; i++) {
                if (fold_is_next(&state, &arrived[i])) {
                    fold_fact(&state, &record, &arrived[i]);
                    continue;
                }
                /* too late: fold anew from all that is here, sorted */
                refolds++;
                static struct fact sorted[FACTS];
                for (size_t n = 0; n <= i; n++) {
                    size_t at = n;
                    while (at > 0 && fact_compare(&sorted[at - 1], &arrived[n]) > 0) {
                        sorted[at] = sorted[at - 1];
                        at--;
                    }
                    sorted[at] = arrived[n];
                }
                fold_start(&state, &record);
                for (size_t n = 0; n <= i; n++) {
                    fold_fact(&state, &record, &sorted[n]);
                }
            }
            EXPECT(refolds > 0);
            EXPECT_OK(case_state_encode(&state, bytes[shuffle], LIMIT_case_size, &sizes[shuffle]));
            EXPECT_INT(sizes[0], sizes[shuffle]);
            EXPECT(memcmp(bytes[0], bytes[shuffle], sizes[0]) == 0);
            ds_CaseState back;
            EXPECT_OK(case_state_decode(&back, bytes[shuffle], sizes[shuffle]));
            uint8_t again[LIMIT_case_size];
            size_t size = 0;
            EXPECT_OK(case_state_encode(&back, again, sizeof again, &size));
            EXPECT(size == sizes[0] && memcmp(again, bytes[0], size) == 0);
        }
    }
}

TEST(test_case_bytes_cut_anywhere_give_an_answer)
{
    struct story story;
    story_start(&story);
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        ds_Event event = sample_event(sample_kinds[i]);
        event.case_no = SAMPLE_CASE;
        story_tell(&story, event, 1);
    }
    uint8_t bytes[LIMIT_case_size];
    size_t size = 0;
    EXPECT_OK(case_state_encode(&story.state, bytes, sizeof bytes, &size));
    for (size_t cut = 0; cut < size; cut++) {
        ds_CaseState back;
        enum err err = case_state_decode(&back, bytes, cut);
        EXPECT(err == OK || err == ERR_malformed);
    }
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 0x81;
        ds_CaseState back;
        enum err err = case_state_decode(&back, bytes, size);
        EXPECT(err == OK || err == ERR_malformed);
        bytes[at] ^= 0x81;
    }
    EXPECT_OK(case_record_encode(&story.record, bytes, sizeof bytes, &size));
    ds_CaseRecord record;
    EXPECT_OK(case_record_decode(&record, bytes, size));
    EXPECT_INT(story.record.principal_minor, record.principal_minor);
    EXPECT_ERR(ERR_too_long, case_record_decode(&record, bytes, LIMIT_case_size + 1));
}

/* Whatever a tablet sends, and nanopb lets through, folds: the case stays encodable, the
 * balance answers, and nothing is counted that is not there. */
TEST(test_damaged_facts_fold_without_harm)
{
    struct test_rng rng_state;
    struct rng rng = test_rng_make(&rng_state, 99);
    size_t folded = 0;
    for (int round = 0; round < 60; round++) {
        struct story story;
        story_start(&story);
        for (int i = 0; i < 120; i++) {
            ds_Event event = sample_event(sample_kinds[rng_below(&rng, COUNT(sample_kinds))]);
            event.case_no = SAMPLE_CASE;
            if (event_kind(&event) == EVENT_arrangement_decided &&
                story.state.arrangements_count > 0) {
                memcpy(event.kind.arrangement_decided.target, story.state.arrangements[0].id, 16);
            }
            if (event_kind(&event) == EVENT_correction && story.state.arrangements_count > 0) {
                memcpy(event.kind.correction.target, story.state.arrangements[0].id, 16);
            }
            uint8_t body[LIMIT_event_size];
            size_t size = 0;
            EXPECT_OK(event_encode(&event, body, sizeof body, &size));
            for (uint64_t flips = rng_below(&rng, 4); flips > 0; flips--) {
                body[rng_below(&rng, size)] = (uint8_t)rng_below(&rng, 256);
            }
            if (event_decode(&event, body, size) != OK) {
                continue;
            }
            story.at_ms++; /* a clock at the end of time leaves only the device and seq */
            story_fold(&story, event, (uint32_t)rng_below(&rng, 2));
            folded++;
            struct balance balance = fold_balance(&story.record, &story.state);
            EXPECT(balance.owed_minor <= balance.total_minor);
            EXPECT(story.state.met_count <= story.state.visit_count);
            EXPECT(story.state.broken_count <= story.state.promise_count);
            struct fold_due due;
            EXPECT(!fold_next_due(&story.record, &story.state, &due) || due.amount_minor > 0);
        }
        uint8_t bytes[LIMIT_case_size];
        size_t size = 0;
        EXPECT_OK(case_state_encode(&story.state, bytes, sizeof bytes, &size));
    }
    EXPECT(folded > 1000);
}
