/* Goal: a policy image reaches the gate only when headquarters signed it, and the last good one
 * stays in force. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/gate.h"
#include "core/rules/law_shelf.h"

#include <sodium.h>

enum { IMAGE_SIZE = LAW_HEAD_SIZE + LAW_RECORD_SIZE + LAW_ZONE_ROW_SIZE + 4 + LAW_TAIL_SIZE };

static struct chain_secret_key hq_secret;

static void make_hq(struct chain_public_key *public_out)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 91);
    chain_keypair(&rng, public_out, &hq_secret);
}

/* An image of one rule; `extends`: a layer. */
static void image_of(uint8_t bytes[IMAGE_SIZE], const struct chain_secret_key *key,
                     const struct law_image_head *given, const struct law_record *record)
{
    struct law_image_head head = *given;
    memset(bytes, 0, IMAGE_SIZE);
    head.record_count = 1;
    head.zone_count = 1;
    head.text_size = 4;
    head.tzdb = "test";
    law_head_write(bytes, &head);
    law_record_write(bytes + LAW_HEAD_SIZE, record);
    uint8_t *zone = bytes + LAW_HEAD_SIZE + LAW_RECORD_SIZE;
    memcpy(zone, "Asia/Shanghai", 13);
    zone[40] = 28800 % 256;
    zone[41] = 28800 / 256;
    memcpy(zone + LAW_ZONE_ROW_SIZE, "4x\0", 4);
    law_tail_write(bytes, IMAGE_SIZE, key);
}

/* Contact opens and closes whatever is agreed. */
static void image_bytes(uint8_t bytes[IMAGE_SIZE], const struct chain_secret_key *key,
                        const struct law_image_head *head, int64_t open_second,
                        int64_t close_second)
{
    const struct law_record record = {
        .rule = LAW_RULE_ID('T', 1),
        .kind = LAW_KIND_TW,
        .severity = SEVERITY_block,
        .stages = LAW_STAGE_plan | LAW_STAGE_checkin,
        .channels = LAW_CHANNEL_visit,
        .from_day = -1000000,
        .to_day = 1000000,
        .p0 = open_second,
        .p1 = close_second,
    };
    image_of(bytes, key, head, &record);
}

static const char *base64_of(struct arena *arena, const uint8_t bytes[IMAGE_SIZE])
{
    char *base64 = arena_alloc(arena, 2 * IMAGE_SIZE);
    return sodium_bin2base64(base64, 2 * IMAGE_SIZE, bytes, IMAGE_SIZE,
                             sodium_base64_VARIANT_ORIGINAL);
}

static const char *policy_text(struct arena *arena, const struct chain_secret_key *key,
                               uint32_t version, int32_t expires_day, int64_t close_second)
{
    uint8_t bytes[IMAGE_SIZE];
    const struct law_image_head head = {
        .version = version, .expires_day = expires_day, .profile = "cn", .extends = ""};
    image_bytes(bytes, key, &head, 0, close_second);
    return str_format(arena, "visits_per_day = 2\nlaw = %s\n", base64_of(arena, bytes));
}

/* The layer of a client or a case over it. */
static void layer_bytes(uint8_t bytes[IMAGE_SIZE], const struct chain_secret_key *key,
                        int64_t open_second, int64_t close_second)
{
    const struct law_image_head head = {
        .version = 20261103, .expires_day = 30000, .profile = "tight", .extends = "cn"};
    image_bytes(bytes, key, &head, open_second, close_second);
}

static void receive(struct tablet *tablet, const char *text, bool is_taken)
{
    struct download_result result;
    struct download download = {
        .next_tag = {"a", 1}, .policy_text = str_from(text), .hq_at_ms = tablet->sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet->journey, &download, &result));
    EXPECT_INT(is_taken, result.has_new_policy);
    EXPECT_INT(is_taken ? 0 : 1, result.quarantined_count);
}

