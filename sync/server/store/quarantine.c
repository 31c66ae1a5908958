/* One fact is read again. */
#include "sync/server/store/quarantine.h"

#include "sync/server/store/apply.h"
#include "sync/server/store/review.h"

#include <string.h>

struct held {
    struct quarantine_place place;
    struct id id;
    struct str body;
    int64_t case_no; /* as it was read before */
};

static enum err load(struct arena *arena, struct hq_store *store,
                     const struct quarantine_place *place, struct held *held_out)
{
    bool is_found = false;
    struct hq_query query = hq_query(store, SQL_HQ_quarantine_at);
    hq_bind_i64(&query, "$device_no", place->device_no);
    hq_bind_i64(&query, "$strand", place->strand);
    hq_bind_i64(&query, "$seq", (int64_t)place->seq);
    if (hq_next(&query)) {
        struct str body = hq_text(&query, 1);
        is_found = true;
        held_out->place = *place;
        held_out->id = hq_id(&query, 0);
        held_out->body = (struct str){arena_copy(arena, body.bytes, body.size), body.size};
        held_out->case_no = hq_i64(&query, 2);
    }
    TRY(hq_end(&query));
    return is_found ? OK : ERR_not_found;
}

static void bind_place(struct hq_query *query, const struct quarantine_place *place)
{
    hq_bind_i64(query, "$device_no", place->device_no);
    hq_bind_i64(query, "$strand", place->strand);
    hq_bind_i64(query, "$seq", (int64_t)place->seq);
}

/* Why it stays; NULL when nothing is wrong with it. */
static const char *reason_of(struct arena *arena, const struct held *held, const ds_Event *event,
                             enum err err)
{
    struct event_fault fault;
    struct fact fact = {.device_no = held->place.device_no, .event = *event};
    if (err != OK) {
        return err_name(err);
    }
    if (event_kind(event) == EVENT_none) {
        return err_name(ERR_unknown_kind);
    }
    if (!merge_has_effect(&fact)) {
        return err_name(ERR_not_allowed);
    }
    if (!event_check(event, &fault)) {
        return str_format(arena, "%s: %s", fault.field, fault.key);
    }
    return NULL;
}

static enum err write_reading(struct hq_store *store, const struct held *held,
                              const ds_Event *event)
{
    struct hq_query query = hq_query(store, SQL_HQ_event_read_again);
    bind_place(&query, &held->place);
    hq_bind_i64(&query, "$kind", event_kind(event));
    hq_bind_i64(&query, "$case_no", (int64_t)event->case_no);
    hq_bind_i64(&query, "$person_no", event->person_no);
    hq_bind_i64(&query, "$at_ms", (int64_t)event->at_ms);
    return hq_run(&query);
}

static enum err write_reason(struct hq_store *store, const struct held *held, const char *reason)
{
    struct hq_query query =
        hq_query(store, reason != NULL ? SQL_HQ_quarantine_put : SQL_HQ_quarantine_drop);
    bind_place(&query, &held->place);
    if (reason != NULL) {
        hq_bind_id(&query, "$id", &held->id);
        hq_bind_text(&query, "$reason", str_from(reason));
    }
    return hq_run(&query);
}

/* The case it was about and the one it is about now are folded anew. */
static enum err fold_again(struct arena *arena, struct hq_store *store, const struct held *held,
                           const ds_Event *event, int64_t now_ms)
{
    struct apply apply;
    apply_init(&apply, arena, store, now_ms);
    uint64_t before_no = (uint64_t)held->case_no;
    enum err err = OK;
    if (event->case_no != 0) {
        err = apply_case(&apply, event->case_no, NULL, 0, 0, true);
    }
    if (err == OK && before_no != 0 && before_no != event->case_no) {
        err = apply_case(&apply, before_no, NULL, 0, 0, true);
    }
    if (err == OK && (event->case_no == 0 || before_no == 0)) {
        err = apply_people_anew(&apply);
    }
    if (err == OK) {
        err = apply_finish(&apply);
    }
    apply_deinit(&apply);
    return err;
}

static enum err close_conflict(struct arena *arena, struct hq_store *store, const struct held *held,
                               int64_t now_ms)
{
    const struct review_key key = {(uint64_t)held->case_no, CONFLICT_unreadable, held->id};
    enum err err = review_close(arena, store, &key, STR(""), now_ms);
    return err == ERR_not_found ? OK : err;
}

enum err quarantine_retry(struct arena *arena, struct hq_store *store,
                          const struct quarantine_place *place, int64_t now_ms,
                          bool *is_released_out)
{
    CHECK(hq_is_in_transaction(store));
    *is_released_out = false;
    struct held held;
    TRY(load(arena, store, place, &held));
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    enum err err = event_decode(event, (const uint8_t *)held.body.bytes, held.body.size);
    const char *reason = reason_of(arena, &held, event, err);
    if (err == OK && event_kind(event) != EVENT_none) {
        TRY(write_reading(store, &held, event));
        TRY(fold_again(arena, store, &held, event, now_ms));
        TRY(close_conflict(arena, store, &held, now_ms));
    }
    TRY(write_reason(store, &held, reason));
    *is_released_out = reason == NULL;
    return OK;
}
