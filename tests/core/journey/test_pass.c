/* Goal: a collector far from any network can begin the one visit that a supervisor lets happen,
 * and no code opens a second one: not after a restart, not for another case, not by guessing. */
#include "core/domain/catalog.h"
#include "tests/lib/tablet.h"

enum { STALE_DAYS = 8, HOUR_MS = 60 * 60 * 1000 };

struct desk {
    struct chain_public_key hq_public, device;
    struct chain_secret_key hq_secret;
};

/* A tablet whose rules are eight days old: X01 blocks every check-in. */
static void open_stale(struct tablet *tablet, struct desk *desk)
{
    static const struct enrolment enrolment = {.device_no = TABLET_DEVICE_NO,
                                               .person_no = TABLET_PERSON_NO,
                                               .branch_no = 1,
                                               .person_name = "赵敏",
                                               .branch_name = "上海"};
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 17);
    chain_keypair(&rng, &desk->hq_public, &desk->hq_secret);
    tablet_open_bare(tablet);
    EXPECT_OK(journey_enrol_begin(&tablet->journey, "payload", "http://a", "C1", &desk->hq_public,
                                  &desk->device));
    EXPECT_OK(journey_enrol_finish(&tablet->journey, &enrolment));
    struct store_case_feed rows[2];
    for (uint64_t i = 0; i < COUNT(rows); i++) {
        ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
        ds_CaseState *case_state = ARENA_NEW(&tablet->task, ds_CaseState);
        tablet_record(record, i + 1);
        tablet_state(case_state, record);
        rows[i] = tablet_feed(tablet, record, case_state, 0);
    }
    EXPECT_OK(tablet_receive(tablet, rows, COUNT(rows)));
    sim_clock_pass(&tablet->sim, STALE_DAYS * INT64_C(86400000));
}

static struct pass pass_for(const struct tablet *tablet, uint64_t case_no, uint32_t pass_no)
{
    return (struct pass){.case_no = case_no,
                         .person_no = TABLET_PERSON_NO,
                         .device_no = TABLET_DEVICE_NO,
                         .pass_no = pass_no,
                         .rule = "X01",
                         .until_ms = pass_until_ms(tablet->sim.now.wall_ms + HOUR_MS)};
}

static struct visit_start visit_with(uint64_t case_no, const char *pass)
{
    struct visit_start start = {.case_no = case_no,
                                .place = ADDRESS_KIND_home,
                                .visitors = 2,
                                .override_reason = OVERRIDE_REASON_no_fix};
    CHECK(str_copy(start.pass, sizeof start.pass, str_from(pass)));
    return start;
}

static struct capture begin(struct tablet *tablet, uint64_t case_no, const char *pass)
{
    struct capture capture;
    struct visit_start start = visit_with(case_no, pass);
    EXPECT_OK(journey_start_visit(&tablet->journey, &start, &capture));
    return capture;
}

static const char *code_of(struct tablet *tablet, const struct desk *desk, const struct pass *pass)
{
    char *code = arena_alloc(&tablet->task, PASS_CODE_SIZE);
    EXPECT_OK(pass_code_write(pass, &desk->hq_secret, &desk->device, code));
    return code;
}

static void leave(struct tablet *tablet)
{
    ds_VisitDraft *draft = ARENA_NEW(&tablet->task, ds_VisitDraft);
    struct capture capture;
    EXPECT_OK(journey_draft_load(&tablet->journey, draft));
    draft->finish.outcome = OUTCOME_nobody_home;
    EXPECT_OK(journey_draft_save(&tablet->journey, draft));
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    EXPECT(capture.is_done);
}

static uint64_t facts_of(struct tablet *tablet)
{
    uint64_t seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    return seq;
}

TEST(test_a_code_opens_one_visit_and_stands_beside_it)
{
    struct tablet tablet;
    struct desk desk;
    open_stale(&tablet, &desk);
    EXPECT(!begin(&tablet, 1, "").is_done);
    struct pass pass = pass_for(&tablet, 1, 4711);
    struct capture capture = begin(&tablet, 1, code_of(&tablet, &desk, &pass));
    EXPECT(capture.is_done);
    EXPECT_INT(2, capture.last_seq - capture.first_seq + 1);
    struct fact fact;
    EXPECT_OK(store_journal_fact(tablet.store, capture.first_seq, &fact));
    EXPECT_INT(EVENT_visit_started, event_kind(&fact.event));
    bool is_told = false; /* the rule is recorded, not forgotten */
    for (size_t i = 0; i < fact.event.fired_count; i++) {
        is_told |= fact.event.fired[i] == REFUSAL_policy_too_old;
    }
    EXPECT(is_told);
    EXPECT_OK(store_journal_fact(tablet.store, capture.last_seq, &fact));
    EXPECT_INT(EVENT_pass_used, event_kind(&fact.event));
    EXPECT_INT(4711, fact.event.kind.pass_used.pass_no);
    EXPECT_TEXT("X01", fact.event.kind.pass_used.rule);
    EXPECT(fact.event.kind.pass_used.until_ms == (uint64_t)pass.until_ms);
    EXPECT(fact.event.visit_seq == capture.first_seq);
    leave(&tablet);
    tablet_close(&tablet);
}

