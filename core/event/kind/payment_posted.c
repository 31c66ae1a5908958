#include "core/event/kind/kind.h"

#include "core/event/payment.h"

bool payment_posted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PaymentPosted *payload = &event->kind.payment_posted;
    return field_amount(fault_out, "amount_minor", payload->amount_minor) &&
           field_day(fault_out, "paid_day", payload->paid_day) &&
           field_code_or_none(fault_out, "channel", CATALOG_payment_channel, payload->channel) &&
           field_text(fault_out, "reference", payload->reference) &&
           field_range(fault_out, "attribution_days", payload->attribution_days, 0, 365);
}

void payment_posted_fold(const struct fold_context *fold)
{
    const ds_PaymentPosted *payload = &fold->fact->event.kind.payment_posted;
    payment_post(fold, payload);
}

void payment_posted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PaymentPosted *payload = &event->kind.payment_posted;
    words_out->key = "event.payment_posted";
    words_money(words_out, "amount", payload->amount_minor);
    words_day(words_out, "day", payload->paid_day);
    words_code(words_out, "channel", CATALOG_payment_channel, payload->channel);
    words_text(words_out, "reference", payload->reference);
}
