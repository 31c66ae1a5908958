/* The SQLite backend: one writer connection that also checkpoints, read-only
 * readers (see the WAL-reset bug in sync/server/README.md); sqlite_fold.c moves the log. */
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/hq_store.h"
#include "sync/server/store/page_cache.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/sqlite_log.h"
#include "sync/server/store/sqlite_private.h"

#include <string.h>

/* The writer keeps 256 MB of pages: the hot ones of a million cases, as bench_merge says. */
enum { PLACEHOLDERS_MAX = 32, BUSY_MS = 10000 };

struct hq_statement {
    sqlite3_stmt *statement;
    int placeholder_count;
    int next; /* index of the placeholder after the one bound last */
    const char *placeholders[PLACEHOLDERS_MAX]; /* by number less one */
};

enum err sqlite_err(int code)
{
    if (code == SQLITE_IOERR_DATA) {
        return ERR_corrupt; /* a page is not what was written */
    }
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return OK;
    case SQLITE_FULL:
        return ERR_no_space;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_corrupt;
    case SQLITE_CONSTRAINT:
        return ERR_exists;
    case SQLITE_TOOBIG:
        return ERR_too_long;
    default:
        return ERR_io;
    }
}

static enum err handle_run(void *handle, const char *sql)
{
    struct sqlite_handle *sqlite = handle;
    return sqlite_err(sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL));
}

static void handle_close(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    if (sqlite == NULL) {
        return;
    }
    sqlite_fold_close(sqlite);
    CHECK(sqlite3_close(sqlite->db) == SQLITE_OK); /* every statement was forgotten */
    struct arena arena = sqlite->arena;
    arena_deinit(&arena);
}

/* A log that is found at opening may hold frames whose flush failed: the system shows them and
 * will never write them. Commits after such a hole would be lost with the next power cut,
 * so the log is folded into the file, which is flushed, and begins anew. Where another program
 * reads, or the disk is full, it stays as it is. */
static int fold_log(sqlite3 *db)
{
    enum { PATIENCE_MS = 500 };
    sqlite3_busy_timeout(db, PATIENCE_MS);
    int code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
    bool is_kept = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_FULL;
    return is_kept ? SQLITE_OK : code;
}

/* A damaged log must not be taken for a torn one: SQLite would cut it off and go on. */
static enum err check_log(const char *path, enum hq_access access)
{
    bool is_damaged = false;
    if (access == HQ_ACCESS_write) {
        TRY(sqlite_log_is_damaged(path, &is_damaged));
    }
    return is_damaged ? ERR_corrupt : OK;
}

static enum err handle_open(const char *path, enum hq_access access, void **handle_out)
{
    TRY(check_log(path, access));
    struct arena arena;
    arena_init(&arena, 0);
    struct sqlite_handle *sqlite = ARENA_NEW(&arena, struct sqlite_handle);
    /* Before the first connection of the process only, later without effect: counting every
     * allocation under one lock costs the threads some 4 %, and nobody reads the counts. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_PCACHE2, &page_cache_methods);
    int flags = SQLITE_OPEN_NOMUTEX;
    flags |= access == HQ_ACCESS_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                       : SQLITE_OPEN_READONLY;
    int code = page_sum_register();
    if (code == SQLITE_OK) {
        code = sqlite3_open_v2(path, &sqlite->db, flags, page_sum_vfs);
    }
    sqlite->path = arena_text(&arena, path);
    sqlite->arena = arena;
    if (code == SQLITE_OK) {
        sqlite3_extended_result_codes(sqlite->db, 1);
        sqlite3_busy_timeout(sqlite->db, BUSY_MS);
        sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        code = page_sum_prepare(sqlite->db);
    }
    if (code == SQLITE_OK) {
        /* EXTRA is FULL where there is a log. Making the file, before there is one, writes a
         * rollback journal; its removal must last too, or it comes back after a power cut and
         * undoes the file to nothing. */
        const char *pragmas = access == HQ_ACCESS_write ? "PRAGMA synchronous = EXTRA;"
                                                          "PRAGMA journal_mode = WAL;"
                                                          "PRAGMA temp_store = MEMORY;"
                                                          "PRAGMA cache_size = -262144;"
                                                          "PRAGMA mmap_size = 0;"
                                                        : "PRAGMA query_only = 1;"
                                                          "PRAGMA wal_autocheckpoint = 0;"
                                                          "PRAGMA temp_store = MEMORY;"
                                                          "PRAGMA cache_size = -32768;"
                                                          "PRAGMA mmap_size = 0;";
        code = sqlite3_exec(sqlite->db, pragmas, NULL, NULL, NULL);
        if (code == SQLITE_OK && access == HQ_ACCESS_write) {
            code = sqlite3_wal_autocheckpoint(sqlite->db, SQLITE_LOG_PAGES);
        }
        if (code == SQLITE_OK && access == HQ_ACCESS_write) {
            code = fold_log(sqlite->db);
        }
        if (code == SQLITE_OK && access == HQ_ACCESS_write) {
            code = sqlite_give_sums(sqlite->db);
        }
    }
    if (code != SQLITE_OK) {
        handle_close(sqlite);
        return sqlite_err(code);
    }
    *handle_out = sqlite;
    return OK;
}

