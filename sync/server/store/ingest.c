/* Facts into the journal: headquarters' own and those of tablets, chain by chain. */
#include "sync/server/store/ingest.h"

#include "sync/server/store/apply.h"

#include <string.h>

enum { OWN_FACTS_MAX = 256, REWIND_FIRST = 16 };

struct ingest {
    struct apply apply;
    const struct merge_fact **own; /* headquarters' facts, journaled, not yet applied */
    size_t own_count;
    uint64_t case_next; /* 0: not asked yet */
};

struct ingest *ingest_start(struct arena *arena, struct hq_store *store, int64_t now_ms)
{
    CHECK(hq_is_in_transaction(store));
    struct ingest *ingest = ARENA_NEW(arena, struct ingest);
    apply_init(&ingest->apply, arena, store, now_ms);
    ingest->own = ARENA_ARRAY(arena, OWN_FACTS_MAX, const struct merge_fact *);
    return ingest;
}

/* ---- the journal ---- */

struct journal_row {
    const struct merge_fact *fact;
    const struct chain_link *link;
    struct str body;
    bool is_same_elsewhere; /* the very fact is in another strand: kept, without effect */
};

static enum err journal_put(struct apply *apply, const struct journal_row *row)
{
    const struct fact *fact = &row->fact->fact;
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_add);
    hq_bind_i64(&query, "$device_no", fact->device_no);
    hq_bind_i64(&query, "$strand", row->fact->strand);
    hq_bind_i64(&query, "$seq", (int64_t)fact->seq);
    hq_bind_id(&query, "$id", &fact->id);
    hq_bind_i64(&query, "$kind", row->is_same_elsewhere ? 0 : event_kind(&fact->event));
    hq_bind_i64(&query, "$case_no", row->is_same_elsewhere ? 0 : (int64_t)fact->event.case_no);
    hq_bind_i64(&query, "$person_no", fact->event.person_no);
    hq_bind_i64(&query, "$at_ms", (int64_t)fact->event.at_ms);
    hq_bind_i64(&query, "$order_at_ms", fact->order_at_ms);
    hq_bind_i64(&query, "$received_at_ms", apply->now_ms);
    hq_bind_bytes(&query, "$link", row->link->bytes, sizeof row->link->bytes);
    hq_bind_bytes(&query, "$body", row->body.bytes, row->body.size);
    return hq_run(&query);
}

static enum err quarantine_put(struct apply *apply, const struct merge_fact *fact,
                               const char *reason)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_quarantine_put);
    hq_bind_i64(&query, "$device_no", fact->fact.device_no);
    hq_bind_i64(&query, "$strand", fact->strand);
    hq_bind_i64(&query, "$seq", (int64_t)fact->fact.seq);
    hq_bind_id(&query, "$id", &fact->fact.id);
    hq_bind_text(&query, "$reason", str_from(reason));
    return hq_run(&query);
}

/* A body that cannot be read, is of an unknown kind or breaks a rule is looked at
 * by a person; it is in the journal all the same. */
static enum err quarantine_check(struct apply *apply, const struct merge_fact *fact,
                                 struct str body)
{
    const ds_Event *event = &fact->fact.event;
    struct event_fault fault;
    if (event_kind(event) == EVENT_none) {
        ds_Event *again = ARENA_NEW(&apply->scratch, ds_Event);
        enum err err = event_decode(again, (const uint8_t *)body.bytes, body.size);
        return quarantine_put(apply, fact, err_name(err != OK ? err : ERR_unknown_kind));
    }
    if (!merge_has_effect(&fact->fact)) {
        return quarantine_put(apply, fact, err_name(ERR_not_allowed));
    }
    if (!event_check(event, &fault)) {
        return quarantine_put(apply, fact,
                              str_format(&apply->scratch, "%s: %s", fault.field, fault.key));
    }
    return OK;
}

static enum err strand_put(struct apply *apply, uint32_t device_no,
                           const struct apply_strand *strand)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_strand_put);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    hq_bind_i64(&query, "$parent_strand", strand->parent);
    hq_bind_i64(&query, "$from_seq", (int64_t)strand->from_seq);
    hq_bind_i64(&query, "$seq", (int64_t)strand->seq);
    hq_bind_bytes(&query, "$link", strand->link.bytes, sizeof strand->link.bytes);
    hq_bind_i64(&query, "$order_at_ms", strand->order_at_ms);
    return hq_run(&query);
}

/* ---- headquarters' facts ---- */

