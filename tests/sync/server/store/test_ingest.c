/* Facts of several tablets in any order of arrival: nothing lost, nothing twice, and
 * the same projections, byte for byte. */
#include "sync/server/store/ingest.h"

#include "sync/server/merge/conflict.h"
#include "sync/server/store/hq_store_private.h"
#include "tests/sync/server/field.h"

#include <sqlite3.h>

enum { TABLETS = 3, CASES = 6, FACTS_EACH = 80, OWN_FACTS = 10 };

/* When facts arrive: after all of them happened, as facts do. */
#define LATER_MS (FIELD_AT_MS + INT64_C(90) * 86400000)

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    struct field_chain chains[TABLETS];
};

static void run(struct hq_store *store, enum sql_hq name, int64_t device_no)
{
    struct hq_query query = hq_query(store, name);
    struct chain_link nothing = {{0}};
    hq_bind_i64(&query, "$device_no", device_no);
    if (name == SQL_HQ_device_add) {
        hq_bind_i64(&query, "$person_no", device_no);
        hq_bind_bytes(&query, "$public_key", nothing.bytes, sizeof nothing.bytes);
        hq_bind_i64(&query, "$enrolled_at_ms", 1);
        hq_bind_i64(&query, "$app_version", 100);
        hq_bind_text(&query, "$model", STR("test"));
    } else {
        hq_bind_i64(&query, "$strand", 0);
        hq_bind_i64(&query, "$parent_strand", 0);
        hq_bind_i64(&query, "$from_seq", 0);
        hq_bind_i64(&query, "$seq", 0);
        hq_bind_bytes(&query, "$link", nothing.bytes, sizeof nothing.bytes);
        hq_bind_i64(&query, "$order_at_ms", 0);
        hq_bind_i64(&query, "$told_order_at_ms", 0);
    }
    EXPECT_OK(hq_run(&query));
}

/* What tablet `t` (person t + 1) did: mostly on cases of its own, sometimes on those of
 * others, now and then with a clock that ran back. */
static void write_chain(struct field_chain *chain, const struct rng *rng, uint32_t t)
{
    int64_t at_ms = FIELD_AT_MS + t * 1000;
    ds_Event event = field_day_opened(t + 1, at_ms);
    field_chain_add(chain, &event);
    for (size_t i = 1; i + 1 < FACTS_EACH; i++) {
        at_ms += (int64_t)rng_below(rng, 600000);
        int64_t shown_ms = rng_below(rng, 10) == 0 ? at_ms - 7200000 : at_ms;
        uint64_t case_no = 1 + (rng_below(rng, 4) == 0 ? rng_below(rng, CASES)
                                                       : (t * 2 + rng_below(rng, 2)) % CASES);
        switch (rng_below(rng, 8)) {
        case 5:
            event = field_visit(t + 1, case_no, shown_ms, 0);
            event.which_kind = ds_Event_dispute_raised_tag;
            event.kind.dispute_raised = (ds_DisputeRaised){.dispute = 1};
            break;
        case 6:
            event = field_visit(t + 1, case_no, shown_ms, 0);
            event.which_kind = ds_Event_complaint_taken_tag;
            event.kind.complaint_taken = (ds_ComplaintTaken){.complaint = 1};
            break;
        case 7: { /* takes back something of its own, mostly in its own case */
            size_t target = rng_below(rng, chain->count);
            ds_Event told = ds_Event_init_zero;
            EXPECT_OK(event_decode(&told, (const uint8_t *)chain->bodies[target].bytes,
                                   chain->bodies[target].size));
            bool is_astray = told.case_no == 0 || rng_below(rng, 8) == 0;
            event = field_visit(t + 1, is_astray ? case_no : told.case_no, shown_ms, 0);
            event.which_kind = ds_Event_correction_tag;
            event.kind.correction = (ds_Correction){.reason = 1, .is_withdrawn = true};
            memcpy(event.kind.correction.target, chain->ids[target].bytes, 16);
            break;
        }
        case 0:
            event = field_promise(t + 1, case_no, shown_ms, 1000 + rng_below(rng, 90000));
            break;
        case 1:
            event = field_waiver(t + 1, case_no, shown_ms);
            break;
        case 2: { /* a kind of a newer tablet: field 70, empty */
            static const uint8_t newer[] = {0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0xb2, 0x04, 0x00};
            field_chain_add_bytes(chain, newer, sizeof newer);
            continue;
        }
        default:
            event = field_visit(t + 1, case_no, shown_ms, 1 + (uint32_t)rng_below(rng, 16));
            break;
        }
        field_chain_add(chain, &event);
    }
    event = field_day_closed(t + 1, at_ms + 1000, 20 + t);
    field_chain_add(chain, &event);
}

