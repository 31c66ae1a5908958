/* core/store/alarms.c -- safety facts that go before everything else. */
#include "core/store/store_private.h"

enum { SEVERITY_HELP_NEEDED = 3 };

struct alarm_row {
    uint64_t seq;
    struct id id;
    int64_t at_ms;
    uint64_t case_no;
    struct str body;
    uint32_t state;
    int64_t heard_at_ms;
    const char *by_name;
};

static const struct store_field alarm_fields[] = {
    STORE_FIELD(struct alarm_row, seq),         STORE_FIELD(struct alarm_row, id),
    STORE_FIELD(struct alarm_row, at_ms),       STORE_FIELD(struct alarm_row, case_no),
    STORE_FIELD(struct alarm_row, body),        STORE_FIELD(struct alarm_row, state),
    STORE_FIELD(struct alarm_row, heard_at_ms), STORE_FIELD(struct alarm_row, by_name),
};

bool store_is_alarm(const ds_Event *event)
{
    return event_kind(event) == EVENT_safety_incident &&
           (event->kind.safety_incident.severity >= SEVERITY_HELP_NEEDED ||
            event->kind.safety_incident.is_silent);
}

enum err store_alarm_append(struct store *store, const struct fact *fact)
{
    if (!store_is_alarm(&fact->event)) {
        return OK;
    }
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_alarm_put, &stmt));
    store_stmt_bind_number(&stmt, "$seq", (int64_t)fact->seq);
    return store_stmt_run(&stmt);
}

/* Facts of before schema 2 are noted without having been looked into. */
static bool is_alarm_body(struct arena *arena, struct str body)
{
    struct arena_mark mark = arena_mark(arena);
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    bool is_alarm =
        event_decode(event, (const uint8_t *)body.bytes, body.size) == OK && store_is_alarm(event);
    arena_rollback(arena, mark);
    return is_alarm;
}

enum err store_alarm_list(struct store *store, struct arena *arena, bool only_pending,
                          struct store_alarm **alarms_out, size_t *count_out)
{
    *alarms_out = NULL;
    *count_out = 0;
    struct store_outbox outbox;
    TRY(store_outbox_read(store, &outbox));
    if (outbox.last_seq == 0) {
        return OK;
    }
    struct store_tail tail;
    struct store_stmt stmt;
    void *rows = NULL;
    size_t count = 0;
    TRY(store_journal_tail(store, &tail));
    TRY(store_stmt_start(store, only_pending ? SQL_DEVICE_alarm_pending : SQL_DEVICE_alarm_list,
                         &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    if (only_pending) {
        store_stmt_bind_number(&stmt, "$stored_seq", (int64_t)outbox.stored_seq);
    }
    TRY(store_row_list(&stmt, alarm_fields, COUNT(alarm_fields), sizeof(struct alarm_row), arena,
                       &rows, &count));
    struct store_alarm *alarms = ARENA_ARRAY(arena, count + 1, struct store_alarm);
    const struct alarm_row *row = rows;
    for (size_t i = 0; i < count; i++, row++) {
        if (!is_alarm_body(arena, row->body)) {
            continue;
        }
        alarms[(*count_out)++] = (struct store_alarm){
            .seq = row->seq,
            .id = row->id,
            .at_ms = row->at_ms,
            .case_no = row->case_no,
            .body = row->body,
            .state = row->state >= ALARM_seen ? ALARM_seen : (enum alarm_state)row->state,
            .heard_at_ms = row->heard_at_ms,
            .by_name = row->by_name,
        };
    }
    *alarms_out = alarms;
    return OK;
}

enum err store_alarm_heard(struct store *store, uint64_t seq, enum alarm_state state,
                           int64_t heard_at_ms, const char *by_name)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_alarm_heard, &stmt));
    store_stmt_bind_number(&stmt, "$seq", (int64_t)seq);
    store_stmt_bind_number(&stmt, "$state", state);
    store_stmt_bind_number(&stmt, "$heard_at_ms", heard_at_ms);
    store_stmt_bind_text(&stmt, "$by_name", by_name != NULL ? by_name : "");
    return store_stmt_run(&stmt);
}
