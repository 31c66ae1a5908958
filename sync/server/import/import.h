/* sync/server/import/import.h -- a portfolio file into the cases of headquarters.
 *
 * In slices of IMPORT_SLICE rows, each a transaction with how far it came, so that tablets
 * are served in between and a cut loses one slice; the same file again goes on where it
 * stopped and ends as if it had never been cut. With is_all_or_nothing one transaction:
 * either the batch stands, or nothing. Every bad row is told with line and column; good
 * rows go in. The same file after its end changes nothing. A case that is there already gets the
 * newer record, and a fact "balance stated" when a part of the balance changed; a row with an older
 * balance than the known one is told and left out. */
#pragma once

#include "sync/server/import/column.h"
#include "sync/server/import/fault_report.h"
#include "sync/server/store/hq_store.h"

struct import_options {
    const char *encoding;  /* NULL: UTF-8 */
    const char *file_name; /* for the batch list; no path */
    const char *actor;     /* for the audit log */
    int64_t now_ms;
    bool is_dry_run;        /* check and count, write nothing */
    bool is_all_or_nothing; /* write nothing when one row is bad; tablets wait meanwhile */
    /* Called between two slices, no transaction being open; NULL: nothing to do then. */
    void (*between)(void *context);
    void *between_context;
};

enum { IMPORT_SLICE = 500 }; /* rows: some 15 ms */

struct import_result {
    bool is_known;             /* this very file was imported before: nothing was read */
    bool is_written;           /* the batch stands in the database, to its end */
    int64_t stored_row_count;  /* rows that stand, also when the end was not reached */
    int64_t resumed_row_count; /* of them, by an earlier run that was cut */
    int64_t batch_no;          /* this one, or the earlier one when is_known */
    int64_t known_at_ms;
    bool is_empty;                 /* no heading row */
    enum csv_fault csv_fault;      /* of the heading row */
    struct heading_answer heading; /* a fault here: no row was read */
    int64_t row_count;             /* without the heading row */
    int64_t new_count, changed_count, same_count, error_count;
    int64_t balance_count; /* facts "balance stated" among the changed */
    int64_t fault_count;   /* lines of the report */
};

/* Imports `in` (from its beginning), telling faults to `report`. Takes the
 * transaction itself; none may be open. ERR_io, ERR_no_space, ERR_bad_text (the
 * file is UTF-16), ERR_not_found (no such encoding). */
enum err import_cases(struct arena *arena, struct hq_store *store, FILE *in,
                      struct fault_report *report, const struct import_options *options,
                      struct import_result *result_out) MUST_USE;
