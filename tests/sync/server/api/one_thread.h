/* tests/sync/server/api/one_thread.h -- headquarters without threads and two tablets, all
 * made from one seed: the same calls give the same bytes. */
#pragma once

#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/store/ingest.h"
#include "tests/lib/sim_clock.h"
#include "tests/sync/server/tablet.h"

enum { WORLD_CASES = 4, WORLD_FACTS_MAX = 20, WORLD_CODE_MS = 600000 };

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    struct sim_clock sim;
    struct clock clock;
    struct test_rng rng_state;
    struct rng rng;
    struct envelope_keys keys;
    struct api *api;
};

static inline void world_add_collector(struct world *world, int64_t person_no, const char *code)
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
    hq_bind_i64(&add, "$expires_at_ms", FIELD_AT_MS + WORLD_CODE_MS);
    EXPECT_OK(hq_run(&add));
}

static inline void world_start(struct world *world)
{
    const struct api_options options = {
        .folder = world->folder,
        .store = world->store,
        .keys = &world->keys,
        .clock = &world->clock,
        .rng = &world->rng,
        .is_single_thread = true,
    };
    EXPECT_OK(api_start(&options, &world->api));
}

static inline void world_open(struct world *world)
{
    memset(world, 0, sizeof *world);
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    world->clock = sim_clock_make(&world->sim, FIELD_AT_MS);
    world->rng = test_rng_make(&world->rng_state, 20260712);
    EXPECT_OK(api_keys(&world->arena, world->folder, true, &world->rng, &world->keys));
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    EXPECT_OK(hq_begin(world->store));
    world_add_collector(world, 1, "ONE");
    world_add_collector(world, 2, "TWO");
    struct ingest *ingest = ingest_start(&world->arena, world->store, FIELD_AT_MS - 5000);
    for (uint32_t i = 0; i < WORLD_CASES; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assign = field_assign(record.case_no, 1 + i % 2, 1, FIELD_AT_MS - 5000);
        EXPECT_OK(ingest_own(ingest, &assign, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
    world_start(world);
}

/* Ends the program; the files stay. */
static inline void world_stop(struct world *world)
{
    api_drain(world->api);
    api_stop(world->api);
    hq_store_close(world->store);
}

static inline void world_close(struct world *world)
{
    world_stop(world);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

static inline struct tablet *world_join(struct world *world, const char *code)
{
    struct tablet *tablet = ARENA_NEW(&world->arena, struct tablet);
    tablet_init(tablet, &world->rng, &world->keys.public_key);
    struct wire_bytes answer = api_envelope(world->api, &tablet->arena, tablet_enrol(tablet, code));
    EXPECT_INT(WIRE_ok, tablet_enrolled(tablet, answer, WORLD_FACTS_MAX));
    return tablet;
}

static inline void world_add_visit(struct tablet *tablet, uint64_t case_no)
{
    ds_Event event = field_visit(tablet->person_no, case_no, FIELD_AT_MS, OUTCOME_refused_to_pay);
    field_chain_add(&tablet->chain, &event);
}
