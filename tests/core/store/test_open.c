#include "tests/core/store/memory_store.h"

#include <stdio.h>

static enum err open_again(struct memory_store *memory)
{
    store_close(&memory->store);
    return store_open(&memory->arena, &memory->options, &memory->store);
}

static void exec(struct memory_store *memory, const char *sql)
{
    EXPECT_OK(store_stmt_exec(memory->store, sql));
}

static char *pragma(struct memory_store *memory, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    EXPECT(sqlite3_prepare_v2(memory->store->db, sql, -1, &stmt, NULL) == SQLITE_OK);
    EXPECT(sqlite3_step(stmt) == SQLITE_ROW);
    char *text = arena_text(&memory->arena, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return text;
}

enum { NEWEST = SQL_DEVICE_MIGRATION_COUNT };

static const char *number_text(struct memory_store *memory, int number)
{
    return str_format(&memory->arena, "%d", number);
}

TEST(test_connection_is_set_up_for_durability)
{
    static const struct {
        const char *pragma, *value;
    } rows[] = {
        {"PRAGMA journal_mode", "wal"},          {"PRAGMA synchronous", "3"},
        {"PRAGMA locking_mode", "exclusive"},    {"PRAGMA secure_delete", "1"},
        {"PRAGMA recursive_triggers", "1"},      {"PRAGMA trusted_schema", "0"},
        {"PRAGMA application_id", "1146311760"},
    };
    struct memory_store memory;
    memory_store_open(&memory);
    EXPECT_TEXT(number_text(&memory, NEWEST), pragma(&memory, "PRAGMA user_version"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].pragma, strcmp(pragma(&memory, rows[i].pragma), rows[i].value) == 0);
    }
    memory_store_close(&memory);
}

