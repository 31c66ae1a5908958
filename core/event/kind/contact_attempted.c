#include "core/event/kind/kind.h"

#include "core/base/str.h"
#include "core/event/contact.h"
#include "core/event/reach.h"

bool contact_attempted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ContactAttempted *payload = &event->kind.contact_attempted;
    return field_code(fault_out, "channel", CATALOG_contact_channel, payload->channel) &&
           field_code(fault_out, "result", CATALOG_contact_result, payload->result) &&
           field_code_or_none(fault_out, "role", CATALOG_role, payload->role);
}

void contact_attempted_fold(const struct fold_context *fold)
{
    const ds_ContactAttempted *payload = &fold->fact->event.kind.contact_attempted;
    ds_Contact *contact = contact_add(fold, payload->channel);
    contact->result = payload->result;
    contact->role = payload->role;
    str_copy(contact->note, sizeof contact->note, str_from(payload->note));
    reach_called(fold, payload);
}

void contact_attempted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ContactAttempted *payload = &event->kind.contact_attempted;
    words_out->key = "event.contact_attempted";
    words_code(words_out, "channel", CATALOG_contact_channel, payload->channel);
    words_code(words_out, "result", CATALOG_contact_result, payload->result);
    words_text(words_out, "note", payload->note);
}
