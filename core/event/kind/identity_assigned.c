#include "core/event/kind/kind.h"

bool identity_assigned_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_IdentityAssigned *payload = &event->kind.identity_assigned;
    return field_range(fault_out, "checker_no", payload->checker_no, 1, UINT32_MAX) &&
           field_text(fault_out, "checker", payload->checker) &&
           field_text(fault_out, "by", payload->by);
}

void identity_assigned_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Work of headquarters: a tablet needs to know that the case is frozen, not who checks. */
}

void identity_assigned_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_IdentityAssigned *payload = &event->kind.identity_assigned;
    words_out->key = payload->is_late ? "event.identity_escalated" : "event.identity_assigned";
    words_text(words_out, "checker", payload->checker);
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
