#include "core/event/kind/kind.h"

#include "core/event/pass.h"

bool pass_used_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PassUsed *payload = &event->kind.pass_used;
    return field_range(fault_out, "pass_no", payload->pass_no, 1, PASS_NO_MAX) &&
           field_text(fault_out, "rule", payload->rule) &&
           field_range(fault_out, "until_ms", (int64_t)payload->until_ms, 1, FACT_AT_MS_MAX);
}

void pass_used_fold(const struct fold_context *fold)
{
    (void)fold;
    /* What it let happen is a fact of its own; headquarters compares it with what it gave. */
}

void pass_used_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PassUsed *payload = &event->kind.pass_used;
    words_out->key = "event.pass_used";
    words_text(words_out, "rule", payload->rule);
    words_count(words_out, "number", payload->pass_no);
}
