/* Goal: no fact and no case record of a database can differ from what was accepted without being
 * found, and a copy in which one does is no backup.
 *
 * Method: in a headquarters with something of everything, each fact in turn has one bit of its
 * bytes, link or id turned, is taken away or changes places, by SQL behind the store's back;
 * afterwards it is put right again, and then nothing is found. */
#include "sync/server/store/backup.h"
#include "sync/server/store/chain_check.h"
#include "sync/server/store/page_sum.h"
#include "tests/sync/server/store/filled.h"

#include "core/os/os.h"

#include <sqlite3.h>

struct made {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    sqlite3 *behind;
};

static void run(struct made *made, const char *sql)
{
    EXPECT_ROW(sql, sqlite3_exec(made->behind, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* Whoever writes behind the store's back is not kept from it by them. */
static void drop_triggers(struct made *made)
{
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK,
               sqlite3_prepare_v2(made->behind,
                                  "SELECT group_concat('DROP TRIGGER ' || name || ';', ' ') "
                                  "FROM sqlite_schema WHERE type = 'trigger'",
                                  -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    char *sql = arena_text(&made->arena, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    run(made, sql);
}

static void made_open(struct made *made)
{
    memset(made, 0, sizeof *made);
    arena_init(&made->arena, 0);
    made->folder = field_folder(&made->arena);
    EXPECT_OK(hq_store_open(&made->store, made->folder, HQ_ACCESS_write, true));
    filled_make(&made->arena, made->store);
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(os_path(&made->arena, made->folder, "hq.db"),
                                          &made->behind, SQLITE_OPEN_READWRITE, page_sum_vfs));
    drop_triggers(made);
}

static void made_close(struct made *made)
{
    sqlite3_close(made->behind);
    hq_store_close(made->store);
    field_folder_remove(made->folder);
    arena_deinit(&made->arena);
}

static void expect_sound(struct made *made)
{
    struct chain_checked checked;
    EXPECT_OK(chain_check(made->store, &checked));
    EXPECT(checked.fact_count > FILLED_FACTS && checked.record_count == FILLED_CASES);
    EXPECT(!checked.is_broken);
}

struct place {
    int64_t device_no, strand, seq;
};

static size_t facts_of(struct made *made, struct place *facts, size_t capacity)
{
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(made->behind,
                                             "SELECT device_no, strand, seq FROM event ORDER BY 1, "
                                             "2, 3",
                                             -1, &statement, NULL));
    size_t count = 0;
    while (sqlite3_step(statement) == SQLITE_ROW && count < capacity) {
        facts[count++] =
            (struct place){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                           sqlite3_column_int64(statement, 2)};
    }
    sqlite3_finalize(statement);
    return count;
}

/* Turns one bit of a column of a fact, or turns it back. False: the column has no bytes. */
static bool turn(struct made *made, const char *column, const struct place *fact, size_t nth)
{
    char where[160];
    snprintf(where, sizeof where, "WHERE device_no = %lld AND strand = %lld AND seq = %lld",
             (long long)fact->device_no, (long long)fact->strand, (long long)fact->seq);
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT %s FROM event %s", column, where);
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(made->behind, sql, -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    size_t size = (size_t)sqlite3_column_bytes(statement, 0);
    uint8_t bytes[4096];
    EXPECT(size <= sizeof bytes);
    if (size > 0) {
        memcpy(bytes, sqlite3_column_blob(statement, 0), size);
        bytes[nth % size] ^= (uint8_t)(1U << nth % 8);
    }
    sqlite3_finalize(statement);
    if (size == 0) {
        return false;
    }
    snprintf(sql, sizeof sql, "UPDATE event SET %s = ? %s", column, where);
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(made->behind, sql, -1, &statement, NULL));
    sqlite3_bind_blob(statement, 1, bytes, (int)size, SQLITE_STATIC);
    EXPECT_INT(SQLITE_DONE, sqlite3_step(statement));
    sqlite3_finalize(statement);
    return true;
}

TEST(test_a_bit_of_any_fact_is_found_and_named)
{
    static const char *const columns[] = {"body", "link", "id"};
    struct made made;
    made_open(&made);
    expect_sound(&made);
    struct place facts[400];
    size_t count = facts_of(&made, facts, COUNT(facts));
    EXPECT(count > FILLED_FACTS);
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < COUNT(columns); c++) {
            char row[100];
            snprintf(row, sizeof row, "%s of fact %lld, device %lld, strand %lld", columns[c],
                     (long long)facts[i].seq, (long long)facts[i].device_no,
                     (long long)facts[i].strand);
            if (!turn(&made, columns[c], &facts[i], i * 7)) {
                continue;
            }
            struct chain_checked checked;
            EXPECT_ROW(row, chain_check(made.store, &checked) == ERR_corrupt);
            EXPECT_ROW(row, checked.is_broken && checked.device_no == facts[i].device_no);
            EXPECT_ROW(row, checked.seq == (uint64_t)facts[i].seq);
            EXPECT_ROW(row, turn(&made, columns[c], &facts[i], i * 7));
        }
    }
    expect_sound(&made);
    made_close(&made);
}

TEST(test_facts_that_go_or_come_or_move_are_found)
{
    static const char *const changes[] = {
        "DELETE FROM event WHERE device_no = 1 AND seq = 5",
        "DELETE FROM event WHERE device_no = 1 AND seq = (SELECT max(seq) FROM event "
        "WHERE device_no = 1 AND strand = 0) AND strand = 0",
        "DELETE FROM event WHERE device_no = 2",
        "UPDATE strand SET seq = seq + 1 WHERE device_no = 1",
        "UPDATE strand SET link = zeroblob(32) WHERE device_no = 2",
        "UPDATE event SET body = (SELECT o.body FROM event o WHERE o.device_no = 1 AND "
        "o.strand = 0 AND o.seq = 2) WHERE device_no = 1 AND strand = 0 AND seq = 3",
        "UPDATE event SET seq = -seq WHERE device_no = 1 AND strand = 0 AND seq = 3",
        "UPDATE kase SET record = substr(record, 2) WHERE case_no = 3",
        "DELETE FROM kase_log WHERE log_no = 2",
    };
    struct made made;
    made_open(&made);
    for (size_t i = 0; i < COUNT(changes); i++) {
        EXPECT_OK(os_file_remove(os_path(&made.arena, made.folder, "copy.db")));
        EXPECT_OK(hq_backup(made.store, os_path(&made.arena, made.folder, "copy.db")));
        sqlite3 *own = made.behind;
        EXPECT_INT(SQLITE_OK, sqlite3_open_v2(os_path(&made.arena, made.folder, "copy.db"),
                                              &made.behind, SQLITE_OPEN_READWRITE, page_sum_vfs));
        run(&made, changes[i]);
        EXPECT_ROW(changes[i], sqlite3_total_changes(made.behind) > 0);
        sqlite3_close(made.behind);
        made.behind = own;
        struct hq_store *copy = NULL;
        EXPECT_OK(hq_store_open_copy(&copy, os_path(&made.arena, made.folder, "copy.db")));
        struct chain_checked checked;
        EXPECT_ROW(changes[i], chain_check(copy, &checked) == ERR_corrupt);
        EXPECT_ROW(changes[i], checked.is_broken);
        hq_store_close(copy);
    }
    expect_sound(&made);
    made_close(&made);
}

TEST(test_what_is_not_what_was_accepted_is_no_backup)
{
    struct made made;
    made_open(&made);
    const char *path = os_path(&made.arena, made.folder, "backup.db");
    const struct place fact = {2, 0, 4}; /* far from the end of its chain */
    struct backup backup;
    EXPECT(turn(&made, "body", &fact, 3));
    EXPECT_ERR(ERR_corrupt,
               backup_make(&made.arena, made.store, made.folder, path, FILLED_NOW_MS, &backup));
    EXPECT(!os_file_exists(path));
    EXPECT(turn(&made, "body", &fact, 3));
    EXPECT_OK(backup_make(&made.arena, made.store, made.folder, path, FILLED_NOW_MS, &backup));
    EXPECT(os_file_exists(path));
    made_close(&made);
}
