#include "sync/server/store/chain_check.h"

#include "core/event/chain.h"
#include "sync/server/store/seal.h"

#include <string.h>

struct strand {
    uint32_t device_no, strand, parent;
    uint64_t from_seq, seq;
    struct chain_link link;
};

static bool read_link(struct str bytes, struct chain_link *link_out)
{
    *link_out = (struct chain_link){{0}};
    if (bytes.size != sizeof link_out->bytes) {
        return false;
    }
    memcpy(link_out->bytes, bytes.bytes, sizeof link_out->bytes);
    return true;
}

static enum err broken(struct chain_checked *checked, const struct strand *strand, uint64_t seq)
{
    checked->is_broken = true;
    checked->device_no = strand->device_no;
    checked->seq = seq;
    return ERR_corrupt;
}

/* ERR_not_found when it stands elsewhere. */
static enum err link_at(struct hq_store *store, const struct strand *strand, uint32_t number,
                        struct chain_link *link_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_event_link);
    hq_bind_i64(&query, "$device_no", strand->device_no);
    hq_bind_i64(&query, "$strand", number);
    hq_bind_i64(&query, "$seq", (int64_t)strand->from_seq);
    bool is_there = hq_next(&query) && read_link(hq_text(&query, 0), link_out);
    TRY(hq_end(&query));
    return is_there ? OK : ERR_not_found;
}

/* The fact before a strand's first own one stands in its parent, or further up. */
static enum err start_of(struct hq_store *store, const struct strand *strands, size_t count,
                         const struct strand *strand, struct chain_link *link_out)
{
    *link_out = (struct chain_link){{0}};
    if (strand->from_seq == 0) {
        return OK;
    }
    uint32_t number = strand->parent;
    for (size_t guard = 0; guard <= count; guard++) {
        enum err err = link_at(store, strand, number, link_out);
        if (err != ERR_not_found || number == 0) {
            return err;
        }
        for (size_t i = 0; i < count; i++) {
            if (strands[i].device_no == strand->device_no && strands[i].strand == number) {
                number = strands[i].parent;
                break;
            }
        }
    }
    return ERR_not_found;
}

/* Words were erased by law: the link stands for the fact as it was, which is no longer here. */
static bool is_erased(const struct hq_query *query)
{
    enum { ERASED_COLUMN = 14 };
    return hq_column_count(query) > ERASED_COLUMN && hq_i64(query, ERASED_COLUMN) != 0;
}

static bool is_fact(const struct hq_query *query, const struct strand *strand, uint64_t seq,
                    struct chain_link *link)
{
    struct chain_link stored;
    if ((uint64_t)hq_i64(query, 0) != seq || !read_link(hq_text(query, 7), &stored)) {
        return false;
    }
    struct str body = hq_text(query, 8);
    const uint8_t *bytes = (const uint8_t *)body.bytes;
    uint32_t origin_no = (uint32_t)hq_i64(query, 9);
    struct id id =
        chain_event_id(origin_no != 0 ? origin_no : strand->device_no, seq, bytes, body.size);
    struct id stored_id = hq_id(query, 1);
    *link = chain_next(link, strand->device_no, seq, bytes, body.size);
    if (is_erased(query)) {
        *link = stored;
        return true;
    }
    return id_equal(&id, &stored_id) && chain_link_equal(link, &stored);
}

static enum err check_strand(struct hq_store *store, const struct strand *strand,
                             struct chain_link link, struct chain_checked *checked)
{
    uint64_t seq = strand->from_seq;
    struct hq_query query = hq_query(store, SQL_HQ_event_of_strand);
    hq_bind_i64(&query, "$device_no", strand->device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        checked->fact_count++;
        seq++;
        if (!is_fact(&query, strand, seq, &link)) {
            err = broken(checked, strand, seq);
        }
    }
    enum err end_err = hq_end(&query);
    TRY(err);
    TRY(end_err);
    bool is_whole = seq == strand->seq && chain_link_equal(&link, &strand->link);
    return is_whole ? OK : broken(checked, strand, seq + 1);
}

static enum err load(struct arena *arena, struct hq_store *store, struct strand **strands_out,
                     size_t *count_out)
{
    size_t capacity = 64;
    struct strand *strands = ARENA_ARRAY(arena, capacity, struct strand);
    struct hq_query query = hq_query(store, SQL_HQ_strand_everyone);
    *count_out = 0;
    while (hq_next(&query)) {
        if (*count_out == capacity) {
            struct strand *more = ARENA_ARRAY(arena, capacity * 2, struct strand);
            memcpy(more, strands, capacity * sizeof *more);
            strands = more;
            capacity *= 2;
        }
        struct strand *strand = &strands[(*count_out)++];
        strand->device_no = (uint32_t)hq_i64(&query, 0);
        strand->strand = (uint32_t)hq_i64(&query, 1);
        strand->parent = (uint32_t)hq_i64(&query, 2);
        strand->from_seq = (uint64_t)hq_i64(&query, 3);
        strand->seq = (uint64_t)hq_i64(&query, 4);
        (void)read_link(hq_text(&query, 5), &strand->link); /* a broken one fits no chain */
    }
    *strands_out = strands;
    return hq_end(&query);
}

static void note_record(void *context, uint64_t case_no, uint64_t log_no)
{
    struct chain_checked *checked = context;
    (void)log_no;
    if (!checked->is_broken) {
        checked->is_broken = true;
        checked->case_no = case_no;
    }
}

static enum err check_all(struct arena *arena, struct hq_store *store,
                          struct chain_checked *checked)
{
    struct strand *strands = NULL;
    size_t count = 0;
    TRY(load(arena, store, &strands, &count));
    for (size_t i = 0; i < count; i++) {
        struct chain_link start;
        enum err err = start_of(store, strands, count, &strands[i], &start);
        TRY(err == ERR_not_found ? broken(checked, &strands[i], strands[i].from_seq) : err);
        TRY(check_strand(store, &strands[i], start, checked));
    }
    struct seal_found found = {0};
    TRY(seal_check(store, note_record, checked, &found));
    checked->record_count = found.record_count;
    return found.bad_count > 0 || checked->is_broken ? ERR_corrupt : OK;
}

enum err chain_check(struct hq_store *store, struct chain_checked *checked_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    *checked_out = (struct chain_checked){0};
    enum err err = check_all(&arena, store, checked_out);
    arena_deinit(&arena);
    return err;
}
