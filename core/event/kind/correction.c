#include "core/event/kind/kind.h"

#include "core/base/str.h"
#include "core/event/contact.h"
#include "core/event/ledger.h"
#include "core/event/payment.h"
#include "core/event/reach.h"

#include <string.h>

/* A payload stated anew is checked as if it were captured now. */
static bool validate_anew(const ds_Correction *correction, struct event_fault *fault_out)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = correction->which_anew;
    switch (correction->which_anew) {
    case ds_Correction_visit_finished_tag:
        event.kind.visit_finished = correction->anew.visit_finished;
        return visit_finished_validate(&event, fault_out);
    case ds_Correction_promise_made_tag:
        event.kind.promise_made = correction->anew.promise_made;
        return promise_made_validate(&event, fault_out);
    case ds_Correction_plan_agreed_tag:
        event.kind.plan_agreed = correction->anew.plan_agreed;
        return plan_agreed_validate(&event, fault_out);
    case ds_Correction_extension_requested_tag:
        event.kind.extension_requested = correction->anew.extension_requested;
        return extension_requested_validate(&event, fault_out);
    case ds_Correction_settlement_requested_tag:
        event.kind.settlement_requested = correction->anew.settlement_requested;
        return settlement_requested_validate(&event, fault_out);
    case ds_Correction_waiver_requested_tag:
        event.kind.waiver_requested = correction->anew.waiver_requested;
        return waiver_requested_validate(&event, fault_out);
    case ds_Correction_payment_noted_tag:
        event.kind.payment_noted = correction->anew.payment_noted;
        return payment_noted_validate(&event, fault_out);
    default: /* not an enum of ours: the tag of a kind that cannot be stated anew */
        return field_fail(fault_out, "anew", "fault.unknown_kind");
    }
}

bool correction_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_Correction *payload = &event->kind.correction;
    if (!field_id(fault_out, "target", payload->target) ||
        !field_code(fault_out, "reason", CATALOG_correction_reason, payload->reason)) {
        return false;
    }
    bool has_anew = payload->which_anew != 0;
    if (has_anew == payload->is_withdrawn) {
        return field_fail(fault_out, "anew", "fault.either");
    }
    return payload->is_withdrawn || validate_anew(payload, fault_out);
}

/* Only who stated a fact, or headquarters, may correct it. */
static bool may_correct(const struct fold_context *fold, uint32_t person_no)
{
    return fold->fact->device_no == 0 || fold->fact->event.person_no == person_no;
}

static bool correct_contact(const struct fold_context *fold, ds_Contact *contact,
                            const ds_Correction *correction)
{
    if (!may_correct(fold, contact->person_no)) {
        return false;
    }
    if (correction->is_withdrawn) {
        contact_withdraw(fold, contact);
        reach_call_withdrawn(fold, correction->target);
        return true;
    }
    if (correction->which_anew != ds_Correction_visit_finished_tag ||
        contact->channel != CONTACT_CHANNEL_visit) {
        return false;
    }
    contact_set_visit(fold, contact, &correction->anew.visit_finished);
    contact->is_corrected = true;
    return true;
}

static bool is_of_kind(const ds_Arrangement *arrangement, const ds_Correction *correction)
{
    static const struct {
        uint32_t tag, kind;
    } rows[] = {
        {ds_Correction_promise_made_tag, ARRANGEMENT_KIND_promise},
        {ds_Correction_plan_agreed_tag, ARRANGEMENT_KIND_plan},
        {ds_Correction_extension_requested_tag, ARRANGEMENT_KIND_extension},
        {ds_Correction_settlement_requested_tag, ARRANGEMENT_KIND_settlement},
        {ds_Correction_waiver_requested_tag, ARRANGEMENT_KIND_waiver},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].tag == correction->which_anew) {
            return rows[i].kind == arrangement->kind;
        }
    }
    return false;
}

