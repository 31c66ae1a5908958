/* The api without threads: what a simulator and an n-th call test stand on. */
#include "sync/server/api/api.h"

#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "tests/lib/sim_clock.h"
#include "tests/sync/server/tablet.h"

enum { CASES = 4, FACTS_MAX = 20, CODE_MS = 600000 };

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    struct sim_clock sim;
    struct clock clock;
    struct envelope_keys keys;
    struct api *api;
};

static void add_collector(struct world *world, int64_t person_no, const char *code)
{
    struct hq_query person = hq_query(world->store, SQL_HQ_person_put);
    hq_bind_i64(&person, "$person_no", person_no);
    hq_bind_text(&person, "$code", str_from(code));
    hq_bind_text(&person, "$name", str_from(code));
    hq_bind_i64(&person, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&person, "$team_no", 0);
    hq_bind_i64(&person, "$is_active", 1);
    hq_bind_text(&person, "$areas", STR(""));
    hq_bind_i64(&person, "$capacity", 0);
    EXPECT_OK(hq_run(&person));
    struct chain_link hash = api_code_hash(str_from(code));
    struct hq_query add = hq_query(world->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&add, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&add, "$person_no", person_no);
    hq_bind_i64(&add, "$made_at_ms", FIELD_AT_MS);
    hq_bind_i64(&add, "$expires_at_ms", FIELD_AT_MS + CODE_MS);
    EXPECT_OK(hq_run(&add));
}

static void open_world(struct world *world)
{
    memset(world, 0, sizeof *world);
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    world->clock = sim_clock_make(&world->sim, FIELD_AT_MS);
    EXPECT_OK(api_keys(&world->arena, world->folder, true, os_rng(), &world->keys));
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    EXPECT_OK(hq_begin(world->store));
    add_collector(world, 1, "ONE");
    add_collector(world, 2, "TWO");
    struct ingest *ingest = ingest_start(&world->arena, world->store, FIELD_AT_MS - 5000);
    for (uint32_t i = 0; i < CASES; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assign = field_assign(record.case_no, 1 + i % 2, 1, FIELD_AT_MS - 5000);
        EXPECT_OK(ingest_own(ingest, &assign, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
    const struct api_options options = {
        .folder = world->folder,
        .store = world->store,
        .keys = &world->keys,
        .clock = &world->clock,
        .rng = os_rng(),
        .is_single_thread = true,
    };
    EXPECT_OK(api_start(&options, &world->api));
}

static void close_world(struct world *world)
{
    api_drain(world->api);
    api_stop(world->api);
    hq_store_close(world->store);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

static struct tablet *join(struct world *world, const char *code)
{
    struct tablet *tablet = ARENA_NEW(&world->arena, struct tablet);
    tablet_init(tablet, os_rng(), &world->keys.public_key);
    struct wire_bytes answer = api_envelope(world->api, &tablet->arena, tablet_enrol(tablet, code));
    EXPECT_INT(WIRE_ok, tablet_enrolled(tablet, answer, FACTS_MAX));
    return tablet;
}

static void add_visit(struct tablet *tablet, uint64_t case_no)
{
    ds_Event event = field_visit(tablet->person_no, case_no, FIELD_AT_MS, OUTCOME_refused_to_pay);
    field_chain_add(&tablet->chain, &event);
}

TEST(test_one_step_answers_every_envelope_of_the_group)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    struct tablet *bert = join(&world, "TWO");
    add_visit(anna, 1);
    add_visit(anna, 3);
    add_visit(bert, 2);
    static const uint8_t noise[] = {1, 2, 3};
    const struct wire_bytes envelopes[] = {
        tablet_batch(anna, 1, 2),
        {noise, sizeof noise},
        tablet_batch(bert, 1, 1),
    };
    struct wire_bytes answers[COUNT(envelopes)];
    api_step(world.api, &world.arena, envelopes, COUNT(envelopes), answers);
    uint32_t refusal = 0;
    (void)tablet_take(anna, answers[0], &refusal);
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(2, anna->stored_seq);
    EXPECT_INT(WIRE_ok, envelope_read_refusal(answers[1], &refusal));
    (void)tablet_take(bert, answers[2], &refusal);
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(1, bert->stored_seq);
    EXPECT_INT(CASES / 2, bert->row_count);
    tablet_deinit(anna);
    tablet_deinit(bert);
    close_world(&world);
}

/* The same tablet twice in a group, as when an answer came too late: once stored. */
TEST(test_the_same_batch_twice_in_a_step_is_stored_once)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    add_visit(anna, 1);
    struct wire_bytes batch = tablet_batch(anna, 1, 1);
    const struct wire_bytes envelopes[] = {batch, batch};
    struct wire_bytes answers[COUNT(envelopes)];
    api_step(world.api, &world.arena, envelopes, COUNT(envelopes), answers);
    uint32_t refusal = 0;
    (void)tablet_take(anna, answers[0], &refusal);
    EXPECT_INT(1, anna->stored_seq);
    struct hq_query count = hq_query(world.store, SQL_HQ_event_count);
    int64_t fact_count = 0;
    EXPECT_OK(hq_one_i64(&count, &fact_count));
    EXPECT_INT(CASES + 1, fact_count); /* the assignments and the visit */
    tablet_deinit(anna);
    close_world(&world);
}

TEST(test_a_step_beyond_the_queue_is_told_to_come_again)
{
    struct world world;
    open_world(&world);
    struct tablet *anna = join(&world, "ONE");
    struct wire_bytes envelopes[API_QUEUE + 2];
    struct wire_bytes answers[API_QUEUE + 2];
    for (size_t i = 0; i < COUNT(envelopes); i++) {
        envelopes[i] = tablet_batch(anna, 1, 0);
    }
    api_step(world.api, &world.arena, envelopes, COUNT(envelopes), answers);
    uint32_t refusal = 0;
    EXPECT(envelope_read_refusal(answers[API_QUEUE - 1], &refusal) != WIRE_ok);
    for (size_t i = API_QUEUE; i < COUNT(envelopes); i++) {
        EXPECT_INT(WIRE_ok, envelope_read_refusal(answers[i], &refusal));
        EXPECT_INT(WIRE_overloaded, refusal);
    }
    tablet_deinit(anna);
    close_world(&world);
}

static void note_done(void *context, struct hq_store *store)
{
    EXPECT_OK(hq_begin(store)); /* left open: the api ends it */
    *(bool *)context = true;
}

TEST(test_work_for_the_writer_is_done_at_once)
{
    struct world world;
    open_world(&world);
    bool is_done = false;
    api_on_writer(world.api, note_done, &is_done);
    EXPECT(is_done);
    EXPECT_OK(hq_begin(world.store));
    hq_rollback(world.store);
    close_world(&world);
}
