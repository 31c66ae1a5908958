/* Projections: what merge found becomes rows, feeds and verdicts. */
#include "sync/server/store/apply.h"

#include <string.h>

/* ---- the desk ---- */

void apply_init(struct apply *apply, struct arena *arena, struct hq_store *store, int64_t now_ms)
{
    *apply = (struct apply){.arena = arena, .store = store, .now_ms = now_ms};
    arena_init(&apply->scratch, 1024 * 1024);
    apply->bytes = arena_alloc(arena, LIMIT_case_size);
}

void apply_deinit(struct apply *apply)
{
    arena_deinit(&apply->scratch);
}

enum err apply_finish(struct apply *apply)
{
    for (size_t i = 0; i < APPLY_BUCKETS; i++) {
        for (struct apply_device *device = apply->devices[i]; device != NULL;
             device = device->next) {
            if (!device->is_feed_moved) {
                continue;
            }
            struct hq_query query = hq_query(apply->store, SQL_HQ_device_feed_seq_set);
            hq_bind_i64(&query, "$device_no", device->device_no);
            hq_bind_i64(&query, "$feed_seq", (int64_t)device->feed_seq);
            TRY(hq_run(&query));
            device->is_feed_moved = false;
        }
    }
    return OK;
}

enum err apply_device(struct apply *apply, uint32_t device_no, struct apply_device **device_out)
{
    struct apply_device **bucket = &apply->devices[device_no % APPLY_BUCKETS];
    for (struct apply_device *device = *bucket; device != NULL; device = device->next) {
        if (device->device_no == device_no) {
            *device_out = device;
            return OK;
        }
    }
    struct apply_device *device = ARENA_NEW(apply->arena, struct apply_device);
    device->device_no = device_no;
    struct hq_query query = hq_query(apply->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    if (hq_next(&query)) {
        device->is_known = true;
        device->person_no = (uint32_t)hq_i64(&query, 0);
        struct str key = hq_text(&query, 1);
        if (key.size == sizeof device->key.bytes) {
            memcpy(device->key.bytes, key.bytes, sizeof device->key.bytes);
        }
        device->is_revoked = hq_i64(&query, 2) != 0;
        device->app_version = (uint32_t)hq_i64(&query, 4);
        device->feed_seq = (uint64_t)hq_i64(&query, 5);
    }
    TRY(hq_end(&query));
    device->next = *bucket;
    *bucket = device;
    *device_out = device;
    return OK;
}

enum err apply_device_strands(struct apply *apply, struct apply_device *device)
{
    if (device->has_strands) {
        return OK;
    }
    size_t capacity = 0;
    struct hq_query query = hq_query(apply->store, SQL_HQ_strand_all);
    hq_bind_i64(&query, "$device_no", device->device_no);
    while (hq_next(&query)) {
        if (device->strand_count == capacity) {
            capacity = capacity == 0 ? 2 : capacity * 2;
            struct apply_strand *more = ARENA_ARRAY(apply->arena, capacity, struct apply_strand);
            if (device->strand_count > 0) {
                memcpy(more, device->strands, device->strand_count * sizeof *more);
            }
            device->strands = more;
        }
        struct apply_strand *strand = &device->strands[device->strand_count++];
        strand->strand = (uint32_t)hq_i64(&query, 0);
        strand->parent = (uint32_t)hq_i64(&query, 1);
        strand->from_seq = (uint64_t)hq_i64(&query, 2);
        strand->seq = (uint64_t)hq_i64(&query, 3);
        struct str link = hq_text(&query, 4);
        if (link.size == sizeof strand->link.bytes) {
            memcpy(strand->link.bytes, link.bytes, sizeof strand->link.bytes);
        }
        strand->order_at_ms = hq_i64(&query, 5);
        strand->safe_seq = (uint64_t)hq_i64(&query, 6);
        strand->safe_at_ms = hq_i64(&query, 7);
        strand->safe_feed_seq = (uint64_t)hq_i64(&query, 8);
        strand->told_order_at_ms = hq_i64(&query, 9);
    }
    TRY(hq_end(&query));
    device->has_strands = true;
    return OK;
}

void apply_device_forget(struct apply *apply, uint32_t device_no)
{
    struct apply_device **place = &apply->devices[device_no % APPLY_BUCKETS];
    while (*place != NULL && (*place)->device_no != device_no) {
        place = &(*place)->next;
    }
    if (*place != NULL) {
        CHECK(!(*place)->is_feed_moved); /* a number given would be lost */
        *place = (*place)->next;
    }
}

enum err apply_device_kin(struct apply *apply, struct apply_device *device, bool *has_kin_out)
{
    if (!device->is_kin_known) {
        struct hq_query query = hq_query(apply->store, SQL_HQ_lineage_has);
        hq_bind_i64(&query, "$device_no", device->device_no);
        int64_t has_kin = 0;
        TRY(hq_one_i64(&query, &has_kin));
        device->has_kin = device->has_kin || has_kin != 0;
        device->is_kin_known = true;
    }
    *has_kin_out = device->has_kin || device->strand_count > 1;
    return OK;
}

uint64_t apply_feed_next(struct apply_device *device)
{
    device->is_feed_moved = true;
    return ++device->feed_seq;
}

enum err apply_fact_decode(struct apply *apply, const struct apply_place *place,
                           const struct id *id, int64_t order_at_ms, struct str body,
                           struct merge_fact *fact_out)
{
    struct apply_device *device = NULL;
    TRY(apply_device(apply, place->device_no, &device));
    fact_out->strand = place->strand;
    fact_out->holder_no = device->person_no;
    fact_out->fact.id = *id;
    fact_out->fact.device_no = place->origin_no != 0 ? place->origin_no : place->device_no;
    fact_out->fact.seq = place->seq;
    fact_out->fact.order_at_ms = order_at_ms;
    if (event_decode(&fact_out->fact.event, (const uint8_t *)body.bytes, body.size) != OK) {
        memset(&fact_out->fact.event, 0, sizeof fact_out->fact.event);
    }
    return OK;
}

/* ---- verdicts and conflicts ---- */

static enum err verdict_at(struct apply *apply, const struct apply_place *place, uint32_t verdict,
                           struct str note, bool is_settled)
{
    struct hq_query get = hq_query(apply->store, SQL_HQ_verdict_get);
    hq_bind_i64(&get, "$device_no", place->device_no);
    hq_bind_i64(&get, "$strand", place->strand);
    hq_bind_i64(&get, "$seq", (int64_t)place->seq);
    hq_bind_i64(&get, "$verdict", verdict);
    bool is_there = hq_next(&get);
    bool was_settled = is_there && hq_i64(&get, 0) != 0;
    bool is_said_anew = was_settled && is_settled && note.size > 0 &&
                        !str_equal(hq_text(&get, 1), note); /* decided anew */
    TRY(hq_end(&get));
    if ((is_there && was_settled == is_settled && !is_said_anew) || (!is_there && is_settled)) {
        return OK; /* stands so already, or there is nothing to settle */
    }
    struct apply_device *device = NULL;
    TRY(apply_device(apply, place->device_no, &device));
    struct hq_query put = hq_query(apply->store, SQL_HQ_verdict_put);
    hq_bind_i64(&put, "$device_no", place->device_no);
    hq_bind_i64(&put, "$strand", place->strand);
    hq_bind_i64(&put, "$seq", (int64_t)place->seq);
    hq_bind_i64(&put, "$verdict", verdict);
    hq_bind_i64(&put, "$at_ms", apply->now_ms);
    hq_bind_text(&put, "$note", note);
    hq_bind_i64(&put, "$is_settled", is_settled);
    hq_bind_i64(&put, "$feed_seq", (int64_t)apply_feed_next(device));
    return hq_run(&put);
}

enum err apply_verdict(struct apply *apply, uint64_t case_no, const struct id *fact_id,
                       uint32_t verdict, struct str note, bool is_settled)
{
    struct apply_place places[16]; /* a fact under more numbers is told under these */
    size_t count = 0;
    struct hq_query find = hq_query(apply->store, SQL_HQ_event_by_id);
    hq_bind_i64(&find, "$case_no", (int64_t)case_no);
    hq_bind_id(&find, "$id", fact_id);
    while (count < COUNT(places) && hq_next(&find)) {
        places[count++] = (struct apply_place){
            .device_no = (uint32_t)hq_i64(&find, 0),
            .strand = (uint32_t)hq_i64(&find, 1),
            .seq = (uint64_t)hq_i64(&find, 2),
        };
    }
    TRY(hq_end(&find));
    for (size_t i = 0; i < count; i++) {
        if (places[i].device_no != 0) { /* headquarters tells itself nothing */
            TRY(verdict_at(apply, &places[i], verdict, note, is_settled));
        }
    }
    return OK;
}

enum err apply_verdicts_copy(struct apply *apply, const struct apply_place *copy, uint64_t case_no,
                             const struct id *id)
{
    struct hq_query find = hq_query(apply->store, SQL_HQ_event_by_id);
    hq_bind_i64(&find, "$case_no", (int64_t)case_no);
    hq_bind_id(&find, "$id", id);
    bool is_found = hq_next(&find) && hq_i64(&find, 8) == 0;
    struct hq_query query = hq_query(apply->store, SQL_HQ_verdict_of);
    hq_bind_i64(&query, "$device_no", is_found ? hq_i64(&find, 0) : -1);
    hq_bind_i64(&query, "$strand", is_found ? hq_i64(&find, 1) : 0);
    hq_bind_i64(&query, "$seq", is_found ? hq_i64(&find, 2) : 0);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        err = verdict_at(apply, copy, (uint32_t)hq_i64(&query, 0), hq_text(&query, 2),
                         hq_i64(&query, 3) != 0);
    }
    enum err end_err = hq_end(&query);
    enum err find_err = hq_end(&find);
    err = err != OK ? err : end_err;
    return err != OK ? err : find_err;
}

