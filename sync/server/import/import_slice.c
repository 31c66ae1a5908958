/* Transactions of an import, and how far they bring its batch. */
#include "sync/server/import/import_slice.h"

#include "sync/server/import/import_batch.h"

bool import_slice_is_passing(const struct import_slice *slice)
{
    return slice->passed_count < slice->result->resumed_row_count;
}

static enum err begin(struct import_slice *slice)
{
    TRY(hq_begin(slice->store));
    arena_reset(&slice->arena);
    slice->step_count = 0;
    slice->ingest = ingest_start(&slice->arena, slice->store, slice->options->now_ms);
    return OK;
}

static enum err progress(struct import_slice *slice, bool is_first)
{
    struct import_result *result = slice->result;
    if (slice->figure != NULL) {
        result->balance_count = *slice->figure;
    }
    enum err err = import_batch_progress(slice->store, slice->kind, slice->checksum, slice->options,
                                         result, is_first);
    if (slice->figure != NULL) {
        result->balance_count = 0;
    }
    return err;
}

/* Commits the facts of the slice and how far they bring the batch. */
static enum err end(struct import_slice *slice, bool is_last)
{
    struct import_result *result = slice->result;
    bool is_first = !slice->has_batch;
    enum err err = ingest_finish(slice->ingest);
    slice->ingest = NULL;
    if (err == OK && (is_first || !is_last)) {
        err = progress(slice, is_first);
    }
    if (err == OK && is_last) {
        err = import_batch_end(slice->store, slice->kind, slice->checksum, slice->options, result);
    }
    if (err == OK) {
        err = hq_commit(slice->store);
    } else {
        hq_rollback(slice->store);
    }
    if (err == OK) {
        result->stored_row_count = result->row_count;
        result->is_written = is_last;
        slice->has_batch = true;
        slice->stored = *result;
    }
    return err;
}

enum err import_slice_row(struct import_slice *slice)
{
    if (!import_slice_is_passing(slice)) {
        return import_slice_step(slice);
    }
    slice->passed_count++;
    return import_slice_is_passing(slice) ? OK : begin(slice);
}

enum err import_slice_step(struct import_slice *slice)
{
    const struct import_options *options = slice->options;
    if (options->is_dry_run || options->is_all_or_nothing || ++slice->step_count < IMPORT_SLICE) {
        return OK;
    }
    TRY(end(slice, false));
    if (options->between != NULL) {
        options->between(options->between_context);
    }
    return begin(slice);
}

/* Everything in one transaction, which the caller ends. */
static enum err run_whole(struct import_slice *slice, import_slice_work *rows,
                          import_slice_work *more, void *context)
{
    struct import_result *result = slice->result;
    TRY(import_batch_next(slice->store, &result->batch_no));
    slice->ingest = ingest_start(&slice->arena, slice->store, slice->options->now_ms);
    enum err err = rows(context);
    if (err == OK && more != NULL && result->error_count == 0) {
        err = more(context);
    }
    enum err finish_err = ingest_finish(slice->ingest); /* also after an error: it frees */
    TRY(err);
    TRY(finish_err);
    if (result->error_count > 0) {
        return OK;
    }
    TRY(import_batch_add(slice->store, slice->kind, slice->checksum, slice->options, result));
    result->is_written = true;
    return OK;
}

static enum err run_all_or_nothing(struct import_slice *slice, import_slice_work *rows,
                                   import_slice_work *more, void *context)
{
    struct import_result *result = slice->result;
    TRY(hq_begin(slice->store));
    enum err err = run_whole(slice, rows, more, context);
    if (err == OK && result->is_written) {
        err = hq_commit(slice->store);
    } else {
        hq_rollback(slice->store);
    }
    result->is_written = result->is_written && err == OK;
    result->stored_row_count = result->is_written ? result->row_count : 0;
    return err;
}

static enum err run_slices(struct import_slice *slice, import_slice_work *rows,
                           import_slice_work *more, void *context)
{
    struct import_result *result = slice->result;
    TRY(import_batch_resume(slice->store, slice->kind, slice->checksum, result));
    if (slice->figure != NULL) {
        *slice->figure = result->balance_count;
        result->balance_count = 0;
    }
    slice->stored = *result;
    slice->has_batch = result->batch_no != 0;
    if (!slice->has_batch) {
        TRY(import_batch_next(slice->store, &result->batch_no));
    }
    if (!import_slice_is_passing(slice)) {
        TRY(begin(slice));
    }
    enum err err = rows(context);
    if (err == OK && slice->ingest == NULL) {
        err = begin(slice); /* no row was left: the earlier run was cut at the very end */
    }
    if (err == OK && more != NULL) {
        err = more(context);
    }
    if (err == OK) {
        return end(slice, true);
    }
    if (slice->ingest != NULL) { /* it gives back what it holds */
        enum err finish_err = ingest_finish(slice->ingest);
        err = err != OK ? err : finish_err;
    }
    hq_rollback(slice->store);
    *result = slice->stored;
    return err;
}

enum err import_slice_run(struct import_slice *slice, import_slice_work *rows,
                          import_slice_work *more, void *context)
{
    if (slice->options->is_dry_run) {
        return rows(context);
    }
    arena_init(&slice->arena, 0);
    enum err err = slice->options->is_all_or_nothing
                       ? run_all_or_nothing(slice, rows, more, context)
                       : run_slices(slice, rows, more, context);
    slice->ingest = NULL;
    arena_deinit(&slice->arena);
    return err;
}
