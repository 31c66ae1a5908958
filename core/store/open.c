/* core/store/open.c -- opening, closing, transactions. */
#include "core/store/identity.h"
#include "core/store/page_log.h"
#include "core/store/store_private.h"

#include "core/os/log.h"
#include "core/os/os.h"

#include <stdio.h>
#include <string.h>

enum err store_file_ask(sqlite3 *db, const char *sql, char *text, size_t size)
{
    sqlite3_stmt *handle = NULL;
    text[0] = '\0';
    TRY(store_sqlite_err(sqlite3_prepare_v2(db, sql, -1, &handle, NULL)));
    int code = sqlite3_step(handle);
    if (code == SQLITE_ROW) {
        const unsigned char *value = sqlite3_column_text(handle, 0);
        snprintf(text, size, "%s", value != NULL ? (const char *)value : "");
        code = SQLITE_OK;
    }
    sqlite3_finalize(handle);
    return store_sqlite_err(code);
}

/* The same, with the error's text and what it means kept in the store. */
static enum err pragma_text(struct store *store, const char *sql, char *text, size_t size)
{
    enum err err = store_file_ask(store->db, sql, text, size);
    return err == OK ? OK : store_stmt_err(store, sqlite3_extended_errcode(store->db));
}

/* A write-ahead log that is still there was not folded in by a clean close. */
static bool was_stopped_uncleanly(const struct store_options *options)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(options->vfs);
    char path[STORE_PATH_SIZE];
    int exists = 0;
    snprintf(path, sizeof path, "%s-wal", options->path);
    return vfs != NULL && vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK &&
           exists != 0;
}

static enum err check_whole(struct store *store)
{
    char text[64] = "";
    TRY(pragma_text(store, "PRAGMA quick_check(1)", text, sizeof text));
    return strcmp(text, "ok") == 0 ? OK : ERR_corrupt;
}

/* Ours, empty, or foreign? Reads only. */
static enum err check_kind(struct store *store)
{
    char application[32] = "";
    char version[32] = "";
    char tables[32] = "";
    TRY(pragma_text(store, "PRAGMA application_id", application, sizeof application));
    TRY(pragma_text(store, "PRAGMA user_version", version, sizeof version));
    TRY(pragma_text(store, "SELECT count(*) FROM sqlite_schema", tables, sizeof tables));
    bool is_empty = strcmp(tables, "0") == 0;
    char ours[32];
    snprintf(ours, sizeof ours, "%d", STORE_APPLICATION_ID);
    if (!is_empty && strcmp(application, ours) != 0) {
        return ERR_corrupt;
    }
    int64_t number = 0;
    TRY(str_to_i64(str_from(version), &number));
    return number > SQL_DEVICE_MIGRATION_COUNT ? ERR_newer_database : OK;
}

static enum err set_up(struct store *store)
{
    /* Exclusive before the first access: the index of the log then lives in this
     * process, and a second process is told that the file is busy. */
    TRY(store_stmt_exec(store, "PRAGMA locking_mode=EXCLUSIVE"));
    TRY(check_kind(store));
    enum err err = store_file_set_up(store->db);
    return err == ERR_io ? store_stmt_err(store, sqlite3_extended_errcode(store->db)) : err;
}

/* A log that is found at opening may hold frames whose flush failed: the system shows them and
 * will never write them. Commits after such a hole would be lost with the next power cut,
 * so the log is folded into the file, which is flushed, and begins anew. A full disk keeps it
 * as it is: the commit that is waiting matters more. */
static enum err fold_log(sqlite3 *db)
{
    int code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    enum err err = store_sqlite_err(code);
    return err == ERR_no_space ? OK : err;
}

_Static_assert(PAGE_VFS_PAGES_MAX == 1048576, "store_file_set_up() says it to SQLite");

