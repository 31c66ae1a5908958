/* Projections: what merge found becomes rows, feeds and verdicts. */
#include "sync/server/store/apply.h"

#include "core/domain/catalog.h"

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
    int64_t was_settled = 0;
    enum err err = hq_one_i64(&get, &was_settled);
    if (err != OK && err != ERR_not_found) {
        return err;
    }
    if ((err == OK && (was_settled != 0) == is_settled) || (err != OK && is_settled)) {
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

enum err apply_verdict(struct apply *apply, const struct id *fact_id, uint32_t verdict,
                       struct str note, bool is_settled)
{
    struct apply_place places[16]; /* a fact under more numbers is told under these */
    size_t count = 0;
    struct hq_query find = hq_query(apply->store, SQL_HQ_event_by_id);
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

enum err apply_verdicts_copy(struct apply *apply, const struct apply_place *copy,
                             const struct id *id)
{
    struct hq_query find = hq_query(apply->store, SQL_HQ_event_by_id);
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
    return id_is_zero(told_id) ? OK : apply_verdict(apply, told_id, verdict, STR(""), false);
}

/* ---- rows ---- */

static enum err put_contact(struct hq_store *store, const struct contact_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_contact_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$channel", row->channel);
    hq_bind_i64(&query, "$outcome", row->outcome);
    hq_bind_i64(&query, "$result", row->result);
    hq_bind_i64(&query, "$role", row->role);
    hq_bind_i64(&query, "$cooperation", row->cooperation);
    hq_bind_i64(&query, "$default_reason", row->default_reason);
    hq_bind_i64(&query, "$ability", row->ability);
    hq_bind_i64(&query, "$willingness", row->willingness);
    hq_bind_i64(&query, "$at_ms", row->at_ms);
    hq_bind_i64(&query, "$dwell_s", row->dwell_s);
    hq_bind_i64(&query, "$fired_count", row->fired_count);
    hq_bind_i64(&query, "$clock_quality", row->clock_quality);
    hq_bind_i64(&query, "$owed_minor", (int64_t)row->owed_minor);
    hq_bind_i64(&query, "$is_withdrawn", row->is_withdrawn);
    hq_bind_i64(&query, "$is_corrected", row->is_corrected);
    return hq_run(&query);
}

static enum err put_arrangement(struct hq_store *store, const struct arrangement_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_arrangement_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$kind", row->kind);
    hq_bind_i64(&query, "$state", row->state);
    hq_bind_i64(&query, "$amount_minor", (int64_t)row->amount_minor);
    hq_bind_i64(&query, "$paid_minor", (int64_t)row->paid_minor);
    hq_bind_i64(&query, "$due_day", row->due_day);
    hq_bind_i64(&query, "$judged_day", row->judged_day);
    hq_bind_i64(&query, "$made_at_ms", row->made_at_ms);
    hq_bind_i64(&query, "$decided_at_ms", row->decided_at_ms);
    return hq_run(&query);
}

static enum err put_payment(struct hq_store *store, const struct payment_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_payment_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$amount_minor", (int64_t)row->amount_minor);
    hq_bind_i64(&query, "$paid_day", row->paid_day);
    hq_bind_i64(&query, "$channel", row->channel);
    hq_bind_i64(&query, "$is_posted", row->is_posted);
    hq_bind_i64(&query, "$credited_no", row->credited_no);
    hq_bind_i64(&query, "$after_channel", row->after_channel);
    return hq_run(&query);
}

static enum err put_incident(struct hq_store *store, const struct incident_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_incident_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$kind", row->kind);
    hq_bind_i64(&query, "$code", row->code);
    hq_bind_i64(&query, "$severity", row->severity);
    hq_bind_i64(&query, "$at_ms", row->at_ms);
    hq_bind_i64(&query, "$is_withdrawn", row->is_withdrawn);
    return hq_run(&query);
}

static enum err put_day(struct hq_store *store, const struct day_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_day_put);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$day", row->day);
    hq_bind_i64(&query, "$planned", row->planned);
    hq_bind_i64(&query, "$visited", row->visited);
    hq_bind_i64(&query, "$skipped", row->skipped);
    hq_bind_i64(&query, "$distance_m", row->distance_m);
    hq_bind_i64(&query, "$opened_at_ms", row->opened_at_ms);
    hq_bind_i64(&query, "$closed_at_ms", row->closed_at_ms);
    return hq_run(&query);
}

static enum err put_assignment(struct hq_store *store, uint64_t case_no,
                               const struct merge_assignment *assignment)
{
    struct hq_query query = hq_query(store, SQL_HQ_assignment_put);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$epoch", assignment->epoch);
    hq_bind_i64(&query, "$owner_no", assignment->owner_no);
    hq_bind_i64(&query, "$at_ms", assignment->at_ms);
    hq_bind_text(&query, "$why", str_from(assignment->why));
    return hq_run(&query);
}

enum { TAKEN_contact = 1, TAKEN_arrangement, TAKEN_payment, TAKEN_incident };

static enum sql_hq taken_from(const struct withdrawal *withdrawal, int64_t list, uint32_t person_no,
                              uint32_t kind, bool is_posted)
{
    const struct id id = withdrawal->id;
    uint64_t case_no = withdrawal->case_no;
    struct contact_row contact = {.id = id, .case_no = case_no, .person_no = person_no};
    struct arrangement_row arrangement = {.id = id, .case_no = case_no, .person_no = person_no};
    struct payment_row payment = {
        .id = id, .case_no = case_no, .credited_no = person_no, .is_posted = is_posted};
    struct incident_row incident = {
        .id = id, .case_no = case_no, .person_no = person_no, .kind = kind};
    if (list == TAKEN_contact && rows_takes_back_contact(withdrawal, &contact)) {
        return SQL_HQ_contact_take_back;
    }
    if (list == TAKEN_arrangement && rows_takes_back_arrangement(withdrawal, &arrangement)) {
        return SQL_HQ_arrangement_take_back;
    }
    if (list == TAKEN_payment && rows_takes_back_payment(withdrawal, &payment)) {
        return SQL_HQ_payment_take_back;
    }
    if (list == TAKEN_incident && rows_takes_back_incident(withdrawal, &incident)) {
        return SQL_HQ_incident_take_back;
    }
    return SQL_HQ_COUNT;
}

static enum err take_back(struct hq_store *store, const struct withdrawal *withdrawal)
{
    struct hq_query find = hq_query(store, SQL_HQ_row_to_take_back);
    hq_bind_id(&find, "$id", &withdrawal->id);
    hq_bind_i64(&find, "$case_no", (int64_t)withdrawal->case_no);
    enum sql_hq update = SQL_HQ_COUNT;
    if (hq_next(&find)) {
        update = taken_from(withdrawal, hq_i64(&find, 0), (uint32_t)hq_i64(&find, 1),
                            (uint32_t)hq_i64(&find, 2), hq_i64(&find, 3) != 0);
    }
    TRY(hq_end(&find));
    if (update == SQL_HQ_COUNT) {
        return OK;
    }
    struct hq_query query = hq_query(store, update);
    hq_bind_id(&query, "$id", &withdrawal->id);
    hq_bind_i64(&query, "$case_no", (int64_t)withdrawal->case_no);
    return hq_run(&query);
}

static enum err clear_rows(struct hq_store *store, uint64_t case_no)
{
    static const enum sql_hq clears[] = {
        SQL_HQ_assignment_clear, SQL_HQ_contact_clear,  SQL_HQ_arrangement_clear,
        SQL_HQ_payment_clear,    SQL_HQ_incident_clear,
    };
    for (size_t i = 0; i < COUNT(clears); i++) {
        struct hq_query query = hq_query(store, clears[i]);
        hq_bind_i64(&query, "$case_no", (int64_t)case_no);
        TRY(hq_run(&query));
    }
    struct hq_query query = hq_query(store, SQL_HQ_conflict_clear);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$kind_until", CONFLICT_OF_CASE_UNTIL);
    return hq_run(&query);
}

static enum err write_changes(struct apply *apply, uint64_t case_no,
                              const struct merge_changes *changes)
{
    struct hq_store *store = apply->store;
    if (changes->is_anew) {
        TRY(clear_rows(store, case_no));
    }
    for (size_t i = 0; i < changes->withdrawal_count; i++) {
        TRY(take_back(store, &changes->withdrawals[i]));
    }
    for (size_t i = 0; i < changes->assignment_count; i++) {
        TRY(put_assignment(store, case_no, &changes->assignments[i]));
    }
    for (size_t i = 0; i < changes->contact_count; i++) {
        TRY(put_contact(store, &changes->contacts[i]));
    }
    for (size_t i = 0; i < changes->arrangement_count; i++) {
        TRY(put_arrangement(store, &changes->arrangements[i]));
    }
    for (size_t i = 0; i < changes->payment_count; i++) {
        TRY(put_payment(store, &changes->payments[i]));
    }
    for (size_t i = 0; i < changes->incident_count; i++) {
        TRY(put_incident(store, &changes->incidents[i]));
    }
    for (size_t i = 0; i < changes->day_count; i++) {
        TRY(put_day(store, &changes->days[i]));
    }
    for (size_t i = 0; i < changes->conflict_count; i++) {
        TRY(apply_conflict(apply, &changes->conflicts[i]));
    }
    return OK;
}

/* `before`: the summary of the row that is there; NULL when none is. */
static enum err put_state(struct apply *apply, const ds_CaseRecord *record,
                          const ds_CaseState *state, const struct merge_summary *before)
{
    size_t size = 0;
    TRY(case_state_encode(state, apply->bytes, LIMIT_case_size, &size));
    struct merge_summary summary = merge_summary(record, state);
    bool is_kept = before != NULL && before->owner_no == summary.owner_no &&
                   before->asked_count == summary.asked_count;
    struct hq_query query = hq_query(apply->store, is_kept ? SQL_HQ_state_keep : SQL_HQ_state_put);
    if (!is_kept) {
        hq_bind_i64(&query, "$owner_no", summary.owner_no);
        hq_bind_i64(&query, "$asked_count", summary.asked_count);
    }
    hq_bind_i64(&query, "$life", summary.life);
    hq_bind_i64(&query, "$epoch", summary.epoch);
    hq_bind_i64(&query, "$owed_minor", (int64_t)summary.owed_minor);
    hq_bind_i64(&query, "$due_day", summary.due_day);
    hq_bind_i64(&query, "$last_touch_day", summary.last_touch_day);
    hq_bind_i64(&query, "$next_day", summary.next_day);
    hq_bind_i64(&query, "$flags", (int64_t)summary.flags);
    hq_bind_i64(&query, "$event_count", summary.event_count);
    hq_bind_bytes(&query, "$state", apply->bytes, size);
    hq_bind_i64(&query, "$case_no", (int64_t)state->case_no);
    return hq_run(&query);
}

/* ---- feed ---- */

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

/* Tablets that hold the case hear of the change, except the one that made it and
 * can fold it itself; those that must not hold it any longer lose it. */
static enum err move_feed(struct apply *apply, const ds_CaseState *after, bool is_moved,
                          uint32_t source)
{
    struct held *held = NULL;
    size_t held_count = 0;
    TRY(load_held(apply, after->case_no, &held, &held_count));
    bool is_open = after->life == CASE_LIFE_open && after->owner_no != 0;
    for (size_t i = 0; i < held_count; i++) {
        if (held[i].is_withdrawn) {
            continue;
        }
        struct apply_device *device = NULL;
        TRY(apply_device(apply, held[i].device_no, &device));
        if (!is_open || device->person_no != after->owner_no) {
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

/* ---- one case ---- */

/* All facts of a case (or of none) from the journal, in canonical order. */
static enum err load_facts(struct apply *apply, uint64_t case_no,
                           const struct merge_fact ***facts_out, size_t *count_out)
{
    size_t count = 0;
    size_t capacity = 32;
    const struct merge_fact **facts =
        ARENA_ARRAY(&apply->scratch, capacity, const struct merge_fact *);
    struct hq_query query =
        hq_query(apply->store, case_no != 0 ? SQL_HQ_event_of_case : SQL_HQ_event_without_case);
    if (case_no != 0) {
        hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    }
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        if (count == capacity) {
            const struct merge_fact **more =
                ARENA_ARRAY(&apply->scratch, capacity * 2, const struct merge_fact *);
            memcpy(more, facts, count * sizeof(const struct merge_fact *));
            facts = more;
            capacity *= 2;
        }
        struct merge_fact *fact = ARENA_NEW(&apply->scratch, struct merge_fact);
        struct id id = hq_id(&query, 3);
        const struct apply_place place = {
            .device_no = (uint32_t)hq_i64(&query, 0),
            .strand = (uint32_t)hq_i64(&query, 1),
            .seq = (uint64_t)hq_i64(&query, 2),
            .origin_no = (uint32_t)hq_i64(&query, 6),
        };
        err = apply_fact_decode(apply, &place, &id, hq_i64(&query, 4), hq_text(&query, 5), fact);
        facts[count++] = fact;
    }
    TRY(hq_end(&query));
    TRY(err);
    merge_sort(facts, count);
    *facts_out = facts;
    *count_out = count;
    return OK;
}

static enum err load_case(struct apply *apply, uint64_t case_no, ds_CaseRecord **record_out,
                          ds_CaseState **state_out)
{
    *record_out = NULL;
    *state_out = NULL;
    struct hq_query query = hq_query(apply->store, SQL_HQ_kase_and_state);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    enum err err = OK;
    if (hq_next(&query)) {
        struct str record = hq_text(&query, 0);
        *record_out = ARENA_NEW(&apply->scratch, ds_CaseRecord);
        err = case_record_decode(*record_out, (const uint8_t *)record.bytes, record.size);
        struct str state = hq_text(&query, 1);
        if (err == OK && state.size > 0) {
            *state_out = ARENA_NEW(&apply->scratch, ds_CaseState);
            err = case_state_decode(*state_out, (const uint8_t *)state.bytes, state.size);
        }
    }
    TRY(hq_end(&query));
    return err == OK ? OK : ERR_corrupt; /* headquarters' own bytes */
}

/* What the collector is told when headquarters decided about a request. */
static enum err note_decisions(struct apply *apply, const struct merge_fact *const *facts,
                               size_t count)
{
    enum { VERDICT_ASKED_BACK = 8 }; /* sync/proto/verdicts.def; held equal by a test of the api */
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i]->fact;
        if (fact->device_no != 0 || event_kind(&fact->event) != EVENT_arrangement_decided) {
            continue;
        }
        const ds_ArrangementDecided *decided = &fact->event.kind.arrangement_decided;
        struct id target;
        memcpy(target.bytes, decided->target, sizeof target.bytes);
        TRY(apply_verdict(apply, &target, VERDICT_ASKED_BACK, str_from(decided->note),
                          decided->decision != DECISION_returned));
    }
    return OK;
}

enum err apply_case_new(struct apply *apply, const ds_CaseRecord *record)
{
    if (apply->fresh == NULL) {
        apply->fresh = ARENA_NEW(apply->arena, ds_CaseState);
    }
    fold_start(apply->fresh, record);
    return put_state(apply, record, apply->fresh, NULL);
}

enum err apply_case(struct apply *apply, uint64_t case_no, const struct merge_fact **facts,
                    size_t count, uint32_t source, bool is_anew)
{
    struct arena_mark mark = arena_mark(&apply->scratch);
    struct merge_changes changes;
    merge_start(&changes, &apply->scratch);
    ds_CaseRecord *record = NULL;
    ds_CaseState *state = NULL;
    TRY(load_case(apply, case_no, &record, &state));
    const struct merge_fact **own = facts;
    size_t own_count = count;
    bool was_known = state != NULL;
    struct merge_summary before = {0};
    if (was_known) {
        before = merge_summary(record, state);
    }
    if (!was_known || is_anew || merge_needs_all(state, facts, count)) {
        if (record != NULL) {
            state = ARENA_NEW(&apply->scratch, ds_CaseState);
            fold_start(state, record);
        }
        TRY(load_facts(apply, case_no, &facts, &count));
        changes.is_anew = true;
        source = 0; /* no tablet can know what came out of the new order */
    }
    merge_case(record, state, facts, count, &changes);
    TRY(write_changes(apply, case_no, &changes));
    if (record != NULL) {
        TRY(put_state(apply, record, state, was_known ? &before : NULL));
        bool is_moved =
            !was_known || before.owner_no != state->owner_no || before.life != state->life;
        TRY(move_feed(apply, state, is_moved, source));
    }
    TRY(note_decisions(apply, own, own_count));
    arena_rollback(&apply->scratch, mark);
    return OK;
}

static enum err apply_people(struct apply *apply, const struct merge_fact **facts, size_t count)
{
    struct merge_changes changes;
    merge_start(&changes, &apply->scratch);
    merge_person(facts, count, &changes);
    return write_changes(apply, 0, &changes);
}

enum err apply_people_anew(struct apply *apply)
{
    const struct merge_fact **facts = NULL;
    size_t count = 0;
    TRY(load_facts(apply, 0, &facts, &count));
    struct hq_query days = hq_query(apply->store, SQL_HQ_day_clear);
    TRY(hq_run(&days));
    TRY(clear_rows(apply->store, 0));
    return apply_people(apply, facts, count);
}

enum err apply_facts(struct apply *apply, const struct merge_fact **facts, size_t count,
                     uint32_t source)
{
    /* Facts of one case stand together after a stable pass over the sorted list;
     * batches are small, so the pass is quadratic only in cases per batch. */
    merge_sort(facts, count);
    const struct merge_fact **of_case =
        ARENA_ARRAY(&apply->scratch, count == 0 ? 1 : count, const struct merge_fact *);
    bool *is_done = ARENA_ARRAY(&apply->scratch, count == 0 ? 1 : count, bool);
    for (size_t i = 0; i < count; i++) {
        if (is_done[i]) {
            continue;
        }
        uint64_t case_no = facts[i]->fact.event.case_no;
        size_t of_case_count = 0;
        for (size_t j = i; j < count; j++) {
            if (!is_done[j] && facts[j]->fact.event.case_no == case_no) {
                is_done[j] = true;
                of_case[of_case_count++] = facts[j];
            }
        }
        TRY(case_no == 0 ? apply_people(apply, of_case, of_case_count)
                         : apply_case(apply, case_no, of_case, of_case_count, source, false));
    }
    return OK;
}
