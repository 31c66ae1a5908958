/* Goal: three tablets, two clones of them and a clone of a clone, late facts, headquarters'
 * own facts, in any order, grouping and repetition, with answers that get lost: the
 * projections are the same, byte for byte.
 * Method: everything is captured before anything is sent, so that only the way differs. Rows,
 * states and conflicts of cases are compared as text with those of the first seed. */
#include "tests/lib/effort.h"
#include "tests/sync/server/api/talk.h"

enum { SEEDS = 220, SEEDS_FEW = 75, TABLETS = 6, OWN_FACTS = 12, CHAIN = 16 };

/* Nothing is cut here, so flushing would only take time. */
int fsync(int fd)
{
    return fd >= 0 ? 0 : -1;
}

int fdatasync(int fd)
{
    return fd >= 0 ? 0 : -1;
}

struct cast {
    struct world world;
    struct tablet *tablets[TABLETS];
    size_t own_count;
    struct id waivers[4]; /* decided by headquarters, perhaps before they arrive */
};

static void add_fact(struct tablet *tablet, const struct rng *rng, int64_t *at_ms)
{
    uint32_t person_no = tablet->person_no;
    uint64_t case_no = 1 + rng_below(rng, WORLD_CASES);
    *at_ms += (int64_t)rng_below(rng, 500000);
    int64_t shown_ms = rng_below(rng, 8) == 0 ? *at_ms - 5000000 : *at_ms; /* a clock set back */
    ds_Event event = field_visit(person_no, case_no, shown_ms, 1 + (uint32_t)rng_below(rng, 16));
    switch (rng_below(rng, 10)) {
    case 0:
        event = field_promise(person_no, case_no, shown_ms, 1000 + rng_below(rng, 9000));
        break;
    case 1:
        event = field_waiver(person_no, case_no, shown_ms);
        break;
    case 2:
        event.which_kind = ds_Event_safety_incident_tag;
        event.kind.safety_incident = (ds_SafetyIncident){.incident = 1, .severity = 3};
        break;
    case 3:
        event.which_kind = ds_Event_evidence_attached_tag;
        event.kind.evidence_attached =
            (ds_EvidenceAttached){.size = 5000, .evidence = 1, .media = 1};
        event.kind.evidence_attached.hash[0] = (uint8_t)rng_below(rng, 5);
        break;
    case 4:
        event = field_day_closed(person_no, shown_ms, (uint32_t)rng_below(rng, 20));
        break;
    case 5: { /* takes back something of its own */
        if (tablet->chain.count == 0) {
            break;
        }
        size_t target = rng_below(rng, tablet->chain.count);
        const struct str body = tablet->chain.bodies[target];
        ds_Event told = ds_Event_init_zero;
        EXPECT_OK(event_decode(&told, (const uint8_t *)body.bytes, body.size));
        event = field_visit(person_no, told.case_no != 0 ? told.case_no : case_no, shown_ms, 0);
        event.which_kind = ds_Event_correction_tag;
        event.kind.correction = (ds_Correction){.reason = 1, .is_withdrawn = true};
        memcpy(event.kind.correction.target, tablet->chain.ids[target].bytes, 16);
        break;
    }
    case 6:
        event.which_kind = ds_Event_payment_noted_tag;
        event.kind.payment_noted =
            (ds_PaymentNoted){.amount_minor = 500, .paid_day = FIELD_DAY, .channel = 1};
        snprintf(event.kind.payment_noted.reference, sizeof event.kind.payment_noted.reference,
                 "R%u", (unsigned)rng_below(rng, 3));
        break;
    case 7: { /* a kind of a newer tablet */
        static const uint8_t newer[] = {0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0xb2, 0x04, 0x00};
        field_chain_add_bytes(&tablet->chain, newer, sizeof newer);
        return;
    }
    default:
        break;
    }
    field_chain_add(&tablet->chain, &event);
}

static void capture(struct cast *cast)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 4711);
    int64_t at_ms[TABLETS];
    for (size_t t = 0; t < TABLETS; t++) {
        at_ms[t] = FIELD_AT_MS + (int64_t)t * 1000;
        size_t shared = 0;
        if (t >= 3) { /* 3 and 4 are copies of 0 and 1, 5 of 3 */
            struct tablet *of = cast->tablets[t == 5 ? 3 : t - 3];
            shared = 4 + t;
            cast->tablets[t] = ARENA_NEW(&cast->world.arena, struct tablet);
            tablet_clone(cast->tablets[t], of, shared);
            at_ms[t] = FIELD_AT_MS + 2000000;
        } else {
            ds_Event event = field_waiver(cast->tablets[t]->person_no, 1 + t, at_ms[t]);
            field_chain_add(&cast->tablets[t]->chain, &event);
            cast->waivers[t] = cast->tablets[t]->chain.ids[0];
        }
        while (cast->tablets[t]->chain.count < CHAIN) {
            add_fact(cast->tablets[t], &rng, &at_ms[t]);
        }
    }
}

