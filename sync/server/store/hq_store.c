/* The store over a backend: open, migrate, transactions, queries by name. */
#include "sync/server/store/hq_store_private.h"

#include "core/os/log.h"
#include "core/os/os.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    uint32_t code;
    const char *name;
} staff_roles[] = {
#define ITEM(code, name) {code, #name},
#include "sync/server/store/staff_roles.def"
#undef ITEM
};

const char *staff_role_name(uint32_t role)
{
    for (size_t i = 0; i < COUNT(staff_roles); i++) {
        if (staff_roles[i].code == role) {
            return staff_roles[i].name;
        }
    }
    return NULL;
}

uint32_t staff_role_code(struct str name)
{
    for (size_t i = 0; i < COUNT(staff_roles); i++) {
        if (str_is(name, staff_roles[i].name)) {
            return staff_roles[i].code;
        }
    }
    return STAFF_ROLE_none;
}

static void log_failure(const struct hq_store *store, const char *what, enum err err)
{
    log_line(LOG_error, "store", "%s: %s (%s)", what, err_name(err),
             store->backend->message(store->handle));
}

static enum err run(struct hq_store *store, const char *what, const char *sql)
{
    enum err err = store->backend->run(store->handle, sql);
    if (err != OK) {
        log_failure(store, what, err);
    }
    return err;
}

enum err hq_run_text(struct hq_store *store, const char *what, const char *sql)
{
    return run(store, what, sql);
}

struct hq_audit_caller *hq_audit_caller(struct hq_store *store)
{
    return &store->caller;
}

struct hq_strongbox *hq_strongbox(struct hq_store *store)
{
    return &store->strongbox;
}

/* A number that a pragma or an unnamed statement gives. */
static enum err read_number(struct hq_store *store, const char *sql, int64_t *number_out)
{
    struct hq_statement *statement = NULL;
    TRY(store->backend->prepare(store->handle, sql, &statement));
    bool has_row = false;
    enum err err = store->backend->step(statement, &has_row);
    *number_out = err == OK && has_row ? store->backend->column_i64(statement, 0) : 0;
    store->backend->forget(statement);
    return err;
}

/* ---- open ---- */

static enum err open_path(struct hq_store **store_out, const char *path, enum hq_access access,
                          bool can_create)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct hq_store *store = ARENA_NEW(&arena, struct hq_store);
    store->arena = arena;
    store->access = access;
    store->backend = &hq_backend_sqlite;
    enum err err = OK;
    if (!os_file_exists(path) && !can_create) {
        err = ERR_not_found;
    }
    if (err == OK && access == HQ_ACCESS_write) {
        /* What a killed or failed writer left in the log is on the disk before any tablet
         * is told that it is here. */
        err = os_file_settle(str_format(&store->arena, "%s-wal", path));
    }
    if (err == OK) {
        err = store->backend->open(path, access, &store->handle);
    }
    if (err == OK) {
        err = read_number(store, "PRAGMA user_version", &store->version);
    }
    if (err == OK && store->version > SQL_HQ_MIGRATION_COUNT) {
        err = ERR_newer_database;
    }
    if (err == OK && access == HQ_ACCESS_write) {
        err = hq_schema_migrate(store, path);
    }
    if (err == OK && access == HQ_ACCESS_write) {
        err = hq_schema_fold_upgraded(store);
    }
    if (err == OK && store->version != SQL_HQ_MIGRATION_COUNT) {
        err = ERR_not_found; /* a reader met a file that no writer has prepared yet */
    }
    if (err != OK) {
        hq_store_close(store);
        return err;
    }
    *store_out = store;
    return OK;
}

enum err hq_store_open(struct hq_store **store_out, const char *folder, enum hq_access access,
                       bool can_create)
{
    struct arena arena;
    arena_init(&arena, 4096);
    enum err err = open_path(store_out, os_path(&arena, folder, "hq.db"), access, can_create);
    arena_deinit(&arena);
    return err;
}

enum err hq_store_open_copy(struct hq_store **store_out, const char *path)
{
    return open_path(store_out, path, HQ_ACCESS_read, false);
}

void hq_store_close(struct hq_store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->handle != NULL) {
        if (store->is_in_transaction) {
            hq_rollback(store);
        }
        for (size_t i = 0; i < SQL_HQ_COUNT; i++) {
            if (store->statements[i] != NULL) {
                store->backend->forget(store->statements[i]);
            }
        }
        store->backend->close(store->handle);
    }
    sodium_memzero(&store->strongbox, sizeof store->strongbox);
    struct arena arena = store->arena;
    arena_deinit(&arena);
}

/* ---- transactions ---- */

enum err hq_begin(struct hq_store *store)
{
    CHECK(store->access == HQ_ACCESS_write && !store->is_in_transaction);
    if (store->is_rollback_owed) {
        (void)store->backend->run(store->handle, "ROLLBACK"); /* BEGIN says whether it helped */
    }
    TRY(run(store, "begin", "BEGIN IMMEDIATE"));
    store->is_rollback_owed = false;
    store->is_in_transaction = true;
    return OK;
}

enum err hq_commit(struct hq_store *store)
{
    CHECK(store->is_in_transaction);
    enum err err = run(store, "commit", "COMMIT");
    if (err != OK) {
        hq_rollback(store);
        return err;
    }
    store->is_in_transaction = false;
    return OK;
}

