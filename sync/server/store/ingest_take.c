/* Batches of tablets into the journal, chain by chain. */
#include "sync/server/store/alarm_log.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/journal.h"
#include "sync/server/store/number_private.h"
#include "sync/server/store/strand.h"
#include "sync/server/store/truth.h"
#include "sync/server/store/vault.h"

#include <string.h>

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

/* Is the very fact in the journal? Then this one is kept without effect. One id with two
 * contents cannot be, or the journal was damaged: both stay, and a person looks. */
static enum err find_elsewhere(struct apply *apply, uint64_t case_no, const struct id *id,
                               struct str body, bool *is_there_out, bool *is_other_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_by_id);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
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
    bool is_moved;       /* some are ordered otherwise than on the tablet */
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

/* No fact is ordered after its arrival: a clock far in the future poisons nothing. Its own
 * tablet does not know that bound, so it is told what came of the fact. */
static void order_fact(struct taking *taking, struct fact *fact)
{
    struct apply_strand *strand = taking->strand;
    int64_t order_at_ms = fact_order_at_ms(strand->order_at_ms, &fact->event);
    strand->told_order_at_ms = fact_order_at_ms(strand->told_order_at_ms, &fact->event);
    if (order_at_ms > taking->apply->now_ms) {
        order_at_ms = taking->apply->now_ms;
    }
    if (order_at_ms > strand->order_at_ms) {
        strand->order_at_ms = order_at_ms;
    }
    fact->order_at_ms = strand->order_at_ms;
    taking->is_moved = taking->is_moved || strand->order_at_ms != strand->told_order_at_ms;
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
        TRY(find_elsewhere(apply, fact->fact.event.case_no, &batch->ids[i], row.body, &row.is_copy,
                           &is_other));
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
    TRY(row.is_copy
            ? apply_verdicts_copy(apply, &row.place, fact->fact.event.case_no, &batch->ids[i])
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
    bool folds_alike = !taking.has_kin && !taking.is_moved;
    return apply_facts(apply, facts, count, folds_alike ? device->device_no : 0);
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

/* The tablet says under which numbers it captured its facts. Its ids follow from that; whose
 * facts may be the same as its own does not, where the number is another key's. */
static enum err lineage_put(struct apply *apply, struct apply_device *device,
                            const struct ingest_batch *batch)
{
    for (size_t i = 0; i < batch->lineage_count; i++) {
        const struct chain_lineage *entry = &batch->lineage[i];
        CHECK(entry->device_no != 0); /* the wire reads no other */
        bool may_be_kin = false;
        TRY(number_may_be_kin(apply, &device->key, entry->device_no, &may_be_kin));
        if (!may_be_kin) {
            continue;
        }
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
    struct apply *apply = ingest_desk(ingest);
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
