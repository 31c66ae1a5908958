/* core/store/media.c -- the file of attachments, "<path>.media": bytes by their hash.
 *
 * A connection of its own. Whatever goes wrong here stays here: facts do not depend on it. An
 * I/O error closes it, so that nothing of what it believed to have written is believed; the
 * next use opens it from the disk. It is made with the first photo. */
#include "core/store/store_private.h"

#include "core/os/log.h"

#include <stdio.h>
#include <string.h>

static char *media_path(const struct store *store, char path[STORE_PATH_SIZE])
{
    snprintf(path, STORE_PATH_SIZE, "%s.media", store->options.path);
    return path;
}

void store_media_close(struct store *store)
{
    struct store_media *media = &store->media;
    for (size_t i = 0; i < SQL_MEDIA_COUNT; i++) {
        sqlite3_finalize(media->stmts[i]);
        media->stmts[i] = NULL;
    }
    sqlite3_close(media->db);
    media->db = NULL;
}

/* What a code of this file means; nothing is held open after an error of the disk. */
static enum err media_err(struct store *store, int code)
{
    enum err err = store_sqlite_err(code);
    if (err == ERR_corrupt) {
        store->media.is_damaged = true;
    }
    if (err == ERR_io || err == ERR_corrupt) {
        log_line(LOG_error, "store", "attachments: %s (%d)", err_name(err), code);
        store_media_close(store);
    }
    return err;
}

static int exec(struct store *store, const char *sql)
{
    return sqlite3_exec(store->media.db, sql, NULL, NULL, NULL);
}

static enum err migrate(struct store *store)
{
    char text[32];
    int64_t version = 0;
    TRY(store_file_ask(store->media.db, "PRAGMA user_version", text, sizeof text));
    TRY(str_to_i64(str_from(text), &version));
    if (version > SQL_MEDIA_MIGRATION_COUNT) {
        return ERR_newer_database;
    }
    for (; version < SQL_MEDIA_MIGRATION_COUNT; version++) {
        char pragma[48];
        snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", (int)version + 1);
        int code = exec(store, "BEGIN IMMEDIATE");
        code = code == SQLITE_OK ? exec(store, sql_media_migrations[version].text) : code;
        code = code == SQLITE_OK ? exec(store, pragma) : code;
        code = code == SQLITE_OK ? exec(store, "COMMIT") : code;
        if (code != SQLITE_OK) {
            return store_sqlite_err(code);
        }
    }
    return OK;
}

static enum err file_exists(struct store *store, bool *exists_out)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    char path[STORE_PATH_SIZE];
    int exists = 0;
    if (vfs == NULL ||
        vfs->xAccess(vfs, media_path(store, path), SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK) {
        return ERR_io;
    }
    *exists_out = exists != 0;
    return OK;
}

static enum err connect(struct store *store)
{
    char path[STORE_PATH_SIZE];
    TRY(store_convert(&store->options, store->media.pages, media_path(store, path),
                      SQL_MEDIA_MIGRATION_COUNT));
    TRY(store_file_make(&store->options, path));
    TRY(store_file_settle(&store->options, path));
    TRY(store_file_check_log(store->media.pages, path));
    int code = store_file_connect(&store->options, store->media.pages, path, &store->media.db);
    if (code != SQLITE_OK) {
        return store_sqlite_err(code);
    }
    TRY(store_file_set_up(store->media.db));
    return migrate(store);
}

/* ERR_not_found when there is no such file yet and it is not to be made. */
static enum err media_open(struct store *store, bool is_made)
{
    bool exists = false;
    if (store->is_broken) {
        return ERR_io;
    }
    if (store->media.db != NULL) {
        return OK;
    }
    if (!is_made) {
        TRY(file_exists(store, &exists));
        if (!exists) {
            return ERR_not_found;
        }
    }
    enum err err = connect(store);
    store->media.is_damaged =
        err == ERR_corrupt || err == ERR_newer_database || err == ERR_wrong_key;
    if (err != OK) {
        log_line(LOG_error, "store", "attachments not opened: %s", err_name(err));
        store_media_close(store);
    }
    return store->media.is_damaged ? ERR_corrupt : err;
}

