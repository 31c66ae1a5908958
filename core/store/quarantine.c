/* core/store/quarantine.c -- what could not be applied: kept, visible, tried again. */
#include "core/store/store_private.h"

static const struct store_field quarantine_fields[] = {
    STORE_FIELD(struct store_quarantined, name),
    STORE_FIELD(struct store_quarantined, err),
    STORE_FIELD(struct store_quarantined, bytes),
    STORE_FIELD(struct store_quarantined, at_ms),
};

enum err store_quarantine_put(struct store *store, const struct store_quarantined *item)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_quarantine_put, &stmt));
    store_row_bind(&stmt, quarantine_fields, COUNT(quarantine_fields), item);
    return store_stmt_run(&stmt);
}

enum err store_quarantine_list(struct store *store, struct arena *arena,
                               struct store_quarantined **items_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_quarantine_list, &stmt));
    TRY(store_row_list(&stmt, quarantine_fields, COUNT(quarantine_fields),
                       sizeof(struct store_quarantined), arena, &rows, count_out));
    *items_out = rows;
    return OK;
}

enum err store_quarantine_remove(struct store *store, const char *name)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_quarantine_delete, &stmt));
    store_stmt_bind_text(&stmt, "$name", name);
    return store_stmt_run(&stmt);
}
