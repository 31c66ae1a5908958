/* The rows that merge found, written. */
#include "sync/server/store/apply.h"

static enum err put_contact(struct hq_store *store, const struct contact_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_contact_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$channel", row->channel);
    hq_bind_i64(&query, "$outcome", row->outcome);
    hq_bind_i64(&query, "$result", row->result);
    hq_bind_i64(&query, "$role", row->role);
    hq_bind_i64(&query, "$cooperation", row->cooperation);
    hq_bind_i64(&query, "$default_reason", row->default_reason);
    hq_bind_i64(&query, "$ability", row->ability);
    hq_bind_i64(&query, "$willingness", row->willingness);
    hq_bind_i64(&query, "$at_ms", row->at_ms);
    hq_bind_i64(&query, "$dwell_s", row->dwell_s);
    hq_bind_i64(&query, "$fired_count", row->fired_count);
    hq_bind_i64(&query, "$clock_quality", row->clock_quality);
    hq_bind_i64(&query, "$owed_minor", (int64_t)row->owed_minor);
    hq_bind_i64(&query, "$is_withdrawn", row->is_withdrawn);
    hq_bind_i64(&query, "$is_corrected", row->is_corrected);
    return hq_run(&query);
}

static enum err put_arrangement(struct hq_store *store, const struct arrangement_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_arrangement_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$kind", row->kind);
    hq_bind_i64(&query, "$state", row->state);
    hq_bind_i64(&query, "$amount_minor", (int64_t)row->amount_minor);
    hq_bind_i64(&query, "$paid_minor", (int64_t)row->paid_minor);
    hq_bind_i64(&query, "$due_day", row->due_day);
    hq_bind_i64(&query, "$judged_day", row->judged_day);
    hq_bind_i64(&query, "$made_at_ms", row->made_at_ms);
    hq_bind_i64(&query, "$decided_at_ms", row->decided_at_ms);
    return hq_run(&query);
}

static enum err put_payment(struct hq_store *store, const struct payment_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_payment_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$amount_minor", (int64_t)row->amount_minor);
    hq_bind_i64(&query, "$paid_day", row->paid_day);
    hq_bind_i64(&query, "$channel", row->channel);
    hq_bind_i64(&query, "$is_posted", row->is_posted);
    hq_bind_i64(&query, "$credited_no", row->credited_no);
    hq_bind_i64(&query, "$after_channel", row->after_channel);
    return hq_run(&query);
}

static enum err put_incident(struct hq_store *store, const struct incident_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_incident_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$kind", row->kind);
    hq_bind_i64(&query, "$code", row->code);
    hq_bind_i64(&query, "$severity", row->severity);
    hq_bind_i64(&query, "$at_ms", row->at_ms);
    hq_bind_i64(&query, "$is_withdrawn", row->is_withdrawn);
    return hq_run(&query);
}

static enum err put_day(struct hq_store *store, const struct day_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_day_put);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$day", row->day);
    hq_bind_i64(&query, "$planned", row->planned);
    hq_bind_i64(&query, "$visited", row->visited);
    hq_bind_i64(&query, "$skipped", row->skipped);
    hq_bind_i64(&query, "$distance_m", row->distance_m);
    hq_bind_i64(&query, "$planned_distance_m", row->planned_distance_m);
    hq_bind_i64(&query, "$worked_minutes", row->worked_minutes);
    hq_bind_i64(&query, "$opened_at_ms", row->opened_at_ms);
    hq_bind_i64(&query, "$closed_at_ms", row->closed_at_ms);
    return hq_run(&query);
}

static enum err put_assignment(struct hq_store *store, uint64_t case_no,
                               const struct merge_assignment *assignment)
{
    struct hq_query query = hq_query(store, SQL_HQ_assignment_put);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$epoch", assignment->epoch);
    hq_bind_i64(&query, "$owner_no", assignment->owner_no);
    hq_bind_i64(&query, "$at_ms", assignment->at_ms);
    hq_bind_text(&query, "$why", str_from(assignment->why));
    return hq_run(&query);
}