TEST(test_a_code_is_taken_once_for_ever)
{
    struct tablet tablet;
    struct desk desk;
    open_stale(&tablet, &desk);
    struct pass pass = pass_for(&tablet, 1, 99);
    pass.until_ms = pass_until_ms(tablet.sim.now.wall_ms + 40 * HOUR_MS);
    const char *code = code_of(&tablet, &desk, &pass);
    EXPECT(begin(&tablet, 1, code).is_done);
    leave(&tablet);
    sim_clock_pass(&tablet.sim, 24 * HOUR_MS); /* another day: only the pass is in the way */
    uint64_t count = facts_of(&tablet);
    struct capture again = begin(&tablet, 1, code);
    EXPECT(!again.is_done);
    EXPECT_TEXT("pass_fault.used", again.fault.key);
    EXPECT_OK(tablet_reopen(&tablet)); /* after a restart, and from a copy of its disk */
    again = begin(&tablet, 1, code_of(&tablet, &desk, &pass));
    EXPECT_TEXT("pass_fault.used", again.fault.key);
    char text[PASS_TEXT_SIZE]; /* nor in its other form */
    pass_text_write(&pass, &desk.hq_secret, text);
    again = begin(&tablet, 1, text);
    EXPECT_TEXT("pass_fault.used", again.fault.key);
    EXPECT(count == facts_of(&tablet)); /* a refusal leaves no fact */
    tablet_close(&tablet);
}

TEST(test_what_does_not_fit_is_told_and_nothing_is_recorded)
{
    struct tablet tablet;
    struct desk desk;
    open_stale(&tablet, &desk);
    struct pass pass = pass_for(&tablet, 1, 5);
    struct pass for_other = pass_for(&tablet, 2, 6);
    struct pass over = pass;
    over.until_ms = pass_until_ms(tablet.sim.now.wall_ms - 2 * HOUR_MS);
    struct pass for_rule = pass;
    (void)str_copy(for_rule.rule, PASS_RULE_SIZE, STR("X02"));
    char other_text[PASS_TEXT_SIZE];
    pass_text_write(&for_other, &desk.hq_secret, other_text);
    const struct {
        const char *pass, *fault;
    } rows[] = {
        {"0000-0000-0000-0000", "pass_fault.bad_signature"},
        {"0000", "pass_fault.malformed"},
        {"让我进去", "pass_fault.malformed"},
        {code_of(&tablet, &desk, &for_other), "pass_fault.bad_signature"},
        {code_of(&tablet, &desk, &for_rule), "pass_fault.bad_signature"},
        {code_of(&tablet, &desk, &over), "pass_fault.expired"},
        {other_text, "pass_fault.not_allowed"},
    };
    uint64_t count = facts_of(&tablet);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct capture capture = begin(&tablet, 1, rows[i].pass);
        EXPECT_ROW(rows[i].pass, !capture.is_done && capture.fault.key != NULL);
        EXPECT_TEXT(rows[i].fault, capture.fault.key);
    }
    EXPECT(count == facts_of(&tablet));
    tablet_close(&tablet);
}

/* A stop of the borrower is not for a supervisor to lift, alone or beside the rule that is. */
TEST(test_a_pass_lifts_nothing_that_protects_the_borrower)
{
    struct tablet tablet;
    struct desk desk;
    open_stale(&tablet, &desk);
    struct pass pass = pass_for(&tablet, 1, 8);
    const char *code = code_of(&tablet, &desk, &pass);
    struct capture capture;
    ds_Event flag = {.which_kind = ds_Event_status_flagged_tag};
    flag.kind.status_flagged.flag = STOP_FLAG_moratorium;
    EXPECT_OK(journey_capture(&tablet.journey, 1, &flag, &capture));
    EXPECT(capture.is_done);
    struct capture refused = begin(&tablet, 1, code);
    EXPECT(!refused.is_done);
    EXPECT(verdict_find(&refused.verdict, REFUSAL_moratorium) != NULL);
    EXPECT(verdict_find(&refused.verdict, REFUSAL_policy_too_old) != NULL);
    tablet_close(&tablet);
}

/* Where nothing is in the way a pass is not used up. */
TEST(test_a_pass_that_is_not_needed_is_kept)
{
    struct tablet tablet;
    struct desk desk;
    open_stale(&tablet, &desk);
    struct pass pass = pass_for(&tablet, 1, 12);
    const char *code = code_of(&tablet, &desk, &pass);
    EXPECT_OK(tablet_receive(&tablet, NULL, 0)); /* headquarters was heard: the rules are fresh */
    struct capture capture = begin(&tablet, 1, code);
    EXPECT(capture.is_done);
    EXPECT(capture.first_seq == capture.last_seq);
    tablet_close(&tablet);
}
