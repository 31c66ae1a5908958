/* Goal: no bit of headquarters' database can turn over without being told, whatever table or index
 * it is in; and a file of an earlier program, a copy, or a log that another program folded, is
 * nothing to be told.
 *
 * Method: a headquarters with something of everything is closed, bits of each of its pages are
 * turned in the file, and it is opened and checked as a backup is. */
#include "sync/server/store/page_sum.h"
#include "tests/sim/luck.h"
#include "tests/sync/server/store/filled.h"

#include "core/os/os.h"

#include <sqlite3.h>

enum { PAGE_SIZE = 4096, FLIPS_FEW = 2, FLIPS_MANY = 64 };

struct made {
    struct arena arena;
    char *folder;
    const char *path;
    struct str file; /* as it was written */
    uint64_t page_count;
};

static void learn(struct made *made)
{
    EXPECT_OK(os_file_read(&made->arena, made->path, 1 << 24, &made->file));
    made->page_count = made->file.size / PAGE_SIZE;
    EXPECT(made->page_count > 60 && made->file.size % PAGE_SIZE == 0);
}

static void made_open(struct made *made)
{
    struct hq_store *store = NULL;
    memset(made, 0, sizeof *made);
    arena_init(&made->arena, 0);
    made->folder = field_folder(&made->arena);
    made->path = os_path(&made->arena, made->folder, "hq.db");
    EXPECT_OK(hq_store_open(&store, made->folder, HQ_ACCESS_write, true));
    filled_make(&made->arena, store);
    hq_store_close(store);
    learn(made);
}

static void made_close(struct made *made)
{
    field_folder_remove(made->folder);
    arena_deinit(&made->arena);
}

static bool has_sum(const struct made *made, uint64_t page)
{
    static const uint8_t nothing[PAGE_SUM_TAIL];
    const char *tail = made->file.bytes + (page + 1) * PAGE_SIZE - PAGE_SUM_TAIL;
    return memcmp(tail, nothing, sizeof nothing) != 0;
}

static void put(const struct made *made, uint64_t at, const void *bytes, size_t size)
{
    EXPECT_OK(os_file_write_at(made->path, at, bytes, size));
}

/* As `doorstep-hq backup` looks at its copy. */
static enum err looked_at(const struct made *made)
{
    struct hq_store *store = NULL;
    TRY(hq_store_open_copy(&store, made->path));
    enum err err = hq_check(store);
    hq_store_close(store);
    return err;
}

TEST(test_a_bit_of_any_page_that_turns_over_is_told)
{
    struct made made;
    made_open(&made);

    struct luck luck = luck_make(20261122, 1);
    uint64_t flips = test_rounds(FLIPS_FEW, FLIPS_MANY);
    EXPECT_OK(looked_at(&made));
    for (uint64_t page = 0; page < made.page_count; page++) {
        EXPECT(has_sum(&made, page));
        for (uint64_t i = 0; i < flips; i++) {
            uint64_t at = page * PAGE_SIZE + luck_below(&luck, PAGE_SIZE);
            uint8_t mask = (uint8_t)(1U << luck_below(&luck, 8));
            uint8_t byte = (uint8_t)((uint8_t)made.file.bytes[at] ^ mask);
            put(&made, at, &byte, 1);
            if (looked_at(&made) == OK) {
                fail_msg("bit %#x at byte %llu was not told", mask, (unsigned long long)at);
            }
            put(&made, at, made.file.bytes + at, 1);
        }
    }
    EXPECT_OK(looked_at(&made));
    made_close(&made);
}

TEST(test_the_byte_that_says_that_there_are_sums_is_covered_too)
{
    enum { TAIL_AT = 20 };
    struct made made;
    made_open(&made);
    for (unsigned bit = 0; bit < 8; bit++) {
        uint8_t byte = (uint8_t)(PAGE_SUM_TAIL ^ 1U << bit);
        put(&made, TAIL_AT, &byte, 1);
        EXPECT(looked_at(&made) != OK);
        struct hq_store *store = NULL;
        EXPECT(hq_store_open(&store, made.folder, HQ_ACCESS_write, false) != OK);
    }
    made_close(&made);
}

