#include "core/event/kind/kind.h"

bool detail_revealed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_DetailRevealed *payload = &event->kind.detail_revealed;
    return field_code(fault_out, "detail", CATALOG_detail_kind, payload->detail);
}

void detail_revealed_fold(const struct fold_context *fold)
{
    (void)fold;
    /* An access record; nothing about the debt changes. */
}

void detail_revealed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_DetailRevealed *payload = &event->kind.detail_revealed;
    words_out->key = "event.detail_revealed";
    words_code(words_out, "detail", CATALOG_detail_kind, payload->detail);
}
