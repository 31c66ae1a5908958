/* What the payments of a file let headquarters say of arrangements. */
#include "sync/server/import/payments_check.h"

#include <stdlib.h>
#include <string.h>

enum err payments_check_load(struct payments_run *run)
{
    struct before *items = NULL;
    size_t count = 0, capacity = 0;
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_waiting);
    while (hq_next(&query)) {
        items = payments_grow(run->arena, items, count, &capacity, sizeof *items);
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

enum err payments_check_client(struct payments_run *run, uint64_t case_no, int64_t *client_out)
{
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_state_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    struct str client = hq_next(&query) ? hq_text(&query, 2) : STR("");
    if (!ref_set_find(run->clients, client, STR(""), client_out)) {
        *client_out = (int64_t)run->client_count;
        ref_set_add(run->clients, client, STR(""), *client_out);
        run->client_days = payments_grow(run->arena, run->client_days, run->client_count,
                                         &run->client_capacity, sizeof *run->client_days);
        run->client_days[run->client_count++] = 0;
    }
    return hq_end(&query);
}

/* The day through which the payments of a client are known. Clients book each on their own: what
 * one's file says tells nothing of another's. */
static int32_t day_of_client(const struct payments_run *run, struct str client)
{
    int64_t index = 0;
    if (run->options->through_day != 0) {
        return run->options->through_day;
    }
    bool is_there = ref_set_find(run->clients, client, STR(""), &index);
    return is_there && run->client_days[index] != 0 ? run->client_days[index] - 1 : 0;
}

/* The day to be said of the case; 0 when there is nothing to say, or it was said before. */
static enum err day_of_case(struct payments_run *run, ds_CaseState *state, uint64_t case_no,
                            int32_t *day_out)
{
    char number[24];
    int64_t mark;
    *day_out = 0;
    if (ref_set_find(run->doubtful, payments_number_text(number, case_no), STR(""), &mark)) {
        return OK; /* until that row is put right nobody may say that it was not paid */
    }
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_state_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    enum err err = OK;
    if (hq_next(&query)) {
        *day_out = day_of_client(run, hq_text(&query, 2));
        struct str bytes = hq_text(&query, 1);
        if (bytes.size > 0) {
            err = case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size);
            *day_out = err == OK && state->posted_through_day >= *day_out ? 0 : *day_out;
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

enum err payments_check_cases(void *context)
{
    struct payments_run *run = context;
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
        int32_t case_day = 0;
        if (i == 0 || cases[i] != cases[i - 1]) {
            TRY(day_of_case(run, state, cases[i], &case_day));
        }
        if (case_day == 0) {
            continue;
        }
        run->event = (ds_Event)ds_Event_init_zero;
        run->event.case_no = cases[i];
        run->event.which_kind = ds_Event_payments_checked_tag;
        run->event.kind.payments_checked.through_day = case_day;
        run->event.kind.payments_checked.grace_days = (uint32_t)run->grace_days;
        TRY(ingest_own(run->slice.ingest, &run->event, NULL));
        run->result->checked_count++;
        TRY(import_slice_step(&run->slice));
    }
    return OK;
}

static enum err case_ref_of(struct payments_run *run, uint64_t case_no, const char **ref_out)
{
    struct hq_query query = hq_query(run->store, SQL_HQ_payments_state_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    *ref_out = hq_next(&query) ? str_text(run->arena, hq_text(&query, 0)) : "";
    return hq_end(&query);
}

enum err payments_check_changes(struct payments_run *run)
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
