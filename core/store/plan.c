/* core/store/plan.c -- the day's stops in their order. */
#include "core/store/store_private.h"

static const struct store_field stop_fields[] = {
    STORE_FIELD(struct store_stop, position),      STORE_FIELD(struct store_stop, case_no),
    STORE_FIELD(struct store_stop, state),         STORE_FIELD(struct store_stop, is_planned),
    STORE_FIELD(struct store_stop, reason),        STORE_FIELD(struct store_stop, arrive_at_ms),
    STORE_FIELD(struct store_stop, travel_m),      STORE_FIELD(struct store_stop, done_at_ms),
    STORE_FIELD(struct store_stop, is_locked),     STORE_FIELD(struct store_stop, leave_at_ms),
    STORE_FIELD(struct store_stop, travel_s),      STORE_FIELD(struct store_stop, wait_s),
    STORE_FIELD(struct store_stop, is_estimated),  STORE_FIELD(struct store_stop, why),
    STORE_FIELD(struct store_stop, is_proven),     STORE_FIELD(struct store_stop, late_s),
    STORE_FIELD(struct store_stop, lost_score),    STORE_FIELD(struct store_stop, other_count),
    STORE_FIELD(struct store_stop, other_case_no),
};

/* What is done comes first, in the order it had: 1 .. done_count. */
static enum err move_done(struct store *store, int32_t day, size_t *done_count_out)
{
    struct arena arena;
    struct store_stmt stmt;
    void *rows = NULL;
    arena_init(&arena, 0);
    enum err err = store_stmt_start(store, SQL_DEVICE_stop_list, &stmt);
    if (err == OK) {
        store_stmt_bind_number(&stmt, "$day", day);
        err = store_row_list(&stmt, stop_fields, COUNT(stop_fields), sizeof(struct store_stop),
                             &arena, &rows, done_count_out);
    }
    const struct store_stop *stops = rows;
    for (size_t i = 0; err == OK && i < *done_count_out; i++) {
        err = store_stmt_start(store, SQL_DEVICE_stop_move, &stmt);
        if (err == OK) {
            store_stmt_bind_number(&stmt, "$day", day);
            store_stmt_bind_number(&stmt, "$case_no", (int64_t)stops[i].case_no);
            store_stmt_bind_number(&stmt, "$position", (int64_t)i + 1);
            err = store_stmt_run(&stmt);
        }
    }
    arena_deinit(&arena);
    return err;
}

enum err store_plan_set(struct store *store, int32_t day, const struct store_stop *stops,
                        size_t count)
{
    CHECK(store->is_in_transaction);
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_stop_clear, &stmt));
    store_stmt_bind_number(&stmt, "$day", day);
    TRY(store_stmt_run(&stmt));
    size_t done_count = 0;
    TRY(move_done(store, day, &done_count));
    for (size_t i = 0; i < count; i++) {
        TRY(store_stmt_start(store, SQL_DEVICE_stop_put, &stmt));
        store_stmt_bind_number(&stmt, "$day", day);
        store_stmt_bind_number(&stmt, "$case_no", (int64_t)stops[i].case_no);
        store_stmt_bind_number(&stmt, "$position", (int64_t)(done_count + i) + 1);
        store_stmt_bind_number(&stmt, "$state",
                               stops[i].state == STOP_left_out ? STOP_left_out : STOP_planned);
        store_stmt_bind_number(&stmt, "$reason", stops[i].reason);
        store_stmt_bind_number(&stmt, "$arrive_at_ms", stops[i].arrive_at_ms);
        store_stmt_bind_number(&stmt, "$travel_m", stops[i].travel_m);
        store_stmt_bind_number(&stmt, "$is_locked", stops[i].is_locked);
        store_stmt_bind_number(&stmt, "$leave_at_ms", stops[i].leave_at_ms);
        store_stmt_bind_number(&stmt, "$travel_s", stops[i].travel_s);
        store_stmt_bind_number(&stmt, "$wait_s", stops[i].wait_s);
        store_stmt_bind_number(&stmt, "$is_estimated", stops[i].is_estimated);
        store_stmt_bind_number(&stmt, "$why", stops[i].why);
        store_stmt_bind_number(&stmt, "$is_proven", stops[i].is_proven);
        store_stmt_bind_number(&stmt, "$late_s", stops[i].late_s);
        store_stmt_bind_number(&stmt, "$lost_score", stops[i].lost_score);
        store_stmt_bind_number(&stmt, "$other_count", stops[i].other_count);
        store_stmt_bind_number(&stmt, "$other_case_no", (int64_t)stops[i].other_case_no);
        TRY(store_stmt_run(&stmt));
    }
    return OK;
}

enum err store_plan_mark(struct store *store, int32_t day, uint64_t case_no, enum stop_state state,
                         int64_t done_at_ms)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_stop_mark, &stmt));
    store_stmt_bind_number(&stmt, "$day", day);
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    store_stmt_bind_number(&stmt, "$state", state);
    store_stmt_bind_number(&stmt, "$done_at_ms", done_at_ms);
    return store_stmt_run(&stmt);
}

enum err store_plan_list(struct store *store, struct arena *arena, int32_t day,
                         struct store_stop **stops_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_stop_list, &stmt));
    store_stmt_bind_number(&stmt, "$day", day);
    TRY(store_row_list(&stmt, stop_fields, COUNT(stop_fields), sizeof(struct store_stop), arena,
                       &rows, count_out));
    *stops_out = rows;
    for (size_t i = 0; i < *count_out; i++) {
        struct store_stop *stop = &(*stops_out)[i];
        enum err err = store_case_item(store, arena, stop->case_no, &stop->item);
        if (err != OK && err != ERR_not_found) {
            return err;
        }
    }
    return OK;
}
