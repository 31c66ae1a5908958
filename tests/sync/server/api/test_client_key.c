/* A client certificate stays with the tablet that first came with it: another tablet's key opens
 * nothing, a person lets the next one in, and a call for help is heard with any. */
#include "sync/server/api/api_private.h"
#include "tests/sync/server/api/talk.h"

enum { NO_KEY = 0 };

static void wake_nobody(struct visit *visit)
{
    (void)visit;
}

/* As over a connection whose other end showed a certificate over key number `key`. */
static struct wire_bytes post(struct world *world, struct arena *arena, int key,
                              struct wire_bytes envelope)
{
    struct visit *visit = ARENA_NEW(arena, struct visit);
    visit->arena = arena;
    visit->wake = wake_nobody;
    visit->has_client_key = key != NO_KEY;
    memset(visit->client_key, key, sizeof visit->client_key);
    push_open(world->api, visit, envelope);
    if (visit->state != VISIT_refused) {
        writer_group(world->api, visit);
    }
    return push_seal(world->api, visit);
}

static uint32_t refusal_of(struct wire_bytes answer)
{
    uint32_t refusal = WIRE_ok;
    if (answer.size == ENVELOPE_REFUSAL_SIZE) {
        EXPECT_INT(WIRE_ok, envelope_read_refusal(answer, &refusal));
    }
    return refusal;
}

static uint32_t ticket(struct world *world, struct tablet *tablet, int key)
{
    return refusal_of(
        post(world, &tablet->arena, key, tablet_batch(tablet, tablet->stored_seq + 1, 0)));
}

static int64_t count(struct world *world, const char *sql)
{
    return talk_number(world, sql);
}

static void let_next_in(struct world *world, const struct tablet *tablet)
{
    EXPECT_OK(hq_begin(world->store));
    struct hq_query query = hq_query(world->store, SQL_HQ_client_key_open);
    hq_bind_i64(&query, "$device_no", tablet->device_no);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world->store));
}

TEST(test_each_number_stays_with_the_certificate_it_was_first_used_with)
{
    struct world world;
    world_open(&world);
    struct tablet *one = world_join(&world, "ONE");
    struct tablet *two = world_join(&world, "TWO");
    EXPECT_INT(WIRE_ok, ticket(&world, one, NO_KEY)); /* nobody is asked for one: nothing is kept */
    EXPECT_INT(0, count(&world, "SELECT count(*) FROM device_certificate"));
    EXPECT_INT(WIRE_ok, ticket(&world, one, 11));
    EXPECT_INT(WIRE_ok, ticket(&world, two, 22));
    EXPECT_INT(WIRE_ok, ticket(&world, one, 11)); /* and one renewed over the same key */
    EXPECT_INT(WIRE_other_certificate, ticket(&world, one, 22));
    EXPECT_INT(WIRE_other_certificate, ticket(&world, one, 33));
    EXPECT_INT(2, count(&world, "SELECT count(*) FROM device_certificate"));
    /* Facts that came so are not there, and come with the right one. */
    world_add_visit(one, field_record(0).case_no);
    EXPECT_INT(WIRE_other_certificate,
               refusal_of(post(&world, &one->arena, 22, tablet_batch(one, 1, 1))));
    EXPECT_INT(0, count(&world, "SELECT count(*) FROM event WHERE device_no = 1"));
    EXPECT_INT(WIRE_ok, refusal_of(post(&world, &one->arena, 11, tablet_batch(one, 1, 1))));
    EXPECT_INT(1, count(&world, "SELECT count(*) FROM event WHERE device_no = 1"));
    tablet_deinit(one);
    tablet_deinit(two);
    world_close(&world);
}

