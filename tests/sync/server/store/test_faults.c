/* Goal: whichever single call fails while headquarters' database is made, brought up to
 * date, copied or folded, trying again works and no half thing passes for a whole one.
 *
 * Method: call n to the disk or to SQLite's memory fails, once or with all later ones,
 * for growing n until the work meets no failure. */
#include "sync/server/store/hq_store.h"

#include "core/os/os.h"
#include "tests/lib/nth_call.h"
#include "tests/sync/server/field.h"

#include <sqlite3.h>

struct made {
    struct arena arena;
    char *folder;
    const char *path, *backup;
    const char *schema; /* of an undisturbed database */
};

static void made_open(struct made *made)
{
    memset(made, 0, sizeof *made);
    arena_init(&made->arena, 0);
    made->folder = field_folder(&made->arena);
    made->path = os_path(&made->arena, made->folder, "hq.db");
    made->backup = os_path(&made->arena, made->folder, "copy.db");
    nth_call_install("unix");
}

static void made_close(struct made *made)
{
    field_folder_remove(made->folder);
    arena_deinit(&made->arena);
}

static const char *schema_of(struct arena *arena, struct hq_store *store)
{
    struct str text;
    EXPECT_OK(hq_schema(arena, store, &text));
    return str_text(arena, text);
}

static void remove_database(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < COUNT(endings); i++) {
        char name[160];
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        EXPECT_OK(os_file_remove(name));
    }
}

static const char *row_of(char row[96], const char *work, enum nth_call kind, uint64_t n,
                          bool is_lasting)
{
    snprintf(row, 96, "%s, %s call %llu fails%s", work, kind == NTH_CALL_io ? "i/o" : "memory",
             (unsigned long long)n, is_lasting ? " and all later ones" : "");
    return row;
}

/* A failure of any kind is told as one of these. */
static bool is_told(enum err err)
{
    return err == ERR_io || err == ERR_no_space;
}

/* Every kind of failure around `work`; false from it ends the loop. */
static void with_failures(struct made *made, uint64_t stride,
                          bool (*work)(struct made *made, enum nth_call kind, uint64_t n,
                                       bool is_lasting))
{
    static const enum nth_call kinds[] = {NTH_CALL_io, NTH_CALL_memory};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (int is_lasting = 0; is_lasting < 2; is_lasting++) {
            uint64_t n = 1;
            while (work(made, kinds[i], n, is_lasting != 0)) {
                n += kinds[i] == NTH_CALL_memory ? nth_call_stride(stride) : nth_call_stride(3);
            }
            EXPECT(n > 5);
            print_message("%llu calls\n", (unsigned long long)n);
        }
    }
}

/* ---- a new database ---- */

static bool make_once(struct made *made, enum nth_call kind, uint64_t n, bool is_lasting)
{
    char row[96];
    row_of(row, "make", kind, n, is_lasting);
    struct arena_mark mark = arena_mark(&made->arena);
    struct hq_store *store = NULL;
    nth_call_arm(kind, n, is_lasting);
    enum err err = hq_store_open(&store, made->folder, HQ_ACCESS_write, true);
    bool was_hit = nth_call_disarm();
    EXPECT_ROW(row, err == OK || (was_hit && is_told(err)));
    if (err != OK) {
        EXPECT_ROW(row, hq_store_open(&store, made->folder, HQ_ACCESS_write, true) == OK);
    }
    EXPECT_ROW(row, hq_check(store) == OK);
    EXPECT_ROW(row, strcmp(schema_of(&made->arena, store), made->schema) == 0);
    hq_store_close(store);
    remove_database(made->path);
    arena_rollback(&made->arena, mark);
    return was_hit;
}

TEST(test_a_database_is_made_whole_at_the_second_try)
{
    struct made made;
    made_open(&made);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, made.folder, HQ_ACCESS_write, true));
    made.schema = schema_of(&made.arena, store);
    hq_store_close(store);
    remove_database(made.path);
    with_failures(&made, 499, make_once);
    made_close(&made);
}

/* ---- copies ---- */

static void fill(struct hq_store *store)
{
    EXPECT_OK(hq_begin(store));
    for (int i = 0; i < 200; i++) {
        char text[64];
        snprintf(text, sizeof text, "a line of the audit log, number %d", i);
        EXPECT_OK(hq_audit(store, FIELD_AT_MS + i, "test", "fill", text));
    }
    EXPECT_OK(hq_commit(store));
}

static int64_t audit_count(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT count(*) FROM audit", -1, &stmt, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(stmt));
    int64_t count = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return count;
}

/* A copy that was not told as failed holds everything. */
static void check_copy(const char *row, const char *path)
{
    sqlite3 *db = NULL;
    EXPECT_ROW(row, sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, "unix") == SQLITE_OK);
    EXPECT_ROW(row, audit_count(db) == 200);
    sqlite3_close(db);
}

static struct hq_store *copied; /* the store of the running test */

static bool copy_once(struct made *made, enum nth_call kind, uint64_t n, bool is_lasting)
{
    char row[96];
    row_of(row, "copy", kind, n, is_lasting);
    nth_call_arm(kind, n, is_lasting);
    enum err err = hq_backup(copied, made->backup);
    bool was_hit = nth_call_disarm();
    EXPECT_ROW(row, err == OK || (was_hit && is_told(err)));
    EXPECT_ROW(row, os_file_exists(made->backup) == (err == OK)); /* no half copy lies there */
    if (err != OK) {
        EXPECT_ROW(row, hq_backup(copied, made->backup) == OK);
    }
    check_copy(row, made->backup);
    remove_database(made->backup);
    return was_hit;
}

TEST(test_a_copy_is_whole_or_is_not_there)
{
    struct made made;
    made_open(&made);
    EXPECT_OK(hq_store_open(&copied, made.folder, HQ_ACCESS_write, true));
    fill(copied);
    with_failures(&made, 41, copy_once);
    hq_store_close(copied);
    made_close(&made);
}

/* ---- folding the log ---- */

static bool fold_once(struct made *made, enum nth_call kind, uint64_t n, bool is_lasting)
{
    char row[96];
    row_of(row, "fold", kind, n, is_lasting);
    (void)made;
    EXPECT_OK(hq_begin(copied));
    EXPECT_OK(hq_setting_set(copied, "fold", row));
    EXPECT_OK(hq_commit(copied));
    nth_call_arm(kind, n, is_lasting);
    enum err err = hq_checkpoint(copied);
    bool was_hit = nth_call_disarm();
    EXPECT_ROW(row, err == OK || (was_hit && (is_told(err) || err == ERR_busy)));
    hq_store_close(copied);
    copied = NULL;
    EXPECT_ROW(row, hq_store_open(&copied, made->folder, HQ_ACCESS_write, false) == OK);
    EXPECT_ROW(row, hq_check(copied) == OK);
    const char *value = NULL;
    EXPECT_ROW(row, hq_setting(&made->arena, copied, "fold", "", &value) == OK);
    EXPECT_ROW(row, strcmp(value, row) == 0);
    return was_hit;
}

TEST(test_what_was_committed_outlives_a_failed_checkpoint)
{
    struct made made;
    made_open(&made);
    EXPECT_OK(hq_store_open(&copied, made.folder, HQ_ACCESS_write, true));
    fill(copied);
    for (uint64_t n = 1; fold_once(&made, NTH_CALL_io, n, false); n++) {
    }
    for (uint64_t n = 1; fold_once(&made, NTH_CALL_io, n, true); n++) {
    }
    hq_store_close(copied);
    made_close(&made);
}
