#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool payments_checked_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PaymentsChecked *payload = &event->kind.payments_checked;
    return field_day(fault_out, "through_day", payload->through_day) &&
           field_range(fault_out, "grace_days", payload->grace_days, 0, 60);
}

void payments_checked_fold(const struct fold_context *fold)
{
    const ds_PaymentsChecked *payload = &fold->fact->event.kind.payments_checked;
    ledger_check(fold, payload->through_day, payload->grace_days);
}

void payments_checked_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PaymentsChecked *payload = &event->kind.payments_checked;
    words_out->key = "event.payments_checked";
    words_day(words_out, "day", payload->through_day);
}
