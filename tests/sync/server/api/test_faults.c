/* Goal: whichever single call to the disk or to SQLite's memory fails while a group of
 * envelopes is merged, or all from there on: a receipt is given only for facts that a
 * headquarters killed at that moment still has, a failure is told as one, and the same
 * envelopes sent again leave headquarters as if nothing had happened.
 *
 * Method: call n fails, for growing n until a group meets no failure. Then the
 * files are looked at as they lie there, and everything is sent once more, to the
 * same program or to a new one. */
#include "tests/lib/nth_call.h"
#include "tests/sync/server/api/one_thread.h"

#include <sqlite3.h>

enum { TABLETS = 2, GROUP = 3 };

struct group {
    struct world world;
    struct tablet *tablets[TABLETS];
    struct wire_bytes envelopes[GROUP];
    uint32_t device_nos[GROUP];
    uint64_t request_tags[GROUP];
    const char *path, *base, *copy; /* of hq.db, of it before the group, of it killed */
    const char *whole;              /* dump after an undisturbed group */
};

/* ---- files ---- */

static void copy_file(struct arena *arena, const char *to, const char *from)
{
    struct str bytes = STR("");
    enum err err = os_file_read(arena, from, SIZE_MAX / 2, &bytes);
    FILE *out = NULL;
    if (err == ERR_not_found) {
        EXPECT_OK(os_file_remove(to));
        return;
    }
    EXPECT_OK(err);
    out = fopen(to, "wb");
    EXPECT(out != NULL);
    EXPECT_INT(bytes.size, fwrite(bytes.bytes, 1, bytes.size, out));
    EXPECT_INT(0, fclose(out));
}

/* The database with its log; what the reader's index says is thrown away, as at a start. */
static void copy_database(struct arena *arena, const char *to, const char *from)
{
    copy_file(arena, to, from);
    copy_file(arena, str_format(arena, "%s-wal", to), str_format(arena, "%s-wal", from));
    EXPECT_OK(os_file_remove(str_format(arena, "%s-shm", to)));
}

static sqlite3 *open_raw(const char *path)
{
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, "unix"));
    return db;
}

static int64_t fact_count(const char *path, uint32_t device_no)
{
    sqlite3 *db = open_raw(path);
    sqlite3_stmt *stmt = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT count(*) FROM event WHERE device_no = ?",
                                             -1, &stmt, NULL));
    sqlite3_bind_int64(stmt, 1, device_no);
    EXPECT_INT(SQLITE_ROW, sqlite3_step(stmt));
    int64_t count = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return count;
}

static void dump_table(struct str_builder *text, sqlite3 *db, const char *table)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2, 3", table);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", table); /* fewer columns */
        EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL));
    }
    str_add_format(text, "%s\n", table);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const uint8_t *bytes = sqlite3_column_blob(stmt, i);
            int size = sqlite3_column_bytes(stmt, i);
            bool is_text = sqlite3_column_type(stmt, i) != SQLITE_BLOB;
            str_add_format(text, "|");
            for (int at = 0; at < size; at++) {
                str_add_format(text, is_text ? "%c" : "%02x", bytes[at]);
            }
        }
        str_add_format(text, "\n");
    }
    sqlite3_finalize(stmt);
}

/* Every table but the pages given out: their tags are drawn anew for each answer. */
static const char *dump(struct arena *arena, const char *path)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    sqlite3 *db = open_raw(path);
    sqlite3_stmt *stmt = NULL;
    EXPECT_INT(SQLITE_OK,
               sqlite3_prepare_v2(db,
                                  "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                  "name NOT LIKE 'sqlite_%' AND name <> 'feed_page' ORDER BY name",
                                  -1, &stmt, NULL));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        dump_table(&text, db, (const char *)sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return text.text;
}

/* ---- the group ---- */

static void start(struct group *group)
{
    EXPECT_OK(hq_store_open(&group->world.store, group->world.folder, HQ_ACCESS_write, false));
    world_start(&group->world);
}

/* Anna's two facts, Bert's one, and Anna asking what is new. */
static void group_open(struct group *group)
{
    memset(group, 0, sizeof *group);
    struct world *world = &group->world;
    nth_call_install("unix");
    world_open(world);
    group->tablets[0] = world_join(world, "ONE");
    group->tablets[1] = world_join(world, "TWO");
    world_add_visit(group->tablets[0], 1);
    world_add_visit(group->tablets[0], 3);
    world_add_visit(group->tablets[1], 2);
    static const size_t senders[GROUP] = {0, 1, 0};
    static const size_t counts[GROUP] = {2, 1, 0};
    for (size_t i = 0; i < GROUP; i++) {
        struct tablet *tablet = group->tablets[senders[i]];
        group->envelopes[i] = tablet_batch(tablet, 1, counts[i]);
        group->device_nos[i] = tablet->device_no;
        group->request_tags[i] = tablet->request_tag;
    }
    group->path = os_path(&world->arena, world->folder, "hq.db");
    group->base = os_path(&world->arena, world->folder, "base.db");
    group->copy = os_path(&world->arena, world->folder, "copy.db");
    world_stop(world);
    copy_database(&world->arena, group->base, group->path);
    start(group);
    struct wire_bytes answers[GROUP];
    api_step(world->api, &world->arena, group->envelopes, GROUP, answers);
    world_stop(world);
    group->whole = dump(&world->arena, group->path);
    copy_database(&world->arena, group->path, group->base);
    start(group);
}

