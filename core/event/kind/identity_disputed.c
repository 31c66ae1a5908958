#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool identity_disputed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_IdentityDisputed *payload = &event->kind.identity_disputed;
    return field_code(fault_out, "declaration_place", CATALOG_declaration_place,
                      payload->declaration_place);
}

void identity_disputed_fold(const struct fold_context *fold)
{
    const ds_IdentityDisputed *payload = &fold->fact->event.kind.identity_disputed;
    flag_raise(fold, STOP_FLAG_identity_dispute, &(struct flag_terms){.note = payload->note});
}

void identity_disputed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_IdentityDisputed *payload = &event->kind.identity_disputed;
    words_out->key = "event.identity_disputed";
    words_code(words_out, "place", CATALOG_declaration_place, payload->declaration_place);
    words_text(words_out, "note", payload->note);
}
