#include "core/event/kind/kind.h"

#include "core/event/payment.h"

bool payment_noted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PaymentNoted *payload = &event->kind.payment_noted;
    if (!field_amount(fault_out, "amount_minor", payload->amount_minor) ||
        !field_code(fault_out, "channel", CATALOG_payment_channel, payload->channel) ||
        !field_day(fault_out, "paid_day", payload->paid_day) ||
        !field_code(fault_out, "payer_role", CATALOG_role, payload->payer_role)) {
        return false;
    }
    if (!role_is_liable(payload->payer_role) && !payload->is_payer_statement_seen) {
        return field_fail(fault_out, "is_payer_statement_seen", "fault.statement");
    }
    return true;
}

void payment_noted_fold(const struct fold_context *fold)
{
    const ds_PaymentNoted *payload = &fold->fact->event.kind.payment_noted;
    payment_note(fold, payload);
}

void payment_noted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PaymentNoted *payload = &event->kind.payment_noted;
    words_out->key = "event.payment_noted";
    words_money(words_out, "amount", payload->amount_minor);
    words_code(words_out, "channel", CATALOG_payment_channel, payload->channel);
    words_day(words_out, "day", payload->paid_day);
    words_text(words_out, "reference", payload->reference);
}
