/* core/store/quarantine.c -- what could not be applied: kept, visible, tried again. */
#include "core/store/store_private.h"

static const struct store_field quarantine_fields[] = {
    STORE_FIELD(struct store_quarantined, name),
    STORE_FIELD(struct store_quarantined, err),
    STORE_FIELD(struct store_quarantined, bytes),
    STORE_FIELD(struct store_quarantined, at_ms),
    STORE_FIELD(struct store_quarantined, was_exported),
};

enum err store_quarantine_put(struct store *store, const struct store_quarantined *item)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_quarantine_put, &stmt));
    store_row_bind(&stmt, quarantine_fields, COUNT(quarantine_fields) - 1, item); /* see header */
    return store_stmt_run(&stmt);
}

/* The item of that name; "": all. */
static enum err list(struct store *store, struct arena *arena, const char *name,
                     struct store_quarantined **items_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_quarantine_list, &stmt));
    store_stmt_bind_text(&stmt, "$name", name);
    TRY(store_row_list(&stmt, quarantine_fields, COUNT(quarantine_fields),
                       sizeof(struct store_quarantined), arena, &rows, count_out));
    *items_out = rows;
    return OK;
}

enum err store_quarantine_list(struct store *store, struct arena *arena,
                               struct store_quarantined **items_out, size_t *count_out)
{
    return list(store, arena, "", items_out, count_out);
}

enum err store_quarantine_get(struct store *store, struct arena *arena, const char *name,
                              struct store_quarantined *item_out)
{
    struct store_quarantined *items = NULL;
    size_t count = 0;
    CHECK(name[0] != '\0');
    TRY(list(store, arena, name, &items, &count));
    if (count == 0) {
        return ERR_not_found;
    }
    *item_out = items[0];
    return OK;
}

static enum err about(struct store *store, enum sql_device which, const char *name)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, which, &stmt));
    store_stmt_bind_text(&stmt, "$name", name);
    return store_stmt_run(&stmt);
}

enum err store_quarantine_exported(struct store *store, const char *name)
{
    return about(store, SQL_DEVICE_quarantine_exported, name);
}

enum err store_quarantine_remove(struct store *store, const char *name)
{
    return about(store, SQL_DEVICE_quarantine_delete, name);
}

enum err store_quarantine_discard(struct store *store, const char *name)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_quarantined item;
    enum err err = store_quarantine_get(store, &arena, name, &item);
    if (err == OK && !item.was_exported) {
        err = ERR_not_allowed;
    }
    arena_deinit(&arena);
    return err == OK ? store_quarantine_remove(store, name) : err;
}