static void open_world(struct world *world)
{
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    EXPECT_OK(hq_begin(world->store));
    struct ingest *ingest = ingest_start(&world->arena, world->store, FIELD_AT_MS);
    for (uint32_t i = 0; i < CASES; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        EXPECT_INT(i + 1, record.case_no);
    }
    EXPECT_OK(ingest_finish(ingest));
    for (uint32_t t = 0; t < TABLETS; t++) {
        run(world->store, SQL_HQ_device_add, t + 1);
        run(world->store, SQL_HQ_strand_put, t + 1);
    }
    EXPECT_OK(hq_commit(world->store));
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    for (uint32_t t = 0; t < TABLETS; t++) {
        field_chain_init(&world->chains[t], &world->arena, t + 1, FACTS_EACH);
        write_chain(&world->chains[t], &rng, t);
    }
}

static void close_world(struct world *world)
{
    hq_store_close(world->store);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

/* Sends facts first_seq .. first_seq + count - 1 of a chain, as a tablet would. */
static struct ingest_result take(struct hq_store *store, struct ingest *ingest, struct arena *arena,
                                 const struct field_chain *chain, uint64_t first_seq, size_t count)
{
    struct ingest_result result = {0};
    struct ingest_place *places = NULL;
    size_t place_count = 0;
    uint64_t send_from_seq = 0;
    const struct chain_link *before = &chain->links[first_seq - 1];
    EXPECT_OK(ingest_places(arena, store, chain->device_no, first_seq - 1, before->bytes, 2,
                            &places, &place_count, &send_from_seq));
    if (place_count == 0) {
        result.answer = INGEST_send_from;
        result.send_from_seq = send_from_seq;
        return result;
    }
    const struct ingest_batch batch = {
        .device_no = chain->device_no,
        .first_seq = first_seq,
        .before = *before,
        .count = count,
        .bodies = chain->bodies + first_seq - 1,
        .ids = chain->ids + first_seq - 1,
        .links = chain->links + first_seq,
    };
    EXPECT_OK(ingest_take(ingest, &batch, &result));
    return result;
}

/* Headquarters' own facts, always the same ones in the same order. */
static ds_Event own_fact(size_t n)
{
    uint64_t case_no = 1 + n % CASES;
    int64_t at_ms = FIELD_AT_MS - 1000 + (int64_t)n * 900000;
    if (n < CASES) {
        return field_assign(case_no, 1 + (uint32_t)(n % TABLETS), 1, at_ms);
    }
    return n % 2 == 0 ? field_assign(case_no, 2, 2, at_ms) : field_recall(case_no, at_ms);
}

static const char *const projections[] = {
    "SELECT * FROM kase_state ORDER BY 1, 2",
    "SELECT * FROM assignment ORDER BY 1, 2, 3",
    "SELECT * FROM contact ORDER BY case_no, id",
    "SELECT * FROM arrangement ORDER BY case_no, id",
    "SELECT * FROM payment ORDER BY case_no, id",
    "SELECT * FROM incident ORDER BY case_no, id",
    "SELECT * FROM day ORDER BY 1, 2, 3",
    "SELECT * FROM conflict ORDER BY case_no, kind, id",
    "SELECT * FROM quarantine ORDER BY 1, 2, 3, 4",
    "SELECT device_no, strand, seq, id, kind, case_no, order_at_ms, link FROM event ORDER BY id",
    "SELECT case_no, device_no, is_withdrawn FROM feed ORDER BY 1, 2",
};

/* All projections as text. */
static char *dump(struct arena *arena, const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/hq.db", folder);
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(path, &db));
    struct str_builder text;
    str_builder_init(&text, arena);
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

/* One arrival order: slices of random tablets that may repeat what is there, begin
 * after a gap, or be cut short, in groups of random size; some groups are undone. */
static char *arrive(struct world *world, uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    size_t sent[TABLETS] = {0};
    size_t own_count = 0;
    bool is_done = false;
    while (!is_done) {
        struct arena arena;
        arena_init(&arena, 0);
        size_t sent_before[TABLETS];
        size_t own_before = own_count;
        memcpy(sent_before, sent, sizeof sent);
        EXPECT_OK(hq_begin(world->store));
        struct ingest *ingest = ingest_start(&arena, world->store, LATER_MS);
        for (uint64_t n = 1 + rng_below(&rng, 5); n > 0; n--) {
            size_t t = rng_below(&rng, TABLETS + 1);
            if (t == TABLETS) {
                if (own_count < OWN_FACTS) {
                    ds_Event event = own_fact(own_count++);
                    EXPECT_OK(ingest_own(ingest, &event, NULL));
                }
                continue;
            }
            const struct field_chain *chain = &world->chains[t];
            uint64_t first_seq = 1 + rng_below(&rng, chain->count);
            if (rng_below(&rng, 3) > 0) {
                first_seq = sent[t] + 1 > 3 ? sent[t] + 1 - rng_below(&rng, 3) : sent[t] + 1;
            }
            if (first_seq > chain->count) {
                continue;
            }
            size_t count = rng_below(&rng, chain->count - first_seq + 2);
            count = count > 12 ? 12 : count;
            struct ingest_result result =
                take(world->store, ingest, &arena, chain, first_seq, count);
            if (first_seq > sent[t] + 1) {
                EXPECT_INT(INGEST_send_from, result.answer);
                EXPECT_INT(sent[t] + 1, result.send_from_seq);
            } else {
                EXPECT_INT(INGEST_stored, result.answer);
                EXPECT_INT(first_seq - 1 + count, result.stored_seq);
                EXPECT(chain_link_equal(&chain->links[result.stored_seq], &result.stored_link));
                EXPECT(!result.is_forked);
                sent[t] = result.stored_seq > sent[t] ? result.stored_seq : sent[t];
                EXPECT_INT(sent[t], result.folded_seq);
            }
        }
        EXPECT_OK(ingest_finish(ingest));
        if (rng_below(&rng, 6) == 0) { /* power went before the commit */
            hq_rollback(world->store);
            memcpy(sent, sent_before, sizeof sent);
            own_count = own_before;
        } else {
            EXPECT_OK(hq_commit(world->store));
        }
        arena_deinit(&arena);
        is_done = own_count == OWN_FACTS;
        for (size_t t = 0; t < TABLETS; t++) {
            is_done = is_done && sent[t] == world->chains[t].count;
        }
    }
    return dump(&world->arena, world->folder);
}

static int64_t count_of(struct world *world, const char *sql);

TEST(test_what_was_taken_back_is_taken_back_but_never_a_complaint)
{
    struct world world;
    open_world(&world);
    (void)arrive(&world, 5);
    EXPECT(count_of(&world, "SELECT count(*) FROM incident WHERE is_withdrawn = 1") > 0);
    EXPECT(count_of(&world, "SELECT count(*) FROM incident WHERE kind = 37") > 0);
    EXPECT_INT(0, count_of(&world, "SELECT count(*) FROM incident WHERE is_withdrawn = 1 AND "
                                   "kind IN (37, 43, 46, 48)"));
    close_world(&world);
}

TEST(test_any_order_of_arrival_gives_the_same_projections)
{
    char *first = NULL;
    struct arena kept;
    arena_init(&kept, 0);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct world world;
        open_world(&world);
        char *text = arrive(&world, seed);
        if (first == NULL) {
            first = arena_text(&kept, text);
            EXPECT(strlen(first) > 10000);
        } else if (strcmp(first, text) != 0) {
            size_t at = 0;
            while (first[at] == text[at]) {
                at++;
            }
            const char *end = strstr(text + at, "-- ");
            fail_msg("arrival order %d differs in: %.60s", (int)seed, end != NULL ? end : "");
        }
        close_world(&world);
    }
    arena_deinit(&kept);
}

