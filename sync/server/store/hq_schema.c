/* The tables of headquarters' database: brought up to date, compared, written out. */
#include "sync/server/store/hq_store_private.h"

#include "core/event/fold.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/seal_private.h"

#include <string.h>

/* What SQL cannot do, by the schema that the step leads to; in its transaction. */
static enum err migrate_by_code(struct hq_store *store, int64_t version)
{
    enum { SEALED_RECORDS = 2 };
    uint64_t count = 0;
    if (version == SEALED_RECORDS) {
        TRY(seal_missing(store, &count));
    }
    /* Folding is today's code, which knows today's tables alone. */
    return version == SQL_HQ_MIGRATION_COUNT ? ingest_fold_pending(store) : OK;
}

static enum err migrate_one(struct hq_store *store, int64_t version)
{
    const struct sql_hq_migration *migration = &sql_hq_migrations[version];
    TRY(hq_run_text(store, migration->name, "BEGIN IMMEDIATE"));
    store->is_in_transaction = true;
    enum err err = hq_run_text(store, migration->name, migration->text);
    if (err == OK) {
        err = migrate_by_code(store, version + 1);
    }
    if (err == OK) {
        char *sql = str_format(&store->arena, "PRAGMA user_version = %lld", (long long)version + 1);
        err = hq_run_text(store, migration->name, sql);
    }
    if (err != OK) {
        hq_rollback(store); /* the first error is the one to tell */
        return err;
    }
    return hq_commit(store);
}

enum err hq_schema_migrate(struct hq_store *store, const char *path)
{
    if (store->version == SQL_HQ_MIGRATION_COUNT) {
        return OK;
    }
    if (store->version > 0) {
        const char *copy =
            str_format(&store->arena, "%s.before-%d", path, (int)SQL_HQ_MIGRATION_COUNT);
        TRY(os_file_remove(copy)); /* of a migration that did not finish */
        TRY(store->backend->backup(store->handle, copy));
    }
    while (store->version < SQL_HQ_MIGRATION_COUNT) {
        TRY(migrate_one(store, store->version));
        store->version++;
    }
    return OK;
}

enum err hq_schema_fold_upgraded(struct hq_store *store)
{
    const char *version = str_format(&store->arena, "%d", FOLD_VERSION);
    const char *folded = NULL;
    TRY(hq_setting(&store->arena, store, "fold.version", "", &folded));
    if (strcmp(version, folded) == 0) {
        return OK;
    }
    struct ingest_upgraded upgraded;
    TRY(ingest_fold_upgraded(store, version, &upgraded));
    if (upgraded.changed_count > 0) {
        log_line(LOG_info, "store", "%llu cases folded anew after an upgrade",
                 (unsigned long long)upgraded.changed_count);
    }
    return OK;
}

/* ---- compared ---- */

/* A text without what a change of a table may write in another way: gaps and quotes. */
static bool is_same_text(struct str a, struct str b)
{
    static const char skipped[] = " \n\t\"";
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        while (i < a.size && memchr(skipped, a.bytes[i], sizeof skipped - 1) != NULL) {
            i++;
        }
        while (j < b.size && memchr(skipped, b.bytes[j], sizeof skipped - 1) != NULL) {
            j++;
        }
        if (i == a.size || j == b.size || a.bytes[i] != b.bytes[j]) {
            return i == a.size && j == b.size;
        }
        i++;
        j++;
    }
}

/* Row by row. ERR_corrupt: they differ. */
static enum err schema_compare(struct hq_store *store, struct hq_store *fresh)
{
    static const char sql[] = "SELECT name, sql FROM sqlite_schema "
                              "WHERE name NOT LIKE 'sqlite_%' AND type <> 'trigger' ORDER BY name";
    struct hq_store *stores[] = {store, fresh};
    struct hq_statement *statements[COUNT(stores)] = {NULL};
    bool has_row[COUNT(stores)] = {true, true};
    enum err err = OK;
    for (size_t i = 0; err == OK && i < COUNT(stores); i++) {
        err = stores[i]->backend->prepare(stores[i]->handle, sql, &statements[i]);
    }
    while (err == OK && has_row[0] && has_row[1]) {
        for (size_t i = 0; err == OK && i < COUNT(stores); i++) {
            err = stores[i]->backend->step(statements[i], &has_row[i]);
        }
        bool is_same = has_row[0] == has_row[1];
        for (int column = 0; err == OK && is_same && has_row[0] && column < 2; column++) {
            is_same = is_same_text(store->backend->column_bytes(statements[0], column),
                                   fresh->backend->column_bytes(statements[1], column));
        }
        err = err == OK && !is_same ? ERR_corrupt : err;
    }
    for (size_t i = 0; i < COUNT(stores); i++) {
        if (statements[i] != NULL) {
            stores[i]->backend->forget(statements[i]);
        }
    }
    return err;
}

/* A bit that turned over in the name of a column leaves a sound file with which nothing works.
 * Triggers are left out: tools may lay them down for a while. */
enum err hq_check_schema(struct hq_store *store)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct hq_store *fresh = ARENA_NEW(&arena, struct hq_store);
    *fresh =
        (struct hq_store){.arena = arena, .access = HQ_ACCESS_write, .backend = store->backend};
    enum err err = fresh->backend->open(":memory:", HQ_ACCESS_write, &fresh->handle);
    while (err == OK && fresh->version < SQL_HQ_MIGRATION_COUNT) {
        err = migrate_one(fresh, fresh->version);
        fresh->version++;
    }
    if (err == OK) {
        err = schema_compare(store, fresh);
    }
    if (err == ERR_corrupt) {
        log_line(LOG_error, "store", "the tables are not those of this program");
    }
    hq_store_close(fresh);
    return err;
}

enum err hq_schema(struct arena *arena, struct hq_store *store, struct str *text_out)
{
    static const char sql[] = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL "
                              "ORDER BY type = 'trigger', type = 'index', name";
    struct hq_statement *statement = NULL;
    TRY(store->backend->prepare(store->handle, sql, &statement));
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_text(&builder, "");
    bool has_row = true;
    enum err err = store->backend->step(statement, &has_row);
    while (err == OK && has_row) {
        str_add(&builder, store->backend->column_bytes(statement, 0));
        str_add_text(&builder, ";\n");
        err = store->backend->step(statement, &has_row);
    }
    store->backend->forget(statement);
    *text_out = str_built(&builder);
    return err;
}
