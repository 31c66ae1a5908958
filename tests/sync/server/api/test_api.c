/* Tablets against the api: enrol, push, pull, and everything that goes wrong between. */
#include "sync/server/api/api.h"

#include "core/os/os.h"
#include "sync/server/merge/conflict.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/tablet.h"

#include <pthread.h>

enum { CASES = 8, FACTS_MAX = 400, CODE_MS = 600000 };

/* What a tablet is told about a conflict is named by the wire's list. */
_Static_assert(VERDICT_unreadable == 1 && VERDICT_unknown_case == 2 && VERDICT_not_your_case == 3 &&
                   VERDICT_breaks_rule == 4 && VERDICT_conflicting == 5 &&
                   VERDICT_duplicate_payment == 7 && VERDICT_asked_back == 8,
               "conflicts.def and apply.c name these codes");

struct sim_clock {
    pthread_mutex_t lock;
    int64_t now_ms;
};

static struct clock_reading sim_read(void *context)
{
    struct sim_clock *sim = context;
    pthread_mutex_lock(&sim->lock);
    int64_t now_ms = sim->now_ms;
    pthread_mutex_unlock(&sim->lock);
    return (struct clock_reading){.wall_ms = now_ms, .monotonic_ms = now_ms, .boot = 1};
}

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    struct sim_clock sim;
    struct clock clock;
    struct envelope_keys keys;
    struct api *api;
};

static void add_person(struct hq_store *store, int64_t person_no, const char *name)
{
    char code[8];
    snprintf(code, sizeof code, "C%03d", (int)person_no);
    struct hq_query query = hq_query(store, SQL_HQ_person_put);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_text(&query, "$code", str_from(code));
    hq_bind_text(&query, "$name", str_from(name));
    hq_bind_i64(&query, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&query, "$team_no", 0);
    hq_bind_i64(&query, "$is_active", 1);
    hq_bind_text(&query, "$areas", STR(""));
    hq_bind_i64(&query, "$capacity", 0);
    EXPECT_OK(hq_run(&query));
}