enum err apply_conflict(struct apply *apply, const struct conflict *conflict)
{
    struct hq_query put = hq_query(apply->store, SQL_HQ_conflict_put);
    hq_bind_i64(&put, "$case_no", (int64_t)conflict->case_no);
    hq_bind_i64(&put, "$kind", conflict->kind);
    hq_bind_id(&put, "$id", &conflict->id);
    if (id_is_zero(&conflict->other_id)) {
        hq_bind_bytes(&put, "$other_id", "", 0);
    } else {
        hq_bind_id(&put, "$other_id", &conflict->other_id);
    }
    hq_bind_i64(&put, "$device_no", conflict->device_no);
    hq_bind_i64(&put, "$person_no", conflict->person_no);
    hq_bind_i64(&put, "$other_no", conflict->other_no);
    hq_bind_i64(&put, "$at_ms", conflict->at_ms);
    TRY(hq_run(&put));
    uint32_t verdict = conflict_verdict(conflict->kind);
    if (hq_changed_count(apply->store) == 0 || verdict == 0) {
        return OK;
    }
    /* A decision or a payment of headquarters can disagree with a tablet's fact: then that
     * fact is the collector's to hear of. */
    const struct id *told_id = conflict->device_no != 0 ? &conflict->id : &conflict->other_id;
    return id_is_zero(told_id)
               ? OK
               : apply_verdict(apply, conflict->case_no, told_id, verdict, STR(""), false);
}
