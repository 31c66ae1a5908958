#include "core/journey/journey_private.h"

static enum err day_counts(struct journey *journey, int32_t day, struct close_day *result)
{
    struct store_stop *stops = NULL;
    size_t count = 0;
    TRY(store_plan_list(journey->store, journey->arena, day, &stops, &count));
    *result = (struct close_day){.capture = {.verdict = verdict_start()}};
    for (size_t i = 0; i < count; i++) {
        result->planned += stops[i].is_planned && stops[i].state != STOP_left_out;
        result->visited += stops[i].state == STOP_visited;
        result->skipped += stops[i].state == STOP_skipped;
    }
    int32_t offset_minutes = 0;
    CHECK(date_zone_offset(str_from(journey->policy.zone), &offset_minutes) == OK);
    int64_t from_at_ms = date_instant(day, 0, offset_minutes);
    return store_outbox_count(journey->store, 0, from_at_ms, from_at_ms + DATE_DAY_MS,
                              &result->made_count, &result->confirmed_count);
}

enum err journey_day_counts(struct journey *journey, int32_t day, struct close_day *result_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = day_counts(journey, day, result_out);
    arena_rollback(journey->arena, mark);
    return err;
}

static enum err close_day(struct journey *journey, uint32_t distance_m, const char *note,
                          struct close_day *result)
{
    struct journey_batch batch;
    int32_t day = journey_today(journey);
    TRY(journey_batch_start(journey, 0, &batch));
    TRY(day_counts(journey, day, result));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_day_closed_tag;
    ds_DayClosed *closed = &event->kind.day_closed;
    *closed = (ds_DayClosed){
        .day = day,
        .planned = result->planned,
        .visited = result->visited,
        .skipped = result->skipped,
        .distance_m = distance_m,
    };
    if (!str_copy(closed->note, sizeof closed->note, str_from(note))) {
        result->capture.fault = (struct event_fault){"note", "fault.too_long"};
        return OK;
    }
    struct verdict verdict = verdict_start();
    TRY(journey_batch_finish(journey, &batch, &verdict, 0, &result->capture));
    result->made_count += result->capture.is_done ? 1 : 0; /* day_closed itself */
    return OK;
}

enum err journey_close_day(struct journey *journey, uint32_t distance_m, const char *note,
                           struct close_day *result_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = close_day(journey, distance_m, note, result_out);
    arena_rollback(journey->arena, mark);
    return err;
}