enum err store_file_set_up(sqlite3 *db)
{
    char mode[16] = "";
    TRY(store_file_ask(db, "PRAGMA locking_mode=EXCLUSIVE", mode, sizeof mode));
    /* Before anything could spill to a file of its own. */
    TRY(store_sqlite_err(sqlite3_exec(db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL)));
    /* EXTRA is FULL where there is a log. Making the file, before there is one, writes a
     * rollback journal; its removal must last too, or it comes back after a power cut and
     * undoes the file to nothing. */
    TRY(store_sqlite_err(sqlite3_exec(db, "PRAGMA synchronous=EXTRA", NULL, NULL, NULL)));
    TRY(store_file_ask(db, "PRAGMA journal_mode=WAL", mode, sizeof mode));
    if (strcmp(mode, "wal") != 0) {
        return ERR_busy;
    }
    TRY(store_sqlite_err(
        sqlite3_exec(db,
                     "PRAGMA secure_delete=ON;"
                     "PRAGMA recursive_triggers=ON;" /* REPLACE fires DELETE triggers */
                     "PRAGMA trusted_schema=OFF;"
                     "PRAGMA cell_size_check=ON;"
                     "PRAGMA mmap_size=0;"
                     "PRAGMA max_page_count=1048576;" /* PAGE_VFS_PAGES_MAX */
                     "PRAGMA cache_size=-8192",
                     NULL, NULL, NULL)));
    return fold_log(db);
}