static void add_code(struct hq_store *store, const char *code, int64_t person_no)
{
    struct chain_link hash = api_code_hash(str_from(code));
    struct hq_query query = hq_query(store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&query, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$made_at_ms", FIELD_AT_MS);
    hq_bind_i64(&query, "$expires_at_ms", FIELD_AT_MS + CODE_MS);
    EXPECT_OK(hq_run(&query));
}

static void open_api(struct world *world)
{
    const struct api_options options = {
        .folder = world->folder,
        .store = world->store,
        .keys = &world->keys,
        .clock = &world->clock,
        .rng = os_rng(),
        .reader_count = 2,
    };
    EXPECT_OK(api_start(&options, &world->api));
}

/* Cases 1 .. case_count: odd ones are person 1's, even ones person 2's. */
static void open_world_of(struct world *world, uint32_t case_count, bool is_heavy)
{
    memset(world, 0, sizeof *world);
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    pthread_mutex_init(&world->sim.lock, NULL);
    world->sim.now_ms = FIELD_AT_MS;
    world->clock = (struct clock){sim_read, &world->sim};
    EXPECT_OK(api_keys(&world->arena, world->folder, true, os_rng(), &world->keys));
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    EXPECT_OK(hq_begin(world->store));
    add_person(world->store, 1, "Anna");
    add_person(world->store, 2, "Bert");
    add_code(world->store, "ONE", 1);
    add_code(world->store, "TWO", 2);
    struct ingest *ingest = ingest_start(&world->arena, world->store, FIELD_AT_MS - 5000);
    for (uint32_t i = 0; i < case_count; i++) {
        ds_CaseRecord record = field_record(i);
        for (size_t k = 0; is_heavy && k < COUNT(record.addresses); k++) {
            record.addresses_count = (pb_size_t)(k + 1);
            memset(record.addresses[k].text, 'a' + (int)k, sizeof record.addresses[k].text - 1);
            memset(record.addresses[k].door_note, '0' + (int)(i % 10),
                   sizeof record.addresses[k].door_note - 1);
        }
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assign = field_assign(record.case_no, 1 + i % 2, 1, FIELD_AT_MS - 5000);
        EXPECT_OK(ingest_own(ingest, &assign, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
    open_api(world);
}

static void open_world(struct world *world)
{
    open_world_of(world, CASES, false);
}

static void close_world(struct world *world)
{
    api_stop(world->api);
    hq_store_close(world->store);
    pthread_mutex_destroy(&world->sim.lock);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

static struct wire_bytes send(struct world *world, struct tablet *tablet,
                              struct wire_bytes envelope)
{
    return api_envelope(world->api, &tablet->arena, envelope);
}

static struct tablet *join(struct world *world, const char *code)
{
    struct tablet *tablet = ARENA_NEW(&world->arena, struct tablet);
    tablet_init(tablet, os_rng(), &world->keys.public_key);
    EXPECT_INT(WIRE_ok,
               tablet_enrolled(tablet, send(world, tablet, tablet_enrol(tablet, code)), FACTS_MAX));
    return tablet;
}

/* One envelope and its answer; the refusal's code. */
static uint32_t call(struct world *world, struct tablet *tablet, uint64_t first_seq, size_t count)
{
    uint32_t refusal = 0;
    struct wire_bytes envelope = tablet_batch(tablet, first_seq, count);
    (void)tablet_take(tablet, send(world, tablet, envelope), &refusal);
    return refusal;
}

/* All that is not stored yet, and then all pages. */
static void sync_all(struct world *world, struct tablet *tablet)
{
    for (int round = 0; round < 50; round++) {
        uint64_t from = tablet->send_from_seq != 0 ? tablet->send_from_seq : tablet->stored_seq + 1;
        size_t count = tablet->chain.count - from + 1;
        count = count > LIMIT_batch_events ? LIMIT_batch_events : count;
        uint32_t refusal = 0;
        struct wire_bytes envelope = tablet_batch(tablet, from, count);
        bool has_more = tablet_take(tablet, send(world, tablet, envelope), &refusal);
        EXPECT_INT(WIRE_ok, refusal);
        if (!has_more && tablet->send_from_seq == 0 && tablet->stored_seq == tablet->chain.count) {
            return;
        }
    }
    fail_msg("the tablet never came to rest");
}

struct booking {
    const ds_Event *event;
    struct arena *arena;
};

static void book_on_writer(void *context, struct hq_store *store)
{
    struct booking *booking = context;
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(ingest_own_one(booking->arena, store, booking->event, (int64_t)booking->event->at_ms,
                             NULL));
    EXPECT_OK(hq_commit(store));
}

static void book(struct world *world, const ds_Event *event)
{
    struct booking booking = {event, &world->arena};
    api_on_writer(world->api, book_on_writer, &booking);
}

TEST(test_enrolment_codes_are_good_once_and_for_a_while)
{
    struct world world;
    open_world(&world);
    struct tablet *first = join(&world, "ONE");
    EXPECT_INT(1, first->device_no);
    EXPECT_INT(1, first->person_no);
    /* The same tablet again: its answer was lost. */
    EXPECT_INT(WIRE_ok, tablet_enrolled(first, send(&world, first, tablet_enrol(first, "ONE")), 1));
    EXPECT_INT(1, first->device_no);
    struct tablet other;
    tablet_init(&other, os_rng(), &world.keys.public_key);
    EXPECT_INT(WIRE_bad_code,
               tablet_enrolled(&other, send(&world, &other, tablet_enrol(&other, "ONE")), 1));
    EXPECT_INT(WIRE_bad_code,
               tablet_enrolled(&other, send(&world, &other, tablet_enrol(&other, "GUESS")), 1));
    world.sim.now_ms = FIELD_AT_MS + CODE_MS;
    EXPECT_INT(WIRE_expired_code,
               tablet_enrolled(&other, send(&world, &other, tablet_enrol(&other, "TWO")), 1));
    tablet_deinit(&other);
    tablet_deinit(first);
    close_world(&world);
}

TEST(test_a_day_goes_up_and_comes_back)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    sync_all(&world, anna);
    EXPECT(anna->was_restart);
    EXPECT_INT(CASES / 2, anna->row_count);
    EXPECT_TEXT("Debtor 0", tablet_row(anna, 1)->record.debtor_name);
    EXPECT_INT(1, tablet_row(anna, 1)->state.owner_no);
    world.sim.now_ms += 60000;
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 1000, OUTCOME_promise_to_pay);
    field_chain_add(&anna->chain, &event);
    event = field_promise(1, 1, FIELD_AT_MS + 2000, 50000);
    field_chain_add(&anna->chain, &event);
    uint64_t cursor = anna->cursor;
    sync_all(&world, anna);
    EXPECT_INT(2, anna->stored_seq);
    /* What it did itself it folds itself: not a byte comes back for it. */
    EXPECT_INT(cursor, anna->cursor);
    /* Sent again, because the answer was lost: nothing happens twice. */
    EXPECT_INT(WIRE_ok, call(&world, anna, 1, 2));
    EXPECT_INT(2, anna->stored_seq);
    /* A decision at headquarters comes down with the tablet's own facts in it. */
    ds_Event recall = field_recall(3, FIELD_AT_MS + 3000);
    book(&world, &recall);
    ds_Event posted = {.at_ms = (uint64_t)FIELD_AT_MS + 4000, .case_no = 1};
    posted.which_kind = ds_Event_payment_posted_tag;
    posted.kind.payment_posted.amount_minor = 50000;
    posted.kind.payment_posted.paid_day = FIELD_DAY;
    posted.kind.payment_posted.channel = 1;
    snprintf(posted.kind.payment_posted.reference, sizeof posted.kind.payment_posted.reference,
             "R-1");
    book(&world, &posted);
    sync_all(&world, anna);
    EXPECT(!tablet_row(anna, 3)->is_held);
    EXPECT_INT(2, tablet_row(anna, 1)->folded_seq);
    EXPECT_INT(50000, tablet_row(anna, 1)->state.posted_minor);
    EXPECT_INT(1, tablet_row(anna, 1)->state.visit_count);
    tablet_deinit(anna);
    close_world(&world);
}

/* The dictionary in which the answer to a ticket of a tablet that holds nothing is packed. */
static uint32_t dictionary_of(struct world *world, struct tablet *tablet, uint32_t answer_format)
{
    tablet->answer_format = answer_format;
    tablet->cursor = 0;
    struct wire_bytes answer = send(world, tablet, tablet_batch(tablet, 1, 0));
    struct envelope_head head;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(answer, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&tablet->arena, &head, answer, &tablet->keys, &plain));
    uint32_t refusal;
    (void)tablet_take(tablet, answer, &refusal);
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(CASES / 2, tablet->row_count);
    return plain.bytes[CHAIN_SIGNATURE_SIZE] & 63U;
}

/* 0.1.0 has dictionary 1 alone: it gets nothing that it cannot read, nor does a tablet that
 * does not say what it reads; a newer one gets the newest that is known here. */
TEST(test_every_tablet_is_answered_in_what_it_reads)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    EXPECT_INT(1, dictionary_of(&world, anna, 1));
    EXPECT_INT(2, dictionary_of(&world, anna, 2));
    EXPECT_INT(2, dictionary_of(&world, anna, 9));
    EXPECT_INT(1, dictionary_of(&world, anna, 0));
    tablet_deinit(anna);
    close_world(&world);
}

TEST(test_a_gap_is_asked_for)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    for (int i = 0; i < 6; i++) {
        ds_Event event = field_visit(1, 1, FIELD_AT_MS + i * 1000, OUTCOME_refused_to_pay);
        field_chain_add(&anna->chain, &event);
    }
    EXPECT_INT(WIRE_ok, call(&world, anna, 1, 2));
    EXPECT_INT(WIRE_ok, call(&world, anna, 5, 2));
    EXPECT_INT(3, anna->send_from_seq);
    EXPECT_INT(2, anna->stored_seq);
    sync_all(&world, anna);
    EXPECT_INT(6, anna->stored_seq);
    tablet_deinit(anna);
    close_world(&world);
}

