#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool complaint_taken_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ComplaintTaken *payload = &event->kind.complaint_taken;
    return field_code(fault_out, "complaint", CATALOG_complaint_kind, payload->complaint) &&
           field_text(fault_out, "words", payload->words) &&
           field_code_or_none(fault_out, "wish", CATALOG_complaint_wish, payload->wish);
}

void complaint_taken_fold(const struct fold_context *fold)
{
    const ds_ComplaintTaken *payload = &fold->fact->event.kind.complaint_taken;
    fold->state->complaint_count++;
    flag_raise(fold, STOP_FLAG_complaint_open, &(struct flag_terms){.note = payload->words});
}

void complaint_taken_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ComplaintTaken *payload = &event->kind.complaint_taken;
    words_out->key = "event.complaint_taken";
    words_code(words_out, "complaint", CATALOG_complaint_kind, payload->complaint);
    words_code(words_out, "wish", CATALOG_complaint_wish, payload->wish);
    words_text(words_out, "note", payload->words);
}
