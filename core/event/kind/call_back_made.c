#include "core/event/kind/kind.h"

bool call_back_made_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_CallBackMade *payload = &event->kind.call_back_made;
    return field_id(fault_out, "target", payload->target) &&
           field_code(fault_out, "result", CATALOG_call_back_result, payload->result);
}

void call_back_made_fold(const struct fold_context *fold)
{
    (void)fold;
    /* About how somebody was treated; nothing about the debt changes. */
}

void call_back_made_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CallBackMade *payload = &event->kind.call_back_made;
    words_out->key = "event.call_back_made";
    words_code(words_out, "result", CATALOG_call_back_result, payload->result);
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
