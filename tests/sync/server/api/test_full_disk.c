/* Goal: a server whose disk is full says so, keeps nothing half, and goes on by itself when
 * there is room again. */
#include "sync/server/api/api.h"

#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "tests/lib/disk_shim.h"
#include "tests/lib/sim_clock.h"
#include "tests/sync/server/tablet.h"

#include <arpa/inet.h>
#include <sys/socket.h>

enum { CASES = 4, FACTS_MAX = 400, CODE_MS = 600000 };

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    struct sim_clock sim;
    struct clock clock;
    struct envelope_keys keys;
    struct api *api;
    struct http_server *http;
    struct tablet tablet;
};

static void add_collector(struct world *world)
{
    struct hq_query person = hq_query(world->store, SQL_HQ_person_put);
    hq_bind_i64(&person, "$person_no", 1);
    hq_bind_text(&person, "$code", STR("ONE"));
    hq_bind_text(&person, "$name", STR("One"));
    hq_bind_i64(&person, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&person, "$team_no", 0);
    hq_bind_i64(&person, "$is_active", 1);
    hq_bind_text(&person, "$areas", STR(""));
    hq_bind_i64(&person, "$capacity", 0);
    EXPECT_OK(hq_run(&person));
    struct chain_link hash = api_code_hash(STR("ONE"));
    struct hq_query add = hq_query(world->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&add, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&add, "$person_no", 1);
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
    disk_shim_install();
    EXPECT_OK(api_keys(&world->arena, world->folder, true, os_rng(), &world->keys));
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    EXPECT_OK(hq_begin(world->store));
    add_collector(world);
    struct ingest *ingest = ingest_start(&world->arena, world->store, FIELD_AT_MS - 5000);
    for (uint32_t i = 0; i < CASES; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assign = field_assign(record.case_no, 1, 1, FIELD_AT_MS - 5000);
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
        .reader_count = 2,
    };
    EXPECT_OK(api_start(&options, &world->api));
    struct http_options http = {
        .listen = "127.0.0.1:0", .context = world->api, .clock = &world->clock, .thread_count = 2};
    http.routes = api_routes(&http.route_count);
    EXPECT_OK(http_start(&http, &world->http));
    tablet_init(&world->tablet, os_rng(), &world->keys.public_key);
    struct wire_bytes answer =
        api_envelope(world->api, &world->arena, tablet_enrol(&world->tablet, "ONE"));
    EXPECT_INT(WIRE_ok, tablet_enrolled(&world->tablet, answer, FACTS_MAX));
}

static void close_world(struct world *world)
{
    http_close_door(world->http);
    api_drain(world->api);
    http_stop(world->http);
    api_stop(world->api);
    hq_store_close(world->store);
    tablet_deinit(&world->tablet);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

static int status_of(const struct world *world, const char *path)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port =
        htons((uint16_t)strtol(strrchr(http_address(world->http), ':') + 1, NULL, 10));
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    char text[512] = "";
    int size = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    EXPECT_INT(size, send(fd, text, (size_t)size, MSG_NOSIGNAL));
    ssize_t got = recv(fd, text, sizeof text - 1, 0);
    EXPECT(got > 12);
    close(fd);
    return (int)strtol(text + 9, NULL, 10);
}

static uint32_t send_facts(struct world *world, size_t count)
{
    struct tablet *tablet = &world->tablet;
    uint64_t from = tablet->stored_seq + 1;
    while (tablet->chain.count < tablet->stored_seq + count) {
        ds_Event event =
            field_visit(1, 1 + tablet->chain.count % CASES,
                        FIELD_AT_MS + (int64_t)tablet->chain.count * 1000, OUTCOME_refused_to_pay);
        field_chain_add(&tablet->chain, &event);
    }
    struct wire_bytes answer =
        api_envelope(world->api, &world->arena, tablet_batch(tablet, from, count));
    uint32_t refusal = 0;
    (void)tablet_take(tablet, answer, &refusal);
    return refusal;
}

static int64_t stored_count(struct world *world)
{
    struct hq_query query = hq_query(world->store, SQL_HQ_event_count);
    int64_t count = 0;
    EXPECT_OK(hq_one_i64(&query, &count));
    return count;
}

struct job {
    struct world *world;
    int64_t count;
};

static void count_on_writer(void *context, struct hq_store *store)
{
    struct job *job = context;
    CHECK(store == job->world->store);
    job->count = stored_count(job->world);
}

static int64_t facts_of_tablet(struct world *world)
{
    struct job job = {.world = world};
    api_on_writer(world->api, count_on_writer, &job);
    return job.count - CASES;
}

TEST(test_a_server_survives_a_full_disk)
{
    struct world *world = calloc(1, sizeof *world);
    open_world(world);
    EXPECT_INT(WIRE_ok, send_facts(world, 20));
    EXPECT_INT(200, status_of(world, "/readyz"));
    for (int round = 0; round < 3; round++) {
        uint64_t stored_seq = world->tablet.stored_seq;
        disk_shim_full(true);
        for (int i = 0; i < 3; i++) {
            EXPECT_INT(WIRE_hq_failed, send_facts(world, 20));
            EXPECT_INT(stored_seq, world->tablet.stored_seq); /* no receipt */
        }
        EXPECT_INT(503, status_of(world, "/readyz"));
        EXPECT_INT(200, status_of(world, "/healthz"));
        EXPECT_INT(200, status_of(world, "/metrics"));
        EXPECT_INT(stored_seq, facts_of_tablet(world)); /* nothing half */
        disk_shim_full(false);
        EXPECT_INT(WIRE_ok, send_facts(world, 20));
        EXPECT_INT(stored_seq + 20, world->tablet.stored_seq);
        EXPECT_INT(stored_seq + 20, facts_of_tablet(world));
        EXPECT_INT(200, status_of(world, "/readyz"));
    }
    close_world(world);
    free(world);
}
