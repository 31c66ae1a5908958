#include "core/event/kind/kind.h"

#include <string.h>

/* Whether the bytes are a layer of rules is asked where rules are known. */
bool case_tightened_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_CaseTightened *payload = &event->kind.case_tightened;
    return field_text(fault_out, "by", payload->by) && field_text(fault_out, "note", payload->note);
}

void case_tightened_fold(const struct fold_context *fold)
{
    const ds_CaseTightened *payload = &fold->fact->event.kind.case_tightened;
    _Static_assert(sizeof fold->state->law == sizeof payload->law, "a layer fits a case");
    memcpy(&fold->state->law, &payload->law, sizeof payload->law);
}

void case_tightened_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CaseTightened *payload = &event->kind.case_tightened;
    words_out->key = payload->law.size > 0 ? "event.case_tightened" : "event.case_loosened";
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
