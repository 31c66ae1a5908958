/* Headquarters of each earlier schema, with something of everything in it, comes up to date:
 * nothing lost, a copy first, and power may go at any write. */
#include "sync/server/store/hq_store.h"

#include "core/os/os.h"
#include "sync/server/merge/conflict.h"
#include "sync/server/store/seal.h"
#include "tests/sim/disk.h"
#include "tests/sync/server/store/filled.h"

#include <sqlite3.h>
#include <stdlib.h>

static const char FOLDER[] = "/hq";
static const char FILE_PATH[] = "/hq/hq.db";

enum { STEPS_TRIED = 30 };

static int64_t newest_version; /* of a headquarters made today */

static struct disk *disk_fresh(uint64_t seed)
{
    static bool is_registered;
    if (!is_registered) {
        disk_vfs_register();
        is_registered = true;
    }
    disks_reset();
    disk_vfs_restart(seed);
    return disks_add("hq", seed);
}

static char *read_golden(struct arena *arena, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/golden/%s", TESTS_FOLDER, name);
    FILE *file = fopen(path, "rb");
    EXPECT(file != NULL);
    char *text = arena_alloc(arena, 1 << 20);
    size_t size = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

/* The dump of a schema as a file on the disk, all of it flushed. */
static void load(struct arena *arena, struct disk *disk, int version)
{
    sqlite3 *db = NULL;
    char name[40];
    snprintf(name, sizeof name, "schema/hq_%d_filled.sql", version);
    EXPECT_INT(SQLITE_OK, sqlite3_open(FILE_PATH, &db));
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db, read_golden(arena, name), NULL, NULL, NULL));
    sqlite3_close(db);
    disk_settle(disk);
}

static int64_t number_in(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL));
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

static int64_t number(const char *sql)
{
    return number_in(FILE_PATH, sql);
}

/* Every row of the tables as text, by columns that both schemas have. */
static char *rows(struct arena *arena)
{
    static const char *const queries[] = {
        "SELECT * FROM setting ORDER BY 1, 2",
        "SELECT person_no, code, name, role, is_active, areas FROM person ORDER BY 1",
        "SELECT device_no, person_no, public_key, enrolled_at_ms, is_revoked FROM device "
        "WHERE device_no <= 3 ORDER BY 1", /* the fork gets its number when it is met again */
        "SELECT device_no, strand, parent_strand, from_seq, seq, link, order_at_ms FROM strand "
        "WHERE device_no <= 3 ORDER BY 1, 2",
        "SELECT device_no, strand, seq, id, kind, case_no, person_no, at_ms, order_at_ms, "
        "received_at_ms, link, body, is_copy FROM event ORDER BY 1, 2, 3",
        "SELECT * FROM kase ORDER BY 1, 2",
        "SELECT * FROM kase_state ORDER BY 1, 2",
        "SELECT * FROM assignment ORDER BY 1, 2, 3",
        "SELECT * FROM contact ORDER BY case_no, id",
        "SELECT * FROM arrangement ORDER BY case_no, id",
        "SELECT * FROM incident ORDER BY case_no, id",
        "SELECT * FROM day ORDER BY 1, 2, 3",
        "SELECT case_no, kind, id, person_no FROM conflict WHERE kind < 103 ORDER BY 1, 2, 3",
        "SELECT * FROM quarantine ORDER BY 1, 2, 3, 4",
        "SELECT at_ms, actor, action, detail FROM audit WHERE action <> 'fork' "
        "ORDER BY audit_no",
        "SELECT case_no, record_hash FROM kase_log ORDER BY 1",
    };
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(FILE_PATH, &db, SQLITE_OPEN_READWRITE, NULL));
    struct str_builder text;
    str_builder_init(&text, arena);
    for (size_t i = 0; i < COUNT(queries); i++) {
        sqlite3_stmt *statement = NULL;
        EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, queries[i], -1, &statement, NULL));
        str_add_format(&text, "-- %s\n", queries[i]);
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
    }
    sqlite3_close(db);
    return text.text;
}

static void expect_same(const char *expected, const char *found)
{
    size_t at = 0;
    size_t start = 0;
    while (expected[at] != '\0' && expected[at] == found[at]) {
        at++;
        start = strncmp(expected + at, "-- ", 3) == 0 ? at : start;
    }
    if (expected[at] != found[at]) {
        fail_msg("differs in %.90s\nexpected %.300s\nfound    %.300s", expected + start,
                 expected + (at > 100 ? at - 100 : 0), found + (at > 100 ? at - 100 : 0));
    }
}

/* What is so after an upgrade, however often power went during it. */
static void expect_upgraded(int version)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, false));
    EXPECT_INT(newest_version, hq_version(store));
    EXPECT_OK(hq_check(store));
    struct seal_found found;
    EXPECT_OK(seal_check(store, NULL, NULL, &found));
    EXPECT_INT(FILLED_CASES, found.record_count);
    EXPECT_INT(0, found.bad_count);
    struct ingest_rebuilt rebuilt;
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(ingest_rebuild(store, FILLED_NOW_MS, &rebuilt));
    hq_rollback(store);
    EXPECT_INT(0, rebuilt.changed_count);
    EXPECT_INT(0, rebuilt.read_again_count);
    hq_store_close(store);
    EXPECT_INT(0, number("SELECT count(*) FROM kase_to_fold"));
    EXPECT_INT(0, number("SELECT count(*) FROM event WHERE device_no > 0 AND "
                         "order_at_ms > received_at_ms"));
    EXPECT_INT(version == 1 ? 3 : 0, /* what certificates brought */
               number("SELECT count(*) FROM device WHERE holder_feed_seq > 0"));
    EXPECT_INT(0, number("SELECT count(*) FROM device WHERE told_version <> app_version"));
    /* Tablet 3's clock stood in 2038: until then it orders its facts otherwise. */
    EXPECT_INT(1, number("SELECT count(*) FROM strand WHERE told_order_at_ms > order_at_ms"));
}

