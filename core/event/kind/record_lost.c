#include "core/event/kind/kind.h"

bool record_lost_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_RecordLost *payload = &event->kind.record_lost;
    return field_range(fault_out, "seq", (int64_t)payload->seq, 1, INT64_MAX);
}

void record_lost_fold(const struct fold_context *fold)
{
    (void)fold;
    /* What the lost record said is not known; nothing about the debt changes by guessing. */
}

void record_lost_describe(const ds_Event *event, struct event_words *words_out)
{
    words_out->key = "event.record_lost";
    words_count(words_out, "seq", event->kind.record_lost.seq);
}
