#include "core/event/kind/kind.h"

bool case_cleared_validate(const ds_Event *event, struct event_fault *fault_out)
{
    return field_range(fault_out, "record_size", event->kind.case_cleared.record_size, 1,
                       UINT32_MAX);
}

void case_cleared_fold(const struct fold_context *fold)
{
    (void)fold;
    /* About what a tablet holds; nothing about the debt changes. */
}

void case_cleared_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CaseCleared *payload = &event->kind.case_cleared;
    words_out->key = "event.case_cleared";
    words_count(words_out, "size", payload->record_size);
    words_count(words_out, "letters", payload->letter_count);
    words_count(words_out, "photos", payload->photo_count);
    words_count(words_out, "own", payload->own_count);
}