static enum err handle_prepare(void *handle, const char *sql, struct hq_statement **statement_out)
{
    struct sqlite_handle *sqlite = handle;
    struct hq_statement *statement = ARENA_NEW(&sqlite->arena, struct hq_statement);
    int code = sqlite3_prepare_v3(sqlite->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                  &statement->statement, NULL);
    if (code != SQLITE_OK) {
        return sqlite_err(code);
    }
    /* SQLite numbers placeholders by first appearance; callers name them. Its own names go
     * when it compiles the statement again after a change of the schema. */
    statement->placeholder_count = sqlite3_bind_parameter_count(statement->statement);
    CHECK(statement->placeholder_count <= PLACEHOLDERS_MAX);
    for (int i = 0; i < statement->placeholder_count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement->statement, i + 1);
        CHECK(name != NULL); /* every placeholder has a name */
        statement->placeholders[i] = arena_text(&sqlite->arena, name);
    }
    *statement_out = statement;
    return OK;
}

static void statement_forget(struct hq_statement *statement)
{
    sqlite3_finalize(statement->statement);
    statement->statement = NULL;
}

static void statement_reset(struct hq_statement *statement)
{
    sqlite3_reset(statement->statement);
    sqlite3_clear_bindings(statement->statement);
}

/* Callers bind mostly in the order of the statement, so the search starts after the last one. */
static int placeholder_number(struct hq_statement *statement, const char *name)
{
    for (int i = 0; i < statement->placeholder_count; i++) {
        int at = (statement->next + i) % statement->placeholder_count;
        if (strcmp(statement->placeholders[at], name) == 0) {
            statement->next = (at + 1) % statement->placeholder_count;
            return at + 1;
        }
    }
    return 0;
}

static bool statement_bind_i64(struct hq_statement *statement, const char *name, int64_t value)
{
    int number = placeholder_number(statement, name);
    return number > 0 && sqlite3_bind_int64(statement->statement, number, value) == SQLITE_OK;
}

