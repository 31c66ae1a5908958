#include "core/event/kind/kind.h"

#include "core/event/reach.h"

bool contact_point_noted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ContactPointNoted *payload = &event->kind.contact_point_noted;
    return field_code(fault_out, "kind", CATALOG_point_kind, payload->kind) &&
           field_text(fault_out, "value", payload->value) &&
           field_code(fault_out, "status", CATALOG_point_state, payload->status) &&
           field_code(fault_out, "source", CATALOG_fact_source, payload->source) &&
           field_code_or_none(fault_out, "role", CATALOG_role, payload->role);
}

void contact_point_noted_fold(const struct fold_context *fold)
{
    reach_noted(fold, &fold->fact->event.kind.contact_point_noted);
}

void contact_point_noted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ContactPointNoted *payload = &event->kind.contact_point_noted;
    words_out->key = "event.contact_point_noted";
    words_code(words_out, "kind", CATALOG_point_kind, payload->kind);
    words_code(words_out, "status", CATALOG_point_state, payload->status);
}