/* How far the journal is, once for all facts that are gathered, and what they change. */
static enum err own_apply(struct ingest *ingest)
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
    enum err err = own_apply(ingest);
    if (err == OK) {
        err = apply_finish(&ingest->apply);
    }
    apply_deinit(&ingest->apply);
    return err;
}

enum err ingest_own(struct ingest *ingest, const ds_Event *given, struct id *id_out)
{
    struct apply *apply = &ingest->apply;
    if (ingest->own_count == OWN_FACTS_MAX) {
        TRY(own_apply(ingest));
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
    fact->fact.id = chain_event_id(0, strand->seq, body, size);
    fact->fact.seq = strand->seq;
    fact->fact.order_at_ms = strand->order_at_ms;
    const struct journal_row row = {
        .fact = fact, .link = &strand->link, .body = {(const char *)body, size}};
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

static enum err case_put(struct apply *apply, const ds_CaseRecord *record, int64_t batch_no)
{
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
    return hq_run(&query);
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
    TRY(case_put(apply, record, batch_no));
    TRY(is_new ? apply_case_new(apply, record)
               : apply_case(apply, record->case_no, NULL, 0, 0, true));
    arena_rollback(&apply->scratch, mark);
    return OK;
}

/* ---- tablets ---- */

static const struct apply_strand *strand_get(const struct apply_device *device, uint32_t number)
{
    for (size_t i = 0; i < device->strand_count; i++) {
        if (device->strands[i].strand == number) {
            return &device->strands[i];
        }
    }
    return NULL;
}

/* The strand that holds the fact `seq` of `strand`: itself or an ancestor. */
static uint32_t strand_at(const struct apply_device *device, const struct apply_strand *strand,
                          uint64_t seq)
{
    while (strand->strand > 0 && seq <= strand->from_seq) {
        const struct apply_strand *parent = strand_get(device, strand->parent);
        CHECK(parent != NULL && parent->strand < strand->strand);
        strand = parent;
    }
    return strand->strand;
}

/* Link after `seq` (at most strand->seq) on this strand. */
static enum err strand_link(struct hq_store *store, const struct apply_device *device,
                            const struct apply_strand *strand, uint64_t seq,
                            struct chain_link *link_out, int64_t *order_at_ms_out)
{
    *link_out = (struct chain_link){{0}};
    *order_at_ms_out = 0;
    if (seq == 0) {
        return OK;
    }
    if (seq == strand->seq) {
        *link_out = strand->link;
        *order_at_ms_out = strand->order_at_ms;
        return OK;
    }
    struct hq_query query = hq_query(store, SQL_HQ_event_link);
    hq_bind_i64(&query, "$device_no", device->device_no);
    hq_bind_i64(&query, "$strand", strand_at(device, strand, seq));
    hq_bind_i64(&query, "$seq", (int64_t)seq);
    bool has_row = hq_next(&query);
    if (has_row) {
        struct str link = hq_text(&query, 0);
        if (link.size == sizeof link_out->bytes) {
            memcpy(link_out->bytes, link.bytes, sizeof link_out->bytes);
        }
        *order_at_ms_out = hq_i64(&query, 1);
    }
    TRY(hq_end(&query));
    return has_row ? OK : ERR_corrupt;
}

/* How many facts of the batch, from the first, are on this strand already. */
static enum err strand_match(struct hq_store *store, const struct apply_device *device,
                             const struct apply_strand *strand, const struct ingest_batch *batch,
                             size_t *count_out)
{
    size_t count = 0;
    bool is_same = true;
    while (is_same && count < batch->count && batch->first_seq + count <= strand->seq) {
        uint64_t seq = batch->first_seq + count;
        struct hq_query query = hq_query(store, SQL_HQ_event_id_at);
        hq_bind_i64(&query, "$device_no", device->device_no);
        hq_bind_i64(&query, "$strand", strand_at(device, strand, seq));
        hq_bind_i64(&query, "$seq", (int64_t)seq);
        bool has_row = hq_next(&query);
        struct id id = has_row ? hq_id(&query, 0) : (struct id){{0}};
        TRY(hq_end(&query));
        if (!has_row) {
            return ERR_corrupt;
        }
        is_same = id_equal(&id, &batch->ids[count]);
        count += is_same;
    }
    *count_out = count;
    return OK;
}

static enum err strand_body(struct arena *arena, struct hq_store *store,
                            const struct apply_device *device, const struct apply_strand *strand,
                            uint64_t seq, struct str *body_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_event_body);
    hq_bind_i64(&query, "$device_no", device->device_no);
    hq_bind_i64(&query, "$strand", strand_at(device, strand, seq));
    hq_bind_i64(&query, "$seq", (int64_t)seq);
    return hq_one_text(arena, &query, body_out);
}

/* A gap: from where we are. Another history: further back each time, twice as far
 * as the tablet was, until both agree. */
static uint64_t rewind_from(uint64_t seq, uint64_t last_seq)
{
    uint64_t asked_seq = seq + 1;
    uint64_t next_seq = last_seq + 1;
    if (asked_seq > next_seq) {
        return next_seq;
    }
    uint64_t back = 2 * (next_seq - asked_seq);
    back = back < REWIND_FIRST ? REWIND_FIRST : back;
    return asked_seq > back ? asked_seq - back : 1;
}

static enum err find_places(struct arena *arena, struct apply *apply, struct apply_device *device,
                            uint64_t seq, const uint8_t *tag, size_t tag_size,
                            struct ingest_place *places, size_t *count, uint64_t *last_seq)
{
    for (size_t i = 0; i < device->strand_count; i++) {
        const struct apply_strand *strand = &device->strands[i];
        struct ingest_place place = {.body = STR("")};
        int64_t order_at_ms = 0;
        *last_seq = strand->seq > *last_seq ? strand->seq : *last_seq;
        if (seq > strand->seq) {
            continue;
        }
        TRY(strand_link(apply->store, device, strand, seq, &place.link, &order_at_ms));
        bool is_new = memcmp(place.link.bytes, tag, tag_size) == 0;
        for (size_t j = 0; j < *count; j++) {
            is_new = is_new && !chain_link_equal(&places[j].link, &place.link);
        }
        if (!is_new) {
            continue;
        }
        if (seq > 0) {
            TRY(strand_body(arena, apply->store, device, strand, seq, &place.body));
        }
        places[(*count)++] = place;
    }
    return OK;
}

enum err ingest_places(struct arena *arena, struct hq_store *store, uint32_t device_no,
                       uint64_t seq, const uint8_t *tag, size_t tag_size,
                       struct ingest_place **places_out, size_t *count_out,
                       uint64_t *send_from_seq_out)
{
    CHECK(tag_size <= CHAIN_LINK_SIZE);
    struct apply apply;
    apply_init(&apply, arena, store, 0);
    *count_out = 0;
    *places_out = NULL;
    struct apply_device *device = NULL;
    uint64_t last_seq = 0;
    enum err err = apply_device(&apply, device_no, &device);
    if (err == OK) {
        err = apply_device_strands(&apply, device);
    }
    if (err == OK) {
        *places_out = ARENA_ARRAY(arena, device->strand_count + 1, struct ingest_place);
        err = find_places(arena, &apply, device, seq, tag, tag_size, *places_out, count_out,
                          &last_seq);
    }
    *send_from_seq_out = rewind_from(seq, last_seq);
    apply_deinit(&apply);
    return err;
}

/* The strand that holds most of the batch; NULL when none has the link before it. */
static enum err strand_find(struct apply *apply, struct apply_device *device,
                            const struct ingest_batch *batch, struct apply_strand **strand_out,
                            size_t *matched_out)
{
    *strand_out = NULL;
    *matched_out = 0;
    uint64_t before_seq = batch->first_seq - 1;
    for (size_t i = 0; i < device->strand_count; i++) {
        struct apply_strand *strand = &device->strands[i];
        struct chain_link link;
        int64_t order_at_ms = 0;
        if (strand->seq < before_seq) {
            continue;
        }
        TRY(strand_link(apply->store, device, strand, before_seq, &link, &order_at_ms));
        if (!chain_link_equal(&link, &batch->before)) {
            continue;
        }
        size_t matched = 0;
        TRY(strand_match(apply->store, device, strand, batch, &matched));
        bool is_better = *strand_out == NULL || matched > *matched_out ||
                         (matched == *matched_out && strand->seq == before_seq + matched);
        if (is_better) {
            *strand_out = strand;
            *matched_out = matched;
        }
    }
    return OK;
}

/* Opens a strand that shares the facts up to `from_seq` with `parent`. */
static enum err strand_fork(struct apply *apply, struct apply_device *device,
                            const struct apply_strand *parent, uint64_t from_seq,
                            struct apply_strand **strand_out)
{
    struct apply_strand strand = {
        .strand = (uint32_t)device->strand_count,
        .parent = parent->strand,
        .from_seq = from_seq,
        .seq = from_seq,
    };
    TRY(strand_link(apply->store, device, parent, from_seq, &strand.link, &strand.order_at_ms));
    struct apply_strand *more =
        ARENA_ARRAY(apply->arena, device->strand_count + 1, struct apply_strand);
    memcpy(more, device->strands, device->strand_count * sizeof *more);
    more[device->strand_count] = strand;
    device->strands = more;
    *strand_out = &more[device->strand_count++];
    return OK;
}

static enum err is_elsewhere(struct apply *apply, const struct id *id, bool *is_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_by_id);
    hq_bind_id(&query, "$id", id);
    *is_out = hq_next(&query);
    return hq_end(&query);
}

