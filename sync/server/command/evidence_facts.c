/* The facts of one case with what proves them. */
#include "sync/server/command/evidence.h"

#include <string.h>

enum err evidence_items(struct evidence *evidence, struct evidence_item **items_out,
                        size_t *count_out)
{
    struct arena *arena = evidence->context->arena;
    size_t capacity = 256;
    size_t count = 0;
    struct evidence_item *items = ARENA_ARRAY(arena, capacity, struct evidence_item);
    struct hq_query query = hq_query(evidence->store, SQL_HQ_proof_events);
    hq_bind_i64(&query, "$case_no", (int64_t)evidence->case_no);
    evidence->erased_count = 0;
    while (hq_next(&query)) {
        if (hq_i64(&query, 5) != 0) {
            evidence->erased_count++;
            continue;
        }
        if (count == capacity) {
            struct evidence_item *more = ARENA_ARRAY(arena, capacity * 2, struct evidence_item);
            memcpy(more, items, count * sizeof *more);
            items = more;
            capacity *= 2;
        }
        struct str body = hq_text(&query, 4);
        items[count++] = (struct evidence_item){
            .device_no = (uint32_t)hq_i64(&query, 0),
            .strand = (uint32_t)hq_i64(&query, 1),
            .seq = (uint64_t)hq_i64(&query, 2),
            .origin_no = (uint32_t)hq_i64(&query, 3),
            .body = {arena_copy(arena, body.bytes, body.size), body.size},
        };
    }
    *items_out = items;
    *count_out = count;
    return hq_end(&query);
}

/* ---- links ---- */

struct strand_row {
    uint32_t parent;
    uint64_t from_seq, seq;
    struct chain_link link;
};

static void copy_link(struct chain_link *link, struct str bytes)
{
    *link = (struct chain_link){{0}};
    memcpy(link->bytes, bytes.bytes, bytes.size == sizeof link->bytes ? bytes.size : 0);
}

static enum err load_strand(struct evidence *evidence, uint32_t device_no, uint32_t strand,
                            struct strand_row *row_out)
{
    struct hq_query query = hq_query(evidence->store, SQL_HQ_proof_strand);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand);
    bool has_row = hq_next(&query);
    if (has_row) {
        row_out->parent = (uint32_t)hq_i64(&query, 0);
        row_out->from_seq = (uint64_t)hq_i64(&query, 1);
        row_out->seq = (uint64_t)hq_i64(&query, 2);
        copy_link(&row_out->link, hq_text(&query, 3));
    }
    TRY(hq_end(&query));
    return has_row ? OK : ERR_corrupt;
}

/* The link after `seq`; facts before a fork stand in the strand that it came from. */
static enum err link_after(struct evidence *evidence, uint32_t device_no, uint32_t strand,
                           uint64_t seq, struct chain_link *link_out)
{
    *link_out = (struct chain_link){{0}};
    if (seq == 0) {
        return OK;
    }
    struct strand_row row;
    TRY(load_strand(evidence, device_no, strand, &row));
    while (seq <= row.from_seq && strand != row.parent) {
        strand = row.parent;
        TRY(load_strand(evidence, device_no, strand, &row));
    }
    struct hq_query query = hq_query(evidence->store, SQL_HQ_event_link);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand);
    hq_bind_i64(&query, "$seq", (int64_t)seq);
    bool has_row = hq_next(&query);
    if (has_row) {
        copy_link(link_out, hq_text(&query, 0));
    }
    TRY(hq_end(&query));
    return has_row ? OK : ERR_corrupt;
}

/* ---- from a fact to the signature behind it ---- */

struct signature_row {
    bool is_there;
    uint64_t seq;
    struct str status_hash, signature;
};

static enum err find_signature(struct evidence *evidence, const struct evidence_item *item,
                               struct signature_row *row_out)
{
    struct arena *arena = evidence->context->arena;
    *row_out = (struct signature_row){0};
    if (item->device_no == 0) {
        return OK; /* headquarters signs receipts */
    }
    struct hq_query query = hq_query(evidence->store, SQL_HQ_proof_signature);
    hq_bind_i64(&query, "$device_no", item->device_no);
    hq_bind_i64(&query, "$strand", item->strand);
    hq_bind_i64(&query, "$seq", (int64_t)item->seq);
    if (hq_next(&query)) {
        struct str hash = hq_text(&query, 1);
        struct str signature = hq_text(&query, 2);
        row_out->is_there = hash.size == 32 && signature.size == CHAIN_SIGNATURE_SIZE;
        row_out->seq = (uint64_t)hq_i64(&query, 0);
        row_out->status_hash = (struct str){arena_copy(arena, hash.bytes, hash.size), hash.size};
        row_out->signature =
            (struct str){arena_copy(arena, signature.bytes, signature.size), signature.size};
    }
    return hq_end(&query);
}

