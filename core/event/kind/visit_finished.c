#include "core/event/kind/kind.h"

#include "core/event/address.h"
#include "core/event/contact.h"
#include "core/event/flag.h"

static bool check_skipped(const ds_VisitFinished *payload, struct event_fault *fault_out)
{
    for (pb_size_t i = 0; i < payload->steps_skipped_count; i++) {
        const ds_StepSkipped *skipped = &payload->steps_skipped[i];
        if (!field_code(fault_out, "steps_skipped", CATALOG_visit_part, skipped->step) ||
            !field_code(fault_out, "steps_skipped", CATALOG_step_skip_reason, skipped->reason)) {
            return false;
        }
        for (pb_size_t j = 0; j < i; j++) {
            if (payload->steps_skipped[j].step == skipped->step) {
                return field_fail(fault_out, "steps_skipped", "fault.order");
            }
        }
    }
    return true;
}

bool visit_finished_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_VisitFinished *payload = &event->kind.visit_finished;
    if (!field_code(fault_out, "outcome", CATALOG_outcome, payload->outcome) ||
        !field_code_or_none(fault_out, "role", CATALOG_role, payload->role)) {
        return false;
    }
    bool has_met = outcome_met(payload->outcome) != OUTCOME_MET_nobody;
    if (has_met && payload->role == ROLE_none) {
        return field_fail(fault_out, "role", "fault.required");
    }
    if (payload->next_until_minute != 0 &&
        payload->next_until_minute <= payload->next_from_minute) {
        return field_fail(fault_out, "next_until_minute", "fault.order");
    }
    return field_range(fault_out, "cooperation", payload->cooperation, 0, 5) &&
           field_code_or_none(fault_out, "default_reason", CATALOG_default_reason,
                              payload->default_reason) &&
           field_range(fault_out, "ability", payload->ability, 0, 3) &&
           field_range(fault_out, "willingness", payload->willingness, 0, 3) &&
           field_range(fault_out, "dwell_s", payload->dwell_s, 0, 24 * 60 * 60) &&
           field_code_or_none(fault_out, "address_result", CATALOG_address_result,
                              payload->address_result) &&
           field_day_or_none(fault_out, "next_day", payload->next_day) &&
           field_range(fault_out, "next_from_minute", payload->next_from_minute, 0, 1439) &&
           field_range(fault_out, "next_until_minute", payload->next_until_minute, 0, 1440) &&
           check_skipped(payload, fault_out);
}

void visit_finished_fold(const struct fold_context *fold)
{
    const ds_VisitFinished *payload = &fold->fact->event.kind.visit_finished;
    ds_Contact *contact = contact_add(fold, CONTACT_CHANNEL_visit);
    contact->address = address_of_visit(fold);
    contact_set_visit(fold, contact, payload);
    if (payload->is_distressed) {
        flag_raise(fold, STOP_FLAG_vulnerable, &(struct flag_terms){.note = ""});
    }
}

void visit_finished_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_VisitFinished *payload = &event->kind.visit_finished;
    words_out->key = "event.visit_finished";
    words_code(words_out, "outcome", CATALOG_outcome, payload->outcome);
    words_code(words_out, "role", CATALOG_role, payload->role);
    words_text(words_out, "note", payload->note);
}