TEST(test_rebuild_finds_nothing_to_change_and_mends_what_was_changed)
{
    struct world world;
    open_world(&world);
    char *before = arrive(&world, 3);
    struct ingest_rebuilt rebuilt;
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(ingest_rebuild(world.store, 1, &rebuilt));
    EXPECT_OK(hq_commit(world.store));
    EXPECT_INT(0, rebuilt.changed_count);
    EXPECT_INT(CASES, rebuilt.case_count);
    EXPECT_INT(TABLETS * FACTS_EACH + OWN_FACTS, rebuilt.fact_count);
    EXPECT_TEXT(before, dump(&world.arena, world.folder));

    EXPECT_OK(hq_begin(world.store));
    struct hq_query query = hq_query(world.store, SQL_HQ_contact_clear);
    hq_bind_i64(&query, "$case_no", 2);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(ingest_rebuild(world.store, 1, &rebuilt));
    EXPECT_OK(hq_commit(world.store));
    EXPECT_INT(1, rebuilt.changed_count);
    EXPECT_TEXT(before, dump(&world.arena, world.folder));
    close_world(&world);
}

static int64_t count_of(struct world *world, const char *sql)
{
    char path[256];
    snprintf(path, sizeof path, "%s/hq.db", world->folder);
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(path, &db));
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

