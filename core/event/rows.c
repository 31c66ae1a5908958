#include "core/event/rows.h"

#include "core/event/kind/kind.h"

#include <string.h>

static enum err emit_contacts(const ds_CaseState *state, const struct row_sink *sink)
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        const ds_Contact *contact = &state->contacts[i];
        if (contact->changed_count != state->event_count) {
            continue;
        }
        struct contact_row row = {
            .case_no = state->case_no,
            .person_no = contact->person_no,
            .channel = contact->channel,
            .outcome = contact->outcome,
            .result = contact->result,
            .role = contact->role,
            .cooperation = contact->cooperation,
            .default_reason = contact->default_reason,
            .ability = contact->ability,
            .willingness = contact->willingness,
            .at_ms = (int64_t)contact->at_ms,
            .dwell_s = contact->dwell_s,
            .fired_count = contact->fired_count,
            .clock_quality = contact->clock_quality,
            .owed_minor = contact->owed_minor,
            .is_withdrawn = contact->is_withdrawn,
            .is_corrected = contact->is_corrected,
        };
        memcpy(row.id.bytes, contact->id, sizeof row.id.bytes);
        TRY(sink->contact(sink->context, &row));
    }
    return OK;
}

static enum err emit_arrangements(const ds_CaseState *state, const struct row_sink *sink)
{
    for (size_t i = 0; i < state->arrangements_count; i++) {
        const ds_Arrangement *arrangement = &state->arrangements[i];
        if (arrangement->changed_count != state->event_count) {
            continue;
        }
        struct arrangement_row row = {
            .case_no = state->case_no,
            .person_no = arrangement->person_no,
            .kind = arrangement->kind,
            .state = arrangement->state,
            .amount_minor = arrangement->amount_minor,
            .paid_minor = arrangement->paid_minor,
            .due_day = arrangement->due_day,
            .judged_day = arrangement->judged_day,
            .made_at_ms = (int64_t)arrangement->made_at_ms,
            .decided_at_ms = (int64_t)arrangement->decided_at_ms,
        };
        memcpy(row.id.bytes, arrangement->id, sizeof row.id.bytes);
        TRY(sink->arrangement(sink->context, &row));
    }
    return OK;
}

/* A noted payment that is taken back stays as a row of nothing: it was never money. */
static enum err emit_payments(const ds_CaseState *state, const struct row_sink *sink)
{
    for (size_t i = 0; i < state->payments_count; i++) {
        const ds_Payment *payment = &state->payments[i];
        if (payment->changed_count != state->event_count) {
            continue;
        }
        struct payment_row row = {
            .case_no = state->case_no,
            .amount_minor = payment->is_withdrawn ? 0 : payment->amount_minor,
            .paid_day = payment->paid_day,
            .channel = payment->channel,
            .is_posted = payment->is_posted,
            .credited_no = payment->credited_no,
            .after_channel = payment->after_channel,
        };
        memcpy(row.id.bytes, payment->id, sizeof row.id.bytes);
        TRY(sink->payment(sink->context, &row));
    }
    return OK;
}

/* 0 in time, 1 after headquarters wanted it. */
static uint32_t message_lateness(const ds_Event *event)
{
    uint64_t answer_by_at_ms = event->kind.message_answered.answer_by_at_ms;
    return answer_by_at_ms != 0 && event->at_ms > answer_by_at_ms ? 1 : 0;
}

/* The closed-list code and severity by which a fact is counted; false for kinds that have
 * tables of their own. */
