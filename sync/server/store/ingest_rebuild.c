/* Projections made again from the journal, and how much of them differed. */
#include "core/os/log.h"
#include "sync/server/store/apply.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/vault.h"

#include <string.h>

/* Hash over every column of every row of a query whose only value is $case_no. */
static enum err rows_hash(struct hq_store *store, enum sql_hq name, int64_t case_no,
                          struct chain_link *hash)
{
    struct hq_query query = hq_query(store, name);
    if (case_no > 0) { /* day rows are of no case */
        hq_bind_i64(&query, "$case_no", case_no);
    }
    uint64_t row_no = 0;
    while (hq_next(&query)) {
        row_no++;
        int count = hq_column_count(&query);
        for (int i = 0; i < count; i++) {
            struct str value = hq_text(&query, i);
            *hash = chain_next(hash, (uint32_t)i, row_no, (const uint8_t *)value.bytes, value.size);
        }
    }
    return hq_end(&query);
}

static enum err case_hash(struct hq_store *store, int64_t case_no, struct chain_link *hash_out)
{
    static const enum sql_hq tables[] = {
        SQL_HQ_case_rows_state,    SQL_HQ_case_rows_contact,  SQL_HQ_case_rows_arrangement,
        SQL_HQ_case_rows_payment,  SQL_HQ_case_rows_incident, SQL_HQ_case_rows_assignment,
        SQL_HQ_case_rows_conflict,
    };
    *hash_out = (struct chain_link){{0}};
    for (size_t i = 0; i < COUNT(tables); i++) {
        TRY(rows_hash(store, tables[i], case_no, hash_out));
    }
    return OK;
}

static enum err people_again(struct apply *apply, uint64_t *changed_count)
{
    struct chain_link before = {{0}};
    struct chain_link after = {{0}};
    TRY(rows_hash(apply->store, SQL_HQ_day_all, 0, &before));
    TRY(apply_people_anew(apply));
    TRY(rows_hash(apply->store, SQL_HQ_day_all, 0, &after));
    *changed_count += !chain_link_equal(&before, &after);
    arena_reset(&apply->scratch);
    return OK;
}

enum { PAGE = 1000 }; /* cases; event_cases gives no more */

/* The next page of cases after `after_no`; fewer than PAGE: the last one. */
static enum err page_of_cases(struct hq_store *store, int64_t after_no, int64_t cases_out[PAGE],
                              size_t *count_out)
{
    size_t count = 0;
    struct hq_query query = hq_query(store, SQL_HQ_event_cases);
    hq_bind_i64(&query, "$after_no", after_no);
    while (count < PAGE && hq_next(&query)) {
        cases_out[count++] = hq_i64(&query, 0);
    }
    *count_out = count;
    return hq_end(&query);
}

static enum err cases_again(struct apply *apply, struct ingest_rebuilt *rebuilt)
{
    int64_t after_no = 0;
    for (;;) {
        int64_t cases[PAGE];
        size_t count = 0;
        TRY(page_of_cases(apply->store, after_no, cases, &count));
        for (size_t i = 0; i < count; i++) {
            struct chain_link before;
            struct chain_link after;
            TRY(case_hash(apply->store, cases[i], &before));
            TRY(apply_case(apply, (uint64_t)cases[i], NULL, 0, 0, true));
            TRY(case_hash(apply->store, cases[i], &after));
            rebuilt->case_count++;
            rebuilt->changed_count += !chain_link_equal(&before, &after);
        }
        if (count < PAGE) {
            return OK;
        }
        after_no = cases[PAGE - 1];
    }
}

struct reading {
    uint32_t device_no, strand;
    uint64_t seq;
    int64_t kind, case_no, person_no, at_ms;
};

