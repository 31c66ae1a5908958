/* Which tablets hear of a case: those of its owner, and those that lose it. */
#include "sync/server/store/apply.h"

#include "core/domain/catalog.h"

#include <string.h>

enum { BEHIND_AT_ONCE = 64 };

static enum err put_feed(struct apply *apply, uint32_t device_no, uint64_t case_no,
                         bool is_withdrawn)
{
    struct apply_device *device = NULL;
    TRY(apply_device(apply, device_no, &device));
    struct hq_query query = hq_query(apply->store, SQL_HQ_feed_put);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$feed_seq", (int64_t)apply_feed_next(device));
    hq_bind_i64(&query, "$is_withdrawn", is_withdrawn);
    return hq_run(&query);
}

struct held {
    uint32_t device_no;
    bool is_withdrawn;
};

/* Tablets that have or had the case. Lives in the scratch arena. */
static enum err load_held(struct apply *apply, uint64_t case_no, struct held **held_out,
                          size_t *count_out)
{
    size_t count = 0;
    size_t capacity = 8;
    struct held *held = ARENA_ARRAY(&apply->scratch, capacity, struct held);
    struct hq_query query = hq_query(apply->store, SQL_HQ_feed_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (hq_next(&query)) {
        if (count == capacity) {
            struct held *more = ARENA_ARRAY(&apply->scratch, capacity * 2, struct held);
            memcpy(more, held, count * sizeof *held);
            held = more;
            capacity *= 2;
        }
        held[count].device_no = (uint32_t)hq_i64(&query, 0);
        held[count++].is_withdrawn = hq_i64(&query, 1) != 0;
    }
    TRY(hq_end(&query));
    *held_out = held;
    *count_out = count;
    return OK;
}

/* The case enters the feed of every tablet of its owner that does not have it. */
static enum err join_owner(struct apply *apply, const ds_CaseState *state, const struct held *held,
                           size_t held_count)
{
    uint32_t devices[16]; /* a collector with more working tablets gets the case on these */
    size_t device_count = 0;
    struct hq_query query = hq_query(apply->store, SQL_HQ_device_of_person);
    hq_bind_i64(&query, "$person_no", state->owner_no);
    while (device_count < COUNT(devices) && hq_next(&query)) {
        devices[device_count++] = (uint32_t)hq_i64(&query, 0);
    }
    TRY(hq_end(&query));
    for (size_t i = 0; i < device_count; i++) {
        bool is_held = false;
        for (size_t j = 0; j < held_count; j++) {
            is_held = is_held || (held[j].device_no == devices[i] && !held[j].is_withdrawn);
        }
        if (!is_held) {
            TRY(put_feed(apply, devices[i], state->case_no, false));
        }
    }
    return OK;
}

/* A legal hold keeps an ended case where it is, on tablets too, until it is lifted: then they clear
 * it and say so. */
static enum err is_held_fast(struct apply *apply, const ds_CaseState *after, bool *is_held_out)
{
    *is_held_out = false;
    if (after->life == CASE_LIFE_open) {
        return OK;
    }
    struct hq_query query = hq_query(apply->store, SQL_HQ_hold_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)after->case_no);
    if (hq_next(&query)) {
        struct str body = hq_text(&query, 0);
        ds_Event *event = ARENA_NEW(&apply->scratch, ds_Event);
        *is_held_out = event_decode(event, (const uint8_t *)body.bytes, body.size) != OK ||
                       !event->kind.hold_changed.is_lifted;
    }
    return hq_end(&query);
}

/* Tablets that hold the case hear of the change, except the one that made it and
 * can fold it itself; those that must not hold it any longer lose it. */
enum err apply_feed_move(struct apply *apply, const ds_CaseState *after, bool is_moved,
                         uint32_t source)
{
    struct held *held = NULL;
    size_t held_count = 0;
    TRY(load_held(apply, after->case_no, &held, &held_count));
    bool is_open = after->life == CASE_LIFE_open && after->owner_no != 0;
    bool is_kept = false;
    TRY(is_held_fast(apply, after, &is_kept));
    for (size_t i = 0; i < held_count; i++) {
        if (held[i].is_withdrawn) {
            continue;
        }
        struct apply_device *device = NULL;
        TRY(apply_device(apply, held[i].device_no, &device));
        if (is_kept) {
            TRY(put_feed(apply, held[i].device_no, after->case_no, false));
        } else if (!is_open || device->person_no != after->owner_no) {
            TRY(put_feed(apply, held[i].device_no, after->case_no, true));
        } else if (held[i].device_no != source) {
            TRY(put_feed(apply, held[i].device_no, after->case_no, false));
        }
    }
    return is_open && is_moved ? join_owner(apply, after, held, held_count) : OK;
}

enum err apply_device_joins(struct apply *apply, uint32_t device_no, uint32_t person_no)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_state_of_owner);
    hq_bind_i64(&query, "$owner_no", person_no);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        err = put_feed(apply, device_no, (uint64_t)hq_i64(&query, 0), false);
    }
    TRY(hq_end(&query));
    return err;
}

enum err apply_device_letters(struct apply *apply, uint32_t device_no, uint32_t person_no)
{
    enum { LATELY_DAYS = 30 };
    struct apply_device *device = NULL;
    TRY(apply_device(apply, device_no, &device));
    struct hq_query query = hq_query(apply->store, SQL_HQ_message_unread);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$from_at_ms", apply->now_ms - LATELY_DAYS * INT64_C(86400000));
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct hq_query put = hq_query(apply->store, SQL_HQ_message_feed_add);
        hq_bind_i64(&put, "$device_no", device_no);
        hq_bind_i64(&put, "$feed_seq", (int64_t)apply_feed_next(device));
        hq_bind_i64(&put, "$message_no", hq_i64(&query, 0));
        err = hq_run(&put);
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

enum err apply_device_behind(struct apply *apply, uint32_t device_no, uint32_t strand,
                             uint64_t after_seq)
{
    uint64_t cases[BEHIND_AT_ONCE]; /* the query reads what put_feed() writes */
    size_t count = 0;
    uint64_t after_case_no = 0;
    do {
        count = 0;
        struct hq_query query = hq_query(apply->store, SQL_HQ_feed_of_facts);
        hq_bind_i64(&query, "$device_no", device_no);
        hq_bind_i64(&query, "$strand", strand);
        hq_bind_i64(&query, "$after_seq", (int64_t)after_seq);
        hq_bind_i64(&query, "$after_case_no", (int64_t)after_case_no);
        hq_bind_i64(&query, "$count_max", BEHIND_AT_ONCE);
        while (count < BEHIND_AT_ONCE && hq_next(&query)) {
            cases[count++] = (uint64_t)hq_i64(&query, 0);
        }
        TRY(hq_end(&query));
        for (size_t i = 0; i < count; i++) {
            TRY(put_feed(apply, device_no, cases[i], false));
        }
        after_case_no = count > 0 ? cases[count - 1] : 0;
    } while (count == BEHIND_AT_ONCE);
    return OK;
}
