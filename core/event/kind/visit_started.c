#include "core/event/kind/kind.h"

#include "core/event/address.h"

bool visit_started_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_VisitStarted *payload = &event->kind.visit_started;
    return field_code(fault_out, "place", CATALOG_address_kind, payload->place) &&
           field_range(fault_out, "visitors", payload->visitors, 1, 10) &&
           field_code_or_none(fault_out, "start_reason", CATALOG_override_reason,
                              payload->start_reason);
}

void visit_started_fold(const struct fold_context *fold)
{
    address_visit(fold, &fold->fact->event.kind.visit_started);
    /* Being at the door is a touch even when the visit is never finished; the contact
     * itself is made by visit_finished. */
    if (fold->day > fold->state->last_touch_day) {
        fold->state->last_touch_day = fold->day;
    }
}

void visit_started_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_VisitStarted *payload = &event->kind.visit_started;
    words_out->key = "event.visit_started";
    words_code(words_out, "place", CATALOG_address_kind, payload->place);
    words_count(words_out, "count", payload->visitors);
}
