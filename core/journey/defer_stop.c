/* core/journey/defer_stop.c -- a stop moves behind the others of the day, because the collector
 * says so. The new order is a fact like the one before it. */
#include "core/journey/journey_private.h"

#include "core/rules/plan.h"

#include <string.h>

struct order {
    int32_t day;
    struct store_stop *stops; /* as they are: done ones first */
    size_t count;
    struct store_stop *todo; /* planned ones in the new order, then those left out */
    size_t planned_count, todo_count;
};

static bool is_done(const struct store_stop *stop)
{
    return stop->state == STOP_visited || stop->state == STOP_skipped;
}

/* False when the stop is not planned, or is the last one already. */
static bool reorder(struct order *order, uint64_t case_no)
{
    const struct store_stop *moved = NULL;
    uint64_t last_no = 0;
    for (size_t i = 0; i < order->count; i++) {
        const struct store_stop *stop = &order->stops[i];
        if (stop->state != STOP_planned) {
            continue;
        }
        last_no = stop->case_no;
        if (stop->case_no == case_no) {
            moved = stop;
        } else {
            order->todo[order->planned_count++] = *stop;
        }
    }
    if (moved == NULL || last_no == case_no) {
        return false;
    }
    order->todo[order->planned_count++] = *moved;
    order->todo_count = order->planned_count;
    for (size_t i = 0; i < order->count; i++) {
        if (order->stops[i].state == STOP_left_out) {
            order->todo[order->todo_count++] = order->stops[i];
        }
    }
    return true;
}

/* When each will be reached in this order; 0 where it cannot be any more. */
static enum err estimate(struct journey *journey, struct order *order)
{
    struct plan_stop fixed[PLAN_STOPS_MAX];
    struct plan_entry entries[PLAN_STOPS_MAX];
    int32_t offset = 0;
    CHECK(date_zone_offset(str_from(journey->policy.zone), &offset) == OK);
    for (size_t i = 0; i < order->planned_count; i++) {
        const struct store_case_item *item = &order->todo[i].item;
        fixed[i] = (struct plan_stop){.case_no = order->todo[i].case_no,
                                      .score = item->rank.score,
                                      .place = {item->lat_e7, item->lon_e7},
                                      .is_locked = true};
    }
    int64_t now_ms = journey_now_ms(journey);
    int64_t open_at_ms = date_instant(order->day, (int32_t)journey->policy.window_open, offset);
    struct plan_terms terms = {
        .start_at_ms = now_ms > open_at_ms ? now_ms : open_at_ms,
        .close_at_ms = date_instant(order->day, (int32_t)journey->policy.window_close, offset),
        .steps = 100, /* every place is fixed: there is nothing to search for */
    };
    if (journey->has_fix) {
        terms.start_place = (struct geo_point){journey->fix.lat_e7, journey->fix.lon_e7};
    }
    TRY(plan_order(journey->arena, &journey->policy, &terms, fixed, order->planned_count, entries,
                   NULL));
    for (size_t i = 0; i < order->planned_count; i++) {
        struct store_stop *stop = &order->todo[entries[i].stop_index];
        stop->arrive_at_ms = entries[i].is_planned ? entries[i].arrive_at_ms : 0;
        stop->travel_m = entries[i].travel_m;
    }
    order->todo[order->planned_count - 1].reason = PLAN_REASON_locked;
    return OK;
}

static enum err record(struct journey *journey, const struct order *order)
{
    struct journey_batch batch;
    struct fact fact;
    TRY(journey_batch_start(journey, 0, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_plan_made_tag;
    ds_PlanMade *plan = &event->kind.plan_made;
    plan->day = order->day;
    for (size_t i = 0; i < order->count && plan->stops_count < PLAN_STOPS_MAX; i++) {
        if (is_done(&order->stops[i]) && order->stops[i].is_planned) {
            plan->stops[plan->stops_count++] = order->stops[i].case_no;
        }
    }
    for (size_t i = 0; i < order->planned_count && plan->stops_count < PLAN_STOPS_MAX; i++) {
        plan->stops[plan->stops_count++] = order->todo[i].case_no;
    }
    TRY(store_plan_set(journey->store, order->day, order->todo, order->todo_count));
    TRY(store_journal_append(journey->store, event, &fact));
    struct row_sink sink = store_rows_sink(journey->store);
    return rows_emit(&fact, NULL, NULL, &sink);
}

static enum err defer_stop(struct journey *journey, uint64_t case_no, bool *was_moved_out)
{
    struct order order = {.day = journey_today(journey)};
    *was_moved_out = false;
    TRY(store_plan_list(journey->store, journey->arena, order.day, &order.stops, &order.count));
    order.todo = ARENA_ARRAY(journey->arena, order.count + 1, struct store_stop);
    if (!reorder(&order, case_no)) {
        return OK;
    }
    if (order.planned_count <= PLAN_STOPS_MAX) {
        TRY(estimate(journey, &order));
    }
    TRY(store_begin(journey->store));
    enum err err = record(journey, &order);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    *was_moved_out = true;
    return store_commit(journey->store);
}

enum err journey_defer_stop(struct journey *journey, uint64_t case_no, bool *was_moved_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = defer_stop(journey, case_no, was_moved_out);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = defer_stop(journey, case_no, was_moved_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