/* Journals the facts from `from` on and applies them. */
static enum err take_new(struct apply *apply, struct apply_device *device,
                         struct apply_strand *strand, const struct ingest_batch *batch, size_t from)
{
    size_t count = 0;
    const struct merge_fact **facts =
        ARENA_ARRAY(&apply->scratch, batch->count, const struct merge_fact *);
    for (size_t i = from; i < batch->count; i++) {
        struct merge_fact *fact = ARENA_NEW(&apply->scratch, struct merge_fact);
        TRY(apply_fact_decode(apply, device->device_no, strand->strand, batch->first_seq + i,
                              &batch->ids[i], 0, batch->bodies[i], fact));
        strand->order_at_ms = fact_order_at_ms(strand->order_at_ms, &fact->fact.event);
        fact->fact.order_at_ms = strand->order_at_ms;
        struct journal_row row = {.fact = fact, .link = &batch->links[i], .body = batch->bodies[i]};
        if (device->strand_count > 1) {
            TRY(is_elsewhere(apply, &batch->ids[i], &row.is_same_elsewhere));
        }
        TRY(journal_put(apply, &row));
        strand->seq = batch->first_seq + i;
        strand->link = batch->links[i];
        if (!row.is_same_elsewhere) {
            TRY(quarantine_check(apply, fact, batch->bodies[i]));
            facts[count++] = fact;
        }
    }
    TRY(strand_put(apply, device->device_no, strand));
    /* Of two copies of a tablet neither knows what the other sent. */
    return apply_facts(apply, facts, count, device->strand_count == 1 ? device->device_no : 0);
}