static void run_text(struct world *world, const char *sql)
{
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(hq_run_text(world->store, "test", sql));
    EXPECT_OK(hq_commit(world->store));
}

/* Goal: after an upgrade of how facts fold no case keeps the state of the older build, and only
 * tablets whose case it changed hear of it. */
TEST(test_an_upgrade_of_folding_folds_anew_what_differs)
{
    struct world world;
    open_world(&world);
    char *before = arrive(&world, 5);
    int64_t stale_no = count_of(&world, "SELECT min(case_no) FROM feed WHERE is_withdrawn = 0");
    EXPECT(stale_no > 0);
    char *others = str_format(&world.arena, "SELECT sum(feed_seq) FROM feed WHERE case_no <> %d",
                              (int)stale_no);
    char *own = str_format(&world.arena, "SELECT sum(feed_seq) FROM feed WHERE case_no = %d",
                           (int)stale_no);
    int64_t others_at = count_of(&world, others);
    int64_t own_at = count_of(&world, own);
    run_text(&world, str_format(&world.arena,
                                "UPDATE kase_state SET owed_minor = 1, state ="
                                " (SELECT state FROM kase_state WHERE case_no = %d)"
                                " WHERE case_no = %d",
                                (int)stale_no % CASES + 1, (int)stale_no));
    char *stale = dump(&world.arena, world.folder);
    EXPECT(strcmp(before, stale) != 0);

    hq_store_close(world.store);
    EXPECT_OK(hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    EXPECT_TEXT(stale, dump(&world.arena, world.folder)); /* the same build: nothing to do */

    run_text(&world, "UPDATE setting SET value = '1' WHERE name = 'fold.version'");
    hq_store_close(world.store);
    EXPECT_OK(hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    EXPECT_TEXT(before, dump(&world.arena, world.folder));
    EXPECT_INT(others_at, count_of(&world, others));
    EXPECT(count_of(&world, own) > own_at);
    EXPECT_INT(1, count_of(&world, "SELECT count(*) FROM setting"
                                   " WHERE name = 'fold.version' AND value <> '1'"));
    close_world(&world);
}

/* Goal: a case that nobody can read keeps none behind it from being folded anew, and is tried
 * again at the next start. */
TEST(test_a_case_that_cannot_be_read_holds_up_no_upgrade)
{
    static const char stale[] = "SELECT count(*) FROM kase_state WHERE owed_minor = 1";
    struct world world;
    open_world(&world);
    (void)arrive(&world, 5);
    int64_t first_no = count_of(&world, "SELECT min(case_no) FROM kase_state");
    int64_t last_no = count_of(&world, "SELECT max(case_no) FROM kase_state");
    EXPECT(first_no < last_no);
    run_text(&world, str_format(&world.arena,
                                "UPDATE kase_state SET owed_minor = 1, state ="
                                " (SELECT state FROM kase_state WHERE case_no = %d)"
                                " WHERE case_no = %d",
                                (int)first_no, (int)last_no));
    run_text(&world, str_format(&world.arena, "UPDATE kase SET record = x'ff' WHERE case_no = %d",
                                (int)first_no));
    run_text(&world, "UPDATE setting SET value = '1' WHERE name = 'fold.version'");
    EXPECT_INT(1, count_of(&world, stale));
    hq_store_close(world.store);
    EXPECT_OK(hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    EXPECT_INT(0, count_of(&world, stale));
    EXPECT_INT(1, count_of(&world, "SELECT count(*) FROM setting"
                                   " WHERE name = 'fold.version' AND value = '1'"));
    close_world(&world);
}

static struct ingest_result take_alone(struct world *world, const struct field_chain *chain,
                                       uint64_t first_seq, size_t count)
{
    EXPECT_OK(hq_begin(world->store));
    struct ingest *ingest = ingest_start(&world->arena, world->store, 1);
    struct ingest_result result =
        take(world->store, ingest, &world->arena, chain, first_seq, count);
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
    return result;
}

/* Goal: two copies of one tablet both keep all they captured. The chains share ten
 * facts; then each goes its own way, each with seventy more. */
TEST(test_a_cloned_tablet_loses_nothing)
{
    struct world world;
    open_world(&world);
    struct field_chain copy;
    field_chain_init(&copy, &world.arena, 1, 100);
    for (size_t i = 0; i < 10; i++) {
        field_chain_add_bytes(&copy, world.chains[0].bodies[i].bytes,
                              world.chains[0].bodies[i].size);
    }
    for (size_t i = 10; i < FACTS_EACH; i++) {
        ds_Event event = field_visit(1, 1 + i % CASES, FIELD_AT_MS + (int64_t)i * 1000, 8);
        field_chain_add(&copy, &event);
    }
    struct ingest_result result = take_alone(&world, &world.chains[0], 1, FACTS_EACH);
    EXPECT_INT(FACTS_EACH, result.stored_seq);
    /* The copy goes on from its own last fact: that is another history, so back … */
    result = take_alone(&world, &copy, 36, 5);
    EXPECT_INT(INGEST_send_from, result.answer);
    size_t rounds = 0;
    while (result.answer == INGEST_send_from) {
        EXPECT(result.send_from_seq < 36 && rounds++ < 8);
        result =
            take_alone(&world, &copy, result.send_from_seq, FACTS_EACH - result.send_from_seq + 1);
    }
    EXPECT(result.is_forked);
    EXPECT_INT(1, result.strand);
    EXPECT_INT(FACTS_EACH, result.stored_seq);
    EXPECT_INT(FACTS_EACH - 10, result.new_count);
    EXPECT_INT(2 * FACTS_EACH - 10, count_of(&world, "SELECT count(*) FROM event"));
    EXPECT_INT(1, count_of(&world, "SELECT count(*) FROM conflict WHERE kind = 100"));
    /* Both go on, each in its own strand, and nothing is stored twice. */
    result = take_alone(&world, &copy, 1, FACTS_EACH);
    EXPECT_INT(1, result.strand);
    EXPECT_INT(0, result.new_count);
    result = take_alone(&world, &world.chains[0], 30, 11);
    EXPECT_INT(0, result.strand);
    EXPECT_INT(0, result.new_count);
    struct ingest_rebuilt rebuilt;
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(ingest_rebuild(world.store, 1, &rebuilt));
    hq_rollback(world.store);
    EXPECT_INT(0, rebuilt.changed_count);
    close_world(&world);
}

/* Goal: what a tablet may not state is kept and has no effect. */
TEST(test_a_tablet_cannot_post_a_payment)
{
    struct world world;
    open_world(&world);
    struct field_chain chain;
    field_chain_init(&chain, &world.arena, 1, 4);
    ds_Event event = {.at_ms = 1, .person_no = 1, .case_no = 1};
    event.which_kind = ds_Event_payment_posted_tag;
    event.kind.payment_posted.amount_minor = 520000;
    event.kind.payment_posted.paid_day = FIELD_DAY;
    field_chain_add(&chain, &event);
    field_chain_add_bytes(&chain, "\xff\xff\xff", 3);
    EXPECT_INT(INGEST_stored, take_alone(&world, &chain, 1, 2).answer);
    EXPECT_INT(2, count_of(&world, "SELECT count(*) FROM event"));
    EXPECT_INT(2, count_of(&world, "SELECT count(*) FROM quarantine"));
    EXPECT_INT(0, count_of(&world, "SELECT count(*) FROM payment"));
    EXPECT_INT(520000, count_of(&world, "SELECT owed_minor FROM kase_state WHERE case_no = 1"));
    EXPECT_INT(1, count_of(&world, "SELECT count(*) FROM conflict WHERE kind = 11"));
    EXPECT_INT(1, count_of(&world, "SELECT count(*) FROM conflict WHERE kind = 101"));
    EXPECT_INT(2, count_of(&world, "SELECT count(*) FROM verdict"));
    close_world(&world);
}