/* What takes the row back, by enum rows_list. */
static const enum sql_hq take_backs[ROWS_LIST_COUNT] = {
    [ROWS_LIST_none] = SQL_HQ_COUNT,
    [ROWS_LIST_contact] = SQL_HQ_contact_take_back,
    [ROWS_LIST_arrangement] = SQL_HQ_arrangement_take_back,
    [ROWS_LIST_payment] = SQL_HQ_payment_take_back,
    [ROWS_LIST_incident] = SQL_HQ_incident_take_back,
};

static enum err take_back(struct hq_store *store, const struct withdrawal *withdrawal)
{
    struct hq_query find = hq_query(store, SQL_HQ_row_to_take_back);
    hq_bind_id(&find, "$id", &withdrawal->id);
    hq_bind_i64(&find, "$case_no", (int64_t)withdrawal->case_no);
    enum sql_hq update = SQL_HQ_COUNT;
    if (hq_next(&find)) {
        const struct rows_place place = {
            .list = hq_i64(&find, 0),
            .person_no = (uint32_t)hq_i64(&find, 1),
            .kind = (uint32_t)hq_i64(&find, 2),
            .is_posted = hq_i64(&find, 3) != 0,
        };
        update = take_backs[rows_taken_from(withdrawal, &place)];
    }
    TRY(hq_end(&find));
    if (update == SQL_HQ_COUNT) {
        return OK;
    }
    struct hq_query query = hq_query(store, update);
    hq_bind_id(&query, "$id", &withdrawal->id);
    hq_bind_i64(&query, "$case_no", (int64_t)withdrawal->case_no);
    return hq_run(&query);
}

enum err apply_rows_clear(struct hq_store *store, uint64_t case_no)
{
    static const enum sql_hq clears[] = {
        SQL_HQ_assignment_clear, SQL_HQ_contact_clear,  SQL_HQ_arrangement_clear,
        SQL_HQ_payment_clear,    SQL_HQ_incident_clear,
    };
    for (size_t i = 0; i < COUNT(clears); i++) {
        struct hq_query query = hq_query(store, clears[i]);
        hq_bind_i64(&query, "$case_no", (int64_t)case_no);
        TRY(hq_run(&query));
    }
    struct hq_query query = hq_query(store, SQL_HQ_conflict_clear);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$kind_until", CONFLICT_OF_CASE_UNTIL);
    return hq_run(&query);
}

enum err apply_rows_write(struct apply *apply, uint64_t case_no,
                          const struct merge_changes *changes)
{
    struct hq_store *store = apply->store;
    if (changes->is_anew) {
        TRY(apply_rows_clear(store, case_no));
    }
    for (size_t i = 0; i < changes->withdrawal_count; i++) {
        TRY(take_back(store, &changes->withdrawals[i]));
    }
    for (size_t i = 0; i < changes->assignment_count; i++) {
        TRY(put_assignment(store, case_no, &changes->assignments[i]));
    }
    for (size_t i = 0; i < changes->contact_count; i++) {
        TRY(put_contact(store, &changes->contacts[i]));
    }
    for (size_t i = 0; i < changes->arrangement_count; i++) {
        TRY(put_arrangement(store, &changes->arrangements[i]));
    }
    for (size_t i = 0; i < changes->payment_count; i++) {
        TRY(put_payment(store, &changes->payments[i]));
    }
    for (size_t i = 0; i < changes->incident_count; i++) {
        TRY(put_incident(store, &changes->incidents[i]));
    }
    for (size_t i = 0; i < changes->day_count; i++) {
        TRY(put_day(store, &changes->days[i]));
    }
    for (size_t i = 0; i < changes->conflict_count; i++) {
        TRY(apply_conflict(apply, &changes->conflicts[i]));
    }
    return OK;
}
