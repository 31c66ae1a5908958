#include "sync/server/import/import.h"

#include "core/domain/date.h"
#include "sync/server/import/import_batch.h"
#include "sync/server/import/import_slice.h"
#include "sync/server/import/ref_set.h"
#include "sync/server/import/row_feed.h"

#include <string.h>

/* One import under way. */
struct run {
    struct arena *arena;
    struct hq_store *store;
    const struct import_options *options;
    struct import_result *result;
    struct fault_report *report;
    struct column_map map;
    struct ref_set *seen; /* (client, case_ref) -> line */
    struct import_slice slice;
    struct csv_reader *reader;
    bool was_empty; /* no case stood in the database: nothing to look up */
    int32_t today;
    struct row_slot *row; /* under way */
    ds_CaseRecord old_record;
    ds_CaseState old_state;
    uint8_t new_bytes[LIMIT_case_size];
    uint8_t old_bytes[LIMIT_case_size];
};

/* What is known of the case of a row. */
struct known {
    bool is_there;
    int32_t as_of_day;
    uint64_t parts[4];
};

static enum err row_refuse(struct run *run, int64_t line)
{
    run->result->error_count += import_slice_is_passing(&run->slice) ? 0 : 1;
    for (size_t i = 0; i < run->row->faults.count; i++) {
        const struct row_fault *fault = &run->row->faults.items[i];
        fault_report_add(run->report, &run->map, line, fault);
        if (run->slice.ingest != NULL) {
            TRY(import_batch_error(run->store, run->result->batch_no, line, &run->map, fault));
        }
    }
    return OK;
}

static void row_fault_whole(struct run *run, enum fault fault)
{
    run->row->faults.count = 0;
    row_faults_add(&run->row->faults, COLUMN_NONE, fault, STR(""));
}

static void row_fault_at(struct run *run, const char *column, enum fault fault, struct str value)
{
    row_faults_add(&run->row->faults, column_find(run->map.table, str_from(column)), fault, value);
}

/* Loads the case of the row into old_record and what its balance is now. */
static enum err known_load(struct run *run, struct known *known_out)
{
    *known_out = (struct known){.is_there = false};
    if (run->was_empty) {
        return OK;
    }
    const ds_CaseRecord *record = &run->row->draft.record;
    struct hq_query query = hq_query(run->store, SQL_HQ_import_case_by_ref);
    hq_bind_text(&query, "$client", str_from(record->client));
    hq_bind_text(&query, "$case_ref", str_from(record->case_ref));
    enum err err = OK;
    if (hq_next(&query)) {
        known_out->is_there = true;
        struct str bytes = hq_text(&query, 1);
        err = case_record_decode(&run->old_record, (const uint8_t *)bytes.bytes, bytes.size);
        run->old_record.case_no = (uint64_t)hq_i64(&query, 0);
        struct str state = hq_text(&query, 2);
        run->old_state = (ds_CaseState){0};
        if (err == OK && state.size > 0) {
            err = case_state_decode(&run->old_state, (const uint8_t *)state.bytes, state.size);
        }
    }
    TRY(hq_end(&query));
    TRY(err);
    if (known_out->is_there) {
        const ds_CaseRecord *old = &run->old_record;
        const ds_CaseState *state = &run->old_state;
        bool is_stated = state->balance_as_of_day > old->balance_as_of_day;
        known_out->as_of_day = is_stated ? state->balance_as_of_day : old->balance_as_of_day;
        known_out->parts[0] = is_stated ? state->principal_minor : old->principal_minor;
        known_out->parts[1] = is_stated ? state->interest_minor : old->interest_minor;
        known_out->parts[2] = is_stated ? state->penalty_minor : old->penalty_minor;
        known_out->parts[3] = is_stated ? state->fees_minor : old->fees_minor;
    }
    return OK;
}

static enum err balance_state(struct run *run, const ds_CaseRecord *record)
{
    ds_Event event = ds_Event_init_zero;
    event.case_no = record->case_no;
    event.which_kind = ds_Event_balance_stated_tag;
    event.kind.balance_stated = (ds_BalanceStated){
        .principal_minor = record->principal_minor,
        .interest_minor = record->interest_minor,
        .penalty_minor = record->penalty_minor,
        .fees_minor = record->fees_minor,
        .as_of_day = record->balance_as_of_day,
    };
    return ingest_own(run->slice.ingest, &event, NULL);
}

