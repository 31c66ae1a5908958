/* core/journey/capture.c -- one fact that needs no permission. */
#include "core/journey/journey_private.h"

static void payload_copy(ds_Event *to, const ds_Event *from)
{
    to->which_kind = from->which_kind;
    to->kind = from->kind;
}

enum err journey_capture_any(struct journey *journey, uint64_t case_no, const ds_Event *event,
                             const struct verdict *verdict, uint32_t override_reason,
                             struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct journey_batch batch;
    enum err err = journey_batch_start(journey, case_no, &batch);
    if (err == OK) {
        ds_Event *added = journey_batch_add(journey, &batch, 0);
        payload_copy(added, event);
        verdict_to_event(verdict, added);
        added->override_reason = override_reason;
        err = journey_batch_finish(journey, &batch, verdict, override_reason, capture_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}

/* Kinds with a journey of their own are not captured past it. */
static bool is_plain(enum event_kind kind)
{
    switch (kind) {
    case EVENT_contact_point_noted:
    case EVENT_address_noted:
    case EVENT_dispute_raised:
    case EVENT_hardship_noted:
    case EVENT_identity_disputed:
    case EVENT_notice_delivered:
    case EVENT_service_requested:
    case EVENT_collateral_observed:
    case EVENT_offer_refused:
    case EVENT_note_added:
    case EVENT_status_flagged:
    case EVENT_conduct_noted:
    case EVENT_signing_refused:
        return true;
    case EVENT_none:
    case EVENT_day_opened:
    case EVENT_plan_made:
    case EVENT_visit_started:
    case EVENT_visit_finished:
    case EVENT_visit_skipped:
    case EVENT_contact_attempted:
    case EVENT_promise_made:
    case EVENT_plan_agreed:
    case EVENT_extension_requested:
    case EVENT_settlement_requested:
    case EVENT_waiver_requested:
    case EVENT_payment_noted:
    case EVENT_complaint_taken:
    case EVENT_safety_incident:
    case EVENT_detail_revealed:
    case EVENT_day_closed:
    case EVENT_correction:
    case EVENT_evidence_attached:
    case EVENT_store_rescued:
    case EVENT_record_lost:
    case EVENT_message_read:
    case EVENT_message_answered:
    case EVENT_pass_used:
    case EVENT_pass_issued:
    case EVENT_call_back_made:
    case EVENT_complaint_answered:
    case EVENT_case_cleared:
    case EVENT_data_erased:
    case EVENT_hold_changed:
    case EVENT_case_tightened:
    case EVENT_identity_assigned:
    case EVENT_conflict_decided:
    case EVENT_status_stated:
    case EVENT_case_assigned:
    case EVENT_case_recalled:
    case EVENT_case_closed:
    case EVENT_payment_posted:
    case EVENT_payments_checked:
    case EVENT_arrangement_decided:
    case EVENT_status_cleared:
    case EVENT_balance_stated:
        return false;
    }
    return false;
}

enum err journey_capture(struct journey *journey, uint64_t case_no, const ds_Event *event,
                         struct capture *capture_out)
{
    CHECK(is_plain(event_kind(event)));
    struct verdict verdict = verdict_start();
    return journey_capture_any(journey, case_no, event, &verdict, 0, capture_out);
}
