/* Facts into the journal: headquarters' own and those of tablets, chain by chain. */
#include "sync/server/store/ingest.h"

#include "sync/server/store/alarm_log.h"
#include "sync/server/store/number_private.h"
#include "sync/server/store/seal_private.h"
#include "sync/server/store/strand.h"
#include "sync/server/store/truth.h"
#include "sync/server/store/vault.h"

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

/* ---- the journal ---- */

struct journal_row {
    struct apply_place place;
    const struct merge_fact *fact;
    const struct chain_link *link;
    struct str body;
    struct truth truth;
    bool is_copy; /* the very fact is there already: kept, without effect */
};

static enum err journal_put(struct apply *apply, const struct journal_row *row)
{
    const struct fact *fact = &row->fact->fact;
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_add);
    hq_bind_i64(&query, "$device_no", row->place.device_no);
    hq_bind_i64(&query, "$strand", row->place.strand);
    hq_bind_i64(&query, "$seq", (int64_t)row->place.seq);
    hq_bind_id(&query, "$id", &fact->id);
    hq_bind_i64(&query, "$kind", row->is_copy ? 0 : event_kind(&fact->event));
    hq_bind_i64(&query, "$case_no", row->is_copy ? 0 : (int64_t)fact->event.case_no);
    hq_bind_i64(&query, "$person_no", fact->event.person_no);
    hq_bind_i64(&query, "$at_ms", (int64_t)fact->event.at_ms);
    hq_bind_i64(&query, "$order_at_ms", fact->order_at_ms);
    hq_bind_i64(&query, "$received_at_ms", apply->now_ms);
    hq_bind_bytes(&query, "$link", row->link->bytes, sizeof row->link->bytes);
    hq_bind_bytes(&query, "$body", row->body.bytes, row->body.size);
    hq_bind_i64(&query, "$origin_no", row->place.origin_no);
    hq_bind_i64(&query, "$is_copy", row->is_copy);
    hq_bind_i64(&query, "$true_from_ms", row->truth.from_ms);
    hq_bind_i64(&query, "$true_until_ms", row->truth.until_ms);
    return hq_run(&query);
}

static enum err quarantine_put(struct apply *apply, const struct journal_row *row,
                               const char *reason)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_quarantine_put);
    hq_bind_i64(&query, "$device_no", row->place.device_no);
    hq_bind_i64(&query, "$strand", row->place.strand);
    hq_bind_i64(&query, "$seq", (int64_t)row->place.seq);
    hq_bind_id(&query, "$id", &row->fact->fact.id);
    hq_bind_text(&query, "$reason", str_from(reason));
    return hq_run(&query);
}

/* A body that cannot be read, is of an unknown kind or breaks a rule is looked at
 * by a person; it is in the journal all the same. */
static enum err quarantine_check(struct apply *apply, const struct journal_row *row)
{
    const ds_Event *event = &row->fact->fact.event;
    struct event_fault fault;
    if (event_kind(event) == EVENT_none) {
        ds_Event *again = ARENA_NEW(&apply->scratch, ds_Event);
        enum err err = event_decode(again, (const uint8_t *)row->body.bytes, row->body.size);
        return quarantine_put(apply, row, err_name(err != OK ? err : ERR_unknown_kind));
    }
    if (!merge_has_effect(&row->fact->fact)) {
        return quarantine_put(apply, row, err_name(ERR_not_allowed));
    }
    if (!event_check(event, &fault)) {
        return quarantine_put(apply, row,
                              str_format(&apply->scratch, "%s: %s", fault.field, fault.key));
    }
    return OK;
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

/* ---- tablets ---- */

/* Is the very fact in the journal? Then this one is kept without effect. One id with two
 * contents cannot be, or the journal was damaged: both stay, and a person looks. */
static enum err find_elsewhere(struct apply *apply, const struct id *id, struct str body,
                               bool *is_there_out, bool *is_other_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_by_id);
    hq_bind_id(&query, "$id", id);
    *is_there_out = hq_next(&query);
    *is_other_out = false;
    if (*is_there_out) {
        struct str known = hq_text(&query, 7);
        *is_other_out = known.size != body.size || memcmp(known.bytes, body.bytes, body.size) != 0;
    }
    return hq_end(&query);
}

