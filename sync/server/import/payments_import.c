#include "sync/server/import/payments_check.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/policy.h"
#include "sync/server/import/import_batch.h"

#include <string.h>

struct str payments_number_text(char text[24], uint64_t number)
{
    snprintf(text, 24, "%llu", (unsigned long long)number);
    return str_from(text);
}

void *payments_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
                    size_t item_size)
{
    if (count < *capacity) {
        return items;
    }
    size_t more = *capacity == 0 ? 64 : *capacity * 2;
    void *grown = arena_array(arena, more, item_size);
    if (count > 0) {
        memcpy(grown, items, count * item_size);
    }
    *capacity = more;
    return grown;
}

enum { SEVERAL = -1 }; /* in refs_only: more than one client uses the reference */

static enum err refs_load(struct payments_run *run)
{
    run->refs = ref_set_make(run->arena);
    run->refs_only = ref_set_make(run->arena);
    run->known = ref_set_make(run->arena);
    run->loaded = ref_set_make(run->arena);
    run->clients = ref_set_make(run->arena);
    run->doubtful = ref_set_make(run->arena);
    struct hq_query query = hq_query(run->store, SQL_HQ_import_case_refs);
    while (hq_next(&query)) {
        int64_t case_no = hq_i64(&query, 0);
        struct str ref = hq_text(&query, 2);
        int64_t other;
        ref_set_add(run->refs, hq_text(&query, 1), ref, case_no);
        bool is_used = ref_set_find(run->refs_only, ref, STR(""), &other);
        ref_set_put(run->refs_only, ref, STR(""), is_used ? SEVERAL : case_no);
    }
    return hq_end(&query);
}

static void posted_add(struct payments_run *run, uint64_t case_no, const char *reference,
                       uint64_t amount_minor, int32_t paid_day)
{
    char number[24];
    run->posted = payments_grow(run->arena, run->posted, run->posted_count, &run->posted_capacity,
                                sizeof *run->posted);
    run->posted[run->posted_count] = (struct posted){amount_minor, paid_day, case_no};
    ref_set_add(run->known, payments_number_text(number, case_no), str_from(reference),
                (int64_t)run->posted_count);
    run->posted_count++;
}

