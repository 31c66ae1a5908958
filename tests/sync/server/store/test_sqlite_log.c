/* Goal: a bit that turned over in headquarters' log never makes accepted commits vanish in silence,
 * and a power cut is never taken for damage.
 *
 * Method: a log of some commits is written, copied while it is open, and damaged bit by bit or cut
 * at every length. */
#include "sync/server/store/hq_store.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/sqlite_log.h"
#include "tests/sync/server/field.h"

#include "core/os/os.h"

#include <sqlite3.h>

enum { HEAD_SIZE = 32, FRAME_SIZE = 24 + 4096, COMMITS = 6, COMMIT_AT = 4 };

struct made {
    struct arena arena;
    char *folder;
    const char *path, *log_path; /* of what is looked at */
    struct str log;              /* as it was written */
    uint64_t frame_count;
    uint64_t commits[COMMITS]; /* the frames that end one */
};

static void made_open(struct made *made)
{
    memset(made, 0, sizeof *made);
    arena_init(&made->arena, 0);
    made->folder = field_folder(&made->arena);
    made->path = os_path(&made->arena, made->folder, "copy.db");
    made->log_path = os_path(&made->arena, made->folder, "copy.db-wal");
    char *path = os_path(&made->arena, made->folder, "first.db");
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(path, &db));
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db,
                                       "PRAGMA page_size=4096; PRAGMA journal_mode=WAL;"
                                       "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL;",
                                       NULL, NULL, NULL));
    static const char *const commits[COMMITS] = {
        "CREATE TABLE fact (no INTEGER PRIMARY KEY, body BLOB);",
        "INSERT INTO fact (body) VALUES (randomblob(100));",
        "INSERT INTO fact (body) VALUES (randomblob(9000));",
        "INSERT INTO fact (body) VALUES (randomblob(100));",
        "INSERT INTO fact (body) VALUES (randomblob(5000));",
        "INSERT INTO fact (body) VALUES (randomblob(100));",
    };
    for (size_t i = 0; i < COMMITS; i++) {
        EXPECT_INT(SQLITE_OK, sqlite3_exec(db, commits[i], NULL, NULL, NULL));
    }
    struct str file;
    EXPECT_OK(os_file_read(&made->arena, path, 1 << 20, &file));
    EXPECT_OK(os_file_replace(made->path, file.bytes, file.size));
    path = os_path(&made->arena, made->folder, "first.db-wal");
    EXPECT_OK(os_file_read(&made->arena, path, 1 << 20, &made->log));
    sqlite3_close(db);
    made->frame_count = (made->log.size - HEAD_SIZE) / FRAME_SIZE;
    size_t count = 0;
    static const uint8_t nothing[4];
    for (uint64_t i = 0; i < made->frame_count; i++) {
        const char *frame = made->log.bytes + HEAD_SIZE + i * FRAME_SIZE;
        if (memcmp(frame + COMMIT_AT, nothing, sizeof nothing) != 0 && count < COMMITS) {
            made->commits[count++] = i;
        }
    }
    EXPECT_INT(COMMITS, count);
}

static void made_close(struct made *made)
{
    field_folder_remove(made->folder);
    arena_deinit(&made->arena);
}

static bool is_damaged(struct made *made, const char *bytes, size_t size)
{
    bool is_damaged = false;
    EXPECT_OK(os_file_replace(made->log_path, bytes, size));
    EXPECT_OK(sqlite_log_is_damaged(made->path, &is_damaged));
    return is_damaged;
}

/* With one bit of the byte at `at` turned over. */
static bool is_damaged_at(struct made *made, size_t at)
{
    char *bytes = arena_copy(&made->arena, made->log.bytes, made->log.size);
    bytes[at] = (char)(bytes[at] ^ 0x10);
    return is_damaged(made, bytes, made->log.size);
}

TEST(test_a_turned_bit_before_the_last_two_commits_is_damage)
{
    struct made made;
    made_open(&made);
    EXPECT(!is_damaged(&made, made.log.bytes, made.log.size));
    static const size_t places[] = {0, COMMIT_AT, 8, 16, 23, 24, 24 + 777, FRAME_SIZE - 1};
    uint64_t certain = made.commits[COMMITS - 3];
    for (uint64_t frame = 0; frame <= certain; frame++) {
        for (size_t i = 0; i < COUNT(places); i++) {
            struct arena_mark mark = arena_mark(&made.arena);
            EXPECT_ROW("frame", is_damaged_at(&made, HEAD_SIZE + frame * FRAME_SIZE + places[i]));
            arena_rollback(&made.arena, mark);
        }
    }
    made_close(&made);
}

TEST(test_a_turned_bit_in_the_header_of_the_log_is_damage)
{
    struct made made;
    made_open(&made);
    for (size_t at = 0; at < HEAD_SIZE; at++) {
        struct arena_mark mark = arena_mark(&made.arena);
        EXPECT_ROW("header", is_damaged_at(&made, at));
        arena_rollback(&made.arena, mark);
    }
    made_close(&made);
}

