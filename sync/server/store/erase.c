/* Personal data taken out of the journal, the case and what stands beside them. */
#include "sync/server/store/erase.h"

#include "core/base/buf.h"
#include "core/domain/catalog.h"
#include "sync/server/store/apply.h"
#include "sync/server/store/erase_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A fact that loses words. */
struct change {
    uint32_t device_no, strand;
    uint64_t seq;
    struct id id;
    struct chain_link link;
    struct str body; /* what is left */
    size_t size_before;
};

struct file {
    struct chain_hash hash;
    uint32_t size;
};

struct plan {
    struct arena *arena;
    struct hq_store *store;
    const struct erase_order *order;
    struct change *changes;
    size_t change_count, change_capacity;
    struct file *files;
    size_t file_count, file_capacity;
    uint64_t letter_count;
    ds_CaseRecord *record; /* as it shall be */
    int64_t batch_no;
    bool has_record; /* something of it goes */
};

/* ---- what goes ---- */

static uint32_t classes_at(const struct erase_order *order, int64_t at_ms)
{
    uint32_t classes = 0;
    for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
        if ((order->classes >> code & 1) != 0 && at_ms < order->until_at_ms[code]) {
            classes |= UINT32_C(1) << code;
        }
    }
    return classes;
}

static void add_change(struct plan *plan, const struct change *change)
{
    if (plan->change_count == plan->change_capacity) {
        plan->change_capacity = plan->change_capacity == 0 ? 64 : plan->change_capacity * 2;
        struct change *more = ARENA_ARRAY(plan->arena, plan->change_capacity, struct change);
        if (plan->change_count > 0) {
            memcpy(more, plan->changes, plan->change_count * sizeof *more);
        }
        plan->changes = more;
    }
    plan->changes[plan->change_count++] = *change;
}

/* The facts of a query with the columns of erase_events. */
static enum err find_changes(struct plan *plan, struct hq_query *query)
{
    ds_Event *event = ARENA_NEW(plan->arena, ds_Event);
    uint8_t *bytes = arena_alloc(plan->arena, LIMIT_event_size);
    enum err err = OK;
    while (err == OK && hq_next(query)) {
        struct str body = hq_text(query, 6);
        size_t size = 0;
        if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK ||
            !erase_event(event, classes_at(plan->order, hq_i64(query, 4)))) {
            continue;
        }
        err = event_encode(event, bytes, LIMIT_event_size, &size);
        if (err != OK || (size == body.size && memcmp(bytes, body.bytes, size) == 0)) {
            continue;
        }
        struct change change = {
            .device_no = (uint32_t)hq_i64(query, 0),
            .strand = (uint32_t)hq_i64(query, 1),
            .seq = (uint64_t)hq_i64(query, 2),
            .id = hq_id(query, 3),
            .body = {arena_copy(plan->arena, bytes, size), size},
            .size_before = body.size,
        };
        struct str link = hq_text(query, 5);
        memcpy(change.link.bytes, link.bytes,
               link.size == sizeof change.link.bytes ? link.size : 0);
        add_change(plan, &change);
    }
    TRY(hq_end(query));
    return err;
}

/* The same facts under other numbers and in other strands. */
static enum err find_copies(struct plan *plan)
{
    size_t count = plan->change_count;
    for (size_t i = 0; i < count; i++) {
        struct hq_query query = hq_query(plan->store, SQL_HQ_erase_copies);
        struct id id = plan->changes[i].id;
        hq_bind_id(&query, "$id", &id);
        TRY(find_changes(plan, &query));
    }
    return OK;
}

static enum err find_files(struct plan *plan)
{
    struct hq_query query = hq_query(plan->store, SQL_HQ_erase_files);
    hq_bind_i64(&query, "$case_no", (int64_t)plan->order->case_no);
    while (hq_next(&query)) {
        uint32_t bit =
            hq_i64(&query, 2) == EVIDENCE_KIND_voice ? ERASE_BIT(recordings) : ERASE_BIT(photos);
        struct str hash = hq_text(&query, 0);
        if ((plan->order->classes & bit) == 0 || hash.size != CHAIN_HASH_SIZE) {
            continue;
        }
        if (plan->file_count == plan->file_capacity) {
            plan->file_capacity = plan->file_capacity == 0 ? 16 : plan->file_capacity * 2;
            struct file *more = ARENA_ARRAY(plan->arena, plan->file_capacity, struct file);
            if (plan->file_count > 0) {
                memcpy(more, plan->files, plan->file_count * sizeof *more);
            }
            plan->files = more;
        }
        struct file *file = &plan->files[plan->file_count++];
        memcpy(file->hash.bytes, hash.bytes, sizeof file->hash.bytes);
        file->size = (uint32_t)hq_i64(&query, 1);
    }
    return hq_end(&query);
}