/* Brings the payments posted to a case before into `known`, once; and which client's it is. */
static enum err case_posted_load(struct payments_run *run, uint64_t case_no, int64_t *client_out)
{
    char number[24];
    struct str key = payments_number_text(number, case_no);
    if (ref_set_find(run->loaded, key, STR(""), client_out)) {
        return OK;
    }
    TRY(payments_check_client(run, case_no, client_out));
    ref_set_add(run->loaded, key, STR(""), *client_out);
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_posted_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$kind", EVENT_payment_posted);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct str body = hq_text(&query, 0);
        err = event_decode(&run->event, (const uint8_t *)body.bytes, body.size);
        if (err == OK && run->event.which_kind == ds_Event_payment_posted_tag) {
            const ds_PaymentPosted *payment = &run->event.kind.payment_posted;
            int64_t index;
            if (!ref_set_find(run->known, key, str_from(payment->reference), &index)) {
                posted_add(run, case_no, payment->reference, payment->amount_minor,
                           payment->paid_day);
            }
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static void fault_at(struct payments_run *run, const char *column, enum fault fault,
                     struct str value)
{
    row_faults_add(&run->faults, column_find(run->map.table, str_from(column)), fault, value);
}

/* The case a row is about; 0 and why when that is not clear. */
static uint64_t find_case(const struct payments_run *run, const struct payment_draft *draft,
                          enum fault *why_out)
{
    struct str ref = str_from(draft->case_ref);
    bool has_client = draft->client[0] != '\0';
    int64_t case_no = 0;
    bool is_known = has_client ? ref_set_find(run->refs, str_from(draft->client), ref, &case_no)
                               : ref_set_find(run->refs_only, ref, STR(""), &case_no);
    *why_out = !is_known            ? FAULT_unknown_case
               : case_no == SEVERAL ? FAULT_ambiguous_case
                                    : FAULT_none;
    return *why_out == FAULT_none ? (uint64_t)case_no : 0;
}

/* A payment that is not taken, of a case that may be known. */
static void case_doubted(struct payments_run *run, uint64_t case_no)
{
    char number[24];
    if (case_no != 0) {
        ref_set_put(run->doubtful, payments_number_text(number, case_no), STR(""), 1);
    }
}

static void case_paid(struct payments_run *run, uint64_t case_no)
{
    run->paid_cases = payments_grow(run->arena, run->paid_cases, run->paid_count,
                                    &run->paid_capacity, sizeof *run->paid_cases);
    run->paid_cases[run->paid_count++] = case_no;
}

static enum err payment_post(struct payments_run *run, uint64_t case_no,
                             const struct payment_draft *draft)
{
    run->result->import.new_count++;
    run->result->amount_minor += (int64_t)draft->amount_minor;
    posted_add(run, case_no, draft->reference, draft->amount_minor, draft->paid_day);
    case_paid(run, case_no);
    if (run->slice.ingest == NULL) {
        return OK;
    }
    run->event = (ds_Event)ds_Event_init_zero;
    run->event.case_no = case_no;
    run->event.which_kind = ds_Event_payment_posted_tag;
    ds_PaymentPosted *payment = &run->event.kind.payment_posted;
    payment->amount_minor = draft->amount_minor;
    payment->paid_day = draft->paid_day;
    payment->channel = draft->channel;
    payment->has_attribution_days = true;
    payment->attribution_days = (uint32_t)run->attribution_days;
    CHECK(str_copy(payment->reference, sizeof payment->reference, str_from(draft->reference)));
    return ingest_own(run->slice.ingest, &run->event, NULL);
}

/* Finds what is wrong, or posts. */
static enum err row_check(struct payments_run *run, const struct csv_row *row)
{
    run->faults.count = 0;
    if (row->fault != CSV_FAULT_none) {
        row_faults_add(&run->faults, COLUMN_NONE, fault_of_csv(row->fault), STR(""));
        return OK;
    }
    struct payment_draft draft = {.amount_minor = 0};
    column_read_row(&run->map, row->fields, row->field_count, &draft, &run->faults);
    enum fault why = FAULT_none;
    uint64_t case_no = find_case(run, &draft, &why);
    if (run->faults.count > 0) {
        case_doubted(run, case_no);
        return OK;
    }
    if (draft.amount_minor == 0) {
        fault_at(run, "amount", FAULT_zero_amount, STR("0"));
    }
    if (draft.paid_day < date_from_civil(2000, 1, 1)) {
        fault_at(run, "paid_date", FAULT_bad_date, STR("")); /* facts begin with the year 2000 */
    }
    if (draft.paid_day > run->today) {
        fault_at(run, "paid_date", FAULT_in_future, STR(""));
    }
    if (why != FAULT_none) {
        fault_at(run, "case_ref", why, str_from(draft.case_ref));
    }
    if (run->faults.count > 0) {
        case_doubted(run, case_no);
        return OK;
    }
    run->latest_day = draft.paid_day > run->latest_day ? draft.paid_day : run->latest_day;
    int64_t client = 0;
    TRY(case_posted_load(run, case_no, &client));
    int32_t *client_day = &run->client_days[client];
    *client_day = draft.paid_day > *client_day ? draft.paid_day : *client_day;
    char number[24];
    int64_t index;
    if (!ref_set_find(run->known, payments_number_text(number, case_no), str_from(draft.reference),
                      &index)) {
        return payment_post(run, case_no, &draft);
    }
    const struct posted *posted = &run->posted[index];
    if (posted->amount_minor == draft.amount_minor && posted->paid_day == draft.paid_day) {
        if (import_slice_is_passing(&run->slice)) {
            case_paid(run, case_no);
        } else {
            run->result->import.same_count++;
        }
    } else {
        fault_at(run, "reference", FAULT_reference_differs, str_from(draft.reference));
        case_doubted(run, case_no);
    }
    return OK;
}

/* ---- rows ---- */

static enum err row_take(struct payments_run *run, const struct csv_row *row)
{
    bool was_passing = import_slice_is_passing(&run->slice);
    struct import_result *result = &run->result->import;
    result->row_count += was_passing ? 0 : 1;
    TRY(row_check(run, row));
    result->error_count += run->faults.count > 0 && !was_passing ? 1 : 0;
    for (size_t i = 0; i < run->faults.count; i++) {
        fault_report_add(run->report, &run->map, row->line, &run->faults.items[i]);
        if (run->slice.ingest != NULL) {
            TRY(import_batch_error(run->store, result->batch_no, row->line, &run->map,
                                   &run->faults.items[i]));
        }
    }
    return import_slice_row(&run->slice);
}

static enum err rows_take(void *context)
{
    struct payments_run *run = context;
    for (;;) {
        struct csv_row row;
        bool has_row;
        TRY(csv_reader_next(run->reader, &row, &has_row));
        if (!has_row) {
            return OK;
        }
        TRY(row_take(run, &row));
    }
}

/* What the policy in force says of payments. */
static enum err policy_load(struct payments_run *run)
{
    struct policy *policy = ARENA_NEW(run->arena, struct policy);
    *policy = policy_default();
    const char *hash_text;
    TRY(hq_setting(run->arena, run->store, "policy.hash", "", &hash_text));
    if (hash_text[0] != '\0') {
        int64_t hash;
        TRY(str_to_i64(str_from(hash_text), &hash));
        struct hq_query query = hq_query(run->store, SQL_HQ_policy_get);
        hq_bind_i64(&query, "$hash", hash);
        struct str body;
        TRY(hq_one_text(run->arena, &query, &body));
        struct policy_fault fault;
        TRY(policy_from_text(body, policy, &fault));
    }
    TRY(policy_number(policy, STR("grace_days"), &run->grace_days));
    return policy_number(policy, STR("attribution_days"), &run->attribution_days);
}

static enum err run_start(struct payments_run *run)
{
    bool is_usable;
    TRY(import_batch_heading(run->arena, run->reader, column_table_payments(), &run->map,
                             &run->result->import, &is_usable));
    if (!is_usable) {
        return OK;
    }
    fault_report_start(run->report);
    TRY(import_batch_today(run->arena, run->store, run->options->import.now_ms, &run->today));
    TRY(refs_load(run));
    TRY(policy_load(run));
    TRY(payments_check_load(run));
    TRY(import_slice_run(&run->slice, rows_take, payments_check_cases, run));
    return run->result->import.is_written ? payments_check_changes(run) : OK;
}

enum err payments_import(struct arena *arena, struct hq_store *store, FILE *in,
                         struct fault_report *report, const struct payments_options *options,
                         struct payments_result *result_out)
{
    *result_out = (struct payments_result){.amount_minor = 0};
    uint8_t checksum[CSV_CHECKSUM_SIZE];
    TRY(csv_checksum(in, checksum));
    TRY(import_batch_known(store, "payments", checksum, &result_out->import));
    if (result_out->import.is_known && options->through_day == 0) {
        return OK;
    }
    result_out->import = (struct import_result){0}; /* a later day may be told with the same file */
    struct csv_reader *reader;
    TRY(csv_reader_open(arena, in, options->import.encoding, &reader));
    struct payments_run *run = ARENA_NEW(arena, struct payments_run);
    run->arena = arena;
    run->store = store;
    run->options = options;
    run->result = result_out;
    run->report = report;
    run->reader = reader;
    run->slice = (struct import_slice){.store = store,
                                       .options = &options->import,
                                       .result = &result_out->import,
                                       .kind = "payments",
                                       .checksum = checksum,
                                       .figure = &result_out->amount_minor};
    enum err err = run_start(run);
    csv_reader_close(reader);
    result_out->import.fault_count = report->fault_count;
    enum err report_err = fault_report_end(report);
    return err != OK ? err : report_err;
}
