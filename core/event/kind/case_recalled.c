#include "core/event/kind/kind.h"

#include "core/event/contact.h"

bool case_recalled_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_CaseRecalled *payload = &event->kind.case_recalled;
    return field_code(fault_out, "reason", CATALOG_close_reason, payload->reason);
}

void case_recalled_fold(const struct fold_context *fold)
{
    const ds_CaseRecalled *payload = &fold->fact->event.kind.case_recalled;
    fold->state->life = CASE_LIFE_recalled;
    fold->state->close_reason = payload->reason;
    contact_own(fold, 0);
}

void case_recalled_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CaseRecalled *payload = &event->kind.case_recalled;
    words_out->key = "event.case_recalled";
    words_code(words_out, "reason", CATALOG_close_reason, payload->reason);
}