static int compare_changes(const void *a, const void *b)
{
    const struct change *x = a;
    const struct change *y = b;
    if (x->device_no != y->device_no) {
        return x->device_no < y->device_no ? -1 : 1;
    }
    if (x->strand != y->strand) {
        return x->strand < y->strand ? -1 : 1;
    }
    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The case record as it shall be. */
static enum err find_record(struct plan *plan)
{
    plan->record = ARENA_NEW(plan->arena, ds_CaseRecord);
    struct hq_query query = hq_query(plan->store, SQL_HQ_erase_record);
    hq_bind_i64(&query, "$case_no", (int64_t)plan->order->case_no);
    enum err err = ERR_not_found;
    if (hq_next(&query)) {
        struct str bytes = hq_text(&query, 0);
        err = case_record_decode(plan->record, (const uint8_t *)bytes.bytes, bytes.size);
        plan->batch_no = hq_i64(&query, 1);
    }
    TRY(hq_end(&query));
    TRY(err);
    plan->has_record =
        !plan->order->keeps_record && erase_record(plan->record, plan->order->classes);
    return OK;
}

static enum err find_letters(struct plan *plan)
{
    if ((plan->order->classes & ERASE_BIT(letters)) == 0) {
        return OK;
    }
    struct hq_query answers = hq_query(plan->store, SQL_HQ_erase_answers);
    hq_bind_i64(&answers, "$case_no", (int64_t)plan->order->case_no);
    TRY(find_changes(plan, &answers));
    struct hq_query count = hq_query(plan->store, SQL_HQ_erase_letter_count);
    hq_bind_i64(&count, "$case_no", (int64_t)plan->order->case_no);
    int64_t letter_count = 0;
    TRY(hq_one_i64(&count, &letter_count));
    plan->letter_count = (uint64_t)letter_count;
    return OK;
}

static enum err find_all(struct plan *plan)
{
    TRY(find_record(plan));
    struct hq_query events = hq_query(plan->store, SQL_HQ_erase_events);
    hq_bind_i64(&events, "$case_no", (int64_t)plan->order->case_no);
    TRY(find_changes(plan, &events));
    TRY(find_letters(plan));
    TRY(find_copies(plan));
    TRY(find_files(plan));
    if (plan->change_count > 1) {
        qsort(plan->changes, plan->change_count, sizeof *plan->changes, compare_changes);
    }
    return OK;
}

static void count_plan(const struct plan *plan, struct erase_done *done)
{
    *done = (struct erase_done){
        .fact_count = plan->change_count,
        .file_count = plan->file_count,
        .letter_count = plan->letter_count,
        .has_record = plan->has_record,
    };
    for (size_t i = 0; i < plan->change_count; i++) {
        done->size += plan->changes[i].size_before - plan->changes[i].body.size;
    }
    for (size_t i = 0; i < plan->file_count; i++) {
        done->size += plan->files[i].size;
    }
}

enum err erase_count(struct arena *arena, struct hq_store *store, const struct erase_order *order,
                     struct erase_done *done_out)
{
    struct plan plan = {.arena = arena, .store = store, .order = order};
    TRY(find_all(&plan));
    count_plan(&plan, done_out);
    return OK;
}

/* ---- the digest ---- */

void erase_digest_fact(struct buf_writer *writer, uint32_t device_no, uint32_t strand, uint64_t seq,
                       struct str link, struct str body_hash)
{
    buf_write_u32(writer, device_no);
    buf_write_u32(writer, strand);
    buf_write_u64(writer, seq);
    buf_write_bytes(writer, (const uint8_t *)link.bytes, link.size);
    buf_write_bytes(writer, (const uint8_t *)body_hash.bytes, body_hash.size);
}

void erase_digest_file(struct buf_writer *writer, struct str hash, uint32_t size)
{
    buf_write_bytes(writer, (const uint8_t *)hash.bytes, hash.size);
    buf_write_u32(writer, size);
}

static struct chain_hash digest(const struct plan *plan)
{
    size_t capacity =
        plan->change_count * ERASE_DIGEST_FACT_SIZE + plan->file_count * ERASE_DIGEST_FILE_SIZE + 1;
    struct buf_writer writer;
    buf_writer_init(&writer, arena_alloc(plan->arena, capacity), capacity);
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct change *change = &plan->changes[i];
        struct chain_hash left = chain_hash(change->body.bytes, change->body.size);
        erase_digest_fact(&writer, change->device_no, change->strand, change->seq,
                          (struct str){(const char *)change->link.bytes, CHAIN_LINK_SIZE},
                          (struct str){(const char *)left.bytes, CHAIN_HASH_SIZE});
    }
    for (size_t i = 0; i < plan->file_count; i++) {
        erase_digest_file(&writer,
                          (struct str){(const char *)plan->files[i].hash.bytes, CHAIN_HASH_SIZE},
                          plan->files[i].size);
    }
    CHECK(writer.err == OK);
    return chain_hash(writer.bytes, writer.size);
}

/* ---- writing ---- */