/* Goal: what is not from that tablet changes nothing and is not answered with rows. */
TEST(test_strangers_are_refused)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    ds_Event event = field_visit(1, 1, FIELD_AT_MS, OUTCOME_refused_to_pay);
    struct tablet thief;
    tablet_init(&thief, os_rng(), &world.keys.public_key);
    thief.device_no = anna->device_no;
    field_chain_init(&thief.chain, &thief.arena, thief.device_no, 4);
    field_chain_add(&thief.chain, &event);
    EXPECT_INT(WIRE_bad_signature, call(&world, &thief, 1, 1));
    thief.device_no = 77;
    EXPECT_INT(WIRE_unknown_device, call(&world, &thief, 1, 1));
    static const uint8_t noise[] = {1, 2, 3};
    uint32_t refusal = 0;
    EXPECT(!tablet_take(&thief, send(&world, &thief, (struct wire_bytes){noise, sizeof noise}),
                        &refusal));
    EXPECT(refusal != WIRE_ok);
    struct wire_bytes envelope = tablet_batch(anna, 1, 0);
    uint8_t *broken = arena_copy(&anna->arena, envelope.bytes, envelope.size);
    broken[envelope.size / 2] ^= 1;
    EXPECT(!tablet_take(anna, send(&world, anna, (struct wire_bytes){broken, envelope.size}),
                        &refusal));
    EXPECT_INT(WIRE_bad_seal, refusal);
    sync_all(&world, anna);
    EXPECT_INT(0, anna->stored_seq);
    tablet_deinit(&thief);
    tablet_deinit(anna);
    close_world(&world);
}

