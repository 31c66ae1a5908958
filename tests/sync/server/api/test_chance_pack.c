/* At what hours people are met: counted once a day, and given with the cases. */
#include "sync/server/api/api_private.h"
#include "tests/sync/server/api/one_thread.h"

#include "core/rules/chance.h"

static struct chance pack(struct world *world, int64_t now_ms)
{
    const char *text;
    struct chance chance;
    int64_t until_at_ms = 0;
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(chance_pack(&world->arena, world->store, now_ms, &text));
    EXPECT_OK(hq_commit(world->store));
    EXPECT_OK(chance_read(str_from(text), &chance, &until_at_ms));
    EXPECT(until_at_ms <= now_ms);
    return chance;
}

static void send(struct world *world, struct tablet *tablet, uint64_t first_seq, size_t count)
{
    uint32_t refusal = 0;
    (void)tablet_take(
        tablet, api_envelope(world->api, &world->arena, tablet_batch(tablet, first_seq, count)),
        &refusal);
    EXPECT_INT(WIRE_ok, refusal);
}

/* FIELD_AT_MS is 10:00 of a Sunday: visits that began before it are of the first band. */
TEST(test_visits_of_all_collectors_are_counted_once_a_day)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    world_add_visit(anna, 1);
    ds_Event away = field_visit(bert->person_no, 2, FIELD_AT_MS - 60000, OUTCOME_nobody_home);
    field_chain_add(&bert->chain, &away);
    ds_Event noon = field_visit(bert->person_no, 4, FIELD_AT_MS - 30000, OUTCOME_address_wrong);
    field_chain_add(&bert->chain, &noon);
    send(&world, anna, 1, 1);
    send(&world, bert, 1, 2);
    int64_t later_ms = FIELD_AT_MS + DATE_DAY_MS;
    struct chance chance = pack(&world, later_ms);
    EXPECT_INT(2, chance.counts[CHANCE_DAY_free][0].tried);
    EXPECT_INT(1, chance.counts[CHANCE_DAY_free][0].met);

    world_add_visit(anna, 3);
    send(&world, anna, 2, 1);
    chance = pack(&world, later_ms);
    EXPECT_INT(2, chance.counts[CHANCE_DAY_free][0].tried);
    chance = pack(&world, later_ms + DATE_DAY_MS);
    EXPECT_INT(3, chance.counts[CHANCE_DAY_free][0].tried);
    /* After half a year they say nothing any more. */
    chance = pack(&world, later_ms + (CHANCE_DAYS + 1) * DATE_DAY_MS);
    EXPECT(chance_is_unknown(&chance, CHANCE_DAY_free));
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

/* What an answer to an empty batch says of the chance; the tablet takes it. */
static const char *told(struct world *world, struct tablet *tablet, size_t *row_count_out)
{
    struct answer *answer = ARENA_NEW(&world->arena, struct answer);
    uint32_t refusal = 0;
    struct wire_bytes bytes = api_envelope(world->api, &world->arena, tablet_batch(tablet, 1, 0));
    EXPECT_INT(WIRE_ok, answer_open(&world->arena, bytes, &tablet->keys, &tablet->hq,
                                    tablet->device_no, tablet->request_tag, answer));
    (void)tablet_take(tablet, bytes, &refusal);
    *row_count_out = answer->row_count;
    return answer->chance;
}

TEST(test_counts_go_with_the_cases_and_with_nothing_else)
{
    struct world world;
    struct chance chance;
    int64_t until_at_ms = 0;
    size_t row_count = 0;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    const char *text = told(&world, anna, &row_count);
    EXPECT_INT(WORLD_CASES / 2, row_count);
    EXPECT_OK(chance_read(str_from(text), &chance, &until_at_ms));
    EXPECT(until_at_ms == FIELD_AT_MS);
    text = told(&world, anna, &row_count);
    EXPECT_INT(0, row_count);
    EXPECT_TEXT("", text);
    tablet_deinit(anna);
    world_close(&world);
}
