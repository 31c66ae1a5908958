/* core/store/sealing.c -- the tablet's clock when an envelope was sealed. */
#include "core/store/store_private.h"

static const struct store_field sealing_fields[] = {
    STORE_FIELD(struct clock_reading, wall_ms),
    STORE_FIELD(struct clock_reading, monotonic_ms),
    STORE_FIELD(struct clock_reading, boot),
};

enum err store_sealing_note(struct store *store, const char *name,
                            const struct clock_reading *reading)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_sealing_put, &stmt));
    store_stmt_bind_text(&stmt, "$name", name);
    store_row_bind(&stmt, sealing_fields, COUNT(sealing_fields), reading);
    return store_stmt_run(&stmt);
}

enum err store_sealing_get(struct store *store, const char *name, struct clock_reading *reading_out)
{
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_sealing_get, &stmt));
    store_stmt_bind_text(&stmt, "$name", name);
    TRY(store_stmt_next(&stmt, &has_row));
    if (!has_row) {
        return ERR_not_found;
    }
    struct store_row_map map = store_row_map(&stmt, sealing_fields, COUNT(sealing_fields));
    enum err err =
        store_row_read(&stmt, &map, sealing_fields, COUNT(sealing_fields), NULL, reading_out);
    store_stmt_end(&stmt);
    return err;
}
