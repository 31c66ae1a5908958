#include "sync/server/import/payments_import.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/policy.h"
#include "sync/server/import/import_batch.h"
#include "sync/server/import/import_slice.h"
#include "sync/server/import/ref_set.h"

#include <stdlib.h>
#include <string.h>

/* A payment already posted, or about to be. */
struct posted {
    uint64_t amount_minor;
    int32_t paid_day;
    uint64_t case_no;
};

/* What an arrangement was before. */
struct before {
    struct id id;
    uint64_t case_no;
    uint32_t state;
    int64_t paid_minor;
};

struct run {
    struct arena *arena;
    struct hq_store *store;
    const struct payments_options *options;
    struct payments_result *result;
    struct fault_report *report;
    struct column_map map;
    int32_t today;
    struct import_slice slice;
    struct csv_reader *reader;
    struct before *waiting; /* arrangements that wait, as they were before */
    size_t waiting_count;
    struct ref_set *refs;      /* (client, case_ref) -> case_no */
    struct ref_set *refs_only; /* (case_ref, "") -> case_no, SEVERAL */
    struct ref_set *known;     /* (case number, reference) -> index in posted */
    struct ref_set *loaded;    /* (case number, "") -> 1: its posted payments are in known */
    struct posted *posted;
    size_t posted_count, posted_capacity;
    uint64_t *paid_cases; /* cases paid by this file, as they come */
    size_t paid_count, paid_capacity;
    int32_t latest_day;
    int64_t grace_days; /* of the policy in force */
    int64_t attribution_days;
    struct row_faults faults;
    ds_Event event;
};

static struct str number_text(char text[24], uint64_t number)
{
    snprintf(text, 24, "%llu", (unsigned long long)number);
    return str_from(text);
}

/* Room for one more item; the array doubles in the arena. */
static void *array_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
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

