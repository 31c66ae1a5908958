#include "core/event/kind/kind.h"

#include "core/event/contact.h"

bool case_closed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_CaseClosed *payload = &event->kind.case_closed;
    return field_code(fault_out, "reason", CATALOG_close_reason, payload->reason);
}

void case_closed_fold(const struct fold_context *fold)
{
    const ds_CaseClosed *payload = &fold->fact->event.kind.case_closed;
    fold->state->life = CASE_LIFE_closed;
    fold->state->close_reason = payload->reason;
    contact_own(fold, 0);
}

void case_closed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CaseClosed *payload = &event->kind.case_closed;
    words_out->key = "event.case_closed";
    words_code(words_out, "reason", CATALOG_close_reason, payload->reason);
}
