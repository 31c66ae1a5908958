#include "core/event/kind/kind.h"

bool hold_changed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_HoldChanged *payload = &event->kind.hold_changed;
    return field_text(fault_out, "by", payload->by) && field_text(fault_out, "note", payload->note);
}

void hold_changed_fold(const struct fold_context *fold)
{
    (void)fold;
    /* It binds who erases, not who visits. */
}

void hold_changed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_HoldChanged *payload = &event->kind.hold_changed;
    words_out->key = payload->is_lifted ? "event.hold_lifted" : "event.hold_put";
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