static enum err write_reading(struct hq_store *store, const struct reading *reading)
{
    struct hq_query query = hq_query(store, SQL_HQ_event_read_again);
    hq_bind_i64(&query, "$device_no", reading->device_no);
    hq_bind_i64(&query, "$strand", reading->strand);
    hq_bind_i64(&query, "$seq", (int64_t)reading->seq);
    hq_bind_i64(&query, "$kind", reading->kind);
    hq_bind_i64(&query, "$case_no", reading->case_no);
    hq_bind_i64(&query, "$person_no", reading->person_no);
    hq_bind_i64(&query, "$at_ms", reading->at_ms);
    TRY(hq_run(&query));
    if (reading->kind == EVENT_none) {
        return OK;
    }
    struct hq_query drop = hq_query(store, SQL_HQ_quarantine_drop); /* understood now */
    hq_bind_i64(&drop, "$device_no", reading->device_no);
    hq_bind_i64(&drop, "$strand", reading->strand);
    hq_bind_i64(&drop, "$seq", (int64_t)reading->seq);
    return hq_run(&drop);
}

/* Facts that this build reads otherwise than the build that journaled them, such
 * as kinds that are newer than that one was. Gathered first, written after: a
 * table is not changed while it is read. */
static enum err bodies_again(struct apply *apply, uint32_t device_no, uint32_t strand,
                             struct ingest_rebuilt *rebuilt)
{
    size_t count = 0;
    size_t capacity = 16;
    struct reading *readings = ARENA_ARRAY(&apply->scratch, capacity, struct reading);
    ds_Event *event = ARENA_NEW(&apply->scratch, ds_Event);
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_of_strand);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand);
    while (hq_next(&query)) {
        rebuilt->fact_count++;
        struct str body = hq_text(&query, 8);
        bool is_copy = hq_i64(&query, 10) != 0;
        if (is_copy || event_decode(event, (const uint8_t *)body.bytes, body.size) != OK) {
            continue;
        }
        struct reading reading = {
            .device_no = device_no,
            .strand = strand,
            .seq = (uint64_t)hq_i64(&query, 0),
            .kind = event_kind(event),
            .case_no = (int64_t)event->case_no,
            .person_no = event->person_no,
            .at_ms = (int64_t)event->at_ms,
        };
        if (reading.kind == hq_i64(&query, 2) && reading.case_no == hq_i64(&query, 3) &&
            reading.person_no == hq_i64(&query, 4) && reading.at_ms == hq_i64(&query, 5)) {
            continue;
        }
        if (count == capacity) {
            struct reading *more = ARENA_ARRAY(&apply->scratch, capacity * 2, struct reading);
            memcpy(more, readings, count * sizeof *readings);
            readings = more;
            capacity *= 2;
        }
        readings[count++] = reading;
    }
    TRY(hq_end(&query));
    for (size_t i = 0; i < count; i++) {
        TRY(write_reading(apply->store, &readings[i]));
    }
    rebuilt->read_again_count += count;
    arena_reset(&apply->scratch);
    return OK;
}

static enum err all_bodies_again(struct apply *apply, struct ingest_rebuilt *rebuilt)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_strand_everyone);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        err =
            bodies_again(apply, (uint32_t)hq_i64(&query, 0), (uint32_t)hq_i64(&query, 1), rebuilt);
    }
    TRY(hq_end(&query));
    return err;
}

/* Attachments that facts name, also those that an older build could not read. */
static enum err named_again(struct apply *apply)
{
    struct merge_fact *fact = ARENA_NEW(&apply->scratch, struct merge_fact);
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_of_kind);
    hq_bind_i64(&query, "$kind", EVENT_evidence_attached);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        const struct apply_place place = {
            .device_no = (uint32_t)hq_i64(&query, 0),
            .strand = (uint32_t)hq_i64(&query, 1),
            .seq = (uint64_t)hq_i64(&query, 2),
        };
        struct id id = hq_id(&query, 3);
        struct apply_device *device = NULL;
        err = apply_device(apply, place.device_no, &device);
        if (err == OK) {
            err = apply_fact_decode(apply, &place, &id, 0, hq_text(&query, 4), fact);
        }
        if (err == OK) {
            err = vault_journaled(apply, device, fact, false);
        }
    }
    enum err end_err = hq_end(&query);
    arena_reset(&apply->scratch);
    return err != OK ? err : end_err;
}

