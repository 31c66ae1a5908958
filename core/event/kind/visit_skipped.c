#include "core/event/kind/kind.h"

bool visit_skipped_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_VisitSkipped *payload = &event->kind.visit_skipped;
    return field_code(fault_out, "reason", CATALOG_skip_reason, payload->reason) &&
           field_day_or_none(fault_out, "again_day", payload->again_day);
}

void visit_skipped_fold(const struct fold_context *fold)
{
    const ds_VisitSkipped *payload = &fold->fact->event.kind.visit_skipped;
    ds_CaseState *state = fold->state;
    /* A time agreed with the borrower outranks the collector's own wish. */
    bool is_agreed_later = state->next_day > fold->day && state->next_until_minute != 0;
    if (payload->again_day != 0 && !is_agreed_later) {
        state->next_day = payload->again_day;
        state->next_from_minute = 0;
        state->next_until_minute = 0;
    }
}

void visit_skipped_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_VisitSkipped *payload = &event->kind.visit_skipped;
    words_out->key = "event.visit_skipped";
    words_code(words_out, "reason", CATALOG_skip_reason, payload->reason);
    words_text(words_out, "note", payload->note);
}
