#include "sync/server/import/import_batch.h"

#include "core/domain/date.h"

#include <string.h>

enum err import_batch_known(struct hq_store *store, const char *kind,
                            const uint8_t checksum[CSV_CHECKSUM_SIZE], struct import_result *result)
{
    struct hq_query query = hq_query(store, SQL_HQ_import_batch_by_hash);
    hq_bind_text(&query, "$kind", str_from(kind));
    hq_bind_bytes(&query, "$file_hash", checksum, CSV_CHECKSUM_SIZE);
    if (hq_next(&query)) {
        result->is_known = true;
        result->batch_no = hq_i64(&query, 0);
        result->known_at_ms = hq_i64(&query, 1);
        result->row_count = hq_i64(&query, 2);
    }
    return hq_end(&query);
}

enum err import_batch_next(struct hq_store *store, int64_t *batch_no_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_import_batch_next);
    return hq_one_i64(&query, batch_no_out);
}

/* ---- an import that goes on ---- */

enum { MARK_SIZE = 1 + CSV_CHECKSUM_SIZE, PROGRESS_SIZE = MARK_SIZE + 8 };

static void mark_make(uint8_t mark[MARK_SIZE], const uint8_t checksum[CSV_CHECKSUM_SIZE])
{
    mark[0] = 0;
    memcpy(mark + 1, checksum, CSV_CHECKSUM_SIZE);
}

enum err import_batch_resume(struct hq_store *store, const char *kind,
                             const uint8_t checksum[CSV_CHECKSUM_SIZE],
                             struct import_result *result)
{
    uint8_t mark[MARK_SIZE];
    mark_make(mark, checksum);
    struct hq_query query = hq_query(store, SQL_HQ_import_batch_unfinished);
    hq_bind_text(&query, "$kind", str_from(kind));
    hq_bind_bytes(&query, "$mark", mark, sizeof mark);
    if (hq_next(&query)) {
        result->batch_no = hq_i64(&query, 0);
        result->row_count = hq_i64(&query, 1);
        result->new_count = hq_i64(&query, 2);
        result->changed_count = hq_i64(&query, 3);
        result->same_count = hq_i64(&query, 4);
        result->error_count = hq_i64(&query, 5);
        struct str rest = hq_text(&query, 6);
        if (rest.size == sizeof result->balance_count) {
            memcpy(&result->balance_count, rest.bytes, rest.size);
        }
        result->resumed_row_count = result->row_count;
        result->stored_row_count = result->row_count;
    }
    return hq_end(&query);
}

static void bind_batch(struct hq_query *query, const struct import_options *options,
                       const struct import_result *result)
{
    hq_bind_i64(query, "$batch_no", result->batch_no);
    hq_bind_text(query, "$file_name", str_from(options->file_name));
    hq_bind_i64(query, "$at_ms", options->now_ms);
    hq_bind_i64(query, "$row_count", result->row_count);
    hq_bind_i64(query, "$new_count", result->new_count);
    hq_bind_i64(query, "$changed_count", result->changed_count);
    hq_bind_i64(query, "$same_count", result->same_count);
    hq_bind_i64(query, "$error_count", result->error_count);
}

enum err import_batch_progress(struct hq_store *store, const char *kind,
                               const uint8_t checksum[CSV_CHECKSUM_SIZE],
                               const struct import_options *options,
                               const struct import_result *result, bool is_first)
{
    uint8_t progress[PROGRESS_SIZE];
    mark_make(progress, checksum);
    memcpy(progress + MARK_SIZE, &result->balance_count, sizeof result->balance_count);
    struct hq_query query =
        hq_query(store, is_first ? SQL_HQ_import_batch_add : SQL_HQ_import_batch_set);
    if (is_first) {
        hq_bind_text(&query, "$kind", str_from(kind));
    }
    hq_bind_bytes(&query, "$file_hash", progress, sizeof progress);
    bind_batch(&query, options, result);
    return hq_run(&query);
}

/* ---- the end ---- */

static enum err audit(struct hq_store *store, const char *kind,
                      const struct import_options *options, const struct import_result *result)
{
    char detail[192];
    snprintf(detail, sizeof detail, "batch %lld: %lld rows, %lld new, %lld changed, %lld bad",
             (long long)result->batch_no, (long long)result->row_count,
             (long long)result->new_count, (long long)result->changed_count,
             (long long)result->error_count);
    char action[64];
    snprintf(action, sizeof action, "import %s", kind);
    return hq_audit(store, options->now_ms, options->actor, action, detail);
}

enum err import_batch_end(struct hq_store *store, const char *kind,
                          const uint8_t checksum[CSV_CHECKSUM_SIZE],
                          const struct import_options *options, const struct import_result *result)
{
    struct hq_query query = hq_query(store, SQL_HQ_import_batch_set);
    hq_bind_bytes(&query, "$file_hash", checksum, CSV_CHECKSUM_SIZE);
    bind_batch(&query, options, result);
    TRY(hq_run(&query));
    return audit(store, kind, options, result);
}

enum err import_batch_add(struct hq_store *store, const char *kind,
                          const uint8_t checksum[CSV_CHECKSUM_SIZE],
                          const struct import_options *options, const struct import_result *result)
{
    struct hq_query query = hq_query(store, SQL_HQ_import_batch_add);
    hq_bind_text(&query, "$kind", str_from(kind));
    hq_bind_bytes(&query, "$file_hash", checksum, CSV_CHECKSUM_SIZE);
    bind_batch(&query, options, result);
    TRY(hq_run(&query));
    return audit(store, kind, options, result);
}

enum err import_batch_error(struct hq_store *store, int64_t batch_no, int64_t line,
                            const struct column_map *map, const struct row_fault *fault)
{
    struct hq_query query = hq_query(store, SQL_HQ_import_error_add);
    const char *name = fault->column != COLUMN_NONE ? map->table->columns[fault->column].name : "";
    hq_bind_i64(&query, "$batch_no", batch_no);
    hq_bind_i64(&query, "$row_no", line);
    hq_bind_text(&query, "$column_name", str_from(name));
    hq_bind_text(&query, "$reason", str_from(fault_key(fault->fault)));
    hq_bind_text(&query, "$value", str_from(fault->shape));
    return hq_run(&query);
}

enum err import_batch_today(struct arena *arena, struct hq_store *store, int64_t now_ms,
                            int32_t *today_out)
{
    const char *zone;
    TRY(hq_setting(arena, store, "zone", "Asia/Shanghai", &zone));
    int32_t offset;
    TRY(date_zone_offset(str_from(zone), &offset));
    *today_out = date_day_at(now_ms, offset);
    return OK;
}

enum err import_batch_heading(struct arena *arena, struct csv_reader *reader,
                              const struct column_table *table, struct column_map *map_out,
                              struct import_result *result, bool *is_usable_out)
{
    struct csv_row row;
    bool has_row;
    TRY(csv_reader_next(reader, &row, &has_row));
    result->is_empty = !has_row;
    result->csv_fault = has_row ? row.fault : CSV_FAULT_none;
    *is_usable_out = has_row && row.fault == CSV_FAULT_none;
    if (*is_usable_out) {
        column_bind(arena, table, row.fields, row.field_count, map_out, &result->heading);
        *is_usable_out = result->heading.fault == HEADING_ok;
    }
    return OK;
}
