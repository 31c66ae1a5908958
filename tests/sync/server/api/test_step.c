/* The api without threads: what a simulator and an n-th call test stand on. */
#include "tests/sync/server/api/one_thread.h"

TEST(test_one_step_answers_every_envelope_of_the_group)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    world_add_visit(anna, 1);
    world_add_visit(anna, 3);
    world_add_visit(bert, 2);
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
    EXPECT_INT(WORLD_CASES / 2, bert->row_count);
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

/* The same tablet twice in a group, as when an answer came too late: once stored. */
TEST(test_the_same_batch_twice_in_a_step_is_stored_once)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    world_add_visit(anna, 1);
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
    EXPECT_INT(WORLD_CASES + 1, fact_count); /* the assignments and the visit */
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_a_step_beyond_the_queue_is_told_to_come_again)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
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
    world_close(&world);
}

static void note_done(void *context, struct hq_store *store)
{
    EXPECT_OK(hq_begin(store)); /* left open: the api ends it */
    *(bool *)context = true;
}

TEST(test_work_for_the_writer_is_done_at_once)
{
    struct world world;
    world_open(&world);
    bool is_done = false;
    api_on_writer(world.api, note_done, &is_done);
    EXPECT(is_done);
    EXPECT_OK(hq_begin(world.store));
    hq_rollback(world.store);
    world_close(&world);
}
