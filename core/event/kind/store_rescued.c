#include "core/event/kind/kind.h"

bool store_rescued_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_StoreRescued *payload = &event->kind.store_rescued;
    return field_range(fault_out, "rescue_no", payload->rescue_no, 1, UINT32_MAX) &&
           field_range(fault_out, "held_count", payload->held_count, 0, payload->lost_count);
}

void store_rescued_fold(const struct fold_context *fold)
{
    (void)fold;
    /* About the tablet; nothing about a debt changes. */
}

void store_rescued_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_StoreRescued *payload = &event->kind.store_rescued;
    words_out->key = "event.store_rescued";
    words_count(words_out, "saved", payload->saved_count);
    words_count(words_out, "lost", payload->lost_count);
    words_count(words_out, "held", payload->held_count);
}