/* Goal: after every page of a first download the tablet knows how many cases are still to come. */
TEST(test_a_page_says_how_many_rows_come_after_it)
{
    enum { HERS = 60 };
    struct world world;
    open_world_of(&world, 2 * HERS, true);
    struct tablet *anna = join(&world, "ONE");
    size_t page_count = 0;
    do {
        EXPECT_INT(WIRE_ok, call(&world, anna, 1, 0));
        page_count++;
        EXPECT_INT(HERS, anna->row_count + anna->rows_left);
    } while (!anna->is_whole && page_count < HERS);
    EXPECT(page_count > 1);
    EXPECT_INT(HERS, anna->row_count);
    tablet_deinit(anna);
    close_world(&world);
}

TEST(test_a_cursor_that_cannot_be_right_starts_over)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    sync_all(&world, anna);
    uint64_t cursor = anna->cursor;
    anna->rows[0].feed_seq += 1; /* a row went wrong on the tablet */
    sync_all(&world, anna);
    EXPECT(anna->was_restart);
    EXPECT_INT(CASES / 2, anna->row_count);
    EXPECT_INT(cursor, anna->cursor);
    anna->cursor += 100; /* headquarters was restored and knows of no such page */
    sync_all(&world, anna);
    EXPECT(anna->was_restart);
    EXPECT_INT(cursor, anna->cursor);
    sync_all(&world, anna);
    EXPECT(!anna->was_restart);
    tablet_deinit(anna);
    close_world(&world);
}

TEST(test_a_request_is_decided_and_the_collector_hears_of_it)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    ds_Event event = field_waiver(1, 1, FIELD_AT_MS + 1000);
    field_chain_add(&anna->chain, &event);
    sync_all(&world, anna);
    ds_Event decided = {.at_ms = (uint64_t)FIELD_AT_MS + 2000, .case_no = 1};
    decided.which_kind = ds_Event_arrangement_decided_tag;
    ds_ArrangementDecided *payload = &decided.kind.arrangement_decided;
    memcpy(payload->target, anna->chain.ids[0].bytes, sizeof payload->target);
    payload->decision = DECISION_returned;
    payload->reason = DECISION_REASON_evidence_missing;
    snprintf(payload->note, sizeof payload->note, "a payslip, please");
    book(&world, &decided);
    sync_all(&world, anna);
    EXPECT_INT(1, anna->verdict_count);
    EXPECT_INT(VERDICT_asked_back, anna->verdict.verdict);
    EXPECT_INT(1, anna->verdict.seq);
    EXPECT_TEXT("a payslip, please", anna->verdict.note);
    EXPECT_INT(ARRANGEMENT_STATE_returned, tablet_row(anna, 1)->state.arrangements[0].state);
    payload->decision = DECISION_approved;
    payload->reason = DECISION_REASON_within_policy;
    decided.at_ms += 1000;
    book(&world, &decided);
    sync_all(&world, anna);
    EXPECT_INT(2, anna->verdict_count);
    EXPECT(anna->verdict.is_settled);
    tablet_deinit(anna);
    close_world(&world);
}