static void enrol(struct tablet *tablet)
{
    struct chain_public_key hq_public;
    struct chain_public_key device;
    const struct enrolment enrolment = {.device_no = 31,
                                        .person_no = 4,
                                        .branch_no = 2,
                                        .person_name = "赵敏",
                                        .branch_name = "上海"};
    make_hq(&hq_public);
    tablet_open_bare(tablet);
    EXPECT_OK(
        journey_enrol_begin(&tablet->journey, "payload", "http://a", "C1", &hq_public, &device));
    EXPECT_OK(journey_enrol_finish(&tablet->journey, &enrolment));
}

/* Closing time of the image in force; 0 without one. */
static int64_t close_in_force(const struct tablet *tablet)
{
    const struct law_image *image = tablet->journey.policy.law;
    return image == NULL ? 0 : law_image_record(image, 0).p1;
}

TEST(test_an_image_of_headquarters_is_in_force_and_stays_over_a_restart)
{
    struct tablet tablet;
    enrol(&tablet);
    EXPECT_INT(0, close_in_force(&tablet));
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261101, 30000, 72000), true);
    EXPECT_INT(72000, close_in_force(&tablet));
    EXPECT_INT(2, tablet.journey.policy.visits_per_day);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(72000, close_in_force(&tablet));
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 68400), true);
    EXPECT_INT(68400, close_in_force(&tablet));
    tablet_close(&tablet);
}

TEST(test_a_foreign_old_expired_or_damaged_image_is_put_aside_and_the_last_stays)
{
    struct tablet tablet;
    enrol(&tablet);
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 72000), true);
    struct chain_secret_key other = hq_secret;
    struct chain_public_key other_public;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 92);
    chain_keypair(&rng, &other_public, &other);
    char *damaged =
        arena_text(&tablet.task, policy_text(&tablet.task, &hq_secret, 20261103, 30000, 3600));
    damaged[60] = damaged[60] == 'A' ? 'B' : 'A';
    const char *const texts[] = {
        policy_text(&tablet.task, &other, 20261103, 30000, 3600),
        policy_text(&tablet.task, &hq_secret, 20261101, 30000, 3600),
        policy_text(&tablet.task, &hq_secret, 20261103, 15000, 3600),
        damaged,
        "law = nonsense\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        receive(&tablet, texts[i], false);
        EXPECT_INT(72000, close_in_force(&tablet));
    }
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(72000, close_in_force(&tablet));
    tablet_close(&tablet);
}

TEST(test_a_layer_of_a_client_that_another_signed_is_put_aside_with_its_policy)
{
    struct tablet tablet;
    enrol(&tablet);
    struct chain_secret_key other;
    struct chain_public_key other_public;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 93);
    uint8_t layer[IMAGE_SIZE];
    chain_keypair(&rng, &other_public, &other);
    const char *good = policy_text(&tablet.task, &hq_secret, 20261102, 30000, 72000);
    layer_bytes(layer, &hq_secret, 36000, 43200);
    receive(&tablet,
            str_format(&tablet.task, "%slaw_client = %s Bank A\n", good,
                       base64_of(&tablet.task, layer)),
            true);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(1, tablet.journey.policy.shelf->layer_count);
    layer_bytes(layer, &other, 36000, 43200);
    receive(&tablet,
            str_format(&tablet.task, "%slaw_client = %s Bank A\nvisit_minutes = 20\n", good,
                       base64_of(&tablet.task, layer)),
            false);
    EXPECT_INT(1, tablet.journey.policy.shelf->layer_count);
    tablet_close(&tablet);
}

/* A case of this tablet's person, with a layer signed by `key`; NULL: none. */
static bool receive_case(struct tablet *tablet, uint64_t case_no,
                         const struct chain_secret_key *key)
{
    ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
    tablet_record(record, case_no);
    tablet_state(state, record);
    state->owner_no = tablet->journey.person_no;
    if (key != NULL) {
        layer_bytes(state->law.bytes, key, 39600, 43200);
        state->law.size = IMAGE_SIZE;
    }
    struct download_result result;
    struct store_case_feed row = tablet_feed(tablet, record, state, 0);
    const struct download download = {.next_cursor = tablet->feed_seq,
                                      .next_tag = {"tag", 3},
                                      .rows = &row,
                                      .row_count = 1,
                                      .hq_at_ms = tablet->sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet->journey, &download, &result));
    return result.quarantined_count == 0;
}

