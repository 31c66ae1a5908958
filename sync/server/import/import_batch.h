/* sync/server/import/import_batch.h -- what every import of a file has in common:
 * the batch it leaves, its errors, its heading row. */
#pragma once

#include "sync/server/import/import.h"

/* The earlier batch of this file, if there is one. */
enum err import_batch_known(struct hq_store *store, const char *kind,
                            const uint8_t checksum[CSV_CHECKSUM_SIZE],
                            struct import_result *result) MUST_USE;
enum err import_batch_next(struct hq_store *store, int64_t *batch_no_out) MUST_USE;
/* Writes the batch and its line in the audit log; inside the transaction. */
enum err import_batch_add(struct hq_store *store, const char *kind,
                          const uint8_t checksum[CSV_CHECKSUM_SIZE],
                          const struct import_options *options,
                          const struct import_result *result) MUST_USE;
/* What an earlier run of this file left when it was cut: its batch number, its counts in
 * `result`, and resumed_row_count. batch_no 0: nothing. */
enum err import_batch_resume(struct hq_store *store, const char *kind,
                             const uint8_t checksum[CSV_CHECKSUM_SIZE],
                             struct import_result *result) MUST_USE;
/* How far it came, in the transaction that brings it there; `is_first` makes the batch. */
enum err import_batch_progress(struct hq_store *store, const char *kind,
                               const uint8_t checksum[CSV_CHECKSUM_SIZE],
                               const struct import_options *options,
                               const struct import_result *result, bool is_first) MUST_USE;
/* The end of a batch that has progress, and its line in the audit log. */
enum err import_batch_end(struct hq_store *store, const char *kind,
                          const uint8_t checksum[CSV_CHECKSUM_SIZE],
                          const struct import_options *options,
                          const struct import_result *result) MUST_USE;
enum err import_batch_error(struct hq_store *store, int64_t batch_no, int64_t line,
                            const struct column_map *map, const struct row_fault *fault) MUST_USE;
/* The civil day of `now_ms` in the zone of headquarters (setting "zone"). */
enum err import_batch_today(struct arena *arena, struct hq_store *store, int64_t now_ms,
                            int32_t *today_out) MUST_USE;
/* Reads and binds the heading row. False, with the reason in `result`, when the
 * file cannot be used. */
enum err import_batch_heading(struct arena *arena, struct csv_reader *reader,
                              const struct column_table *table, struct column_map *map_out,
                              struct import_result *result, bool *is_usable_out) MUST_USE;