/* A fact that may be shown although it is not of the case: it is of no case and names nobody. */
static bool may_be_shown(int64_t case_no, int64_t kind, int64_t is_copy)
{
    return case_no == 0 && is_copy == 0 && (kind == EVENT_day_opened || kind == EVENT_day_closed);
}

/* Whether the facts between `item` and its signature may be shown; with `is_written` they are. */
static enum err bridge(struct evidence *evidence, const struct evidence_item *item,
                       uint64_t until_seq, bool is_written, bool *is_open_out)
{
    struct hq_query query = hq_query(evidence->store, SQL_HQ_proof_between);
    hq_bind_i64(&query, "$device_no", item->device_no);
    hq_bind_i64(&query, "$strand", item->strand);
    hq_bind_i64(&query, "$first_seq", (int64_t)item->seq + 1);
    hq_bind_i64(&query, "$last_seq", (int64_t)until_seq);
    uint64_t seq = item->seq;
    *is_open_out = true;
    while (hq_next(&query)) {
        seq++;
        *is_open_out = *is_open_out && (uint64_t)hq_i64(&query, 0) == seq &&
                       may_be_shown(hq_i64(&query, 1), hq_i64(&query, 2), hq_i64(&query, 5));
        if (is_written) {
            evidence_write_fact(&evidence->writer, seq, (uint32_t)hq_i64(&query, 3),
                                hq_text(&query, 4));
        }
    }
    *is_open_out = *is_open_out && seq == until_seq;
    return hq_end(&query);
}

static enum err write_receipt(struct evidence *evidence, const struct evidence_item *item,
                              uint64_t seq)
{
    struct chain_link link;
    TRY(link_after(evidence, item->device_no, item->strand, seq, &link));
    evidence_write_receipt(&evidence->writer, item->device_no, seq, &link, evidence->at_ms);
    return OK;
}

/* What stands behind a fact before the next one that is not its neighbour; `*seq` moves on to the
 * last fact that was written. */
static enum err write_proof(struct evidence *evidence, const struct evidence_item *item,
                            bool is_next_neighbour, uint64_t next_seq, uint64_t *seq)
{
    struct signature_row signature;
    TRY(find_signature(evidence, item, &signature));
    bool is_open = signature.is_there && signature.seq == item->seq;
    bool is_near = signature.is_there && signature.seq > item->seq && signature.seq < next_seq;
    if (is_near && !is_next_neighbour) {
        TRY(bridge(evidence, item, signature.seq, false, &is_open));
        if (is_open) {
            TRY(bridge(evidence, item, signature.seq, true, &is_open));
        }
    }
    if (is_open) {
        evidence_write_signed(&evidence->writer, signature.status_hash, signature.signature);
        *seq = signature.seq;
        return OK;
    }
    return is_next_neighbour ? OK : write_receipt(evidence, item, item->seq);
}

/* ---- chains ---- */

/* The end of a chain: what headquarters holds of it, of this case or not. */
static enum err end_chain(struct evidence *evidence, const struct evidence_item *item, uint64_t seq)
{
    struct strand_row row;
    TRY(load_strand(evidence, item->device_no, item->strand, &row));
    if (row.seq > seq) {
        evidence_write_at(&evidence->writer, row.seq, &row.link);
        seq = row.seq;
    }
    return write_receipt(evidence, item, seq);
}

static bool is_one_chain(const struct evidence_item *a, const struct evidence_item *b)
{
    return a->device_no == b->device_no && a->strand == b->strand;
}

enum err evidence_facts(struct evidence *evidence)
{
    struct evidence_item *items = NULL;
    size_t count = 0;
    TRY(evidence_items(evidence, &items, &count));
    CHECK(items != NULL);
    uint64_t seq = 0; /* of the last fact that was written in this chain */
    for (size_t i = 0; i < count; i++) {
        const struct evidence_item *item = &items[i];
        bool is_first = i == 0 || !is_one_chain(&items[i - 1], item);
        bool is_last = i + 1 == count || !is_one_chain(item, &items[i + 1]);
        uint64_t next_seq = is_last ? UINT64_MAX : items[i + 1].seq;
        if (is_first) {
            evidence_write_chain(&evidence->writer, item->device_no, item->strand);
        }
        if (is_first || seq + 1 != item->seq) {
            struct chain_link link;
            TRY(link_after(evidence, item->device_no, item->strand, item->seq - 1, &link));
            evidence_write_at(&evidence->writer, item->seq - 1, &link);
        }
        evidence_write_fact(&evidence->writer, item->seq, item->origin_no, item->body);
        seq = item->seq;
        TRY(write_proof(evidence, item, next_seq == item->seq + 1, next_seq, &seq));
        if (is_last) {
            TRY(end_chain(evidence, item, seq));
        }
    }
    evidence->fact_count = count;
    return OK;
}