/* Something to look at about one fact of a batch, or about the tablet that it shows. */
static enum err note(struct apply *apply, const struct apply_device *device, const struct id *id,
                     uint64_t case_no, enum conflict_kind kind)
{
    const struct conflict conflict = {
        .kind = kind,
        .case_no = case_no,
        .id = *id,
        .device_no = device->device_no,
        .person_no = device->person_no,
        .at_ms = apply->now_ms,
    };
    return apply_conflict(apply, &conflict);
}

/* Facts of a batch on their way into the journal. */
struct taking {
    struct apply *apply;
    struct apply_device *device;
    struct apply_strand *strand;
    const struct ingest_batch *batch;
    struct truth_anchor anchor;
    struct truth before; /* of the fact before the one at hand */
    bool was_doubtful;   /* its clock was */
    bool has_kin;        /* its facts may be there under another number */
};

static enum err find_before(struct taking *taking, uint64_t first_seq)
{
    if (first_seq > 1) {
        struct hq_query query = hq_query(taking->apply->store, SQL_HQ_event_time);
        hq_bind_i64(&query, "$device_no", taking->device->device_no);
        hq_bind_i64(&query, "$strand", strand_at(taking->device, taking->strand, first_seq - 1));
        hq_bind_i64(&query, "$seq", (int64_t)first_seq - 1);
        if (hq_next(&query)) {
            taking->before = (struct truth){hq_i64(&query, 1), hq_i64(&query, 2)};
            taking->was_doubtful = truth_is_doubtful(&taking->before, hq_i64(&query, 0));
        }
        TRY(hq_end(&query));
    }
    return OK;
}

/* No fact is ordered after its arrival: a clock far in the future poisons nothing. */
static void order_fact(struct taking *taking, struct fact *fact)
{
    struct apply_strand *strand = taking->strand;
    int64_t order_at_ms = fact_order_at_ms(strand->order_at_ms, &fact->event);
    if (order_at_ms > taking->apply->now_ms) {
        order_at_ms = taking->apply->now_ms;
    }
    if (order_at_ms > strand->order_at_ms) {
        strand->order_at_ms = order_at_ms;
    }
    fact->order_at_ms = strand->order_at_ms;
}

/* Copies and facts with effect alike: the tablet under this number has the bytes. */
static enum err follow_up(struct taking *taking, const struct journal_row *row)
{
    TRY(vault_journaled(taking->apply, taking->device, row->fact, row->is_copy));
    return alarm_log_journaled(taking->apply, taking->device, &row->place, row->fact, row->body);
}

/* Journals fact `i` of the batch; `has_effect_out`: it is to be merged. */
static enum err take_one(struct taking *taking, size_t i, struct merge_fact *fact,
                         bool *has_effect_out)
{
    struct apply *apply = taking->apply;
    const struct ingest_batch *batch = taking->batch;
    uint64_t seq = batch->first_seq + i;
    uint32_t origin_no =
        chain_origin(batch->lineage, batch->lineage_count, taking->device->device_no, seq);
    struct journal_row row = {
        .place = {taking->device->device_no, taking->strand->strand, seq,
                  origin_no == taking->device->device_no ? 0 : origin_no},
        .fact = fact,
        .link = &batch->links[i],
        .body = batch->bodies[i],
    };
    TRY(apply_fact_decode(apply, &row.place, &batch->ids[i], 0, row.body, fact));
    order_fact(taking, &fact->fact);
    row.truth = truth_find(&taking->anchor, &fact->fact.event, &taking->before);
    bool is_doubtful = truth_is_doubtful(&row.truth, (int64_t)fact->fact.event.at_ms);
    bool is_other = false;
    if (taking->has_kin) {
        TRY(find_elsewhere(apply, &batch->ids[i], row.body, &row.is_copy, &is_other));
    }
    TRY(journal_put(apply, &row));
    taking->strand->seq = seq;
    taking->strand->link = batch->links[i];
    *has_effect_out = !row.is_copy;
    if (is_other) {
        TRY(note(apply, taking->device, &batch->ids[i], fact->fact.event.case_no,
                 CONFLICT_same_id));
    }
    if (is_doubtful && !taking->was_doubtful && !row.is_copy) {
        TRY(note(apply, taking->device, &batch->ids[i], fact->fact.event.case_no,
                 CONFLICT_clock_doubtful));
    }
    taking->before = row.truth;
    taking->was_doubtful = is_doubtful;
    TRY(row.is_copy ? apply_verdicts_copy(apply, &row.place, &batch->ids[i])
                    : quarantine_check(apply, &row));
    return follow_up(taking, &row);
}