/* Something about the tablet itself, named by the fact that showed it. */
static enum err note_device(struct apply *apply, const struct apply_device *device,
                            const struct ingest_batch *batch, size_t at, enum conflict_kind kind)
{
    const struct conflict conflict = {
        .kind = kind,
        .id = batch->ids[at],
        .device_no = device->device_no,
        .person_no = device->person_no,
        .at_ms = apply->now_ms,
    };
    return apply_conflict(apply, &conflict);
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
    return hq_run(&query);
}

enum err ingest_take(struct ingest *ingest, const struct ingest_batch *batch,
                     struct ingest_result *result_out)
{
    struct apply *apply = &ingest->apply;
    *result_out = (struct ingest_result){.answer = INGEST_stored};
    TRY(own_apply(ingest));
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
    uint64_t matched_seq = batch->first_seq - 1 + matched;
    if (matched < batch->count && matched_seq < strand->seq) {
        TRY(strand_fork(apply, device, strand, matched_seq, &strand));
        TRY(take_new(apply, device, strand, batch, matched));
        TRY(note_device(apply, device, batch, matched, CONFLICT_fork));
        result_out->is_forked = true;
    } else if (matched < batch->count) {
        TRY(take_new(apply, device, strand, batch, matched));
    }
    if (matched < batch->count && device->is_revoked) {
        TRY(note_device(apply, device, batch, matched, CONFLICT_revoked_tablet));
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
    arena_reset(&apply->scratch);
    return OK;
}

/* ---- tablets come and go ---- */

enum err ingest_device_joins(struct ingest *ingest, uint32_t device_no, uint32_t person_no)
{
    struct apply *apply = &ingest->apply;
    TRY(own_apply(ingest));
    struct apply_device *device = NULL;
    TRY(apply_device(apply, device_no, &device));
    struct hq_query query = hq_query(apply->store, SQL_HQ_state_of_owner);
    hq_bind_i64(&query, "$owner_no", person_no);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct hq_query put = hq_query(apply->store, SQL_HQ_feed_put);
        hq_bind_i64(&put, "$device_no", device_no);
        hq_bind_i64(&put, "$case_no", hq_i64(&query, 0));
        hq_bind_i64(&put, "$feed_seq", (int64_t)apply_feed_next(device));
        hq_bind_i64(&put, "$is_withdrawn", 0);
        err = hq_run(&put);
    }
    TRY(hq_end(&query));
    return err;
}

enum err ingest_device_leaves(struct ingest *ingest, uint32_t device_no)
{
    struct apply *apply = &ingest->apply;
    TRY(own_apply(ingest));
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
