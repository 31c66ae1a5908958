#include "core/event/kind/kind.h"

#include "core/event/payment.h"

bool balance_stated_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_BalanceStated *payload = &event->kind.balance_stated;
    return field_amount_or_none(fault_out, "principal_minor", payload->principal_minor) &&
           field_amount_or_none(fault_out, "interest_minor", payload->interest_minor) &&
           field_amount_or_none(fault_out, "penalty_minor", payload->penalty_minor) &&
           field_amount_or_none(fault_out, "fees_minor", payload->fees_minor) &&
           field_day(fault_out, "as_of_day", payload->as_of_day);
}

void balance_stated_fold(const struct fold_context *fold)
{
    const ds_BalanceStated *payload = &fold->fact->event.kind.balance_stated;
    payment_state_balance(fold, payload);
}

void balance_stated_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_BalanceStated *payload = &event->kind.balance_stated;
    words_out->key = "event.balance_stated";
    words_money(words_out, "principal", payload->principal_minor);
    words_money(words_out, "interest", payload->interest_minor);
    words_money(words_out, "penalty", payload->penalty_minor);
    words_money(words_out, "fees", payload->fees_minor);
    words_day(words_out, "day", payload->as_of_day);
}
