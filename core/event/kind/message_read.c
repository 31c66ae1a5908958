#include "core/event/kind/kind.h"

bool message_read_validate(const ds_Event *event, struct event_fault *fault_out)
{
    return field_range(fault_out, "message", event->kind.message_read.message_no, 1, UINT32_MAX);
}

void message_read_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Between a collector and headquarters; nothing about the debt changes. */
}

void message_read_describe(const ds_Event *event, struct event_words *words_out)
{
    words_out->key = "event.message_read";
    words_count(words_out, "message", event->kind.message_read.message_no);
}