static void learn_newest_version(void)
{
    struct disk *disk = disk_fresh(4);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, true));
    newest_version = hq_version(store);
    hq_store_close(store);
    EXPECT(newest_version > 3);
    (void)disk;
}

static void expect_as_of_today(int version)
{
    struct arena arena;
    arena_init(&arena, 0);
    learn_newest_version();
    struct disk *disk = disk_fresh(1);
    load(&arena, disk, version);
    expect_upgraded(version);
    char copy_path[64];
    snprintf(copy_path, sizeof copy_path, "/hq/hq.db.before-%d", (int)newest_version);
    char *found = rows(&arena);
    EXPECT_INT(version, number_in(copy_path, "PRAGMA user_version"));
    EXPECT_INT(number("SELECT count(*) FROM event"),
               number_in(copy_path, "SELECT count(*) FROM event"));
    /* The same facts given to headquarters of today, in the same order. */
    (void)disk_fresh(2);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, true));
    filled_make(&arena, store);
    hq_store_close(store);
    expect_same(rows(&arena), found);
    arena_deinit(&arena);
}

TEST(test_the_first_schema_comes_up_to_date_as_if_it_had_always_been_so)
{
    struct arena arena;
    arena_init(&arena, 0);
    load(&arena, disk_fresh(1), 1);
    EXPECT(number("SELECT count(*) FROM event WHERE order_at_ms > received_at_ms") > 10);
    arena_deinit(&arena);
    expect_as_of_today(1);
}

TEST(test_the_second_schema_comes_up_to_date_as_if_it_had_always_been_so)
{
    expect_as_of_today(2);
}

TEST(test_the_third_schema_comes_up_to_date_as_if_it_had_always_been_so)
{
    expect_as_of_today(3);
}

/* Made by programs of each of them. What lies between the third and the seventh came in one build:
 * no headquarters of such a schema was ever made. */
TEST(test_later_schemas_come_up_to_date_as_if_they_had_always_been_so)
{
    static const int versions[] = {7, 8, 9, 10};
    for (size_t i = 0; i < COUNT(versions); i++) {
        expect_as_of_today(versions[i]);
    }
}

/* Goal: power goes at every write of the upgrade; the next start finishes it, and the end
 * is the same. Method: count the steps of an upgrade without trouble, then cut at each. */
TEST(test_power_may_go_at_every_write_of_an_upgrade)
{
    struct arena arena;
    arena_init(&arena, 0);
    learn_newest_version();
    struct disk *disk = disk_fresh(1);
    load(&arena, disk, 1);
    uint64_t before = disk->step_count;
    expect_upgraded(1);
    uint64_t step_count = disk->step_count - before;
    char *expected = rows(&arena);
    EXPECT(step_count > 20);
    bool is_whole = getenv("DOORSTEP_FAULTS") != NULL; /* every write */
    uint64_t stride = is_whole ? 1 : 1 + step_count / STEPS_TRIED;
    uint64_t cut_count = 0;
    for (uint64_t step = 1; step <= step_count; step += stride) {
        struct arena own;
        arena_init(&own, 0);
        disk = disk_fresh(1000 + step);
        load(&own, disk, 1);
        disk->faults.cut_at = disk->step_count + step;
        struct hq_store *store = NULL;
        enum err err = hq_store_open(&store, FOLDER, HQ_ACCESS_write, false);
        if (err == OK) {
            hq_store_close(store);
        }
        cut_count += disk->is_off;
        disk_stop(disk, true);
        disk_start(disk);
        expect_upgraded(1);
        expect_same(expected, rows(&own));
        arena_deinit(&own);
    }
    EXPECT(cut_count > 10);
    arena_deinit(&arena);
}

/* Kept so that the dump of the next schema can be made from the build before it: run with
 * DOORSTEP_FILL=<file>, then dump that file. */
TEST(test_what_fills_the_dumps_can_still_be_made)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct disk *disk = disk_fresh(3);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, true));
    filled_make(&arena, store);
    EXPECT_OK(hq_backup(store, "/hq/copy.db"));
    hq_store_close(store);
    EXPECT(number("SELECT count(*) FROM event") > 80);
    const char *path = getenv("DOORSTEP_FILL");
    if (path != NULL) {
        struct disk_file *copy = disk_find(disk, "copy.db");
        uint8_t *bytes = arena_alloc(&arena, (size_t)copy->size);
        (void)disk_read(copy, bytes, 0, (size_t)copy->size);
        FILE *file = fopen(path, "wb");
        EXPECT(file != NULL);
        EXPECT_INT(copy->size, fwrite(bytes, 1, (size_t)copy->size, file));
        fclose(file);
    }
    arena_deinit(&arena);
}