static enum err case_change(struct run *run, const struct known *known)
{
    ds_CaseRecord *record = &run->row->draft.record;
    record->case_no = run->old_record.case_no;
    record->imported_day = run->old_record.imported_day;
    size_t new_size, old_size;
    TRY(case_record_encode(record, run->new_bytes, sizeof run->new_bytes, &new_size));
    TRY(case_record_encode(&run->old_record, run->old_bytes, sizeof run->old_bytes, &old_size));
    if (new_size == old_size && memcmp(run->new_bytes, run->old_bytes, new_size) == 0) {
        run->result->same_count++;
        return OK;
    }
    run->result->changed_count++;
    const uint64_t parts[4] = {record->principal_minor, record->interest_minor,
                               record->penalty_minor, record->fees_minor};
    bool is_balance_new = memcmp(parts, known->parts, sizeof parts) != 0;
    run->result->balance_count += is_balance_new ? 1 : 0;
    if (run->slice.ingest == NULL) {
        return OK;
    }
    TRY(ingest_case(run->slice.ingest, record, run->result->batch_no));
    return is_balance_new ? balance_state(run, record) : OK;
}

static enum err row_take(struct run *run, struct row_slot *row)
{
    run->row = row;
    run->result->row_count += import_slice_is_passing(&run->slice) ? 0 : 1;
    if (row->fault != CSV_FAULT_none) {
        row_fault_whole(run, fault_of_csv(row->fault));
        return row_refuse(run, row->line);
    }
    ds_CaseRecord *record = &run->row->draft.record;
    struct str client = str_from(record->client);
    struct str case_ref = str_from(record->case_ref);
    if (case_ref.size > 0) {
        int64_t first_line;
        if (ref_set_find(run->seen, client, case_ref, &first_line)) {
            row_fault_at(run, "case_ref", FAULT_duplicate, case_ref);
            run->row->faults.items[run->row->faults.count - 1].other_line = first_line;
        } else {
            ref_set_add(run->seen, client, case_ref, row->line);
        }
    }
    if (run->row->faults.count > 0) {
        return row_refuse(run, row->line);
    }
    struct known known;
    TRY(known_load(run, &known));
    if (!known.is_there && !import_slice_is_passing(&run->slice)) {
        run->result->new_count++;
        return run->slice.ingest != NULL
                   ? ingest_case(run->slice.ingest, record, run->result->batch_no)
                   : OK;
    }
    if (record->balance_as_of_day < known.as_of_day) {
        char day[DATE_TEXT_SIZE];
        date_to_text(day, record->balance_as_of_day);
        row_fault_at(run, "balance_date", FAULT_older_balance, str_from(day));
        return row_refuse(run, row->line);
    }
    return import_slice_is_passing(&run->slice) ? OK : case_change(run, &known);
}

static enum err rows_take(void *context)
{
    struct run *run = context;
    struct row_feed *feed;
    TRY(row_feed_start(run->arena, run->reader, &run->map, run->today, HQ_BRANCH, &feed));
    enum err err = OK;
    for (;;) {
        struct row_slot *row;
        err = row_feed_next(feed, &row);
        if (err != OK || row == NULL) {
            break;
        }
        err = row_take(run, row);
        if (err == OK) {
            err = import_slice_row(&run->slice);
        }
        if (err != OK) {
            break;
        }
    }
    row_feed_stop(feed);
    return err;
}

static enum err run_start(struct run *run)
{
    bool is_usable;
    TRY(import_batch_heading(run->arena, run->reader, column_table_cases(), &run->map, run->result,
                             &is_usable));
    if (!is_usable) {
        return OK;
    }
    fault_report_start(run->report);
    TRY(import_batch_today(run->arena, run->store, run->options->now_ms, &run->today));
    struct hq_query count = hq_query(run->store, SQL_HQ_import_case_count);
    int64_t case_count;
    TRY(hq_one_i64(&count, &case_count));
    run->was_empty = case_count == 0;
    return import_slice_run(&run->slice, rows_take, NULL, run);
}

enum err import_cases(struct arena *arena, struct hq_store *store, FILE *in,
                      struct fault_report *report, const struct import_options *options,
                      struct import_result *result_out)
{
    *result_out = (struct import_result){0};
    uint8_t checksum[CSV_CHECKSUM_SIZE];
    TRY(csv_checksum(in, checksum));
    TRY(import_batch_known(store, "cases", checksum, result_out));
    if (result_out->is_known) {
        return OK;
    }
    struct csv_reader *reader;
    TRY(csv_reader_open(arena, in, options->encoding, &reader));
    struct run *run = ARENA_NEW(arena, struct run);
    run->arena = arena;
    run->store = store;
    run->options = options;
    run->result = result_out;
    run->report = report;
    run->reader = reader;
    run->slice = (struct import_slice){.store = store,
                                       .options = options,
                                       .result = result_out,
                                       .kind = "cases",
                                       .checksum = checksum};
    run->seen = ref_set_make(arena);
    enum err err = run_start(run);
    csv_reader_close(reader);
    result_out->fault_count = report->fault_count;
    enum err report_err = fault_report_end(report);
    return err != OK ? err : report_err;
}
