#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool waiver_requested_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_WaiverRequested *payload = &event->kind.waiver_requested;
    return field_amount(fault_out, "amount_minor", payload->amount_minor) &&
           field_code(fault_out, "part", CATALOG_balance_part, payload->part) &&
           field_amount_or_none(fault_out, "owed_minor", payload->owed_minor) &&
           field_code_or_none(fault_out, "reason", CATALOG_default_reason, payload->reason);
}

void waiver_requested_fold(const struct fold_context *fold)
{
    const ds_WaiverRequested *payload = &fold->fact->event.kind.waiver_requested;
    ledger_add(fold, ARRANGEMENT_KIND_waiver, payload->amount_minor, 0, ROLE_none,
               payload->owed_minor);
}

void waiver_requested_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_WaiverRequested *payload = &event->kind.waiver_requested;
    words_out->key = "event.waiver_requested";
    words_money(words_out, "amount", payload->amount_minor);
    words_code(words_out, "part", CATALOG_balance_part, payload->part);
    words_text(words_out, "note", payload->note);
}
