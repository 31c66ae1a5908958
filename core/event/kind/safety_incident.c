#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool safety_incident_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_SafetyIncident *payload = &event->kind.safety_incident;
    if (payload->is_automatic && payload->expected_at_ms == 0) {
        return field_fail(fault_out, "expected_at_ms", "fault.required");
    }
    return field_code(fault_out, "incident", CATALOG_safety_kind, payload->incident) &&
           field_range(fault_out, "severity", payload->severity, 1, 3);
}

void safety_incident_fold(const struct fold_context *fold)
{
    const ds_SafetyIncident *payload = &fold->fact->event.kind.safety_incident;
    /* Whoever comes next has to know why somebody left at once. That nobody answered in
     * time says nothing about the address. */
    if (payload->severity >= 2 && !payload->is_automatic) {
        flag_raise(fold, STOP_FLAG_hazard, &(struct flag_terms){.note = payload->note});
    }
}

void safety_incident_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_SafetyIncident *payload = &event->kind.safety_incident;
    words_out->key = "event.safety_incident";
    words_code(words_out, "incident", CATALOG_safety_kind, payload->incident);
    words_count(words_out, "severity", payload->severity);
    words_text(words_out, "note", payload->note);
}
