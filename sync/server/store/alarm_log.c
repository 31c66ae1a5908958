/* Alarms: one row per fact, whichever way it came first. */
#include "sync/server/store/alarm_log.h"

#include "sync/server/store/apply.h"

#include <string.h>

enum { SEVERITY_HELP = 3 };

static bool is_alarm(const ds_Event *event)
{
    return event_kind(event) == EVENT_safety_incident &&
           (event->kind.safety_incident.severity >= SEVERITY_HELP ||
            event->kind.safety_incident.is_silent);
}

struct alarm_row {
    struct id id;
    uint32_t device_no;
    uint64_t seq;
    const ds_Event *event; /* NULL: not readable */
    bool is_early;
    struct str body;
    struct str signature;
};

static enum err put_alarm(struct apply *apply, const struct alarm_row *row)
{
    const ds_Event *event = row->event;
    struct hq_query query = hq_query(apply->store, SQL_HQ_alarm_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$device_no", row->device_no);
    hq_bind_i64(&query, "$seq", (int64_t)row->seq);
    hq_bind_i64(&query, "$case_no", event != NULL ? (int64_t)event->case_no : 0);
    hq_bind_i64(&query, "$person_no", event != NULL ? event->person_no : 0);
    hq_bind_i64(&query, "$at_ms", event != NULL ? (int64_t)event->at_ms : 0);
    hq_bind_i64(&query, "$heard_at_ms", apply->now_ms);
    hq_bind_i64(&query, "$is_early", row->is_early);
    hq_bind_bytes(&query, "$body", row->body.bytes, row->body.size);
    hq_bind_bytes(&query, "$signature", row->signature.bytes, row->signature.size);
    return hq_run(&query);
}

enum err alarm_log_hear(struct ingest *ingest, const struct alarm_call *call,
                        struct alarm_heard *heard_out)
{
    struct apply *apply = ingest_desk(ingest);
    *heard_out = (struct alarm_heard){0};
    struct apply_device *device = NULL;
    TRY(apply_device(apply, call->device_no, &device));
    ds_Event *event = ARENA_NEW(&apply->scratch, ds_Event);
    bool is_readable =
        event_decode(event, (const uint8_t *)call->body.bytes, call->body.size) == OK;
    const struct alarm_row row = {
        .id = call->id,
        .device_no = call->device_no,
        .seq = call->seq,
        .event = is_readable ? event : NULL,
        .is_early = true,
        .body = call->body,
        .signature = {(const char *)call->signature.bytes, sizeof call->signature.bytes},
    };
    TRY(put_alarm(apply, &row));
    heard_out->is_new = hq_changed_count(apply->store) > 0;
    struct hq_query query = hq_query(apply->store, SQL_HQ_alarm_get);
    hq_bind_id(&query, "$id", &call->id);
    if (hq_next(&query)) {
        heard_out->heard_at_ms = hq_i64(&query, 0);
        heard_out->seen_at_ms = hq_i64(&query, 1);
        (void)str_copy(heard_out->by_name, sizeof heard_out->by_name, hq_text(&query, 2));
    }
    TRY(hq_end(&query));
    arena_reset(&apply->scratch);
    return OK;
}

static enum err tell(struct apply *apply, const struct apply_place *place, const struct id *id)
{
    struct apply_device *device = NULL;
    TRY(apply_device(apply, place->device_no, &device));
    struct hq_query query = hq_query(apply->store, SQL_HQ_alarm_feed_put);
    hq_bind_i64(&query, "$device_no", place->device_no);
    hq_bind_i64(&query, "$strand", place->strand);
    hq_bind_i64(&query, "$seq", (int64_t)place->seq);
    hq_bind_id(&query, "$id", id);
    hq_bind_i64(&query, "$feed_seq", (int64_t)apply_feed_next(device));
    return hq_run(&query);
}

enum err alarm_log_journaled(struct apply *apply, struct apply_device *device,
                             const struct apply_place *place, const struct merge_fact *fact,
                             struct str body)
{
    if (!is_alarm(&fact->fact.event)) {
        return OK;
    }
    const struct alarm_row row = {
        .id = fact->fact.id,
        .device_no = device->device_no,
        .seq = fact->fact.seq,
        .event = &fact->fact.event,
        .body = body,
        .signature = STR(""),
    };
    TRY(put_alarm(apply, &row));
    return tell(apply, place, &fact->fact.id);
}

enum err alarm_log_see(struct ingest *ingest, const struct id *id, struct str by_name,
                       bool *was_seen_out)
{
    struct apply *apply = ingest_desk(ingest);
    struct hq_query get = hq_query(apply->store, SQL_HQ_alarm_get);
    hq_bind_id(&get, "$id", id);
    bool is_known = hq_next(&get);
    *was_seen_out = is_known && hq_i64(&get, 1) != 0;
    TRY(hq_end(&get));
    if (!is_known) {
        return ERR_not_found;
    }
    if (*was_seen_out) {
        return OK;
    }
    struct hq_query see = hq_query(apply->store, SQL_HQ_alarm_see);
    hq_bind_id(&see, "$id", id);
    hq_bind_i64(&see, "$seen_at_ms", apply->now_ms);
    hq_bind_text(&see, "$by_name", by_name);
    TRY(hq_run(&see));
    struct apply_place places[16]; /* numbers that one alarm can stand under */
    size_t count = 0;
    struct hq_query query = hq_query(apply->store, SQL_HQ_alarm_feed_of_id);
    hq_bind_id(&query, "$id", id);
    while (count < COUNT(places) && hq_next(&query)) {
        places[count++] = (struct apply_place){
            .device_no = (uint32_t)hq_i64(&query, 0),
            .strand = (uint32_t)hq_i64(&query, 1),
            .seq = (uint64_t)hq_i64(&query, 2),
        };
    }
    TRY(hq_end(&query));
    for (size_t i = 0; i < count; i++) {
        TRY(tell(apply, &places[i], id));
    }
    return OK;
}
