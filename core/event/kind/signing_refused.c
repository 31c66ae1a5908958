#include "core/event/kind/kind.h"

bool signing_refused_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_SigningRefused *payload = &event->kind.signing_refused;
    return field_code(fault_out, "reason", CATALOG_signing_refusal, payload->reason) &&
           field_code_or_none(fault_out, "role", CATALOG_role, payload->role);
}

void signing_refused_fold(const struct fold_context *fold)
{
    (void)fold;
    /* What was agreed is agreed without a signature, too; nothing about the debt changes. */
}

void signing_refused_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_SigningRefused *payload = &event->kind.signing_refused;
    words_out->key = "event.signing_refused";
    words_code(words_out, "reason", CATALOG_signing_refusal, payload->reason);
    words_text(words_out, "note", payload->note);
}