static bool statement_bind_text(struct hq_statement *statement, const char *name, struct str text)
{
    int number = placeholder_number(statement, name);
    const char *bytes = text.bytes != NULL ? text.bytes : "";
    return number > 0 && sqlite3_bind_text64(statement->statement, number, bytes, text.size,
                                             SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
}

static bool statement_bind_bytes(struct hq_statement *statement, const char *name,
                                 const void *bytes, size_t size)
{
    int number = placeholder_number(statement, name);
    return number > 0 &&
           sqlite3_bind_blob64(statement->statement, number, bytes != NULL ? bytes : "", size,
                               SQLITE_STATIC) == SQLITE_OK;
}

static enum err statement_step(struct hq_statement *statement, bool *has_row_out)
{
    int code = sqlite3_step(statement->statement);
    *has_row_out = code == SQLITE_ROW;
    return sqlite_err(code);
}

static int64_t statement_i64(struct hq_statement *statement, int index)
{
    return sqlite3_column_int64(statement->statement, index);
}

static struct str statement_bytes(struct hq_statement *statement, int index)
{
    const char *bytes = sqlite3_column_blob(statement->statement, index);
    int size = sqlite3_column_bytes(statement->statement, index);
    return (struct str){bytes != NULL ? bytes : "", (size_t)size};
}

static int statement_column_count(struct hq_statement *statement)
{
    return sqlite3_column_count(statement->statement);
}

static int64_t handle_changed_count(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    return sqlite3_changes64(sqlite->db);
}

static enum err handle_backup(void *handle, const char *path)
{
    struct sqlite_handle *sqlite = handle;
    if (os_file_exists(path)) {
        return ERR_exists;
    }
    sqlite3 *copy = NULL;
    int code =
        sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, page_sum_vfs);
    if (code == SQLITE_OK) {
        code = page_sum_copy(copy, page_sum_is_on(sqlite->db));
    }
    if (code == SQLITE_OK) { /* a copy whose journal comes back would be no copy */
        code = sqlite3_exec(copy, "PRAGMA synchronous = EXTRA;", NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(copy, "main", sqlite->db, "main");
        if (backup == NULL) {
            code = sqlite3_errcode(copy);
        } else {
            do { /* one step: a consistent copy; busy only while the log is reset */
                code = sqlite3_backup_step(backup, -1);
                if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
                    os_sleep_ms(20);
                }
            } while (code == SQLITE_BUSY || code == SQLITE_LOCKED);
            int finish_code = sqlite3_backup_finish(backup);
            code = code == SQLITE_DONE ? finish_code : code;
        }
    }
    if (code == SQLITE_OK) { /* the copy stands alone: no log beside it */
        code = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE;", NULL, NULL, NULL);
    }
    sqlite3_close(copy);
    if (code != SQLITE_OK) {
        enum err remove_err = os_file_remove(path);
        if (remove_err != OK) { /* the first error is the one to return */
            log_line(LOG_warning, "store", "half a backup is left: %s", err_name(remove_err));
        }
    }
    return sqlite_err(code);
}

static int check_row(void *context, int count, char **values, char **names)
{
    (void)names;
    bool *is_sound = context;
    *is_sound = count == 1 && values[0] != NULL && strcmp(values[0], "ok") == 0;
    return 0;
}

static enum err handle_check(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    bool is_sound = false;
    int code = sqlite3_exec(sqlite->db, "PRAGMA integrity_check(1);", check_row, &is_sound, NULL);
    if (code == SQLITE_OK && !is_sound) {
        return ERR_corrupt;
    }
    return sqlite_err(code);
}

static enum err handle_scrub(void *handle, bool *is_whole_out)
{
    struct sqlite_handle *sqlite = handle;
    if (sqlite->is_log_kept) {
        return ERR_io;
    }
    int code = sqlite_write_anew(sqlite->db);
    if (code == SQLITE_OK) {
        code =
            sqlite3_wal_checkpoint_v2(sqlite->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite->log_pages = 0;
    sqlite->folded_pages = 0;
    *is_whole_out = code == SQLITE_OK;
    return (code & 0xff) == SQLITE_BUSY ? OK : sqlite_err(code);
}

static const char *handle_message(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    return sqlite3_errmsg(sqlite->db);
}

const hq_backend hq_backend_sqlite = {
    .name = "sqlite",
    .open = handle_open,
    .close = handle_close,
    .run = handle_run,
    .prepare = handle_prepare,
    .forget = statement_forget,
    .reset = statement_reset,
    .bind_i64 = statement_bind_i64,
    .bind_text = statement_bind_text,
    .bind_bytes = statement_bind_bytes,
    .step = statement_step,
    .column_i64 = statement_i64,
    .column_bytes = statement_bytes,
    .column_count = statement_column_count,
    .changed_count = handle_changed_count,
    .backup = handle_backup,
    .check = handle_check,
    .checkpoint = sqlite_checkpoint,
    .scrub = handle_scrub,
    .take_log = sqlite_take_log,
    .log = sqlite_log,
    .fold_begin = sqlite_fold_begin,
    .fold_run = sqlite_fold_run,
    .fold_end = sqlite_fold_end,
    .message = handle_message,
};