static enum err write_change(struct hq_store *store, const struct change *change,
                             uint64_t erasure_seq)
{
    struct chain_hash left = chain_hash(change->body.bytes, change->body.size);
    struct hq_query add = hq_query(store, SQL_HQ_erase_event_add);
    hq_bind_i64(&add, "$device_no", change->device_no);
    hq_bind_i64(&add, "$strand", change->strand);
    hq_bind_i64(&add, "$seq", (int64_t)change->seq);
    hq_bind_i64(&add, "$erasure_seq", (int64_t)erasure_seq);
    hq_bind_bytes(&add, "$body_hash", left.bytes, sizeof left.bytes);
    TRY(hq_run(&add));
    struct hq_query body = hq_query(store, SQL_HQ_erase_event_body);
    hq_bind_i64(&body, "$device_no", change->device_no);
    hq_bind_i64(&body, "$strand", change->strand);
    hq_bind_i64(&body, "$seq", (int64_t)change->seq);
    hq_bind_bytes(&body, "$body", change->body.bytes, change->body.size);
    TRY(hq_run(&body));
    struct hq_query alarm = hq_query(store, SQL_HQ_erase_alarm);
    hq_bind_id(&alarm, "$id", &change->id);
    hq_bind_bytes(&alarm, "$body", change->body.bytes, change->body.size);
    return hq_run(&alarm);
}

static enum err write_file(struct hq_store *store, const struct file *file, uint64_t erasure_seq)
{
    static const enum sql_hq steps[] = {SQL_HQ_erase_file_add, SQL_HQ_erase_file_drop,
                                        SQL_HQ_erase_file_feed_drop};
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct hq_query query = hq_query(store, steps[i]);
        hq_bind_bytes(&query, "$hash", file->hash.bytes, sizeof file->hash.bytes);
        hq_bind_i64(&query, "$size", file->size);
        if (i == 0) {
            hq_bind_i64(&query, "$erasure_seq", (int64_t)erasure_seq);
        }
        TRY(hq_run(&query));
    }
    return OK;
}

/* Words that stand beside the facts. */
static enum err write_beside(struct hq_store *store, const struct erase_order *order)
{
    static const struct {
        uint32_t bit;
        enum sql_hq statement;
    } beside[] = {
        {ERASE_BIT(letters), SQL_HQ_erase_letters},
        {ERASE_BIT(notes), SQL_HQ_erase_evidence_notes},
        {ERASE_BIT(notes), SQL_HQ_erase_conflict_notes},
        {ERASE_BIT(notes), SQL_HQ_erase_verdict_notes},
    };
    for (size_t i = 0; i < COUNT(beside); i++) {
        if ((order->classes & beside[i].bit) != 0) {
            struct hq_query query = hq_query(store, beside[i].statement);
            hq_bind_i64(&query, "$case_no", (int64_t)order->case_no);
            TRY(hq_run(&query));
        }
    }
    return OK;
}

static enum err book(struct ingest *ingest, const struct plan *plan, struct erase_done *done)
{
    const struct erase_order *order = plan->order;
    ds_Event *event = ARENA_NEW(plan->arena, ds_Event);
    event->case_no = order->case_no;
    event->which_kind = ds_Event_data_erased_tag;
    ds_DataErased *erased = &event->kind.data_erased;
    erased->classes = order->classes;
    erased->ground = order->ground;
    erased->fact_count = (uint32_t)done->fact_count;
    erased->file_count = (uint32_t)done->file_count;
    erased->size = done->size;
    struct chain_hash hash = digest(plan);
    memcpy(erased->digest, hash.bytes, sizeof erased->digest);
    snprintf(erased->asked_by, sizeof erased->asked_by, "%s", order->asked_by);
    snprintf(erased->by, sizeof erased->by, "%s", order->by);
    snprintf(erased->note, sizeof erased->note, "%s", order->note);
    TRY(ingest_own(ingest, event, NULL));
    struct apply_device *hq = NULL;
    TRY(apply_device(ingest_desk(ingest), 0, &hq));
    TRY(apply_device_strands(ingest_desk(ingest), hq));
    done->erasure_seq = hq->strands[0].seq;
    return OK;
}

enum err erase_case(struct ingest *ingest, const struct erase_order *order,
                    struct erase_done *done_out)
{
    struct apply *apply = ingest_desk(ingest);
    CHECK(hq_is_in_transaction(apply->store));
    struct plan plan = {.arena = apply->arena, .store = apply->store, .order = order};
    TRY(find_all(&plan));
    count_plan(&plan, done_out);
    if (plan.change_count == 0 && plan.file_count == 0 && plan.letter_count == 0 &&
        !plan.has_record) {
        return ERR_not_found;
    }
    TRY(book(ingest, &plan, done_out));
    for (size_t i = 0; i < plan.change_count; i++) {
        TRY(write_change(plan.store, &plan.changes[i], done_out->erasure_seq));
    }
    for (size_t i = 0; i < plan.file_count; i++) {
        TRY(write_file(plan.store, &plan.files[i], done_out->erasure_seq));
    }
    TRY(write_beside(plan.store, order));
    TRY(ingest_apply_own(ingest));
    return ingest_case(ingest, plan.record, plan.batch_no); /* folds what is left */
}
