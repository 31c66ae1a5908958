#include "core/rules/gate_again.h"

struct gate_facts gate_again(const struct policy *policy, const ds_CaseRecord *record,
                             const ds_CaseState *state, const ds_Event *event)
{
    const ds_VisitStarted *visit = &event->kind.visit_started;
    int64_t at_ms = (int64_t)event->at_ms - (int64_t)event->clock_offset_s * 1000;
    CHECK(event->which_kind == ds_Event_visit_started_tag);
    return (struct gate_facts){
        .record = record,
        .state = state,
        .now_ms = at_ms,
        .person_no = event->person_no,
        .visitors = visit->visitors,
        .duties_asked = visit->duties_asked,
        .duties_done = visit->duties_done,
        .place = visit->place,
        .synced_at_ms = at_ms, /* how old its data was is no status of the case */
        .policy_at_ms = at_ms,
        .has_hours_consent =
            gate_has_consent_on_record(policy, record, state, at_ms, event->override_reason),
    };
}