/* Whether it may begin, and, when it did, what its fact names. */
static bool start(struct tablet *tablet, uint64_t *case_law_out)
{
    const struct visit_start visit = {.case_no = 1,
                                      .place = ADDRESS_KIND_home,
                                      .visitors = 2,
                                      .override_reason = OVERRIDE_REASON_hq_instruction};
    struct capture capture;
    EXPECT_OK(journey_start_visit(&tablet->journey, &visit, &capture));
    if (capture.is_done) {
        uint64_t seq = 0;
        struct fact fact;
        EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
        EXPECT_OK(store_journal_fact(tablet->store, seq, &fact));
        EXPECT_INT(ds_Event_visit_started_tag, fact.event.which_kind);
        *case_law_out = fact.event.kind.visit_started.case_law;
    }
    return capture.is_done;
}

TEST(test_the_layer_of_one_case_bites_offline_and_its_visit_names_it)
{
    struct tablet tablet; /* 10:00: everybody's hours, not those of the case */
    uint64_t case_law = 0;
    enrol(&tablet);
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 72000), true);
    EXPECT(receive_case(&tablet, 1, NULL));
    EXPECT(receive_case(&tablet, 1, &hq_secret));
    EXPECT(!start(&tablet, &case_law));
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT(!start(&tablet, &case_law));
    sim_clock_pass(&tablet.sim, INT64_C(3600000)); /* 11:00 */
    EXPECT(start(&tablet, &case_law));
    struct store_case subject;
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &subject));
    EXPECT(case_law != 0 && case_law == law_shelf_case_hash(subject.state));
    tablet_close(&tablet);
}

TEST(test_a_case_with_a_layer_that_headquarters_did_not_sign_is_put_aside)
{
    struct tablet tablet;
    struct chain_secret_key other;
    struct chain_public_key other_public;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 94);
    chain_keypair(&rng, &other_public, &other);
    enrol(&tablet);
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 72000), true);
    EXPECT(!receive_case(&tablet, 1, &other));
    EXPECT(receive_case(&tablet, 1, &hq_secret));
    tablet_close(&tablet);
}

/* Case 1 is open to visits from 11:00 to 12:00 only; it is 10:00. */
TEST(test_the_day_is_planned_within_the_hours_of_each_case)
{
    struct tablet tablet;
    struct open_day day;
    struct store_stop *stops = NULL;
    size_t count = 0;
    enrol(&tablet);
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 72000), true);
    EXPECT(receive_case(&tablet, 1, &hq_secret));
    EXPECT(receive_case(&tablet, 2, NULL));
    EXPECT(receive_case(&tablet, 3, NULL));
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    EXPECT_INT(3, day.planned_count);
    int32_t today = journey_today(&tablet.journey);
    int64_t eleven_ms = date_instant(today, 11 * 60, 480);
    EXPECT_OK(store_plan_list(tablet.store, &tablet.task, today, &stops, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_within = stops[i].arrive_at_ms >= eleven_ms &&
                         stops[i].leave_at_ms <= eleven_ms + INT64_C(3600000);
        EXPECT(is_within || stops[i].case_no != 1);
    }
    /* By hand it goes first, and is waited for all the same. */
    struct plan_move move;
    EXPECT(stops[0].case_no != 1);
    EXPECT_OK(journey_check_move(&tablet.journey, 1, 1, &move));
    EXPECT(move.is_possible && move.missed_count == 0);
    EXPECT(move.end_after_ms > move.end_before_ms);
    tablet_close(&tablet);
}

/* ---- what was noted of the visit itself, and what is agreed in it ---- */