static void group_close(struct group *group)
{
    for (size_t i = 0; i < TABLETS; i++) {
        tablet_deinit(group->tablets[i]);
    }
    world_close(&group->world);
}

/* Whether answer `i` carries a receipt; a refusal must say that headquarters failed. */
static bool is_receipt(struct group *group, struct arena *arena, size_t i, struct wire_bytes bytes,
                       uint64_t *stored_seq_out)
{
    uint32_t refusal = 0;
    if (envelope_read_refusal(bytes, &refusal) == WIRE_ok) {
        EXPECT_INT(WIRE_hq_failed, refusal);
        return false;
    }
    struct tablet *tablet =
        group->tablets[group->device_nos[i] == group->tablets[0]->device_no ? 0 : 1];
    struct answer answer;
    EXPECT_INT(WIRE_ok, answer_open(arena, bytes, &tablet->keys, &tablet->hq, tablet->device_no,
                                    group->request_tags[i], &answer));
    EXPECT_INT(0, answer.send_from_seq);
    EXPECT(answer.has_receipt);
    EXPECT_INT(WIRE_ok,
               receipt_check(&answer.receipt, tablet->device_no,
                             &tablet->chain.links[answer.receipt.stored_seq], &tablet->hq));
    *stored_seq_out = answer.receipt.stored_seq;
    return true;
}

/* False when the group made fewer than `n` calls. */
static bool disturb_once(struct group *group, enum nth_call kind, uint64_t n, bool is_lasting,
                         bool is_restarted)
{
    struct arena arena;
    arena_init(&arena, 0);
    char row[96];
    snprintf(row, sizeof row, "%s call %llu fails%s, %s", kind == NTH_CALL_io ? "i/o" : "memory",
             (unsigned long long)n, is_lasting ? " and all later ones" : "",
             is_restarted ? "then a restart" : "then it goes on");
    struct wire_bytes answers[GROUP];
    nth_call_arm(kind, n, is_lasting);
    api_step(group->world.api, &arena, group->envelopes, GROUP, answers);
    bool was_hit = nth_call_disarm();

    copy_database(&arena, group->copy, group->path); /* killed here */
    for (size_t i = 0; i < GROUP; i++) {
        uint64_t stored_seq = 0;
        bool is_promised = is_receipt(group, &arena, i, answers[i], &stored_seq);
        EXPECT_ROW(row, was_hit || is_promised);
        EXPECT_ROW(row, !is_promised ||
                            stored_seq <= (uint64_t)fact_count(group->copy, group->device_nos[i]));
    }
    if (is_restarted) {
        world_stop(&group->world);
        start(group);
    }
    api_step(group->world.api, &arena, group->envelopes, GROUP, answers);
    for (size_t i = 0; i < GROUP; i++) {
        uint64_t stored_seq = 0;
        EXPECT_ROW(row, is_receipt(group, &arena, i, answers[i], &stored_seq));
    }
    world_stop(&group->world);
    EXPECT_ROW(row, strcmp(dump(&arena, group->path), group->whole) == 0);
    copy_database(&arena, group->path, group->base);
    start(group);
    arena_deinit(&arena);
    return was_hit;
}

static void disturb_every_call(enum nth_call kind, bool is_lasting, bool is_restarted,
                               uint64_t stride)
{
    struct group group;
    group_open(&group);
    uint64_t n = 1;
    while (disturb_once(&group, kind, n, is_lasting, is_restarted)) {
        n += stride;
    }
    EXPECT(n > 20);
    print_message("%llu calls\n", (unsigned long long)n);
    group_close(&group);
}

TEST(test_a_disk_call_fails_once)
{
    disturb_every_call(NTH_CALL_io, false, false, nth_call_stride(1));
    disturb_every_call(NTH_CALL_io, false, true, nth_call_stride(1));
}

TEST(test_the_disk_is_gone_for_a_while)
{
    disturb_every_call(NTH_CALL_io, true, false, nth_call_stride(1));
    disturb_every_call(NTH_CALL_io, true, true, nth_call_stride(1));
}

TEST(test_sqlite_without_memory)
{
    disturb_every_call(NTH_CALL_memory, false, false, nth_call_stride(9));
    disturb_every_call(NTH_CALL_memory, true, false, nth_call_stride(9));
}
