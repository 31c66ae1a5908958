/* Facts of headquarters, cases, and tablets that come and go. Batches: ingest_take.c. */
#include "sync/server/store/ingest.h"

#include "sync/server/store/journal.h"
#include "sync/server/store/seal_private.h"
#include "sync/server/store/strand.h"

#include <string.h>

enum { OWN_FACTS_MAX = 256 };

struct ingest {
    struct apply apply;
    const struct merge_fact **own; /* headquarters' facts, journaled, not yet applied */
    size_t own_count;
    uint64_t case_next; /* 0: not asked yet */
    struct seal seal;
};

struct ingest *ingest_start(struct arena *arena, struct hq_store *store, int64_t now_ms)
{
    CHECK(hq_is_in_transaction(store));
    struct ingest *ingest = ARENA_NEW(arena, struct ingest);
    apply_init(&ingest->apply, arena, store, now_ms);
    ingest->own = ARENA_ARRAY(arena, OWN_FACTS_MAX, const struct merge_fact *);
    return ingest;
}

struct apply *ingest_desk(struct ingest *ingest)
{
    return &ingest->apply;
}

/* ---- headquarters' facts ---- */

/* How far the journal is, once for all facts that are gathered, and what they change. */
enum err ingest_apply_own(struct ingest *ingest)
{
    if (ingest->own_count == 0) {
        return OK;
    }
    struct apply_device *hq = NULL;
    TRY(apply_device(&ingest->apply, 0, &hq));
    TRY(strand_put(&ingest->apply, 0, &hq->strands[0]));
    enum err err = apply_facts(&ingest->apply, ingest->own, ingest->own_count, 0);
    ingest->own_count = 0;
    arena_reset(&ingest->apply.scratch);
    return err;
}

enum err ingest_finish(struct ingest *ingest)
{
    enum err err = ingest_apply_own(ingest);
    if (err == OK) {
        err = apply_finish(&ingest->apply);
    }
    apply_deinit(&ingest->apply);
    return err;
}

/* What headquarters decides comes after the facts that it knew, also when its own clock
 * was set back or stood still meanwhile: no fact is ordered after its arrival. */
static enum err order_after_known(struct apply *apply, uint64_t case_no, int64_t *order_at_ms)
{
    if (case_no == 0) {
        return OK;
    }
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_order_last);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    int64_t last_at_ms = 0;
    TRY(hq_one_i64(&query, &last_at_ms));
    if (last_at_ms >= apply->now_ms && last_at_ms >= *order_at_ms) {
        *order_at_ms = last_at_ms + 1;
    }
    return OK;
}

enum err ingest_own(struct ingest *ingest, const ds_Event *given, struct id *id_out)
{
    struct apply *apply = &ingest->apply;
    if (ingest->own_count == OWN_FACTS_MAX) {
        TRY(ingest_apply_own(ingest));
    }
    struct apply_device *hq = NULL;
    TRY(apply_device(apply, 0, &hq));
    TRY(apply_device_strands(apply, hq));
    CHECK(hq->strand_count == 1); /* made by the first migration */
    struct apply_strand *strand = &hq->strands[0];

    struct merge_fact *fact = ARENA_NEW(&apply->scratch, struct merge_fact);
    fact->fact.event = *given;
    if (fact->fact.event.at_ms == 0) {
        fact->fact.event.at_ms = (uint64_t)apply->now_ms;
    }
    struct event_fault fault;
    CHECK(event_check(&fact->fact.event, &fault)); /* an intended fact is checked before */
    uint8_t *body = arena_alloc(&apply->scratch, LIMIT_event_size);
    size_t size = 0;
    TRY(event_encode(&fact->fact.event, body, LIMIT_event_size, &size));

    strand->seq++;
    strand->link = chain_next(&strand->link, 0, strand->seq, body, size);
    strand->order_at_ms = fact_order_at_ms(strand->order_at_ms, &fact->fact.event);
    TRY(order_after_known(apply, given->case_no, &strand->order_at_ms));
    fact->fact.id = chain_event_id(0, strand->seq, body, size);
    fact->fact.seq = strand->seq;
    fact->fact.order_at_ms = strand->order_at_ms;
    const struct journal_row row = {
        .place = {.seq = strand->seq},
        .fact = fact,
        .link = &strand->link,
        .body = {(const char *)body, size},
        .truth = {apply->now_ms, apply->now_ms},
    };
    TRY(journal_put(apply, &row));
    ingest->own[ingest->own_count++] = fact;
    if (id_out != NULL) {
        *id_out = fact->fact.id;
    }
    return OK;
}

enum err ingest_own_one(struct arena *arena, struct hq_store *store, const ds_Event *event,
                        int64_t now_ms, struct id *id_out)
{
    struct ingest *ingest = ingest_start(arena, store, now_ms);
    enum err err = ingest_own(ingest, event, id_out);
    enum err finish_err = ingest_finish(ingest);
    return err != OK ? err : finish_err;
}

/* ---- cases ---- */