/* No fees and no gifts where something is agreed (A02). */
static const char *fee_policy(struct arena *arena)
{
    uint8_t bytes[IMAGE_SIZE];
    const struct law_image_head head = {
        .version = 20261102, .expires_day = 30000, .profile = "cn", .extends = ""};
    const struct law_record record = {
        .rule = LAW_RULE_ID('A', 2),
        .kind = LAW_KIND_RANGE,
        .severity = SEVERITY_block,
        .unknown_severity = SEVERITY_ok,
        .stages = LAW_STAGE_arrange,
        .channels = LAW_CHANNEL_pay,
        .from_day = -1000000,
        .to_day = 1000000,
        .fact_a = LAW_FACT_fees,
        .p0 = 0,
        .p1 = 0,
    };
    image_of(bytes, &hq_secret, &head, &record);
    return str_format(arena, "law = %s\n", base64_of(arena, bytes));
}

/* The open visit to case 1 ends with this; `conduct` 0: none was noted. */
static struct capture finish_with(struct tablet *tablet, uint32_t outcome, uint32_t conduct)
{
    struct capture capture;
    ds_VisitDraft *draft = ARENA_NEW(&tablet->task, ds_VisitDraft);
    EXPECT_OK(journey_draft_load(&tablet->journey, draft));
    draft->finish.outcome = outcome;
    draft->has_conduct = conduct != 0;
    draft->conduct.conduct = conduct;
    EXPECT_OK(journey_draft_save(&tablet->journey, draft));
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    return capture;
}

static size_t facts_of(struct tablet *tablet, enum event_kind kind)
{
    uint64_t last = 0;
    size_t count = 0;
    EXPECT_OK(store_journal_last(tablet->store, &last, NULL, NULL));
    for (uint64_t seq = 1; seq <= last; seq++) {
        struct fact fact;
        EXPECT_OK(store_journal_fact(tablet->store, seq, &fact));
        count += event_kind(&fact.event) == kind;
    }
    return count;
}

TEST(test_nothing_is_agreed_in_a_visit_in_which_a_fee_was_taken)
{
    static const struct {
        const char *name;
        uint32_t outcome, conduct;
        bool is_done;
    } rows[] = {
        {"nothing noted", OUTCOME_promise_to_pay, 0, true},
        {"another act", OUTCOME_promise_to_pay, CONDUCT_KIND_own_phone, true},
        {"a fee", OUTCOME_promise_to_pay, CONDUCT_KIND_fee_or_gift, false},
        {"a fee, nothing agreed", OUTCOME_refused_to_pay, CONDUCT_KIND_fee_or_gift, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        uint64_t case_law = 0;
        enrol(&tablet);
        receive(&tablet, fee_policy(&tablet.task), true);
        EXPECT(receive_case(&tablet, 1, NULL));
        EXPECT(start(&tablet, &case_law));
        tablet_draft_promise(&tablet, 500000);
        struct capture capture = finish_with(&tablet, rows[i].outcome, rows[i].conduct);
        EXPECT_ROW(rows[i].name, capture.is_done == rows[i].is_done);
        bool has_fired = verdict_find(&capture.verdict, REFUSAL_fee_taken) != NULL;
        EXPECT_ROW(rows[i].name, has_fired == !rows[i].is_done);
        if (!rows[i].is_done) { /* the visit stays open, and what happened can be recorded */
            EXPECT_INT(0, facts_of(&tablet, EVENT_visit_finished));
            capture = finish_with(&tablet, OUTCOME_refused_to_pay, rows[i].conduct);
            EXPECT_ROW(rows[i].name, capture.is_done);
        }
        bool is_agreed = rows[i].is_done && rows[i].outcome == OUTCOME_promise_to_pay;
        EXPECT_INT(1, facts_of(&tablet, EVENT_visit_finished));
        EXPECT_INT(is_agreed, facts_of(&tablet, EVENT_promise_made));
        EXPECT_INT(rows[i].conduct != 0, facts_of(&tablet, EVENT_conduct_noted));
        tablet_close(&tablet);
    }
}
