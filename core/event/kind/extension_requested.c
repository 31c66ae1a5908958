#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool extension_requested_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ExtensionRequested *payload = &event->kind.extension_requested;
    return field_day(fault_out, "until_day", payload->until_day) &&
           field_code_or_none(fault_out, "reason", CATALOG_default_reason, payload->reason);
}

void extension_requested_fold(const struct fold_context *fold)
{
    const ds_ExtensionRequested *payload = &fold->fact->event.kind.extension_requested;
    /* What an extension puts off is all that is owed. */
    uint64_t owed_minor = fold_balance(fold->record, fold->state).owed_minor;
    ledger_add(fold, ARRANGEMENT_KIND_extension, owed_minor, payload->until_day, ROLE_none,
               owed_minor);
}

void extension_requested_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ExtensionRequested *payload = &event->kind.extension_requested;
    words_out->key = "event.extension_requested";
    words_day(words_out, "day", payload->until_day);
    words_code(words_out, "reason", CATALOG_default_reason, payload->reason);
    words_text(words_out, "note", payload->note);
}