TEST(test_a_log_that_a_power_cut_tore_is_no_damage)
{
    enum { SECTOR = 512 };
    struct made made;
    made_open(&made);
    uint64_t first = made.commits[COMMITS - 2] + 1; /* of the last commit */
    size_t from = HEAD_SIZE + (size_t)first * FRAME_SIZE;
    for (size_t size = 0; size <= made.log.size; size += SECTOR) {
        EXPECT_ROW("cut short", !is_damaged(&made, made.log.bytes, size));
    }
    for (size_t at = from; at < made.log.size; at += SECTOR) { /* a sector that was not written */
        struct arena_mark mark = arena_mark(&made.arena);
        char *bytes = arena_copy(&made.arena, made.log.bytes, made.log.size);
        memset(bytes + at, 0, made.log.size - at < SECTOR ? made.log.size - at : SECTOR);
        EXPECT_ROW("torn", !is_damaged(&made, bytes, made.log.size));
        arena_rollback(&made.arena, mark);
    }
    made_close(&made);
}

TEST(test_a_log_that_begins_anew_is_no_damage)
{
    struct made made;
    made_open(&made);
    char *bytes = arena_copy(&made.arena, made.log.bytes, made.log.size);
    /* What the log held is in the database, and the new header was torn. */
    EXPECT_OK(os_file_replace(made.log_path, bytes, made.log.size));
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(made.path, &db));
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE);", NULL, NULL, NULL));
    sqlite3_close(db);
    bytes[HEAD_SIZE / 2] = (char)(bytes[HEAD_SIZE / 2] ^ 1);
    EXPECT(!is_damaged(&made, bytes, made.log.size));
    made_close(&made);
}

TEST(test_without_a_log_there_is_nothing_to_find)
{
    struct made made;
    bool is_damaged = true;
    made_open(&made);
    EXPECT_OK(sqlite_log_is_damaged(made.path, &is_damaged));
    EXPECT(!is_damaged);
    EXPECT_OK(sqlite_log_is_damaged(os_path(&made.arena, made.folder, "none.db"), &is_damaged));
    EXPECT(!is_damaged);
    made_close(&made);
}

TEST(test_headquarters_does_not_open_over_a_damaged_log)
{
    struct made made;
    struct hq_store *store = NULL;
    made_open(&made);
    const char *path = os_path(&made.arena, made.folder, "hq.db");
    struct str file;
    EXPECT_OK(os_file_read(&made.arena, made.path, 1 << 20, &file));
    EXPECT_OK(os_file_replace(path, file.bytes, file.size));
    char *bytes = arena_copy(&made.arena, made.log.bytes, made.log.size);
    bytes[HEAD_SIZE + 100] = (char)(bytes[HEAD_SIZE + 100] ^ 1);
    EXPECT_OK(
        os_file_replace(os_path(&made.arena, made.folder, "hq.db-wal"), bytes, made.log.size));
    EXPECT_ERR(ERR_corrupt, hq_store_open(&store, made.folder, HQ_ACCESS_write, true));
    struct str after;
    EXPECT_OK(
        os_file_read(&made.arena, os_path(&made.arena, made.folder, "hq.db-wal"), 1 << 20, &after));
    EXPECT_INT(made.log.size, after.size); /* nothing was cut off: somebody may still save it */
    made_close(&made);
}

TEST(test_a_changed_name_of_a_column_is_damage)
{
    struct arena arena;
    struct hq_store *store = NULL;
    arena_init(&arena, 0);
    char *folder = field_folder(&arena);
    EXPECT_OK(hq_store_open(&store, folder, HQ_ACCESS_write, true));
    EXPECT_OK(hq_check_schema(store));
    hq_store_close(store);
    static const char *const turns[] = {"seen_at_ms", "public_key"};
    for (size_t i = 0; i < COUNT(turns); i++) {
        for (int back = 0; back < 2; back++) {
            sqlite3 *db = NULL;
            const char *sql = str_format(
                &arena,
                "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, '%s%s', "
                "'%s%s'); PRAGMA writable_schema=RESET;",
                back ? "x" : "", turns[i], back ? "" : "x", turns[i]);
            EXPECT_INT(SQLITE_OK, sqlite3_open_v2(os_path(&arena, folder, "hq.db"), &db,
                                                  SQLITE_OPEN_READWRITE, page_sum_vfs));
            EXPECT_ROW(turns[i], sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
            sqlite3_close(db);
            EXPECT_OK(hq_store_open_copy(&store, os_path(&arena, folder, "hq.db")));
            enum err err = hq_check_schema(store);
            EXPECT_ROW(turns[i], err == (back ? OK : ERR_corrupt));
            hq_store_close(store);
        }
    }
    field_folder_remove(folder);
    arena_deinit(&arena);
}