/* Goal: a case moves while its old holder is away; the visit is kept, told, and
 * counted, and each tablet ends with the cases of its holder. */
TEST(test_a_case_that_moved_is_wiped_and_its_late_visit_kept)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    struct tablet *bert = join(&world, "TWO");
    sync_all(&world, anna);
    sync_all(&world, bert);
    world.sim.now_ms = FIELD_AT_MS + 60000;
    ds_Event assign = field_assign(1, 2, 2, FIELD_AT_MS + 500);
    book(&world, &assign);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 1000, OUTCOME_refused_to_pay);
    field_chain_add(&anna->chain, &event);
    sync_all(&world, anna);
    sync_all(&world, bert);
    EXPECT(!tablet_row(anna, 1)->is_held);
    EXPECT(tablet_row(bert, 1)->is_held);
    EXPECT_INT(1, tablet_row(bert, 1)->state.visit_count);
    EXPECT_INT(VERDICT_not_your_case, anna->verdict.verdict);
    tablet_deinit(anna);
    tablet_deinit(bert);
    close_world(&world);
}

static void revoke_on_writer(void *context, struct hq_store *store)
{
    struct world *world = context;
    EXPECT_OK(hq_begin(store));
    struct ingest *before = ingest_start(&world->arena, store, FIELD_AT_MS);
    EXPECT_OK(ingest_message(
        before, &(struct ingest_letter){.from_name = STR("HQ"), .body = STR("waits for all")}));
    EXPECT_OK(ingest_finish(before));
    struct hq_query query = hq_query(store, SQL_HQ_device_revoke);
    hq_bind_i64(&query, "$device_no", 1);
    hq_bind_i64(&query, "$revoked_at_ms", FIELD_AT_MS);
    EXPECT_OK(hq_run(&query));
    struct hq_query holder = hq_query(store, SQL_HQ_device_holder_changed);
    hq_bind_i64(&holder, "$device_no", 1);
    EXPECT_OK(hq_run(&holder));
    struct ingest *ingest = ingest_start(&world->arena, store, FIELD_AT_MS);
    EXPECT_OK(ingest_device_leaves(ingest, 1));
    EXPECT_OK(ingest_message(ingest, &(struct ingest_letter){.from_name = STR("HQ"),
                                                             .body = STR("to all"),
                                                             .wants_answer = true,
                                                             .answer_by_at_ms = 1700000000000}));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
}

TEST(test_a_revoked_tablet_may_send_and_gets_no_case)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    struct tablet *bert = join(&world, "TWO");
    sync_all(&world, anna);
    api_on_writer(world.api, revoke_on_writer, &world);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 1000, OUTCOME_refused_to_pay);
    field_chain_add(&anna->chain, &event);
    sync_all(&world, anna);
    EXPECT_INT(1, anna->stored_seq);
    EXPECT(anna->is_revoked);
    for (size_t i = 0; i < anna->row_count; i++) {
        EXPECT(!anna->rows[i].is_held);
    }
    EXPECT_INT(0, anna->message_count);
    sync_all(&world, bert);
    EXPECT_TEXT("to all", bert->message);
    tablet_deinit(anna);
    tablet_deinit(bert);
    close_world(&world);
}

