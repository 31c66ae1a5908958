/* The log into the database: by the writer between two commits, or beside its commits.
 *
 * SQLite before 3.51.3 damages a file when the log starts over while another connection
 * checkpoints. A log starts over only where no connection holds a read mark in it, so one is
 * held for as long as a fold runs. It is taken when the log holds pages that are not in the
 * database: else SQLite would give a mark that holds nothing.
 *
 * SQLite flushes the database only when the whole log is in it, since only then the log can
 * start over. Each fold flushes its part all the same, where nobody waits for it: the writer's
 * last step is then short. A flush that fails leaves pages that the system takes for written;
 * from then on the log, which has them all, stays until the next start moves it anew. */
#include "core/os/log.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/sqlite_private.h"

enum {
    IDLE_PAGES = 600,   /* 2.4 MB: worth a fold; less is left where it is */
    REST_PAGES = 2000,  /* the writer moves so many by itself, some 10 ms */
    OVER_PAGES = 64000, /* 256 MB */
};

static int note_log(void *context, sqlite3 *db, const char *name, int page_count)
{
    (void)db;
    (void)name;
    struct sqlite_handle *sqlite = context;
    sqlite->log_pages = page_count;
    if (page_count < sqlite->folded_pages) {
        sqlite->folded_pages = 0; /* it began anew */
    }
    return SQLITE_OK;
}

void sqlite_take_log(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    sqlite3_wal_hook(sqlite->db, note_log, sqlite); /* instead of a checkpoint by the commit */
}

enum hq_log sqlite_log(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    int rest = sqlite->log_pages - sqlite->folded_pages;
    if (sqlite->is_log_kept || rest < IDLE_PAGES) {
        return HQ_LOG_short;
    }
    if (sqlite->log_pages >= OVER_PAGES) {
        return HQ_LOG_over;
    }
    if (sqlite->log_pages >= SQLITE_LOG_PAGES) {
        return rest <= REST_PAGES ? HQ_LOG_full : HQ_LOG_long;
    }
    return HQ_LOG_grown;
}

/* Whether a part is in the database that no flush has confirmed. */
static void keep_log_after(struct sqlite_handle *sqlite, enum err err)
{
    if (sqlite->mover != NULL && err != OK && err != ERR_busy && err != ERR_no_space &&
        !sqlite->is_log_kept) {
        sqlite->is_log_kept = true;
        log_line(LOG_error, "store",
                 "the disk failed under the database: its log is kept from now on and grows. "
                 "Look at the disk, then start again");
    }
}

enum err sqlite_checkpoint(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    sqlite->folded_pages = sqlite->log_pages; /* also when it fails: later once more */
    if (sqlite->is_log_kept) {
        return ERR_io;
    }
    enum err err = sqlite_err(
        sqlite3_wal_checkpoint_v2(sqlite->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL));
    keep_log_after(sqlite, err);
    return err;
}

static int open_one(const char *path, int access, const char *pragmas, sqlite3 **db_out)
{
    int code = sqlite3_open_v2(path, db_out, SQLITE_OPEN_NOMUTEX | access, page_sum_vfs);
    if (code == SQLITE_OK) {
        sqlite3_extended_result_codes(*db_out, 1);
        code = sqlite3_db_config(*db_out, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_exec(*db_out, pragmas, NULL, NULL, NULL);
    }
    if (code != SQLITE_OK) {
        sqlite3_close(*db_out);
        *db_out = NULL;
    }
    return code;
}

static int open_both(struct sqlite_handle *sqlite)
{
    if (sqlite->holder == NULL) {
        int code = open_one(sqlite->path, SQLITE_OPEN_READONLY,
                            "PRAGMA query_only = 1; PRAGMA wal_autocheckpoint = 0;"
                            "PRAGMA cache_size = 16; PRAGMA mmap_size = 0;",
                            &sqlite->holder);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    return sqlite->mover != NULL
               ? SQLITE_OK
               : open_one(sqlite->path, SQLITE_OPEN_READWRITE,
                          "PRAGMA synchronous = EXTRA; PRAGMA wal_autocheckpoint = 0;"
                          "PRAGMA cache_size = 16; PRAGMA mmap_size = 0;",
                          &sqlite->mover);
}

enum err sqlite_fold_begin(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    CHECK(sqlite->log_pages > sqlite->folded_pages);
    sqlite->folded_pages = sqlite->log_pages;
    int code = open_both(sqlite);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(sqlite->holder, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1;", NULL,
                            NULL, NULL);
        if (code != SQLITE_OK) {
            (void)sqlite3_exec(sqlite->holder, "ROLLBACK;", NULL, NULL, NULL);
        }
    }
    return sqlite_err(code);
}

enum err sqlite_fold_run(void *handle)
{
    struct sqlite_handle *sqlite = handle;
    sqlite3_file *file = NULL;
    int code =
        sqlite3_wal_checkpoint_v2(sqlite->mover, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_file_control(sqlite->mover, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    }
    if (code == SQLITE_OK) {
        code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    }
    return sqlite_err(code);
}

void sqlite_fold_end(void *handle, enum err err)
{
    struct sqlite_handle *sqlite = handle;
    keep_log_after(sqlite, err);
    (void)sqlite3_exec(sqlite->holder, "ROLLBACK;", NULL, NULL, NULL);
}

void sqlite_fold_close(struct sqlite_handle *sqlite)
{
    sqlite3_close(sqlite->holder);
    sqlite3_close(sqlite->mover);
    if (sqlite->is_log_kept) {
        (void)sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    }
}
