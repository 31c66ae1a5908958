#include "core/event/kind/kind.h"

bool service_requested_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ServiceRequested *payload = &event->kind.service_requested;
    return field_code(fault_out, "service", CATALOG_service_kind, payload->service) &&
           field_text(fault_out, "question", payload->question) &&
           field_day_or_none(fault_out, "answer_by_day", payload->answer_by_day);
}

void service_requested_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Headquarters answers; nothing about the debt changes. */
}

void service_requested_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ServiceRequested *payload = &event->kind.service_requested;
    words_out->key = "event.service_requested";
    words_code(words_out, "service", CATALOG_service_kind, payload->service);
    words_text(words_out, "note", payload->question);
}