/* What headquarters writes beside a decision may name the borrower. */
TEST(test_a_revoked_tablet_reads_no_words_about_a_case)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    ds_Event event = field_waiver(1, 1, FIELD_AT_MS + 1000);
    field_chain_add(&anna->chain, &event);
    sync_all(&world, anna);
    ds_Event decided = {.at_ms = (uint64_t)FIELD_AT_MS + 2000, .case_no = 1};
    decided.which_kind = ds_Event_arrangement_decided_tag;
    ds_ArrangementDecided *payload = &decided.kind.arrangement_decided;
    memcpy(payload->target, anna->chain.ids[0].bytes, sizeof payload->target);
    payload->decision = DECISION_returned;
    payload->reason = DECISION_REASON_evidence_missing;
    snprintf(payload->note, sizeof payload->note, "the payslip of Debtor One, please");
    book(&world, &decided);
    api_on_writer(world.api, revoke_on_writer, &world);
    sync_all(&world, anna);
    EXPECT(anna->is_revoked);
    EXPECT_INT(1, anna->verdict_count);
    EXPECT_TEXT("", anna->verdict.note);
    tablet_deinit(anna);
    close_world(&world);
}

TEST(test_all_is_there_after_a_restart_of_the_server)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 1000, OUTCOME_refused_to_pay);
    field_chain_add(&anna->chain, &event);
    sync_all(&world, anna);
    api_stop(world.api);
    hq_store_close(world.store);
    EXPECT_OK(hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    open_api(&world);
    event = field_visit(1, 1, FIELD_AT_MS + 2000, OUTCOME_refused_to_pay);
    field_chain_add(&anna->chain, &event);
    sync_all(&world, anna);
    EXPECT_INT(2, anna->stored_seq);
    EXPECT(!anna->was_restart);
    tablet_deinit(anna);
    close_world(&world);
}

/* Headquarters keeps no receipt: what it stores and its key give the same one again, to the byte
 * at the same moment, and later with the later moment. */
TEST(test_a_receipt_is_made_again_from_what_is_stored)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    for (int i = 0; i < 3; i++) {
        ds_Event event = field_visit(1, 1, FIELD_AT_MS + i * 1000, OUTCOME_refused_to_pay);
        field_chain_add(&anna->chain, &event);
    }
    sync_all(&world, anna);
    const ds_Receipt first = anna->receipt;
    EXPECT_INT(3, first.stored_seq);
    api_stop(world.api);
    hq_store_close(world.store);
    EXPECT_OK(hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    open_api(&world);
    EXPECT_INT(WIRE_ok, call(&world, anna, 1, 3)); /* the answer was lost */
    EXPECT(memcmp(&first, &anna->receipt, sizeof first) == 0);
    world.sim.now_ms += 60000;
    EXPECT_INT(WIRE_ok, call(&world, anna, 1, 3));
    EXPECT_INT(first.stored_at_ms + 60000, anna->receipt.stored_at_ms);
    EXPECT_INT(first.stored_seq, anna->receipt.stored_seq);
    EXPECT(memcmp(first.link, anna->receipt.link, sizeof first.link) == 0);
    tablet_deinit(anna);
    close_world(&world);
}

struct crowd {
    struct world *world;
    struct tablet *tablet;
};

static void *crowd_run(void *context)
{
    struct crowd *crowd = context;
    for (int i = 0; i < 30; i++) {
        ds_Event event = field_visit(crowd->tablet->person_no, 1 + (uint64_t)i % CASES,
                                     FIELD_AT_MS + i * 1000, OUTCOME_refused_to_pay);
        field_chain_add(&crowd->tablet->chain, &event);
        sync_all(crowd->world, crowd->tablet);
    }
    return NULL;
}

/* Goal: tablets that call at once share transactions and do not disturb each other. */
TEST(test_many_tablets_at_once)
{
    struct world world;
    open_world(&world);
    struct tablet *tablets[2] = {join(&world, "ONE"), join(&world, "TWO")};
    struct crowd crowds[2] = {{&world, tablets[0]}, {&world, tablets[1]}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) {
        EXPECT_INT(0, pthread_create(&threads[i], NULL, crowd_run, &crowds[i]));
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_INT(30, tablets[i]->stored_seq);
        sync_all(&world, tablets[i]);
        tablet_deinit(tablets[i]);
    }
    close_world(&world);
}