static enum err case_put(struct ingest *ingest, const ds_CaseRecord *record, int64_t batch_no)
{
    struct apply *apply = &ingest->apply;
    size_t size = 0;
    TRY(case_record_encode(record, apply->bytes, LIMIT_case_size, &size));
    const ds_Address *address = record->addresses_count > 0 ? &record->addresses[0] : NULL;
    struct hq_query query = hq_query(apply->store, SQL_HQ_kase_put);
    hq_bind_i64(&query, "$case_no", (int64_t)record->case_no);
    hq_bind_text(&query, "$case_ref", str_from(record->case_ref));
    hq_bind_text(&query, "$client", str_from(record->client));
    hq_bind_text(&query, "$product", str_from(record->product));
    hq_bind_text(&query, "$currency", str_from(record->currency));
    hq_bind_text(&query, "$debtor_name", str_from(record->debtor_name));
    hq_bind_text(&query, "$area", str_from(address != NULL ? address->area : ""));
    hq_bind_i64(&query, "$lat_e7", address != NULL ? address->lat_e7 : 0);
    hq_bind_i64(&query, "$lon_e7", address != NULL ? address->lon_e7 : 0);
    hq_bind_text(&query, "$zone", str_from(record->zone));
    hq_bind_i64(&query, "$due_day", record->due_day);
    hq_bind_i64(&query, "$mandate_until_day", record->mandate_until_day);
    hq_bind_i64(&query, "$imported_day", record->imported_day);
    hq_bind_i64(&query, "$batch_no", batch_no);
    hq_bind_bytes(&query, "$record", apply->bytes, size);
    TRY(hq_run(&query));
    return seal_add(&ingest->seal, apply->store, record->case_no, batch_no,
                    (struct str){(const char *)apply->bytes, size});
}

enum err ingest_case(struct ingest *ingest, ds_CaseRecord *record, int64_t batch_no)
{
    struct apply *apply = &ingest->apply;
    bool is_new = record->case_no == 0;
    if (is_new) {
        if (ingest->case_next == 0) {
            struct hq_query query = hq_query(apply->store, SQL_HQ_kase_next);
            int64_t next = 0;
            TRY(hq_one_i64(&query, &next));
            ingest->case_next = (uint64_t)next;
        }
        record->case_no = ingest->case_next++;
    }
    record->branch_no = HQ_BRANCH;
    struct arena_mark mark = arena_mark(&apply->scratch);
    TRY(case_put(ingest, record, batch_no));
    TRY(is_new ? apply_case_new(apply, record)
               : apply_case(apply, record->case_no, NULL, 0, 0, true));
    arena_rollback(&apply->scratch, mark);
    return OK;
}

/* ---- tablets come and go ---- */

enum err ingest_device_leaves(struct ingest *ingest, uint32_t device_no)
{
    struct apply *apply = &ingest->apply;
    TRY(ingest_apply_own(ingest));
    struct apply_device *device = NULL;
    TRY(apply_device(apply, device_no, &device));
    size_t count = 0;
    size_t capacity = 64;
    int64_t *cases = ARENA_ARRAY(&apply->scratch, capacity, int64_t);
    struct hq_query query = hq_query(apply->store, SQL_HQ_feed_all);
    hq_bind_i64(&query, "$device_no", device_no);
    while (hq_next(&query)) {
        if (hq_i64(&query, 1) != 0) {
            continue;
        }
        if (count == capacity) {
            int64_t *more = ARENA_ARRAY(&apply->scratch, capacity * 2, int64_t);
            memcpy(more, cases, count * sizeof *cases);
            cases = more;
            capacity *= 2;
        }
        cases[count++] = hq_i64(&query, 0);
    }
    TRY(hq_end(&query));
    for (size_t i = 0; i < count; i++) {
        struct hq_query put = hq_query(apply->store, SQL_HQ_feed_put);
        hq_bind_i64(&put, "$device_no", device_no);
        hq_bind_i64(&put, "$case_no", cases[i]);
        hq_bind_i64(&put, "$feed_seq", (int64_t)apply_feed_next(device));
        hq_bind_i64(&put, "$is_withdrawn", 1);
        TRY(hq_run(&put));
    }
    return OK;
}

enum err ingest_device_behind(struct ingest *ingest, uint32_t device_no, uint32_t strand,
                              uint64_t after_seq)
{
    TRY(ingest_apply_own(ingest));
    return apply_device_behind(&ingest->apply, device_no, strand, after_seq);
}

enum err ingest_message(struct ingest *ingest, const struct ingest_letter *letter)
{
    struct apply *apply = &ingest->apply;
    struct hq_query next = hq_query(apply->store, SQL_HQ_message_next);
    int64_t message_no = 0;
    TRY(hq_one_i64(&next, &message_no));
    struct hq_query add = hq_query(apply->store, SQL_HQ_message_add);
    hq_bind_i64(&add, "$message_no", message_no);
    hq_bind_i64(&add, "$person_no", letter->person_no);
    hq_bind_i64(&add, "$case_no", (int64_t)letter->case_no);
    hq_bind_text(&add, "$from_name", letter->from_name);
    hq_bind_i64(&add, "$at_ms", apply->now_ms);
    hq_bind_text(&add, "$body", letter->body);
    hq_bind_i64(&add, "$wants_answer", letter->wants_answer);
    hq_bind_i64(&add, "$answer_by_at_ms", letter->answer_by_at_ms);
    TRY(hq_run(&add));
    struct hq_query query =
        hq_query(apply->store,
                 letter->person_no != 0 ? SQL_HQ_device_of_person : SQL_HQ_device_of_everybody);
    if (letter->person_no != 0) {
        hq_bind_i64(&query, "$person_no", letter->person_no);
    }
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct apply_device *device = NULL;
        err = apply_device(apply, (uint32_t)hq_i64(&query, 0), &device);
        if (err != OK) {
            break;
        }
        struct hq_query put = hq_query(apply->store, SQL_HQ_message_feed_add);
        hq_bind_i64(&put, "$device_no", device->device_no);
        hq_bind_i64(&put, "$feed_seq", (int64_t)apply_feed_next(device));
        hq_bind_i64(&put, "$message_no", message_no);
        err = hq_run(&put);
    }
    TRY(hq_end(&query));
    return err;
}