static bool incident_of(const ds_Event *event, uint32_t *code_out, uint32_t *severity_out)
{
    *severity_out = 0;
    switch (event_kind(event)) {
    case EVENT_visit_skipped:
        *code_out = event->kind.visit_skipped.reason;
        return true;
    case EVENT_contact_point_noted:
        *code_out = event->kind.contact_point_noted.status;
        return true;
    case EVENT_address_noted:
        *code_out = event->kind.address_noted.result;
        return true;
    case EVENT_dispute_raised:
        *code_out = event->kind.dispute_raised.dispute;
        return true;
    case EVENT_hardship_noted:
        *code_out = event->kind.hardship_noted.hardship;
        *severity_out = event->kind.hardship_noted.is_acute ? 1 : 0;
        return true;
    case EVENT_identity_disputed:
        *code_out = event->kind.identity_disputed.declaration_place;
        return true;
    case EVENT_complaint_taken:
        *code_out = event->kind.complaint_taken.complaint;
        return true;
    case EVENT_safety_incident:
        *code_out = event->kind.safety_incident.incident;
        *severity_out = event->kind.safety_incident.severity;
        return true;
    case EVENT_notice_delivered:
        *code_out = event->kind.notice_delivered.notice;
        *severity_out = event->kind.notice_delivered.delivery;
        return true;
    case EVENT_service_requested:
        *code_out = event->kind.service_requested.service;
        return true;
    case EVENT_collateral_observed:
        *code_out = event->kind.collateral_observed.state;
        return true;
    case EVENT_offer_refused:
        *code_out = event->kind.offer_refused.offer;
        return true;
    case EVENT_detail_revealed:
        *code_out = event->kind.detail_revealed.detail;
        return true;
    case EVENT_correction:
        *code_out = event->kind.correction.reason;
        *severity_out = event->kind.correction.is_withdrawn ? 1 : 0;
        return true;
    case EVENT_status_flagged:
        *code_out = event->kind.status_flagged.flag;
        return true;
    case EVENT_conduct_noted:
        *code_out = event->kind.conduct_noted.conduct;
        return true;
    case EVENT_evidence_attached:
        *code_out = event->kind.evidence_attached.evidence;
        return true;
    case EVENT_signing_refused:
        *code_out = event->kind.signing_refused.reason;
        return true;
    case EVENT_store_rescued:
        *code_out = event->kind.store_rescued.lost_count;
        *severity_out = event->kind.store_rescued.saved_count;
        return true;
    case EVENT_record_lost:
        *code_out = (uint32_t)event->kind.record_lost.seq;
        return true;
    case EVENT_message_read:
        *code_out = event->kind.message_read.message_no;
        return true;
    case EVENT_message_answered:
        *code_out = event->kind.message_answered.message_no;
        *severity_out = message_lateness(event);
        return true;
    case EVENT_call_back_made:
        *code_out = event->kind.call_back_made.result;
        return true;
    case EVENT_complaint_answered:
        *code_out = event->kind.complaint_answered.answer;
        return true;
    case EVENT_pass_used:
    case EVENT_pass_issued:
        *code_out = 0;
        return true;
    case EVENT_case_cleared:
        *code_out = event->kind.case_cleared.own_count;
        return true;
    case EVENT_data_erased:
        *code_out = event->kind.data_erased.classes;
        *severity_out = event->kind.data_erased.fact_count;
        return true;
    case EVENT_hold_changed:
        *code_out = event->kind.hold_changed.is_lifted ? 0 : 1;
        return true;
    case EVENT_case_tightened:
        *code_out = event->kind.case_tightened.law.size > 0 ? 1 : 0;
        return true;
    case EVENT_identity_assigned:
        *code_out = event->kind.identity_assigned.is_late ? 1 : 0;
        return true;
    case EVENT_conflict_decided:
        *code_out = event->kind.conflict_decided.choice;
        return true;
    case EVENT_case_recalled:
        *code_out = event->kind.case_recalled.reason;
        return true;
    case EVENT_case_closed:
        *code_out = event->kind.case_closed.reason;
        return true;
    case EVENT_arrangement_decided:
        *code_out = event->kind.arrangement_decided.decision;
        return true;
    case EVENT_status_cleared:
        *code_out = event->kind.status_cleared.flag;
        return true;
    case EVENT_status_stated:
        *code_out = event->kind.status_stated.flag;
        return true;
    case EVENT_none:
    case EVENT_day_opened:
    case EVENT_plan_made:
    case EVENT_visit_started:
    case EVENT_visit_finished:
    case EVENT_contact_attempted:
    case EVENT_promise_made:
    case EVENT_plan_agreed:
    case EVENT_extension_requested:
    case EVENT_settlement_requested:
    case EVENT_waiver_requested:
    case EVENT_payment_noted:
    case EVENT_note_added:
    case EVENT_day_closed:
    case EVENT_case_assigned:
    case EVENT_payment_posted:
    case EVENT_payments_checked:
    case EVENT_balance_stated:
        return false;
    }
    return false;
}

static enum err emit_incident(const struct fact *fact, const struct row_sink *sink)
{
    struct incident_row row = {
        .id = fact->id,
        .case_no = fact->event.case_no,
        .person_no = fact->event.person_no,
        .kind = event_kind(&fact->event),
        .at_ms = (int64_t)fact->event.at_ms,
    };
    if (!incident_of(&fact->event, &row.code, &row.severity)) {
        return OK;
    }
    return sink->incident(sink->context, &row);
}

static enum err emit_day(const struct fact *fact, const struct row_sink *sink)
{
    const ds_Event *event = &fact->event;
    struct day_row row = {.person_no = event->person_no};
    enum event_kind kind = event_kind(event);
    if (kind == EVENT_day_opened) {
        row.day = event->kind.day_opened.day;
        row.opened_at_ms = (int64_t)event->at_ms;
    } else if (kind == EVENT_plan_made) {
        row.day = event->kind.plan_made.day;
        row.planned = event->kind.plan_made.stops_count;
    } else if (kind == EVENT_day_closed) {
        const ds_DayClosed *closed = &event->kind.day_closed;
        row.day = closed->day;
        row.planned = closed->planned;
        row.visited = closed->visited;
        row.skipped = closed->skipped;
        row.distance_m = closed->distance_m;
        row.planned_distance_m = closed->planned_distance_m;
        row.worked_minutes = closed->worked_minutes;
        row.closed_at_ms = (int64_t)event->at_ms;
    } else {
        return OK;
    }
    return sink->day(sink->context, &row);
}

