/* sync/server/import/import_slice.h -- how an import is written: in slices that each commit and
 * can be gone on with, or in one piece.
 *
 * Both kinds of import use it: of cases, and of payments. What was committed stays when a run is
 * cut; the same file again passes by the rows that it has, and goes on. */
#pragma once

#include "sync/server/import/import.h"
#include "sync/server/store/ingest.h"

struct import_slice {
    /* of the caller; borrowed */
    struct hq_store *store;
    const struct import_options *options;
    struct import_result *result;
    const char *kind;        /* "cases" or "payments" */
    const uint8_t *checksum; /* of the file, CSV_CHECKSUM_SIZE */
    /* A figure that goes on with the file: kept where the result has balance_count. NULL: that
     * itself. */
    int64_t *figure;

    /* Own. */
    struct ingest *ingest;       /* NULL in a dry run and while rows of an earlier run pass by */
    struct arena arena;          /* of the transaction under way */
    int64_t step_count;          /* facts and rows in it */
    int64_t passed_count;        /* rows of an earlier run that went by */
    bool has_batch;              /* its row stands */
    struct import_result stored; /* as the last commit left it */
};

/* Reads the file and feeds what it says; `more` afterwards, where there is more than rows. */
typedef enum err import_slice_work(void *context);

/* True while a row goes by that an earlier run, which was cut, has done. Its faults are told again,
 * as the report is this run's. */
bool import_slice_is_passing(const struct import_slice *slice);
/* After a row: one that passed by is counted, and the last of them opens a transaction. */
enum err import_slice_row(struct import_slice *slice) MUST_USE;
/* After something that wrote: commits when the slice is full. */
enum err import_slice_step(struct import_slice *slice) MUST_USE;

/* Runs `rows` and then `more` (NULL: none), as the options say: nothing is written in a dry run;
 * all or nothing; or slice by slice. What was committed stays when it fails, and the result says
 * how much that is. */
enum err import_slice_run(struct import_slice *slice, import_slice_work *rows,
                          import_slice_work *more, void *context) MUST_USE;