void hq_rollback(struct hq_store *store)
{
    if (!store->is_in_transaction) {
        return;
    }
    for (size_t i = 0; i < SQL_HQ_COUNT; i++) {
        if (store->is_running[i]) {
            store->backend->reset(store->statements[i]);
            store->is_running[i] = false;
        }
    }
    /* SQLite may have rolled back by itself after a failed write: not an error. Or it had
     * no memory to, and stays in the transaction until it is told again. */
    store->is_rollback_owed = store->backend->run(store->handle, "ROLLBACK") != OK;
    store->is_in_transaction = false;
}

bool hq_is_in_transaction(const struct hq_store *store)
{
    return store->is_in_transaction;
}

enum err hq_view_begin(struct hq_store *store)
{
    CHECK(!store->is_in_transaction && !store->is_in_view);
    TRY(run(store, "view", "BEGIN"));
    store->is_in_view = true;
    return OK;
}

void hq_view_end(struct hq_store *store)
{
    if (store->is_in_view) {
        (void)store->backend->run(store->handle, "COMMIT"); /* nothing was written */
        store->is_in_view = false;
    }
}

/* ---- queries ---- */

struct hq_query hq_query(struct hq_store *store, enum sql_hq name)
{
    struct hq_query query = {.store = store, .name = name};
    if (store->statements[name] == NULL) {
        query.err =
            store->backend->prepare(store->handle, sql_hq_texts[name], &store->statements[name]);
        if (query.err != OK) {
            log_failure(store, sql_hq_names[name], query.err);
            store->statements[name] = NULL;
            return query;
        }
    }
    CHECK(!store->is_running[name]);
    query.statement = store->statements[name];
    store->is_running[name] = true;
    (void)store->backend->bind_i64(query.statement, "$branch_no", HQ_BRANCH);
    return query;
}

void hq_bind_i64(struct hq_query *query, const char *name, int64_t value)
{
    if (query->err == OK) {
        CHECK(query->store->backend->bind_i64(query->statement, name, value));
    }
}

void hq_bind_text(struct hq_query *query, const char *name, struct str text)
{
    if (query->err == OK) {
        CHECK(query->store->backend->bind_text(query->statement, name, text));
    }
}

void hq_bind_bytes(struct hq_query *query, const char *name, const void *bytes, size_t size)
{
    if (query->err == OK) {
        CHECK(query->store->backend->bind_bytes(query->statement, name, bytes, size));
    }
}

void hq_bind_id(struct hq_query *query, const char *name, const struct id *id)
{
    hq_bind_bytes(query, name, id->bytes, sizeof id->bytes);
}

bool hq_next(struct hq_query *query)
{
    if (query->err != OK) {
        return false;
    }
    bool has_row = false;
    query->err = query->store->backend->step(query->statement, &has_row);
    if (query->err != OK) {
        log_failure(query->store, sql_hq_names[query->name], query->err);
    }
    return query->err == OK && has_row;
}

int64_t hq_i64(const struct hq_query *query, int column)
{
    return query->store->backend->column_i64(query->statement, column);
}

struct str hq_text(const struct hq_query *query, int column)
{
    return query->store->backend->column_bytes(query->statement, column);
}

struct id hq_id(const struct hq_query *query, int column)
{
    struct id id = {{0}};
    struct str bytes = query->store->backend->column_bytes(query->statement, column);
    if (bytes.size == sizeof id.bytes) {
        memcpy(id.bytes, bytes.bytes, sizeof id.bytes);
    }
    return id;
}

int hq_column_count(const struct hq_query *query)
{
    return query->store->backend->column_count(query->statement);
}

enum err hq_end(struct hq_query *query)
{
    if (query->statement != NULL && query->store->is_running[query->name]) {
        query->store->backend->reset(query->statement);
        query->store->is_running[query->name] = false;
    }
    query->statement = NULL;
    return query->err;
}

enum err hq_run(struct hq_query *query)
{
    while (hq_next(query)) {
    }
    return hq_end(query);
}

int64_t hq_changed_count(const struct hq_store *store)
{
    return store->backend->changed_count(store->handle);
}

enum err hq_one_i64(struct hq_query *query, int64_t *value_out)
{
    bool has_row = hq_next(query);
    *value_out = has_row ? hq_i64(query, 0) : 0;
    TRY(hq_end(query));
    return has_row ? OK : ERR_not_found;
}

enum err hq_one_text(struct arena *arena, struct hq_query *query, struct str *text_out)
{
    bool has_row = hq_next(query);
    *text_out = (struct str){"", 0};
    if (has_row) {
        struct str text = hq_text(query, 0);
        *text_out = (struct str){str_text(arena, text), text.size};
    }
    TRY(hq_end(query));
    return has_row ? OK : ERR_not_found;
}

int64_t hq_version(const struct hq_store *store)
{
    return store->version;
}

/* ---- settings ---- */

enum err hq_setting(struct arena *arena, struct hq_store *store, const char *name,
                    const char *fallback, const char **value_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_setting_get);
    hq_bind_text(&query, "$name", str_from(name));
    struct str value;
    enum err err = hq_one_text(arena, &query, &value);
    if (err != OK && err != ERR_not_found) {
        return err;
    }
    *value_out = err == OK ? value.bytes : fallback;
    return OK;
}

enum err hq_setting_set(struct hq_store *store, const char *name, const char *value)
{
    struct hq_query query = hq_query(store, SQL_HQ_setting_set);
    hq_bind_text(&query, "$name", str_from(name));
    hq_bind_text(&query, "$value", str_from(value));
    return hq_run(&query);
}
