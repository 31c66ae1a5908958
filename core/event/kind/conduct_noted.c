#include "core/event/kind/kind.h"

bool conduct_noted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ConductNoted *payload = &event->kind.conduct_noted;
    return field_code(fault_out, "conduct", CATALOG_conduct_kind, payload->conduct);
}

void conduct_noted_fold(const struct fold_context *fold)
{
    (void)fold;
    /* For the supervisor; nothing about the debt changes. */
}

void conduct_noted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ConductNoted *payload = &event->kind.conduct_noted;
    words_out->key = "event.conduct_noted";
    words_code(words_out, "conduct", CATALOG_conduct_kind, payload->conduct);
    words_text(words_out, "note", payload->note);
}