/* A statement about one hash. */
static enum err start(struct store *store, enum sql_media which, const struct chain_hash *hash,
                      sqlite3_stmt **stmt_out)
{
    sqlite3_stmt **stmt = &store->media.stmts[which];
    if (*stmt == NULL) {
        TRY(media_err(store, sqlite3_prepare_v3(store->media.db, sql_media_texts[which], -1,
                                                SQLITE_PREPARE_PERSISTENT, stmt, NULL)));
    }
    sqlite3_clear_bindings(*stmt);
    if (hash != NULL) {
        int index = sqlite3_bind_parameter_index(*stmt, "$hash");
        CHECK(sqlite3_bind_blob(*stmt, index, hash->bytes, sizeof hash->bytes, SQLITE_STATIC) ==
              SQLITE_OK);
    }
    *stmt_out = *stmt;
    return OK;
}

static void bind_number(sqlite3_stmt *stmt, const char *name, int64_t value)
{
    CHECK(sqlite3_bind_int64(stmt, sqlite3_bind_parameter_index(stmt, name), value) == SQLITE_OK);
}

/* Runs a statement without rows. The code is judged after its reset: the reset tells it. */
static enum err run(struct store *store, sqlite3_stmt *stmt)
{
    (void)sqlite3_step(stmt);
    return media_err(store, sqlite3_reset(stmt));
}

static enum err run_about(struct store *store, enum sql_media which, const struct chain_hash *hash)
{
    sqlite3_stmt *stmt = NULL;
    TRY(start(store, which, hash, &stmt));
    return run(store, stmt);
}

static enum err put_chunk(struct store *store, const struct chain_hash *hash, uint32_t index,
                          const uint8_t *bytes, size_t size)
{
    sqlite3_stmt *stmt = NULL;
    TRY(start(store, SQL_MEDIA_chunk_put, hash, &stmt));
    bind_number(stmt, "$number", index);
    CHECK(sqlite3_bind_blob(stmt, sqlite3_bind_parameter_index(stmt, "$bytes"), bytes, (int)size,
                            SQLITE_STATIC) == SQLITE_OK);
    return run(store, stmt);
}

static enum err put_all(struct store *store, const struct chain_hash *hash, const uint8_t *bytes,
                        size_t size)
{
    sqlite3_stmt *stmt = NULL;
    TRY(start(store, SQL_MEDIA_content_put, hash, &stmt));
    bind_number(stmt, "$size", (int64_t)size);
    TRY(run(store, stmt));
    for (size_t at = 0; at < size; at += LIMIT_chunk_size) {
        size_t part = size - at < LIMIT_chunk_size ? size - at : LIMIT_chunk_size;
        TRY(put_chunk(store, hash, (uint32_t)(at / LIMIT_chunk_size), bytes + at, part));
    }
    return OK;
}

/* Ends the transaction: keeps it when `err` is OK. The connection may be gone by then. */
static enum err end(struct store *store, enum err err)
{
    if (store->media.db == NULL) {
        return err;
    }
    if (err == OK) {
        err = media_err(store, exec(store, "COMMIT"));
    }
    if (err != OK && store->media.db != NULL && sqlite3_get_autocommit(store->media.db) == 0 &&
        exec(store, "ROLLBACK") != SQLITE_OK) {
        store_media_close(store);
    }
    return err;
}

enum err store_media_put(struct store *store, const struct chain_hash *hash, const void *bytes,
                         size_t size)
{
    bool has_it = false;
    TRY(media_open(store, true));
    TRY(store_media_has(store, hash, &has_it));
    if (has_it) {
        return OK;
    }
    TRY(media_err(store, exec(store, "BEGIN IMMEDIATE")));
    return end(store, put_all(store, hash, bytes, size));
}

enum err store_media_has(struct store *store, const struct chain_hash *hash, bool *has_out)
{
    *has_out = false;
    enum err err = media_open(store, false);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    sqlite3_stmt *stmt = NULL;
    TRY(start(store, SQL_MEDIA_content_has, hash, &stmt));
    *has_out = sqlite3_step(stmt) == SQLITE_ROW;
    return media_err(store, sqlite3_reset(stmt));
}