/* Journals the facts from `from` on and applies them. */
static enum err take_new(struct apply *apply, struct apply_device *device,
                         struct apply_strand *strand, const struct ingest_batch *batch, size_t from)
{
    size_t count = 0;
    const struct merge_fact **facts =
        ARENA_ARRAY(&apply->scratch, batch->count, const struct merge_fact *);
    struct taking taking = {
        .apply = apply,
        .device = device,
        .strand = strand,
        .batch = batch,
        .anchor = {.received_at_ms = apply->now_ms,
                   .has_clock = batch->has_clock,
                   .clock_behind_ms = batch->clock_behind_ms},
    };
    struct str last_body = batch->bodies[batch->count - 1];
    ds_Event *last = ARENA_NEW(&apply->scratch, ds_Event);
    if (event_decode(last, (const uint8_t *)last_body.bytes, last_body.size) == OK) {
        taking.anchor.last = last;
    }
    TRY(apply_device_kin(apply, device, &taking.has_kin));
    TRY(find_before(&taking, batch->first_seq + from));
    for (size_t i = from; i < batch->count; i++) {
        struct merge_fact *fact = ARENA_NEW(&apply->scratch, struct merge_fact);
        bool has_effect = false;
        TRY(take_one(&taking, i, fact, &has_effect));
        if (has_effect) {
            facts[count++] = fact;
        }
    }
    TRY(strand_put(apply, device->device_no, strand));
    /* Of two copies of a tablet neither knows what the other sent. */
    return apply_facts(apply, facts, count, taking.has_kin ? 0 : device->device_no);
}

static enum err signature_put(struct apply *apply, const struct apply_device *device,
                              const struct apply_strand *strand, const struct ingest_batch *batch)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_signature_add);
    hq_bind_i64(&query, "$device_no", device->device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    hq_bind_i64(&query, "$seq", (int64_t)strand->seq);
    hq_bind_i64(&query, "$received_at_ms", apply->now_ms);
    hq_bind_bytes(&query, "$status_hash", batch->status_hash, sizeof batch->status_hash);
    hq_bind_bytes(&query, "$signature", batch->signature.bytes, sizeof batch->signature.bytes);
    hq_bind_i64(&query, "$has_clock", batch->has_clock);
    hq_bind_i64(&query, "$clock_behind_ms", batch->clock_behind_ms);
    return hq_run(&query);
}

/* The tablet says under which numbers it captured its facts. */
static enum err lineage_put(struct apply *apply, struct apply_device *device,
                            const struct ingest_batch *batch)
{
    for (size_t i = 0; i < batch->lineage_count; i++) {
        const struct chain_lineage *entry = &batch->lineage[i];
        CHECK(entry->device_no != 0); /* the wire reads no other */
        struct hq_query query = hq_query(apply->store, SQL_HQ_lineage_put);
        hq_bind_i64(&query, "$device_no", device->device_no);
        hq_bind_i64(&query, "$until_seq", (int64_t)entry->until_seq);
        hq_bind_i64(&query, "$origin_no", entry->device_no);
        hq_bind_i64(&query, "$told_at_ms", apply->now_ms);
        TRY(hq_run(&query));
        struct apply_device *origin = NULL;
        TRY(apply_device(apply, entry->device_no, &origin));
        origin->has_kin = true;
        device->has_kin = true;
    }
    return OK;
}

