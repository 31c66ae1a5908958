#include "core/event/kind/kind.h"

#include "core/event/pass.h"

bool pass_issued_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PassIssued *payload = &event->kind.pass_issued;
    return field_range(fault_out, "pass_no", payload->pass_no, 1, PASS_NO_MAX) &&
           field_text(fault_out, "rule", payload->rule) &&
           field_range(fault_out, "for_person_no", payload->for_person_no, 1, UINT32_MAX) &&
           field_range(fault_out, "for_device_no", payload->for_device_no, 1, UINT32_MAX) &&
           field_range(fault_out, "until_ms", (int64_t)payload->until_ms, 1, FACT_AT_MS_MAX) &&
           field_text(fault_out, "note", payload->note);
}

void pass_issued_fold(const struct fold_context *fold)
{
    (void)fold;
    /* A permission for one visit; nothing about the debt changes. */
}

void pass_issued_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PassIssued *payload = &event->kind.pass_issued;
    words_out->key = "event.pass_issued";
    words_text(words_out, "rule", payload->rule);
    words_count(words_out, "number", payload->pass_no);
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
