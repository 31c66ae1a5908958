#include "core/journey/journey_private.h"

enum { MINUTE_MS = 60 * 1000 };

static uint32_t minutes_between(int64_t from_ms, int64_t until_ms)
{
    int64_t passed_ms = until_ms > from_ms ? until_ms - from_ms : 0;
    return (uint32_t)((passed_ms < DATE_DAY_MS ? passed_ms : DATE_DAY_MS) / MINUTE_MS);
}

void journey_day_planned(const struct policy *policy, const struct store_stop *stops, size_t count,
                         struct close_day *result)
{
    int64_t first_ms = 0;
    int64_t last_ms = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_planned = stops[i].is_planned && stops[i].state != STOP_left_out;
        result->visited += stops[i].state == STOP_visited;
        result->skipped += stops[i].state == STOP_skipped;
        if (!is_planned) {
            continue;
        }
        result->planned++;
        result->left += stops[i].state == STOP_planned;
        result->planned_distance_m += stops[i].travel_m;
        int64_t at_ms = stops[i].arrive_at_ms;
        if (at_ms != 0) {
            first_ms = first_ms == 0 || at_ms < first_ms ? at_ms : first_ms;
            last_ms = at_ms > last_ms ? at_ms : last_ms;
        }
    }
    if (first_ms != 0) {
        result->planned_minutes =
            minutes_between(first_ms, last_ms + policy->visit_minutes * MINUTE_MS);
    }
}

enum err journey_day_worked(struct store *store, struct arena *arena, int64_t from_at_ms,
                            uint32_t *minutes_out)
{
    struct store_records starts;
    struct store_records ends;
    *minutes_out = 0;
    TRY(store_journal_list(store, arena, EVENT_visit_started, from_at_ms, from_at_ms + DATE_DAY_MS,
                           0, SIZE_MAX, &starts));
    TRY(store_journal_list(store, arena, EVENT_visit_finished, from_at_ms, from_at_ms + DATE_DAY_MS,
                           0, 1, &ends));
    if (starts.count > 0 && ends.count > 0) {
        *minutes_out = minutes_between(starts.items[starts.count - 1].at_ms, ends.items[0].at_ms);
    }
    return OK;
}

static enum err day_counts(struct journey *journey, int32_t day, struct close_day *result)
{
    struct store_stop *stops = NULL;
    size_t count = 0;
    TRY(store_plan_list(journey->store, journey->arena, day, &stops, &count));
    *result = (struct close_day){.capture = {.verdict = verdict_start()}};
    journey_day_planned(&journey->policy, stops, count, result);
    int32_t offset_minutes = 0;
    CHECK(date_zone_offset(str_from(journey->policy.zone), &offset_minutes) == OK);
    int64_t from_at_ms = date_instant(day, 0, offset_minutes);
    TRY(journey_day_worked(journey->store, journey->arena, from_at_ms, &result->worked_minutes));
    TRY(journey_day_kept(journey->store, journey->arena, from_at_ms, stops, count, journey->way_m,
                         journey->way_context, result));
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
        .left = result->left,
        .planned_distance_m = result->planned_distance_m,
        .planned_minutes = result->planned_minutes,
        .worked_minutes = result->worked_minutes,
        .unsent = (uint32_t)(result->made_count - result->confirmed_count),
        .in_order = result->in_order,
        .way_m = result->way_m,
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
