#include "core/event/kind/kind.h"

#include "core/base/str.h"
#include "core/event/contact.h"

bool case_assigned_validate(const ds_Event *event, struct event_fault *fault_out)
{
    (void)event;
    (void)fault_out;
    return true; /* owner 0 takes the case from everybody; epoch and reason may be anything */
}

void case_assigned_fold(const struct fold_context *fold)
{
    const ds_CaseAssigned *payload = &fold->fact->event.kind.case_assigned;
    ds_CaseState *state = fold->state;
    if (payload->owner_no != 0) {
        state->life = CASE_LIFE_open; /* handing a recalled or closed case out opens it again */
        state->close_reason = 0;
    }
    state->epoch = payload->lease_epoch;
    str_copy(state->why, sizeof state->why, str_from(payload->why));
    contact_own(fold, payload->owner_no);
}

void case_assigned_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CaseAssigned *payload = &event->kind.case_assigned;
    words_out->key = "event.case_assigned";
    words_count(words_out, "person", payload->owner_no);
    words_text(words_out, "note", payload->why);
}