/* Writes the new terms; false when they are of another kind than the arrangement. */
static bool write_terms(const struct fold_context *fold, ds_Arrangement *arrangement,
                        const ds_Correction *correction)
{
    uint32_t tag = correction->which_anew;
    if (tag == ds_Correction_promise_made_tag && arrangement->kind == ARRANGEMENT_KIND_promise) {
        const ds_PromiseMade *anew = &correction->anew.promise_made;
        arrangement->amount_minor = anew->amount_minor;
        arrangement->due_day = anew->due_day;
        arrangement->role = anew->promised_by;
        arrangement->owed_minor = anew->owed_minor;
        return true;
    }
    if (tag == ds_Correction_plan_agreed_tag && arrangement->kind == ARRANGEMENT_KIND_plan) {
        const ds_PlanAgreed *anew = &correction->anew.plan_agreed;
        arrangement->amount_minor = anew->total_minor;
        arrangement->due_day = anew->instalments_count > 0
                                   ? anew->instalments[anew->instalments_count - 1].due_day
                                   : 0;
        arrangement->role = anew->agreed_by;
        ledger_keep_plan(fold, arrangement, anew);
        return true;
    }
    if (tag == ds_Correction_extension_requested_tag &&
        arrangement->kind == ARRANGEMENT_KIND_extension) {
        arrangement->due_day = correction->anew.extension_requested.until_day;
        return true;
    }
    if (tag == ds_Correction_settlement_requested_tag &&
        arrangement->kind == ARRANGEMENT_KIND_settlement) {
        const ds_SettlementRequested *anew = &correction->anew.settlement_requested;
        arrangement->amount_minor = anew->offer_minor;
        arrangement->due_day = anew->pay_by_day;
        arrangement->owed_minor = anew->owed_minor;
        return true;
    }
    if (tag == ds_Correction_waiver_requested_tag && arrangement->kind == ARRANGEMENT_KIND_waiver) {
        arrangement->amount_minor = correction->anew.waiver_requested.amount_minor;
        arrangement->owed_minor = correction->anew.waiver_requested.owed_minor;
        return true;
    }
    return false;
}

/* The edits of an arrangement go with it. What headquarters has decided is not the
 * collector's to take back: the fact stands, a supervisor looks at it. */
static bool withdraw_arrangement(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    bool is_from_hq = fold->fact->device_no == 0;
    ds_Arrangement *latest = ledger_latest(fold->state, arrangement);
    if (is_from_hq || !ledger_is_decided(latest)) {
        ledger_withdraw(fold, latest);
    }
    if (is_from_hq || !ledger_is_decided(arrangement)) {
        ledger_withdraw(fold, arrangement);
    }
    return true;
}

static bool propose_terms(const struct fold_context *fold, const ds_Arrangement *arrangement,
                          const ds_Correction *correction)
{
    if (!is_of_kind(arrangement, correction)) {
        return false;
    }
    ds_Arrangement *proposal = ledger_propose(fold, arrangement);
    return proposal != NULL && write_terms(fold, proposal, correction);
}

static bool correct_arrangement(const struct fold_context *fold, ds_Arrangement *arrangement,
                                const ds_Correction *correction)
{
    if (!may_correct(fold, arrangement->person_no)) {
        return false;
    }
    if (correction->is_withdrawn) {
        return withdraw_arrangement(fold, arrangement);
    }
    if (!ledger_restates_in_place(fold, arrangement)) {
        return propose_terms(fold, arrangement, correction);
    }
    if (!write_terms(fold, arrangement, correction)) {
        return false;
    }
    ledger_restate(fold, arrangement);
    return true;
}

static bool correct_payment(const struct fold_context *fold, ds_Payment *payment,
                            const ds_Correction *correction)
{
    if (!may_correct(fold, payment->person_no)) {
        return false;
    }
    if (correction->is_withdrawn) {
        payment_withdraw(fold, payment);
        return true;
    }
    if (correction->which_anew != ds_Correction_payment_noted_tag) {
        return false;
    }
    payment_restate(fold, payment, &correction->anew.payment_noted);
    return true;
}

void correction_fold(const struct fold_context *fold)
{
    const ds_Correction *payload = &fold->fact->event.kind.correction;
    ds_CaseState *state = fold->state;
    ds_Contact *contact = contact_find(state, payload->target);
    ds_Arrangement *arrangement = ledger_find(state, payload->target);
    ds_Payment *payment = payment_find(state, payload->target);
    bool was_applied = false;
    if (contact != NULL) {
        was_applied = correct_contact(fold, contact, payload);
    } else if (arrangement != NULL) {
        was_applied = correct_arrangement(fold, arrangement, payload);
    } else if (payment != NULL) {
        was_applied = correct_payment(fold, payment, payload);
    } else if (payload->is_withdrawn || payload->which_anew == ds_Correction_payment_noted_tag) {
        was_applied = payment_pushed_correct(
            fold, payload->target, payload->is_withdrawn ? NULL : &payload->anew.payment_noted);
    }
    if (!was_applied) {
        state->unmatched_count++;
    }
}

void correction_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_Correction *payload = &event->kind.correction;
    words_out->key = payload->is_withdrawn ? "event.correction_withdrawn" : "event.correction";
    words_code(words_out, "reason", CATALOG_correction_reason, payload->reason);
    words_text(words_out, "note", payload->note);
}
