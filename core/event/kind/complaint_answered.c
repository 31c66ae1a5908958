#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool complaint_answered_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ComplaintAnswered *payload = &event->kind.complaint_answered;
    return field_id(fault_out, "target", payload->target) &&
           field_code(fault_out, "answer", CATALOG_complaint_answer, payload->answer) &&
           field_text(fault_out, "note", payload->note);
}

void complaint_answered_fold(const struct fold_context *fold)
{
    /* One complaint of perhaps several: the stop ends with the last one. */
    flag_clear(fold, STOP_FLAG_complaint_open, 1);
}

void complaint_answered_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ComplaintAnswered *payload = &event->kind.complaint_answered;
    words_out->key = "event.complaint_answered";
    words_code(words_out, "answer", CATALOG_complaint_answer, payload->answer);
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