TEST(test_schema_is_the_golden_one)
{
    struct memory_store memory;
    struct str_builder builder;
    memory_store_open(&memory);
    str_builder_init(&builder, &memory.arena);
    sqlite3_stmt *stmt = NULL;
    EXPECT(sqlite3_prepare_v2(memory.store->db,
                              "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL "
                              "ORDER BY type, name",
                              -1, &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        str_add_format(&builder, "%s;\n", (const char *)sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    test_golden(TESTS_FOLDER, "schema/device.sql", builder.text);
    memory_store_close(&memory);
}

TEST(test_newer_file_is_refused_and_not_touched)
{
    struct memory_store memory;
    memory_store_open(&memory);
    exec(&memory, "PRAGMA user_version=99");
    store_close(&memory.store);
    struct fault_file *file = fault_disk_file(&memory.disk, "device.db");
    size_t size = file->size;
    uint8_t *before = arena_copy(&memory.arena, file->bytes, size);
    EXPECT_ERR(ERR_newer_database, store_open(&memory.arena, &memory.options, &memory.store));
    EXPECT_INT(size, file->size);
    EXPECT(memcmp(before, file->bytes, size) == 0);
    memory_store_close(&memory);
}

TEST(test_foreign_and_damaged_files_are_refused)
{
    struct memory_store memory;
    memory_store_open(&memory);
    exec(&memory, "PRAGMA application_id=5");
    EXPECT_ERR(ERR_corrupt, open_again(&memory));
    memory_store_close(&memory);

    memory_store_open(&memory);
    store_close(&memory.store);
    memset(fault_disk_file(&memory.disk, "device.db")->bytes, 'x', 100);
    EXPECT_ERR(ERR_corrupt, store_open(&memory.arena, &memory.options, &memory.store));
    memory_store_close(&memory);
}

/* A fact changed behind the store's back is noticed when the file is opened. */
TEST(test_changed_fact_is_noticed_at_open)
{
    struct memory_store memory;
    memory_store_open(&memory);
    memory_store_note(&memory, 1000, "as it was said");
    memory_store_note(&memory, 2000, "later");
    exec(&memory, "DROP TRIGGER journal_no_update");
    exec(&memory, "UPDATE journal SET body = zeroblob(length(body)) WHERE seq = 1");
    EXPECT_ERR(ERR_bad_link, open_again(&memory));
    memory_store_close(&memory);
}

/* What the store knows, and two more. */
struct ladder {
    struct sql_device_migration steps[NEWEST + 2];
};

static struct ladder ladder_make(void)
{
    struct ladder ladder;
    for (int i = 0; i < NEWEST; i++) {
        ladder.steps[i] = (struct sql_device_migration){"known.sql", ""};
    }
    ladder.steps[NEWEST] = (struct sql_device_migration){
        "more.sql", "CREATE TABLE more (a INTEGER); INSERT INTO more VALUES (41);"};
    ladder.steps[NEWEST + 1] =
        (struct sql_device_migration){"again.sql", "UPDATE more SET a = a + 1;"};
    return ladder;
}

TEST(test_migration_copies_the_file_first)
{
    struct memory_store memory;
    memory_store_open(&memory);
    memory_store_note(&memory, 1000, "before the update");
    struct ladder ladder = ladder_make();
    EXPECT_OK(store_migrate(memory.store, ladder.steps, COUNT(ladder.steps)));
    EXPECT_TEXT(number_text(&memory, NEWEST + 2), pragma(&memory, "PRAGMA user_version"));
    const char *name = str_format(&memory.arena, "device.db.before-%d", NEWEST);
    EXPECT_TEXT("42", pragma(&memory, "SELECT a FROM more"));
    EXPECT(fault_disk_file(&memory.disk, name) != NULL);
    /* The copy is a whole file of the version before, sealed under a key of its own. */
    struct page_vfs *pages = NULL;
    if (memory.store->pages != NULL) {
        EXPECT_OK(
            page_vfs_begin(&pages, "memory", "before", memory.store->pages->key, &memory.rng));
    }
    struct store copy = {0};
    EXPECT_INT(SQLITE_OK, store_file_connect(&memory.options, pages, name, &copy.db));
    EXPECT_OK(store_stmt_exec(&copy, "PRAGMA locking_mode=EXCLUSIVE"));
    struct memory_store look = {.arena = memory.arena, .store = &copy};
    EXPECT_TEXT(number_text(&look, NEWEST), pragma(&look, "PRAGMA user_version"));
    EXPECT_TEXT("1", pragma(&look, "SELECT count(*) FROM journal"));
    EXPECT_TEXT("ok", pragma(&look, "PRAGMA integrity_check"));
    sqlite3_close(copy.db);
    page_vfs_end(&pages);
    memory.arena = look.arena;
    memory_store_close(&memory);
}

TEST(test_power_cut_in_migration_leaves_a_version_and_its_content)
{
    struct fault_disk base = {0};
    struct memory_store memory;
    memory_store_open(&memory);
    memory_store_note(&memory, 1000, "before the update");
    store_close(&memory.store);
    fault_disk_copy(&base, &memory.disk);
    struct ladder ladder = ladder_make();
    uint64_t step_count = UINT64_MAX;
    for (uint64_t step = 0; step <= step_count; step++) {
        char row[32];
        snprintf(row, sizeof row, "step %llu", (unsigned long long)step);
        fault_disk_copy(&memory.disk, &base);
        EXPECT_ROW(row, store_open(&memory.arena, &memory.options, &memory.store) == OK);
        fault_disk_arm(&memory.disk);
        memory.disk.cut_before_step = step;
        enum err err = store_migrate(memory.store, ladder.steps, COUNT(ladder.steps));
        if (step == 0) { /* no cut: how many steps there are */
            EXPECT_OK(err);
            step_count = memory.disk.step_count;
        } else {
            EXPECT_ROW(row, err != OK);
        }
        memory.store->is_broken = true; /* dropped without a checkpoint, as by a cut */
        store_close(&memory.store);
        fault_disk_restart(&memory.disk, FAULT_KEEP_flushed);
        struct store_options options = memory.options;
        /* The last two are newer than this program's list: look through the ladder. */
        struct store again = {.options = options};
        if (options.key != NULL) {
            EXPECT_ROW(row, page_vfs_begin(&again.pages, options.vfs, "device", options.key->bytes,
                                           options.rng) == OK);
        }
        EXPECT_ROW(row,
                   store_file_connect(&options, again.pages, options.path, &again.db) == SQLITE_OK);
        EXPECT_ROW(row, store_stmt_exec(&again, "PRAGMA locking_mode=EXCLUSIVE") == OK);
        EXPECT_ROW(row, store_migrate(&again, ladder.steps, COUNT(ladder.steps)) == OK);
        struct memory_store look = {.arena = memory.arena, .store = &again};
        EXPECT_ROW(row, strcmp(pragma(&look, "SELECT a FROM more"), "42") == 0);
        EXPECT_ROW(row, strcmp(pragma(&look, "SELECT count(*) FROM journal"), "1") == 0);
        memory.arena = look.arena;
        sqlite3_close(again.db);
        page_vfs_end(&again.pages);
    }
    fault_disk_free(&base);
    memory_store_close(&memory);
}