static void own_fact(struct cast *cast)
{
    size_t n = cast->own_count++;
    int64_t at_ms = FIELD_AT_MS + (int64_t)n * 700000;
    ds_Event event = ds_Event_init_zero;
    if (n % 4 == 3) {
        event = field_recall(1 + n % WORLD_CASES, at_ms);
    } else if (n % 4 == 1) {
        event = field_assign(1 + n % WORLD_CASES, 1 + (uint32_t)n % 3, 2 + (uint32_t)n, at_ms);
    } else {
        event.at_ms = (uint64_t)at_ms;
        event.case_no = 1 + n % 3;
        event.which_kind = ds_Event_arrangement_decided_tag;
        event.kind.arrangement_decided.decision = DECISION_approved;
        event.kind.arrangement_decided.reason = DECISION_REASON_within_policy;
        memcpy(event.kind.arrangement_decided.target, cast->waivers[n % 3].bytes, 16);
    }
    struct world *world = &cast->world;
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(ingest_own_one(&world->arena, world->store, &event, world->sim.now.wall_ms, NULL));
    EXPECT_OK(hq_commit(world->store));
}

static bool is_at_rest(const struct tablet *tablet)
{
    return tablet->send_from_seq == 0 && tablet->stored_seq == tablet->chain.count;
}

static struct wire_bytes next_envelope(struct tablet *tablet, const struct rng *rng)
{
    uint64_t from = tablet->send_from_seq != 0 ? tablet->send_from_seq : tablet->stored_seq + 1;
    if (rng_below(rng, 4) == 0 && tablet->send_from_seq == 0) {
        from = 1 + rng_below(rng, from); /* once more, some that it sent before */
    }
    size_t left = tablet->chain.count - from + 1;
    size_t count = left == 0 ? 0 : rng_below(rng, left < 11 ? left + 1 : 12);
    return tablet_batch(tablet, from, count);
}

/* One group: some tablets send, each once; some answers get lost. */
static void group(struct cast *cast, const struct rng *rng)
{
    struct tablet *senders[TABLETS];
    struct wire_bytes envelopes[TABLETS];
    struct wire_bytes answers[TABLETS];
    size_t count = 0;
    size_t first = rng_below(rng, TABLETS);
    size_t wanted = 1 + rng_below(rng, TABLETS);
    for (size_t i = 0; i < TABLETS && count < wanted; i++) {
        struct tablet *tablet = cast->tablets[(first + i) % TABLETS];
        if (!is_at_rest(tablet) || rng_below(rng, 6) == 0) {
            senders[count] = tablet;
            envelopes[count++] = next_envelope(tablet, rng);
        }
    }
    struct arena arena;
    arena_init(&arena, 0);
    api_step(cast->world.api, &arena, envelopes, count, answers);
    for (size_t i = 0; i < count; i++) {
        uint32_t refusal = WIRE_ok;
        if (rng_below(rng, 6) > 0) {
            (void)tablet_take(senders[i], answers[i], &refusal);
            EXPECT_INT(WIRE_ok, refusal);
        }
    }
    arena_deinit(&arena);
}

static const char *const projections[] = {
    "SELECT * FROM kase_state ORDER BY 1, 2",
    "SELECT * FROM assignment ORDER BY 1, 2, 3",
    "SELECT * FROM contact ORDER BY case_no, id",
    "SELECT * FROM arrangement ORDER BY case_no, id",
    "SELECT * FROM payment ORDER BY case_no, id",
    "SELECT * FROM incident ORDER BY case_no, id",
    "SELECT * FROM day ORDER BY 1, 2, 3",
    "SELECT * FROM evidence ORDER BY case_no, id",
    "SELECT * FROM conflict WHERE kind < 100 OR kind = 101 ORDER BY case_no, kind, id",
    "SELECT hash, size, lack_count FROM attachment ORDER BY hash",
    "SELECT id, case_no, person_no, at_ms, body FROM alarm ORDER BY id",
    ("SELECT id, kind, case_no, order_at_ms, body, iif(origin_no = 0, device_no, origin_no), "
     "seq FROM event WHERE is_copy = 0 ORDER BY id"),
};