enum err ingest_rebuild(struct hq_store *store, int64_t now_ms, struct ingest_rebuilt *rebuilt_out)
{
    CHECK(hq_is_in_transaction(store));
    *rebuilt_out = (struct ingest_rebuilt){0};
    struct arena arena;
    arena_init(&arena, 0);
    struct apply apply;
    apply_init(&apply, &arena, store, now_ms);
    enum err err = all_bodies_again(&apply, rebuilt_out);
    if (err == OK) {
        err = named_again(&apply);
    }
    if (err == OK) {
        err = people_again(&apply, &rebuilt_out->changed_count);
    }
    if (err == OK) {
        err = cases_again(&apply, rebuilt_out);
    }
    if (err == OK) {
        err = apply_finish(&apply);
    }
    apply_deinit(&apply);
    arena_deinit(&arena);
    return err;
}

enum err ingest_fold_pending(struct hq_store *store)
{
    CHECK(hq_is_in_transaction(store));
    struct arena arena;
    arena_init(&arena, 0);
    struct apply apply;
    apply_init(&apply, &arena, store, 0);
    enum err err = OK;
    while (err == OK) {
        struct hq_query next = hq_query(store, SQL_HQ_kase_to_fold_next);
        int64_t case_no = 0;
        err = hq_one_i64(&next, &case_no);
        if (err != OK) {
            break;
        }
        err = case_no == 0 ? apply_people_anew(&apply)
                           : apply_case(&apply, (uint64_t)case_no, NULL, 0, 0, true);
        if (err == OK) {
            struct hq_query drop = hq_query(store, SQL_HQ_kase_to_fold_drop);
            hq_bind_i64(&drop, "$case_no", case_no);
            err = hq_run(&drop);
        }
    }
    err = err == ERR_not_found ? OK : err; /* none is left */
    if (err == OK) {
        err = apply_finish(&apply);
    }
    apply_deinit(&apply);
    arena_deinit(&arena);
    return err;
}

/* ---- after an upgrade of how facts fold ---- */

/* A case that cannot be read stays as it is and keeps none behind it from being folded anew. */
static enum err fold_page(struct hq_store *store, const int64_t *cases, size_t count,
                          struct ingest_upgraded *upgraded)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct apply apply;
    apply_init(&apply, &arena, store, 0);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < count; i++) {
        bool is_stale = false;
        err = apply_case_is_stale(&apply, (uint64_t)cases[i], &is_stale);
        if (err == ERR_corrupt || err == ERR_malformed) {
            log_line(LOG_error, "store", "case %lld could not be folded anew after an upgrade: %s",
                     (long long)cases[i], err_name(err));
            upgraded->unreadable_count++;
            err = OK;
        } else if (err == OK && is_stale) {
            err = apply_case(&apply, (uint64_t)cases[i], NULL, 0, 0, true);
            upgraded->changed_count++;
        }
    }
    if (err == OK) {
        err = apply_finish(&apply);
    }
    apply_deinit(&apply);
    arena_deinit(&arena);
    return err;
}

enum err ingest_fold_upgraded(struct hq_store *store, const char *version,
                              struct ingest_upgraded *upgraded_out)
{
    CHECK(!hq_is_in_transaction(store));
    *upgraded_out = (struct ingest_upgraded){0};
    int64_t cases[PAGE] = {0};
    size_t count = PAGE;
    for (int64_t after_no = 0; count == PAGE; after_no = cases[PAGE - 1]) {
        TRY(hq_begin(store));
        enum err err = page_of_cases(store, after_no, cases, &count);
        if (err == OK) {
            err = fold_page(store, cases, count, upgraded_out);
        }
        bool is_done = count < PAGE && upgraded_out->unreadable_count == 0;
        if (err == OK && is_done) { /* said with the last page: a cut begins from the first */
            err = hq_setting_set(store, "fold.version", version);
        }
        if (err != OK) {
            hq_rollback(store);
            return err;
        }
        TRY(hq_commit(store));
    }
    return OK;
}
