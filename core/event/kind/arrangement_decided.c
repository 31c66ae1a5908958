#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool arrangement_decided_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ArrangementDecided *payload = &event->kind.arrangement_decided;
    return field_id(fault_out, "target", payload->target) &&
           field_code(fault_out, "decision", CATALOG_decision, payload->decision) &&
           field_code(fault_out, "reason", CATALOG_decision_reason, payload->reason);
}

void arrangement_decided_fold(const struct fold_context *fold)
{
    const ds_ArrangementDecided *payload = &fold->fact->event.kind.arrangement_decided;
    if (!ledger_decide(fold, payload->target, payload)) {
        fold->state->unmatched_count++;
    }
}

void arrangement_decided_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ArrangementDecided *payload = &event->kind.arrangement_decided;
    words_out->key =
        payload->replaces != 0 ? "event.arrangement_decided_anew" : "event.arrangement_decided";
    words_code(words_out, "decision", CATALOG_decision, payload->decision);
    words_code(words_out, "reason", CATALOG_decision_reason, payload->reason);
    words_text(words_out, "note", payload->note);
}