static void drop_connection(struct store *store, bool is_kept_as_is)
{
    if (store->is_suspect) {
        store_suspect_note(store);
    }
    if (store->db == NULL) {
        return;
    }
    store_stmt_forget_all(store);
    store_media_close(store);
    if (is_kept_as_is) {
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    sqlite3_close(store->db);
    store->db = NULL;
    store->is_in_transaction = false;
    store->tail = (struct store_tail){0};
    store->is_lineage_known = false;
    store->known = (struct store_known){0};
}

enum err store_file_make(const struct store_options *options, const char *path)
{
    if (options->vfs != NULL || os_file_exists(path)) {
        return OK;
    }
    return os_file_replace(path, "", 0);
}

enum err store_file_settle(const struct store_options *options, const char *path)
{
    char log_path[STORE_PATH_SIZE + 8];
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    return options->vfs != NULL ? OK : os_file_settle(log_path);
}

enum err store_file_check_log(struct page_vfs *pages, const char *path)
{
    bool is_damaged = false;
    if (pages != NULL) {
        TRY(page_log_is_damaged(pages, path, &is_damaged));
    }
    return is_damaged ? ERR_corrupt : OK;
}

int store_file_connect(const struct store_options *options, struct page_vfs *pages,
                       const char *path, sqlite3 **db_out)
{
    bool is_sealed = pages != NULL;
    int code = sqlite3_open_v2(path, db_out,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_EXRESCODE,
                               is_sealed ? pages->name : options->vfs);
    return code == SQLITE_OK && is_sealed ? page_vfs_prepare(*db_out) : code;
}

/* The sealed copy of a plain file needs room; the reserve is there for that, too. */
static enum err seal(struct store *store)
{
    const char *path = store->options.path;
    enum err err = store_convert(&store->options, store->pages, path, SQL_DEVICE_MIGRATION_COUNT);
    if (err == ERR_no_space && store_reserve_release(store)) {
        err = store_convert(&store->options, store->pages, path, SQL_DEVICE_MIGRATION_COUNT);
    }
    return err;
}

static enum err connect(struct store *store)
{
    store->is_broken = false;
    TRY(seal(store));
    bool is_unclean = was_stopped_uncleanly(&store->options);
    if (is_unclean) {
        TRY(store_file_settle(&store->options, store->options.path));
    }
    TRY(store_file_check_log(store->pages, store->options.path));
    TRY(store_file_make(&store->options, store->options.path));
    TRY(store_stmt_err(
        store, store_file_connect(&store->options, store->pages, store->options.path, &store->db)));
    TRY(store_stmt_err(store, store_search_set_up(store->db)));
    TRY(set_up(store));
    bool was_suspect = store_suspect_is(store);
    if (is_unclean || was_suspect) {
        TRY(check_whole(store));
    }
    enum err err = store_migrate(store, sql_device_migrations, SQL_DEVICE_MIGRATION_COUNT);
    if (err == ERR_no_space && store_reserve_release(store)) {
        err = store_migrate(store, sql_device_migrations, SQL_DEVICE_MIGRATION_COUNT);
    }
    TRY(err);
    uint64_t bad_seq = 0;
    TRY(store_journal_check_tail(store, was_suspect ? 0 : STORE_TAIL_CHECKED, &bad_seq));
    if (was_suspect) {
        store_suspect_forget(store);
    }
    identity_keep(store);
    return OK;
}

/* Bytes that nothing wants any more go when nothing else is under way; what cannot be done
 * now is done at the next open. */
static void collect(struct store *store)
{
    if (!store->media.is_stale) {
        return;
    }
    enum err err = store_media_collect(store);
    if (err != OK) {
        log_line(LOG_warning, "store", "attachments not cleared up: %s", err_name(err));
    }
}

static enum err keys_begin(struct store *store, const struct store_options *options)
{
    store->options.key = NULL;
    if (options->key == NULL) {
        return OK;
    }
    CHECK(options->rng != NULL);
    TRY(page_vfs_begin(&store->pages, options->vfs, "device", options->key->bytes, options->rng));
    return page_vfs_begin(&store->media.pages, options->vfs, "media", options->key->bytes,
                          options->rng);
}

static void keys_end(struct store *store)
{
    page_vfs_end(&store->pages);
    page_vfs_end(&store->media.pages);
}

enum err store_open(struct arena *arena, const struct store_options *options,
                    struct store **store_out)
{
    CHECK(strlen(options->path) + 16 < STORE_PATH_SIZE);
    struct store *store = ARENA_NEW(arena, struct store);
    store->options = *options;
    store_reserve_find(store);
    enum err err = keys_begin(store, options);
    err = err == OK ? connect(store) : err;
    if (err != OK) {
        log_line(LOG_error, "store", "not opened: %s (%s)", err_name(err), store->error_text);
        drop_connection(store, true);
        keys_end(store);
        return err;
    }
    (void)store_reserve_restore(store);
    store->media.is_stale = true;
    collect(store);
    *store_out = store;
    return OK;
}

void store_close(struct store **store)
{
    if (*store != NULL) {
        store_rollback(*store);
        drop_connection(*store, (*store)->is_broken);
        keys_end(*store);
        *store = NULL;
    }
}

enum err store_reopen(struct store *store)
{
    drop_connection(store, true);
    enum err err = connect(store);
    if (err != OK) {
        log_line(LOG_error, "store", "not opened again: %s (%s)", err_name(err), store->error_text);
        store->is_broken = true;
        return err;
    }
    store->media.is_stale = true;
    collect(store);
    return OK;
}

const char *store_error_text(const struct store *store)
{
    return store->error_text;
}

bool store_is_in_transaction(const struct store *store)
{
    return store->is_in_transaction;
}

enum err store_begin(struct store *store)
{
    CHECK(!store->is_in_transaction);
    store_reserve_check(store);
    TRY(store_stmt_exec(store, "BEGIN IMMEDIATE"));
    store->is_in_transaction = true;
    return OK;
}

enum err store_commit(struct store *store)
{
    CHECK(store->is_in_transaction);
    enum err err = store_stmt_exec(store, "COMMIT");
    if (err != OK) {
        log_line(LOG_error, "store", "not saved: %s (%s)", err_name(err), store->error_text);
        store_rollback(store);
        return err;
    }
    store->is_in_transaction = false;
    if (store->is_identity_old) {
        identity_keep(store);
    }
    collect(store);
    return OK;
}

enum err store_checkpoint(struct store *store)
{
    CHECK(!store->is_in_transaction);
    if (store->is_broken) {
        return ERR_io;
    }
    TRY(store_stmt_err(store, sqlite3_wal_checkpoint_v2(store->db, "main",
                                                        SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)));
    return store_media_checkpoint(store);
}

void store_rollback(struct store *store)
{
    if (!store->is_in_transaction) {
        return;
    }
    store->is_in_transaction = false;
    store->tail.is_known = false;
    store->is_lineage_known = false;
    store->known = (struct store_known){0};
    if (store->db != NULL && sqlite3_get_autocommit(store->db) == 0 &&
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK) {
        store->is_broken = true;
    }
}
