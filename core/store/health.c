/* core/store/health.c -- how this tablet is. */
#include "core/store/store_private.h"

static enum err unheard_alarms(struct store *store, uint64_t *count_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    enum err err = store_alarm_list(store, &arena, true, &alarms, &count);
    *count_out = count;
    arena_deinit(&arena);
    return err;
}

enum err store_health_read(struct store *store, struct store_health *health_out)
{
    struct store_outbox outbox;
    TRY(store_outbox_read(store, &outbox));
    *health_out = (struct store_health){
        .oldest_unsent_at_ms = outbox.oldest_unsent_at_ms,
        .quarantine_count = outbox.quarantine_count,
        .free_size = store_space_free(store),
        .is_reserve_gone = store->options.reserve_size != 0 && !store->has_reserve,
        .is_media_damaged = store->media.is_damaged,
    };
    struct store_stmt stmt;
    bool has_row = false;
    struct store_tail tail = {0};
    enum err err = store_journal_tail(store, &tail);
    TRY(err == ERR_not_enrolled ? OK : err);
    TRY(store_stmt_start(store, SQL_DEVICE_attachment_unheld, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    TRY(store_stmt_next(&stmt, &has_row));
    health_out->attachment_count = (uint64_t)store_stmt_number(&stmt, "unheld_count");
    health_out->attachment_size = (uint64_t)store_stmt_number(&stmt, "unheld_size");
    store_stmt_end(&stmt);
    return unheard_alarms(store, &health_out->alarm_count);
}