TEST(test_a_page_in_the_place_of_another_is_told)
{
    struct made made;
    made_open(&made);
    for (uint64_t page = 1; page + 1 < made.page_count; page += 7) {
        put(&made, page * PAGE_SIZE, made.file.bytes + (page + 1) * PAGE_SIZE, PAGE_SIZE);
        EXPECT_ERR(ERR_corrupt, looked_at(&made));
        put(&made, page * PAGE_SIZE, made.file.bytes + page * PAGE_SIZE, PAGE_SIZE);
    }
    made_close(&made);
}

/* A key, a setting, a right or a number that is not what was written is never used. */
TEST(test_a_damaged_row_is_an_error_and_not_a_row)
{
    struct made made;
    made_open(&made);
    static const char model[] = "test tablet";
    const char *found = memmem(made.file.bytes, made.file.size, model, sizeof model - 1);
    EXPECT(found != NULL);
    put(&made, (uint64_t)(found - made.file.bytes), "T", 1);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, made.folder, HQ_ACCESS_write, false));
    struct hq_query query = hq_query(store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", 1);
    EXPECT(!hq_next(&query));
    EXPECT_ERR(ERR_corrupt, hq_end(&query));
    EXPECT_ERR(ERR_corrupt,
               hq_backup(store, os_path(&made.arena, made.folder, "copy.db"))); /* is no backup */
    EXPECT(!os_file_exists(os_path(&made.arena, made.folder, "copy.db")));
    hq_store_close(store);
    made_close(&made);
}

TEST(test_a_copy_has_sums_and_damage_of_it_is_told)
{
    struct made made;
    made_open(&made);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, made.folder, HQ_ACCESS_write, false));
    made.path = os_path(&made.arena, made.folder, "copy.db");
    EXPECT_OK(hq_backup(store, made.path));
    hq_store_close(store);
    learn(&made);
    EXPECT_OK(looked_at(&made));
    for (uint64_t page = 0; page < made.page_count; page++) {
        EXPECT(has_sum(&made, page));
    }
    uint64_t at = made.file.size / 2;
    uint8_t byte = (uint8_t)((uint8_t)made.file.bytes[at] ^ 4);
    put(&made, at, &byte, 1);
    EXPECT_ERR(ERR_corrupt, looked_at(&made));
    made_close(&made);
}

static void run(sqlite3 *db, const char *sql)
{
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

TEST(test_a_file_without_sums_gets_them_at_its_next_start)
{
    struct made made;
    struct str dump;
    sqlite3 *db = NULL;
    made_open(&made);
    EXPECT_OK(os_file_read(&made.arena, TESTS_FOLDER "/golden/schema/hq_3_filled.sql", 1 << 20,
                           &dump)); /* as an earlier program left it */
    EXPECT_OK(os_file_remove(made.path));
    EXPECT_INT(SQLITE_OK, sqlite3_open(made.path, &db));
    run(db, str_text(&made.arena, dump));
    sqlite3_close(db);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, made.folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_check(store));
    EXPECT_OK(hq_check_schema(store));
    hq_store_close(store);
    learn(&made);
    for (uint64_t page = 0; page < made.page_count; page++) {
        EXPECT(has_sum(&made, page));
    }
    EXPECT_OK(looked_at(&made));
    made_close(&made);
}

/* Somebody looks into the file of a server that was killed: closing, SQLite folds the log. */
TEST(test_a_log_that_another_program_folded_is_no_damage)
{
    struct made made;
    made_open(&made);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, made.folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(hq_setting_set(store, "test.kept", "before"));
    EXPECT_OK(hq_commit(store));
    struct str log;
    char *log_path = os_path(&made.arena, made.folder, "hq.db-wal");
    EXPECT_OK(os_file_read(&made.arena, log_path, 1 << 24, &log));
    hq_store_close(store);
    put(&made, 0, made.file.bytes, made.file.size);
    EXPECT_OK(os_file_replace(log_path, log.bytes, log.size));
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(made.path, &db));
    run(db, "SELECT count(*) FROM setting");
    sqlite3_close(db);
    EXPECT(!os_file_exists(log_path));
    EXPECT_OK(looked_at(&made));
    EXPECT_OK(hq_store_open(&store, made.folder, HQ_ACCESS_write, false));
    const char *value = NULL;
    EXPECT_OK(hq_setting(&made.arena, store, "test.kept", "", &value));
    EXPECT_TEXT("before", value);
    hq_store_close(store);
    made_close(&made);
}
