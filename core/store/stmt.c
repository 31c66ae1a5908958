/* core/store/stmt.c -- prepared statements by name, parameters by name, errors. */
#include "core/store/store_private.h"

#include <stdio.h>
#include <string.h>

enum err store_sqlite_err(int code)
{
    if (code == SQLITE_IOERR_DATA) {
        return ERR_corrupt; /* a sealed page that does not open: the disk did as it was asked */
    }
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
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
        return ERR_conflict;
    case SQLITE_TOOBIG:
        return ERR_too_long;
    default:
        return ERR_io;
    }
}

enum err store_stmt_err(struct store *store, int code)
{
    if (store->db != NULL) {
        snprintf(store->error_text, sizeof store->error_text, "%d: %s", code,
                 sqlite3_errmsg(store->db));
    }
    enum err err = store_sqlite_err(code);
    if (err == ERR_io) {
        /* A failed flush may have lost what the page cache holds: nothing of this
         * connection is believed any more. */
        store->is_broken = true;
    }
    store->is_suspect = store->is_suspect || err == ERR_corrupt;
    return err;
}

enum err store_stmt_start(struct store *store, enum sql_device which, struct store_stmt *stmt_out)
{
    if (store->is_broken) {
        return ERR_io;
    }
    sqlite3_stmt **handle = &store->stmts[which];
    if (*handle == NULL) {
        int code = sqlite3_prepare_v3(store->db, sql_device_texts[which], -1,
                                      SQLITE_PREPARE_PERSISTENT, handle, NULL);
        TRY(store_stmt_err(store, code));
    }
    CHECK(!sqlite3_stmt_busy(*handle)); /* one reading of a statement at a time */
    sqlite3_clear_bindings(*handle);
    *stmt_out = (struct store_stmt){.store = store, .handle = *handle};
    return OK;
}

static int parameter(const struct store_stmt *stmt, const char *name)
{
    int index = sqlite3_bind_parameter_index(stmt->handle, name);
    CHECK(index > 0);
    return index;
}

/* Without memory for a value the connection is as broken as after a failed read, and
 * store_stmt_next() says so. */
static void bound(struct store_stmt *stmt, int code)
{
    CHECK(code == SQLITE_OK || code == SQLITE_NOMEM);
    if (code != SQLITE_OK) {
        (void)store_stmt_err(stmt->store, code);
    }
}

void store_stmt_bind_number(struct store_stmt *stmt, const char *name, int64_t value)
{
    bound(stmt, sqlite3_bind_int64(stmt->handle, parameter(stmt, name), value));
}

void store_stmt_bind_text(struct store_stmt *stmt, const char *name, const char *text)
{
    bound(stmt, sqlite3_bind_text(stmt->handle, parameter(stmt, name), text, -1, SQLITE_TRANSIENT));
}

void store_stmt_bind_bytes(struct store_stmt *stmt, const char *name, const void *bytes,
                           size_t size)
{
    int index = parameter(stmt, name);
    int code = size == 0 ? sqlite3_bind_zeroblob(stmt->handle, index, 0)
                         : sqlite3_bind_blob64(stmt->handle, index, bytes, size, SQLITE_TRANSIENT);
    bound(stmt, code);
}

enum err store_stmt_next(struct store_stmt *stmt, bool *has_row_out)
{
    *has_row_out = false;
    if (stmt->store->is_broken) {
        sqlite3_reset(stmt->handle);
        return ERR_io;
    }
    int code = sqlite3_step(stmt->handle);
    if (code == SQLITE_ROW) {
        *has_row_out = true;
        return OK;
    }
    enum err err = store_stmt_err(stmt->store, code);
    sqlite3_reset(stmt->handle);
    return err;
}

enum err store_stmt_run(struct store_stmt *stmt)
{
    if (!stmt->store->is_in_transaction) {
        store_reserve_check(stmt->store); /* a transaction of its own */
    }
    bool has_row = true;
    while (has_row) {
        TRY(store_stmt_next(stmt, &has_row));
    }
    return OK;
}

void store_stmt_end(struct store_stmt *stmt)
{
    sqlite3_reset(stmt->handle);
}

int store_stmt_column(const struct store_stmt *stmt, const char *name)
{
    int count = sqlite3_column_count(stmt->handle);
    for (int i = 0; i < count; i++) {
        if (strcmp(sqlite3_column_name(stmt->handle, i), name) == 0) {
            return i;
        }
    }
    check_failed("the statement has this column", __FILE__, __LINE__);
}

int64_t store_stmt_number(const struct store_stmt *stmt, const char *name)
{
    return sqlite3_column_int64(stmt->handle, store_stmt_column(stmt, name));
}

struct str store_stmt_bytes(const struct store_stmt *stmt, struct arena *arena, const char *name)
{
    int column = store_stmt_column(stmt, name);
    const void *bytes = sqlite3_column_blob(stmt->handle, column);
    size_t size = (size_t)sqlite3_column_bytes(stmt->handle, column);
    char *copy = arena_alloc(arena, size + 1);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    return (struct str){copy, size};
}

enum err store_stmt_exec(struct store *store, const char *sql)
{
    if (store->is_broken) {
        return ERR_io;
    }
    return store_stmt_err(store, sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

enum err store_stmt_ask(struct store *store, enum sql_device which, int64_t *value_out)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, which, &stmt));
    bool has_row = false;
    TRY(store_stmt_next(&stmt, &has_row));
    CHECK(has_row);
    *value_out = sqlite3_column_int64(stmt.handle, 0);
    store_stmt_end(&stmt);
    return OK;
}

void store_stmt_forget_all(struct store *store)
{
    for (size_t i = 0; i < SQL_DEVICE_COUNT; i++) {
        sqlite3_finalize(store->stmts[i]);
        store->stmts[i] = NULL;
    }
}