TEST(test_a_person_lets_the_next_certificate_in_once)
{
    struct world world;
    world_open(&world);
    struct tablet *one = world_join(&world, "ONE");
    EXPECT_INT(WIRE_ok, ticket(&world, one, 11));
    let_next_in(&world, one);
    EXPECT_INT(WIRE_ok, ticket(&world, one, 11)); /* the present one goes on until the next comes */
    EXPECT_INT(WIRE_ok, ticket(&world, one, 12));
    EXPECT_INT(WIRE_other_certificate, ticket(&world, one, 11));
    EXPECT_INT(WIRE_other_certificate, ticket(&world, one, 13));
    EXPECT_INT(2, count(&world, "SELECT count(*) FROM audit WHERE action = 'certificate bound'"));
    tablet_deinit(one);
    world_close(&world);
}

static void say_tablet(struct world *world, const struct tablet *tablet, int id)
{
    uint8_t bytes[16];
    memset(bytes, id, sizeof bytes);
    EXPECT_OK(hq_begin(world->store));
    struct hq_query query = hq_query(world->store, SQL_HQ_tablet_put);
    hq_bind_i64(&query, "$device_no", tablet->device_no);
    hq_bind_bytes(&query, "$tablet_id", bytes, sizeof bytes);
    hq_bind_i64(&query, "$said_at_ms", FIELD_AT_MS);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world->store));
}

/* Else the number that was carried would be shut out from its own certificate. */
TEST(test_what_a_colleague_carries_binds_nothing_to_the_colleague)
{
    static const struct {
        const char *name;
        int one, two;  /* of which tablet they said to be; 0 not said */
        bool is_bound; /* the second number to the key of the first */
    } rows[] = {{"not said", 0, 0, false},
                {"one not said", 7, 0, false},
                {"another tablet", 7, 8, false},
                {"the same tablet", 7, 7, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_open(&world);
        struct tablet *one = world_join(&world, "ONE");
        struct tablet *two = world_join(&world, "TWO");
        if (rows[i].one != 0) {
            say_tablet(&world, one, rows[i].one);
        }
        if (rows[i].two != 0) {
            say_tablet(&world, two, rows[i].two);
        }
        EXPECT_INT(WIRE_ok, ticket(&world, one, 11));
        EXPECT_INT(WIRE_ok, ticket(&world, two, 11));
        EXPECT_ROW(rows[i].name, ticket(&world, two, 22) ==
                                     (rows[i].is_bound ? WIRE_other_certificate : WIRE_ok));
        EXPECT_ROW(rows[i].name, ticket(&world, one, 22) == WIRE_other_certificate);
        tablet_deinit(one);
        tablet_deinit(two);
        world_close(&world);
    }
}

/* Whoever proves nothing binds nothing: a number could be shut out from its own certificate. */
TEST(test_a_stranger_binds_no_number)
{
    struct world world;
    world_open(&world);
    struct tablet *one = world_join(&world, "ONE");
    struct tablet *two = world_join(&world, "TWO");
    uint32_t own_no = two->device_no;
    two->device_no = one->device_no; /* signed by another key than that number's */
    (void)post(&world, &two->arena, 22, tablet_batch(two, 1, 0));
    EXPECT_INT(0, count(&world, "SELECT count(*) FROM device_certificate"));
    EXPECT_INT(WIRE_ok, ticket(&world, one, 11));
    two->device_no = own_no;
    tablet_deinit(one);
    tablet_deinit(two);
    world_close(&world);
}

static uint64_t add_alarm(struct tablet *tablet)
{
    ds_Event event = field_visit(tablet->person_no, 1, FIELD_AT_MS, 0);
    event.which_kind = ds_Event_safety_incident_tag;
    event.kind.safety_incident = (ds_SafetyIncident){.incident = 1, .severity = 3};
    field_chain_add(&tablet->chain, &event);
    return tablet->chain.count;
}

TEST(test_a_call_for_help_is_heard_with_any_certificate)
{
    struct world world;
    world_open(&world);
    struct tablet *one = world_join(&world, "ONE");
    EXPECT_INT(WIRE_ok, ticket(&world, one, 11));
    uint64_t seq = add_alarm(one);
    EXPECT_INT(WIRE_ok, refusal_of(post(&world, &one->arena, 22, tablet_alarm(one, seq))));
    EXPECT_INT(1, count(&world, "SELECT count(*) FROM alarm"));
    tablet_deinit(one);
    world_close(&world);
}
