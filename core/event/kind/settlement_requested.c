#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool settlement_requested_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_SettlementRequested *payload = &event->kind.settlement_requested;
    return field_amount(fault_out, "offer_minor", payload->offer_minor) &&
           field_amount_or_none(fault_out, "owed_minor", payload->owed_minor) &&
           field_day(fault_out, "pay_by_day", payload->pay_by_day) &&
           field_code_or_none(fault_out, "reason", CATALOG_default_reason, payload->reason);
}

void settlement_requested_fold(const struct fold_context *fold)
{
    const ds_SettlementRequested *payload = &fold->fact->event.kind.settlement_requested;
    ledger_add(fold, ARRANGEMENT_KIND_settlement, payload->offer_minor, payload->pay_by_day,
               ROLE_none, payload->owed_minor);
}

void settlement_requested_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_SettlementRequested *payload = &event->kind.settlement_requested;
    words_out->key = "event.settlement_requested";
    words_money(words_out, "amount", payload->offer_minor);
    words_money(words_out, "owed", payload->owed_minor);
    words_day(words_out, "day", payload->pay_by_day);
    words_text(words_out, "note", payload->note);
}
