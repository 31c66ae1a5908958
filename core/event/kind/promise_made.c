#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool promise_made_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PromiseMade *payload = &event->kind.promise_made;
    return field_amount(fault_out, "amount_minor", payload->amount_minor) &&
           field_day(fault_out, "due_day", payload->due_day) &&
           field_code(fault_out, "channel", CATALOG_payment_channel, payload->channel) &&
           field_code(fault_out, "promised_by", CATALOG_role, payload->promised_by) &&
           field_amount_or_none(fault_out, "owed_minor", payload->owed_minor) &&
           field_day_or_none(fault_out, "owed_as_of_day", payload->owed_as_of_day);
}

void promise_made_fold(const struct fold_context *fold)
{
    const ds_PromiseMade *payload = &fold->fact->event.kind.promise_made;
    ledger_add(fold, ARRANGEMENT_KIND_promise, payload->amount_minor, payload->due_day,
               payload->promised_by, payload->owed_minor);
}

void promise_made_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PromiseMade *payload = &event->kind.promise_made;
    words_out->key = "event.promise_made";
    words_money(words_out, "amount", payload->amount_minor);
    words_day(words_out, "day", payload->due_day);
    words_code(words_out, "channel", CATALOG_payment_channel, payload->channel);
    words_text(words_out, "note", payload->note);
}
