/* The log of case records: written with each record, compared by verify. */
#include "sync/server/store/seal_private.h"

#include <string.h>

static struct chain_hash line_hash(uint64_t case_no, int64_t batch_no,
                                   const struct chain_hash *hash)
{
    uint8_t bytes[16 + CHAIN_HASH_SIZE];
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(case_no >> (8 * i));
        bytes[8 + i] = (uint8_t)((uint64_t)batch_no >> (8 * i));
    }
    memcpy(bytes + 16, hash->bytes, sizeof hash->bytes);
    return chain_hash(bytes, sizeof bytes);
}

static struct chain_link next_link(const struct chain_link *link, int64_t log_no, uint64_t case_no,
                                   int64_t batch_no, const struct chain_hash *hash)
{
    struct chain_hash line = line_hash(case_no, batch_no, hash);
    return chain_next(link, 0, (uint64_t)log_no, line.bytes, sizeof line.bytes);
}

static enum err seal_load(struct seal *seal, struct hq_store *store)
{
    struct hq_query query = hq_query(store, SQL_HQ_kase_log_last);
    if (hq_next(&query)) {
        seal->log_no = hq_i64(&query, 0);
        struct str link = hq_text(&query, 1);
        if (link.size == sizeof seal->link.bytes) {
            memcpy(seal->link.bytes, link.bytes, sizeof seal->link.bytes);
        }
    }
    TRY(hq_end(&query));
    seal->is_loaded = true;
    return OK;
}

enum err seal_add(struct seal *seal, struct hq_store *store, uint64_t case_no, int64_t batch_no,
                  struct str record)
{
    if (!seal->is_loaded) {
        TRY(seal_load(seal, store));
    }
    struct chain_hash hash = chain_hash(record.bytes, record.size);
    seal->log_no++;
    seal->link = next_link(&seal->link, seal->log_no, case_no, batch_no, &hash);
    struct hq_query query = hq_query(store, SQL_HQ_kase_log_add);
    hq_bind_i64(&query, "$log_no", seal->log_no);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$batch_no", batch_no);
    hq_bind_bytes(&query, "$record_hash", hash.bytes, sizeof hash.bytes);
    hq_bind_bytes(&query, "$link", seal->link.bytes, sizeof seal->link.bytes);
    return hq_run(&query);
}

enum err seal_missing(struct hq_store *store, uint64_t *count_out)
{
    enum { PAGE = 256 };
    struct seal seal = {.log_no = 0};
    struct arena arena;
    arena_init(&arena, 0);
    *count_out = 0;
    enum err err = OK;
    size_t count = PAGE;
    while (err == OK && count == PAGE) {
        arena_reset(&arena);
        count = 0;
        uint64_t cases[PAGE];
        int64_t batches[PAGE];
        struct str records[PAGE];
        struct hq_query query = hq_query(store, SQL_HQ_kase_records_unsealed);
        while (count < PAGE && hq_next(&query)) {
            cases[count] = (uint64_t)hq_i64(&query, 0);
            batches[count] = hq_i64(&query, 1);
            struct str record = hq_text(&query, 2);
            records[count] =
                (struct str){arena_copy(&arena, record.bytes, record.size), record.size};
            count++;
        }
        err = hq_end(&query);
        for (size_t i = 0; err == OK && i < count; i++) {
            err = seal_add(&seal, store, cases[i], batches[i], records[i]);
        }
        *count_out += count;
    }
    arena_deinit(&arena);
    return err;
}

/* ---- checking ---- */

static enum err check_log(struct hq_store *store, seal_sink *sink, void *context,
                          struct seal_found *found)
{
    struct chain_link link = {{0}};
    int64_t log_no = 0;
    struct hq_query query = hq_query(store, SQL_HQ_kase_log_all);
    while (hq_next(&query)) {
        log_no++;
        struct str bytes = hq_text(&query, 3);
        struct str stored = hq_text(&query, 4);
        struct chain_hash hash = {{0}};
        memcpy(hash.bytes, bytes.bytes, bytes.size == sizeof hash.bytes ? bytes.size : 0);
        link = next_link(&link, log_no, (uint64_t)hq_i64(&query, 1), hq_i64(&query, 2), &hash);
        if (hq_i64(&query, 0) != log_no || stored.size != sizeof link.bytes ||
            memcmp(stored.bytes, link.bytes, sizeof link.bytes) != 0) {
            found->bad_count++;
            if (sink != NULL) {
                sink(context, 0, (uint64_t)log_no);
            }
            break; /* all that follows would be wrong with it */
        }
    }
    return hq_end(&query);
}

static enum err check_record(struct hq_store *store, uint64_t case_no,
                             const struct chain_hash *hash, bool *is_good_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_kase_log_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    *is_good_out = false;
    if (hq_next(&query)) {
        struct str sealed = hq_text(&query, 0);
        *is_good_out = sealed.size == sizeof hash->bytes &&
                       memcmp(sealed.bytes, hash->bytes, sizeof hash->bytes) == 0;
    }
    return hq_end(&query);
}

enum err seal_check(struct hq_store *store, seal_sink *sink, void *context,
                    struct seal_found *found_out)
{
    enum { PAGE = 1000 };
    *found_out = (struct seal_found){0};
    TRY(check_log(store, sink, context, found_out));
    int64_t after_no = 0;
    size_t count = PAGE;
    enum err err = OK;
    while (err == OK && count == PAGE) {
        count = 0;
        struct hq_query query = hq_query(store, SQL_HQ_kase_records);
        hq_bind_i64(&query, "$after_no", after_no);
        while (err == OK && hq_next(&query)) {
            count++;
            after_no = hq_i64(&query, 0);
            struct str record = hq_text(&query, 1);
            struct chain_hash hash = chain_hash(record.bytes, record.size);
            bool is_good = false;
            err = check_record(store, (uint64_t)after_no, &hash, &is_good);
            found_out->record_count++;
            found_out->bad_count += err == OK && !is_good;
            if (err == OK && !is_good && sink != NULL) {
                sink(context, (uint64_t)after_no, 0);
            }
        }
        TRY(hq_end(&query));
    }
    return err;
}