enum err store_media_chunk(struct store *store, struct arena *arena, const struct chain_hash *hash,
                           uint32_t index, struct str *bytes_out)
{
    sqlite3_stmt *stmt = NULL;
    TRY(media_open(store, false));
    TRY(start(store, SQL_MEDIA_chunk_get, hash, &stmt));
    bind_number(stmt, "$number", index);
    bool has_row = sqlite3_step(stmt) == SQLITE_ROW;
    if (has_row) {
        size_t size = (size_t)sqlite3_column_bytes(stmt, 0);
        const void *bytes = sqlite3_column_blob(stmt, 0);
        char *copy = arena_alloc(arena, size + 1);
        if (size > 0) {
            memcpy(copy, bytes, size);
        }
        *bytes_out = (struct str){copy, size};
    }
    TRY(media_err(store, sqlite3_reset(stmt)));
    return has_row ? OK : ERR_not_found;
}

enum err store_media_checkpoint(struct store *store)
{
    if (store->media.db == NULL) {
        return OK;
    }
    return media_err(store, sqlite3_wal_checkpoint_v2(store->media.db, "main",
                                                      SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

/* ---- clearing up ---- */

static enum err content_hashes(struct store *store, struct arena *arena,
                               struct chain_hash **hashes_out, size_t *count_out)
{
    sqlite3_stmt *stmt = NULL;
    struct chain_hash *hashes = NULL;
    size_t count = 0;
    size_t capacity = 0;
    TRY(start(store, SQL_MEDIA_content_list, NULL, &stmt));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        if (count == capacity) {
            capacity = capacity == 0 ? 32 : capacity * 2;
            struct chain_hash *grown = ARENA_ARRAY(arena, capacity, struct chain_hash);
            if (count > 0) {
                memcpy(grown, hashes, count * sizeof *hashes);
            }
            hashes = grown;
        }
        memcpy(hashes[count++].bytes, sqlite3_column_blob(stmt, 0), CHAIN_HASH_SIZE); /* CHECKed */
    }
    *hashes_out = hashes;
    *count_out = count;
    return media_err(store, sqlite3_reset(stmt));
}

static enum err is_wanted(struct store *store, struct arena *arena, const struct chain_hash *hash,
                          bool *is_wanted_out)
{
    struct store_attachment attachment;
    struct arena_mark mark = arena_mark(arena);
    enum err err = store_attachment_get(store, hash, &attachment);
    arena_rollback(arena, mark);
    *is_wanted_out = err == OK && !(attachment.is_hidden && attachment.state == ATTACHMENT_safe);
    if (err == ERR_not_found) {
        /* Unless a fact that a damaged store could not give back may have named it. */
        int64_t lost_count = 0;
        TRY(store_setting_number(store, SETTING_rescue_lost, 0, &lost_count));
        *is_wanted_out = lost_count > 0;
        return OK;
    }
    return err;
}

static enum err delete_unwanted(struct store *store, struct arena *arena)
{
    struct chain_hash *hashes = NULL;
    size_t count = 0;
    size_t gone_count = 0;
    TRY(content_hashes(store, arena, &hashes, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_kept = false;
        TRY(is_wanted(store, arena, &hashes[i], &is_kept));
        if (is_kept) {
            continue;
        }
        TRY(media_err(store, exec(store, "BEGIN IMMEDIATE")));
        enum err err = run_about(store, SQL_MEDIA_chunk_delete, &hashes[i]);
        err = err == OK ? run_about(store, SQL_MEDIA_content_delete, &hashes[i]) : err;
        TRY(end(store, err));
        gone_count++;
    }
    /* secure_delete wipes the pages; what the log still holds goes with it. */
    return gone_count > 0 ? store_media_checkpoint(store) : OK;
}

enum err store_media_collect(struct store *store)
{
    enum err err = media_open(store, false);
    if (err == ERR_not_found) {
        store->media.is_stale = false;
        return OK;
    }
    TRY(err);
    struct arena arena;
    arena_init(&arena, 0);
    err = delete_unwanted(store, &arena);
    store->media.is_stale = err != OK;
    arena_deinit(&arena);
    return err;
}