static char *dump(struct world *world)
{
    char *path = os_path(&world->arena, world->folder, "hq.db");
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(path, &db));
    struct str_builder text;
    str_builder_init(&text, &world->arena);
    for (size_t i = 0; i < COUNT(projections); i++) {
        sqlite3_stmt *statement = NULL;
        EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, projections[i], -1, &statement, NULL));
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(statement); c++) {
                const uint8_t *bytes = sqlite3_column_blob(statement, c);
                for (int b = 0; b < sqlite3_column_bytes(statement, c); b++) {
                    str_add_format(&text, "%02x", bytes[b]);
                }
                str_add_char(&text, ' ');
            }
            str_add_char(&text, '\n');
        }
        sqlite3_finalize(statement);
        str_add_format(&text, "-- %s\n", projections[i]);
    }
    sqlite3_close(db);
    return text.text;
}

static bool is_done(const struct cast *cast)
{
    bool is_done = cast->own_count == OWN_FACTS;
    for (size_t t = 0; t < TABLETS; t++) {
        is_done = is_done && is_at_rest(cast->tablets[t]);
    }
    return is_done;
}

static void expect_facts(struct cast *cast)
{
    for (size_t t = 0; t < TABLETS; t++) {
        for (size_t i = 0; i < CHAIN; i++) {
            const struct str body = cast->tablets[t]->chain.bodies[i];
            ds_Event event = ds_Event_init_zero;
            EXPECT_OK(event_decode(&event, (const uint8_t *)body.bytes, body.size));
            struct hq_query query = hq_query(cast->world.store, SQL_HQ_event_by_id);
            hq_bind_i64(&query, "$case_no", (int64_t)event.case_no);
            hq_bind_id(&query, "$id", &cast->tablets[t]->chain.ids[i]);
            size_t effect_count = 0;
            while (hq_next(&query)) {
                effect_count += hq_i64(&query, 8) == 0;
            }
            EXPECT_OK(hq_end(&query));
            EXPECT_INT(1, effect_count);
        }
    }
}

/* The projections that an order of arrival gives, in `kept`. */
static char *arrive(struct arena *kept, uint64_t seed)
{
    struct cast *cast = ARENA_NEW(kept, struct cast);
    world_open(&cast->world);
    EXPECT_OK(hq_begin(cast->world.store));
    world_add_collector(&cast->world, 3, "THREE");
    EXPECT_OK(hq_commit(cast->world.store));
    static const char *const codes[] = {"ONE", "TWO", "THREE"};
    for (size_t t = 0; t < COUNT(codes); t++) {
        cast->tablets[t] = world_join(&cast->world, codes[t]);
    }
    sim_clock_pass(&cast->world.sim, INT64_C(90) * 86400000);
    capture(cast);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    for (int step = 0; !is_done(cast); step++) {
        if (step > 5000) {
            fail_msg("seed %d: the tablets never came to rest", (int)seed);
        }
        if (cast->own_count < OWN_FACTS && rng_below(&rng, 4) == 0) {
            own_fact(cast);
        }
        group(cast, &rng);
    }
    expect_facts(cast);
    char *text = arena_text(kept, dump(&cast->world));
    struct ingest_rebuilt rebuilt;
    EXPECT_OK(hq_begin(cast->world.store));
    EXPECT_OK(ingest_rebuild(cast->world.store, cast->world.sim.now.wall_ms, &rebuilt));
    hq_rollback(cast->world.store);
    EXPECT_INT(0, rebuilt.changed_count);
    for (size_t t = 0; t < TABLETS; t++) {
        tablet_deinit(cast->tablets[t]);
    }
    world_close(&cast->world);
    return text;
}

TEST(test_any_way_of_arrival_gives_the_same_projections)
{
    struct arena first_arena;
    arena_init(&first_arena, 0);
    char *first = arrive(&first_arena, 1);
    EXPECT(strlen(first) > 20000);
    uint64_t seed_count = effort_is_whole() ? SEEDS : SEEDS_FEW;
    for (uint64_t seed = 2; seed <= seed_count; seed++) {
        struct arena arena;
        arena_init(&arena, 0);
        char *text = arrive(&arena, seed);
        if (strcmp(first, text) != 0) {
            size_t at = 0;
            while (first[at] == text[at]) {
                at++;
            }
            const char *end = strstr(text + at, "-- ");
            fail_msg("seed %d differs in: %.70s\n%.200s\n%.200s", (int)seed, end != NULL ? end : "",
                     first + (at > 80 ? at - 80 : 0), text + (at > 80 ? at - 80 : 0));
        }
        arena_deinit(&arena);
    }
    arena_deinit(&first_arena);
}