static uint64_t lineage_until(const struct ingest_batch *batch)
{
    return batch->lineage_count > 0 ? batch->lineage[batch->lineage_count - 1].until_seq : 0;
}

enum err ingest_take(struct ingest *ingest, const struct ingest_batch *batch,
                     struct ingest_result *result_out)
{
    struct apply *apply = &ingest->apply;
    *result_out = (struct ingest_result){.answer = INGEST_stored};
    TRY(ingest_apply_own(ingest));
    struct apply_device *device = NULL;
    TRY(apply_device(apply, batch->device_no, &device));
    CHECK(device->is_known && batch->device_no > 0 && batch->first_seq > 0);
    TRY(apply_device_strands(apply, device));

    struct apply_strand *strand = NULL;
    size_t matched = 0;
    TRY(strand_find(apply, device, batch, &strand, &matched));
    if (strand == NULL) { /* the caller looked first; a restored database may differ */
        result_out->answer = INGEST_send_from;
        result_out->send_from_seq = 1;
        return OK;
    }
    TRY(lineage_put(apply, device, batch));
    uint64_t matched_seq = batch->first_seq - 1 + matched;
    if (matched < batch->count && matched_seq < strand->seq) {
        TRY(strand_fork(apply, device, strand, matched_seq, &strand));
        TRY(take_new(apply, device, strand, batch, matched));
        TRY(note(apply, device, &batch->ids[matched], 0, CONFLICT_fork));
        result_out->is_forked = true;
    } else if (matched < batch->count) {
        TRY(take_new(apply, device, strand, batch, matched));
    }
    if (matched < batch->count && device->is_revoked) {
        TRY(note(apply, device, &batch->ids[matched], 0, CONFLICT_revoked_tablet));
    }
    if (matched < batch->count) {
        TRY(signature_put(apply, device, strand, batch));
    }
    result_out->strand = strand->strand;
    result_out->new_count = batch->count - matched;
    /* What the tablet can check against its own chain: no further than it told. */
    result_out->stored_seq = batch->first_seq - 1 + batch->count;
    result_out->stored_link = batch->count > 0 ? batch->links[batch->count - 1] : batch->before;
    result_out->folded_seq = strand->seq;
    result_out->is_catching_up = result_out->stored_seq < lineage_until(batch);
    uint32_t number = strand->strand; /* the strand may move when the number is made */
    if (number > 0) {
        TRY(number_successor(apply, device, number, &result_out->new_device_no));
    }
    arena_reset(&apply->scratch);
    return OK;
}

/* ---- tablets come and go ---- */

enum err ingest_device_joins(struct ingest *ingest, uint32_t device_no, uint32_t person_no)
{
    TRY(ingest_apply_own(ingest));
    return apply_device_joins(&ingest->apply, device_no, person_no);
}

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

enum err ingest_message(struct ingest *ingest, uint32_t person_no, uint64_t case_no,
                        struct str from_name, struct str body)
{
    struct apply *apply = &ingest->apply;
    struct hq_query next = hq_query(apply->store, SQL_HQ_message_next);
    int64_t message_no = 0;
    TRY(hq_one_i64(&next, &message_no));
    struct hq_query add = hq_query(apply->store, SQL_HQ_message_add);
    hq_bind_i64(&add, "$message_no", message_no);
    hq_bind_i64(&add, "$person_no", person_no);
    hq_bind_i64(&add, "$case_no", (int64_t)case_no);
    hq_bind_text(&add, "$from_name", from_name);
    hq_bind_i64(&add, "$at_ms", apply->now_ms);
    hq_bind_text(&add, "$body", body);
    TRY(hq_run(&add));
    struct hq_query query = hq_query(apply->store, person_no != 0 ? SQL_HQ_device_of_person
                                                                  : SQL_HQ_device_of_everybody);
    if (person_no != 0) {
        hq_bind_i64(&query, "$person_no", person_no);
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
