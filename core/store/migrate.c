/* core/store/migrate.c -- brings an older file to the schema of this program.
 * Every migration is a transaction of its own with the version number inside;
 * before the first one the whole file is copied beside it. */
#include "core/store/store_private.h"

#include "core/os/log.h"

#include <stdio.h>
#include <string.h>

static enum err version_read(struct store *store, int64_t *version_out)
{
    sqlite3_stmt *handle = NULL;
    TRY(store_stmt_err(store,
                       sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &handle, NULL)));
    int code = sqlite3_step(handle);
    *version_out = code == SQLITE_ROW ? sqlite3_column_int64(handle, 0) : 0;
    enum err err = store_stmt_err(store, code);
    sqlite3_finalize(handle);
    return err;
}

/* A copy through SQLite itself, which flushes it, named by the version it holds, and sealed when
 * the file is. An older copy of the same version is overwritten: it came from a migration that
 * did not end. */
static enum err copy_file_through(struct store *store, struct page_vfs *pages, int64_t version)
{
    char path[STORE_PATH_SIZE];
    snprintf(path, sizeof path, "%s.before-%d", store->options.path, (int)version);
    TRY(store_file_make(&store->options, path));
    sqlite3 *copy = NULL;
    int code = store_file_connect(&store->options, pages, path, &copy);
    if (code == SQLITE_OK) {
        /* Alone: the copy carries the write-ahead mode of its source. */
        code = sqlite3_exec(copy, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=EXTRA", NULL,
                            NULL, NULL);
    }
    if (code == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(copy, "main", store->db, "main");
        if (backup == NULL) {
            code = sqlite3_errcode(copy);
        } else {
            code = sqlite3_backup_step(backup, -1);
            int end = sqlite3_backup_finish(backup);
            code = code == SQLITE_DONE ? end : code;
        }
    }
    sqlite3_close(copy);
    if (code != SQLITE_OK) {
        snprintf(store->error_text, sizeof store->error_text, "copy before migration: %d", code);
        /* Half a copy is none, and takes the room that is needed. */
        sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
        (void)vfs->xDelete(vfs, path, 1);
        return (code & 0xFF) == SQLITE_FULL ? ERR_no_space : ERR_io;
    }
    return OK;
}

static enum err copy_file(struct store *store, int64_t version)
{
    struct page_vfs *pages = NULL;
    if (store->pages != NULL) {
        /* A key under the file's own: the one that was handed in is no longer here. */
        TRY(page_vfs_begin(&pages, store->options.vfs, "before", store->pages->key,
                           store->options.rng));
    }
    enum err err = copy_file_through(store, pages, version);
    page_vfs_end(&pages);
    return err;
}

static enum err run_one(struct store *store, const struct sql_device_migration *migration,
                        int64_t version)
{
    char sql[96];
    snprintf(sql, sizeof sql, "PRAGMA user_version=%d; PRAGMA application_id=%d", (int)version,
             STORE_APPLICATION_ID);
    TRY(store_begin(store));
    enum err err = store_stmt_exec(store, migration->text);
    if (err == OK) {
        err = store_stmt_exec(store, sql);
    }
    if (err != OK) {
        log_line(LOG_error, "store", "migration %s: %s (%s)", migration->name, err_name(err),
                 store->error_text);
        store_rollback(store);
        return err;
    }
    return store_commit(store);
}

enum err store_migrate(struct store *store, const struct sql_device_migration *migrations,
                       size_t count)
{
    int64_t version = 0;
    TRY(version_read(store, &version));
    if (version > (int64_t)count) {
        return ERR_newer_database;
    }
    if (version > 0 && version < (int64_t)count) {
        /* A damaged file is told before anything of it is moved. */
        char text[64] = "";
        enum err err = store_file_ask(store->db, "PRAGMA quick_check(1)", text, sizeof text);
        if (err != OK) {
            return err == ERR_io ? store_stmt_err(store, sqlite3_extended_errcode(store->db)) : err;
        }
        if (strcmp(text, "ok") != 0) {
            return ERR_corrupt;
        }
        TRY(copy_file(store, version));
    }
    for (; version < (int64_t)count; version++) {
        TRY(run_one(store, &migrations[version], version + 1));
    }
    return OK;
}
