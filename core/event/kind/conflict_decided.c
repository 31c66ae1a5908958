#include "core/event/kind/kind.h"

bool conflict_decided_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ConflictDecided *payload = &event->kind.conflict_decided;
    return field_id(fault_out, "target", payload->target) &&
           field_code(fault_out, "choice", CATALOG_review, payload->choice);
}

void conflict_decided_fold(const struct fold_context *fold)
{
    (void)fold;
    /* What follows from it is stated by facts of its own. */
}

void conflict_decided_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ConflictDecided *payload = &event->kind.conflict_decided;
    words_out->key =
        payload->replaces != 0 ? "event.conflict_decided_anew" : "event.conflict_decided";
    words_code(words_out, "choice", CATALOG_review, payload->choice);
    words_text(words_out, "note", payload->note);
}
