/* Chains of a device: where a batch belongs, and how far each goes. */
#include "sync/server/store/strand.h"

#include <string.h>

enum { REWIND_FIRST = 16 };

enum err strand_put(struct apply *apply, uint32_t device_no, const struct apply_strand *strand)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_strand_put);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    hq_bind_i64(&query, "$parent_strand", strand->parent);
    hq_bind_i64(&query, "$from_seq", (int64_t)strand->from_seq);
    hq_bind_i64(&query, "$seq", (int64_t)strand->seq);
    hq_bind_bytes(&query, "$link", strand->link.bytes, sizeof strand->link.bytes);
    hq_bind_i64(&query, "$order_at_ms", strand->order_at_ms);
    hq_bind_i64(&query, "$told_order_at_ms", strand->told_order_at_ms);
    return hq_run(&query);
}

/* NULL when there is none of that number. */
static const struct apply_strand *strand_of(const struct apply_device *device, uint32_t number)
{
    for (size_t i = 0; i < device->strand_count; i++) {
        if (device->strands[i].strand == number) {
            return &device->strands[i];
        }
    }
    return NULL;
}

/* The strand that holds the fact `seq` of `strand`: itself or an ancestor. */
uint32_t strand_at(const struct apply_device *device, const struct apply_strand *strand,
                   uint64_t seq)
{
    while (strand->strand > 0 && seq <= strand->from_seq) {
        const struct apply_strand *parent = strand_of(device, strand->parent);
        CHECK(parent != NULL && parent->strand < strand->strand);
        strand = parent;
    }
    return strand->strand;
}

/* Link after `seq` (at most strand->seq) on this strand. */
enum err strand_link(struct hq_store *store, const struct apply_device *device,
                     const struct apply_strand *strand, uint64_t seq, struct chain_link *link_out,
                     int64_t *order_at_ms_out)
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
                            uint64_t seq, struct str *body_out, bool *is_erased_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_event_body);
    hq_bind_i64(&query, "$device_no", device->device_no);
    hq_bind_i64(&query, "$strand", strand_at(device, strand, seq));
    hq_bind_i64(&query, "$seq", (int64_t)seq);
    bool has_row = hq_next(&query);
    if (has_row) {
        struct str body = hq_text(&query, 0);
        *body_out = (struct str){arena_copy(arena, body.bytes, body.size), body.size};
        *is_erased_out = hq_i64(&query, 1) != 0;
    }
    TRY(hq_end(&query));
    return has_row ? OK : ERR_not_found;
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
        bool is_erased = false;
        if (seq > 0) {
            TRY(strand_body(arena, apply->store, device, strand, seq, &place.body, &is_erased));
        }
        if (is_erased) {
            continue; /* the tablet packs against words that are gone here: from further back */
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
enum err strand_find(struct apply *apply, struct apply_device *device,
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
enum err strand_fork(struct apply *apply, struct apply_device *device,
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

enum err strand_start(struct apply *apply, uint32_t device_no)
{
    const struct apply_strand strand = {.strand = 0};
    return strand_put(apply, device_no, &strand);
}