static bool is_listed(const ds_CaseState *state, const uint8_t id[16])
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        if (memcmp(state->contacts[i].id, id, 16) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id, 16) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < state->payments_count; i++) {
        if (memcmp(state->payments[i].id, id, 16) == 0) {
            return true;
        }
    }
    return false;
}

static enum err emit_withdrawn(const struct fact *fact, const ds_CaseState *state,
                               const struct row_sink *sink)
{
    const ds_Correction *correction = &fact->event.kind.correction;
    if (event_kind(&fact->event) != EVENT_correction || !correction->is_withdrawn ||
        (state != NULL && is_listed(state, correction->target))) {
        return OK;
    }
    struct withdrawal withdrawal = {
        .case_no = fact->event.case_no,
        .person_no = fact->device_no == 0 ? 0 : fact->event.person_no,
    };
    memcpy(withdrawal.id.bytes, correction->target, sizeof withdrawal.id.bytes);
    return sink->withdrawn(sink->context, &withdrawal);
}

static bool is_same_row(const struct withdrawal *withdrawal, const struct id *id, uint64_t case_no)
{
    return withdrawal->case_no == case_no && id_equal(&withdrawal->id, id);
}

static bool is_own_row(const struct withdrawal *withdrawal, uint32_t person_no)
{
    return withdrawal->person_no == 0 || withdrawal->person_no == person_no;
}

bool rows_is_kept(uint32_t kind)
{
    return kind == EVENT_complaint_taken || kind == EVENT_conduct_noted ||
           kind == EVENT_detail_revealed || kind == EVENT_correction;
}

bool rows_takes_back_incident(const struct withdrawal *withdrawal, const struct incident_row *row)
{
    bool is_from_hq = event_kind_origin((enum event_kind)row->kind) == EVENT_ORIGIN_hq;
    return is_same_row(withdrawal, &row->id, row->case_no) &&
           is_own_row(withdrawal, row->person_no) && !rows_is_kept(row->kind) &&
           (!is_from_hq || withdrawal->person_no == 0);
}

bool rows_takes_back_contact(const struct withdrawal *withdrawal, const struct contact_row *row)
{
    return is_same_row(withdrawal, &row->id, row->case_no) &&
           is_own_row(withdrawal, row->person_no);
}

bool rows_takes_back_arrangement(const struct withdrawal *withdrawal,
                                 const struct arrangement_row *row)
{
    return is_same_row(withdrawal, &row->id, row->case_no) &&
           is_own_row(withdrawal, row->person_no);
}

bool rows_takes_back_payment(const struct withdrawal *withdrawal, const struct payment_row *row)
{
    return is_same_row(withdrawal, &row->id, row->case_no) && !row->is_posted &&
           (row->credited_no == 0 || is_own_row(withdrawal, row->credited_no));
}

enum rows_list rows_taken_from(const struct withdrawal *withdrawal, const struct rows_place *place)
{
    const struct id id = withdrawal->id;
    uint64_t case_no = withdrawal->case_no;
    struct contact_row contact = {.id = id, .case_no = case_no, .person_no = place->person_no};
    struct arrangement_row arrangement = {
        .id = id, .case_no = case_no, .person_no = place->person_no};
    struct payment_row payment = {.id = id,
                                  .case_no = case_no,
                                  .credited_no = place->person_no,
                                  .is_posted = place->is_posted};
    struct incident_row incident = {
        .id = id, .case_no = case_no, .person_no = place->person_no, .kind = place->kind};
    const bool is_taken[ROWS_LIST_COUNT] = {
        [ROWS_LIST_contact] = rows_takes_back_contact(withdrawal, &contact),
        [ROWS_LIST_arrangement] = rows_takes_back_arrangement(withdrawal, &arrangement),
        [ROWS_LIST_payment] = rows_takes_back_payment(withdrawal, &payment),
        [ROWS_LIST_incident] = rows_takes_back_incident(withdrawal, &incident),
    };
    bool is_list = place->list > ROWS_LIST_none && place->list < ROWS_LIST_COUNT;
    return is_list && is_taken[place->list] ? (enum rows_list)place->list : ROWS_LIST_none;
}

enum err rows_emit(const struct fact *fact, const ds_CaseRecord *record, const ds_CaseState *state,
                   const struct row_sink *sink)
{
    CHECK((record == NULL) == (state == NULL));
    if (state != NULL && sink->contact != NULL) {
        TRY(emit_contacts(state, sink));
    }
    if (state != NULL && sink->arrangement != NULL) {
        TRY(emit_arrangements(state, sink));
    }
    if (state != NULL && sink->payment != NULL) {
        TRY(emit_payments(state, sink));
    }
    if (sink->incident != NULL) {
        TRY(emit_incident(fact, sink));
    }
    if (sink->day != NULL) {
        TRY(emit_day(fact, sink));
    }
    return sink->withdrawn != NULL ? emit_withdrawn(fact, state, sink) : OK;
}
