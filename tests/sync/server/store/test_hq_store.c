/* The store: opening, migrating, queries, what it protects. */
#include "sync/server/store/hq_store.h"
#include "sync/server/store/page_sum.h"

#include "core/base/str.h"
#include "core/os/os.h"
#include "tests/sync/server/field.h"

#include <sqlite3.h>

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
};

static void open_world(struct world *world)
{
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
}

static void close_world(struct world *world)
{
    hq_store_close(world->store);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

TEST(test_every_query_prepares)
{
    struct world world;
    open_world(&world);
    for (size_t i = 0; i < SQL_HQ_COUNT; i++) {
        struct hq_query query = hq_query(world.store, (enum sql_hq)i);
        EXPECT_ROW(sql_hq_names[i], query.err == OK);
        EXPECT_ROW(sql_hq_names[i], hq_end(&query) == OK);
    }
    close_world(&world);
}

TEST(test_schema_is_the_golden_one)
{
    struct world world;
    open_world(&world);
    struct str schema;
    EXPECT_OK(hq_schema(&world.arena, world.store, &schema));
    test_golden(TESTS_FOLDER, "schema/hq.sql", str_text(&world.arena, schema));
    close_world(&world);
}

static int run_sql(const char *folder, const char *sql)
{
    char path[256];
    snprintf(path, sizeof path, "%s/hq.db", folder);
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, page_sum_vfs));
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return code;
}

TEST(test_a_newer_database_is_refused_untouched)
{
    struct world world;
    open_world(&world);
    hq_store_close(world.store);
    EXPECT_INT(SQLITE_OK, run_sql(world.folder, "PRAGMA user_version = 9999"));
    EXPECT_ERR(ERR_newer_database,
               hq_store_open(&world.store, world.folder, HQ_ACCESS_write, true));
    EXPECT_ERR(ERR_newer_database,
               hq_store_open(&world.store, world.folder, HQ_ACCESS_read, false));
    world.store = NULL;
    close_world(&world);
}

TEST(test_a_folder_without_headquarters_is_not_found)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *folder = field_folder(&arena);
    struct hq_store *store = NULL;
    EXPECT_ERR(ERR_not_found, hq_store_open(&store, folder, HQ_ACCESS_read, false));
    EXPECT_ERR(ERR_not_found, hq_store_open(&store, folder, HQ_ACCESS_write, false));
    field_folder_remove(folder);
    arena_deinit(&arena);
}

TEST(test_a_damaged_file_is_told)
{
    struct world world;
    open_world(&world);
    hq_store_close(world.store);
    char path[256];
    snprintf(path, sizeof path, "%s/hq.db", world.folder);
    FILE *file = fopen(path, "r+b");
    EXPECT(file != NULL);
    fputs("this is not a database at all", file);
    fclose(file);
    EXPECT_ERR(ERR_corrupt, hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    world.store = NULL;
    close_world(&world);
}

TEST(test_journal_and_audit_are_append_only)
{
    struct world world;
    open_world(&world);
    hq_store_close(world.store);
    EXPECT_INT(
        SQLITE_OK,
        run_sql(world.folder,
                "INSERT INTO event VALUES (1,1,0,1,zeroblob(16),1,1,1,1,1,1,x'',x'',0,0,0,0);"
                "INSERT INTO kase_log VALUES (1,1,1,0,x'',x'');"
                "INSERT INTO audit VALUES (1,1,1,'a','b','c',x'','',0,0)"));
    static const char *const forbidden[] = {
        "DELETE FROM event",
        "UPDATE event SET body = x'00'",
        "UPDATE event SET seq = 7",
        "UPDATE event SET link = x'01'",
        "UPDATE event SET id = x''",
        "UPDATE event SET order_at_ms = 0",
        "DELETE FROM audit",
        "UPDATE audit SET detail = ''",
        "DELETE FROM kase_log",
        "UPDATE kase_log SET record_hash = x'01'",
        "UPDATE event SET is_copy = 1",
    };
    for (size_t i = 0; i < COUNT(forbidden); i++) {
        EXPECT_ROW(forbidden[i], run_sql(world.folder, forbidden[i]) == SQLITE_CONSTRAINT);
    }
    EXPECT_INT(SQLITE_OK, run_sql(world.folder, "UPDATE event SET kind = 2"));
    world.store = NULL;
    close_world(&world);
}

TEST(test_a_reader_sees_what_was_committed_and_cannot_write)
{
    struct world world;
    open_world(&world);
    struct hq_store *reader = NULL;
    EXPECT_OK(hq_store_open(&reader, world.folder, HQ_ACCESS_read, false));
    const char *value = NULL;
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(hq_setting_set(world.store, "name", "one"));
    EXPECT_OK(hq_setting(&world.arena, reader, "name", "none", &value));
    EXPECT_TEXT("none", value);
    EXPECT_OK(hq_commit(world.store));
    EXPECT_OK(hq_setting(&world.arena, reader, "name", "none", &value));
    EXPECT_TEXT("one", value);
    EXPECT(hq_setting_set(reader, "name", "two") != OK);
    hq_store_close(reader);
    close_world(&world);
}

TEST(test_rollback_undoes_and_ends_open_queries)
{
    struct world world;
    open_world(&world);
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(hq_setting_set(world.store, "a", "1"));
    struct hq_query query = hq_query(world.store, SQL_HQ_setting_get);
    hq_bind_text(&query, "$name", STR("a"));
    EXPECT(hq_next(&query));
    hq_rollback(world.store);
    const char *value = NULL;
    EXPECT_OK(hq_setting(&world.arena, world.store, "a", "gone", &value));
    EXPECT_TEXT("gone", value);
    close_world(&world);
}

TEST(test_audit_lines_are_chained)
{
    struct world world;
    open_world(&world);
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(hq_audit(world.store, 1, "anna", "init", ""));
    EXPECT_OK(hq_audit(world.store, 2, "anna", "close", "case 7"));
    EXPECT_OK(hq_commit(world.store));
    struct chain_link link = {{0}};
    int64_t audit_no = 0;
    struct hq_query query = hq_query(world.store, SQL_HQ_audit_all);
    while (hq_next(&query)) {
        audit_no++;
        struct hq_audit_line line = hq_audit_row(&query);
        link = hq_audit_link(&link, audit_no, &line);
        EXPECT_INT(audit_no, hq_i64(&query, 0));
        EXPECT(memcmp(hq_text(&query, 5).bytes, link.bytes, sizeof link.bytes) == 0);
    }
    EXPECT_OK(hq_end(&query));
    EXPECT_INT(2, audit_no);
    close_world(&world);
}

TEST(test_backup_is_a_database_and_overwrites_nothing)
{
    struct world world;
    open_world(&world);
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(hq_setting_set(world.store, "a", "1"));
    EXPECT_OK(hq_commit(world.store));
    char *other = field_folder(&world.arena);
    const char *path = os_path(&world.arena, other, "hq.db");
    EXPECT_OK(hq_backup(world.store, path));
    EXPECT_ERR(ERR_exists, hq_backup(world.store, path));
    struct hq_store *copy = NULL;
    const char *value = NULL;
    EXPECT_OK(hq_store_open(&copy, other, HQ_ACCESS_write, false));
    EXPECT_OK(hq_check(copy));
    EXPECT_OK(hq_setting(&world.arena, copy, "a", "", &value));
    EXPECT_TEXT("1", value);
    hq_store_close(copy);
    field_folder_remove(other);
    close_world(&world);
}