static enum err refs_load(struct run *run)
{
    run->refs = ref_set_make(run->arena);
    run->refs_only = ref_set_make(run->arena);
    run->known = ref_set_make(run->arena);
    run->loaded = ref_set_make(run->arena);
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

static void posted_add(struct run *run, uint64_t case_no, const char *reference,
                       uint64_t amount_minor, int32_t paid_day)
{
    char number[24];
    run->posted = array_grow(run->arena, run->posted, run->posted_count, &run->posted_capacity,
                             sizeof *run->posted);
    run->posted[run->posted_count] = (struct posted){amount_minor, paid_day, case_no};
    ref_set_add(run->known, number_text(number, case_no), str_from(reference),
                (int64_t)run->posted_count);
    run->posted_count++;
}

/* Brings the payments posted to a case before into `known`, once. */
static enum err case_posted_load(struct run *run, uint64_t case_no)
{
    char number[24];
    struct str key = number_text(number, case_no);
    int64_t mark;
    if (ref_set_find(run->loaded, key, STR(""), &mark)) {
        return OK;
    }
    ref_set_add(run->loaded, key, STR(""), 1);
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

static void fault_at(struct run *run, const char *column, enum fault fault, struct str value)
{
    row_faults_add(&run->faults, column_find(run->map.table, str_from(column)), fault, value);
}

/* The case a row is about, 0 with a fault when that is not clear. */
static uint64_t case_of(struct run *run, const struct payment_draft *draft)
{
    struct str ref = str_from(draft->case_ref);
    int64_t case_no = 0;
    if (draft->client[0] != '\0') {
        if (!ref_set_find(run->refs, str_from(draft->client), ref, &case_no)) {
            fault_at(run, "case_ref", FAULT_unknown_case, ref);
            return 0;
        }
    } else if (!ref_set_find(run->refs_only, ref, STR(""), &case_no)) {
        fault_at(run, "case_ref", FAULT_unknown_case, ref);
        return 0;
    } else if (case_no == SEVERAL) {
        fault_at(run, "case_ref", FAULT_ambiguous_case, ref);
        return 0;
    }
    return (uint64_t)case_no;
}

static void case_paid(struct run *run, uint64_t case_no)
{
    run->paid_cases = array_grow(run->arena, run->paid_cases, run->paid_count, &run->paid_capacity,
                                 sizeof *run->paid_cases);
    run->paid_cases[run->paid_count++] = case_no;
}

static enum err payment_post(struct run *run, uint64_t case_no, const struct payment_draft *draft)
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
static enum err row_check(struct run *run, const struct csv_row *row)
{
    run->faults.count = 0;
    if (row->fault != CSV_FAULT_none) {
        row_faults_add(&run->faults, COLUMN_NONE, fault_of_csv(row->fault), STR(""));
        return OK;
    }
    struct payment_draft draft = {.amount_minor = 0};
    column_read_row(&run->map, row->fields, row->field_count, &draft, &run->faults);
    if (run->faults.count > 0) {
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
    uint64_t case_no = case_of(run, &draft);
    if (run->faults.count > 0) {
        return OK;
    }
    run->latest_day = draft.paid_day > run->latest_day ? draft.paid_day : run->latest_day;
    TRY(case_posted_load(run, case_no));
    char number[24];
    int64_t index;
    if (!ref_set_find(run->known, number_text(number, case_no), str_from(draft.reference),
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
    }
    return OK;
}

/* ---- rows ---- */

static enum err row_take(struct run *run, const struct csv_row *row)
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
    struct run *run = context;
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

/* ---- what it changes ---- */

/* What the policy in force says of payments. */
static enum err policy_load(struct run *run)
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

static enum err waiting_load(struct run *run)
{
    struct before *items = NULL;
    size_t count = 0, capacity = 0;
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_waiting);
    while (hq_next(&query)) {
        items = array_grow(run->arena, items, count, &capacity, sizeof *items);
        items[count++] = (struct before){.case_no = (uint64_t)hq_i64(&query, 0),
                                         .id = hq_id(&query, 1),
                                         .state = (uint32_t)hq_i64(&query, 2),
                                         .paid_minor = hq_i64(&query, 3)};
    }
    run->waiting = items;
    run->waiting_count = count;
    return hq_end(&query);
}

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b ? 1 : 0;
}

/* True when the case's payments were already known through `day`. */
static enum err case_is_checked(struct run *run, ds_CaseState *state, uint64_t case_no, int32_t day,
                                bool *is_checked_out)
{
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_state_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    enum err err = OK;
    *is_checked_out = false;
    if (hq_next(&query)) {
        struct str bytes = hq_text(&query, 1);
        if (bytes.size > 0) {
            err = case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size);
            *is_checked_out = err == OK && state->posted_through_day >= day;
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static enum err cases_check(void *context)
{
    struct run *run = context;
    int32_t day = run->options->through_day != 0 ? run->options->through_day
                  : run->latest_day != 0         ? run->latest_day - 1
                                                 : 0;
    run->result->through_day = day;
    if (day == 0) {
        return OK;
    }
    size_t count = run->waiting_count + run->paid_count;
    uint64_t *cases = ARENA_ARRAY(run->arena, count + 1, uint64_t);
    for (size_t i = 0; i < run->waiting_count; i++) {
        cases[i] = run->waiting[i].case_no;
    }
    for (size_t i = 0; i < run->paid_count; i++) {
        cases[run->waiting_count + i] = run->paid_cases[i];
    }
    qsort(cases, count, sizeof *cases, by_number);
    ds_CaseState *state = ARENA_NEW(run->arena, ds_CaseState);
    for (size_t i = 0; i < count; i++) {
        bool is_checked = i > 0 && cases[i] == cases[i - 1];
        if (!is_checked) {
            TRY(case_is_checked(run, state, cases[i], day, &is_checked));
        }
        if (is_checked) {
            continue;
        }
        run->event = (ds_Event)ds_Event_init_zero;
        run->event.case_no = cases[i];
        run->event.which_kind = ds_Event_payments_checked_tag;
        run->event.kind.payments_checked.through_day = day;
        run->event.kind.payments_checked.grace_days = (uint32_t)run->grace_days;
        TRY(ingest_own(run->slice.ingest, &run->event, NULL));
        run->result->checked_count++;
        TRY(import_slice_step(&run->slice));
    }
    return OK;
}

static enum err case_ref_of(struct run *run, uint64_t case_no, const char **ref_out)
{
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_state_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    *ref_out = hq_next(&query) ? str_text(run->arena, hq_text(&query, 0)) : "";
    return hq_end(&query);
}

static enum err changes_gather(struct run *run)
{
    struct payments_result *result = run->result;
    result->changes = ARENA_ARRAY(run->arena, run->waiting_count + 1, struct payments_change);
    for (size_t i = 0; i < run->waiting_count; i++) {
        struct hq_query query = hq_query(run->store, SQL_HQ_payments_arrangement);
        hq_bind_i64(&query, "$case_no", (int64_t)run->waiting[i].case_no);
        hq_bind_id(&query, "$id", &run->waiting[i].id);
        struct payments_change *change = &result->changes[result->change_count];
        bool is_changed = false;
        if (hq_next(&query)) {
            *change = (struct payments_change){.kind = (uint32_t)hq_i64(&query, 0),
                                               .old_state = run->waiting[i].state,
                                               .new_state = (uint32_t)hq_i64(&query, 1),
                                               .amount_minor = hq_i64(&query, 2),
                                               .paid_minor = hq_i64(&query, 3),
                                               .due_day = (int32_t)hq_i64(&query, 4)};
            is_changed = change->new_state != change->old_state ||
                         change->paid_minor != run->waiting[i].paid_minor;
        }
        TRY(hq_end(&query));
        if (is_changed) {
            TRY(case_ref_of(run, run->waiting[i].case_no, &change->case_ref));
            result->change_count++;
        }
    }
    return OK;
}

static enum err run_start(struct run *run)
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
    TRY(waiting_load(run));
    TRY(import_slice_run(&run->slice, rows_take, cases_check, run));
    return run->result->import.is_written ? changes_gather(run) : OK;
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
    struct run *run = ARENA_NEW(arena, struct run);
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
