#include "core/event/kind/kind.h"

bool collateral_observed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_CollateralObserved *payload = &event->kind.collateral_observed;
    return field_code(fault_out, "state", CATALOG_collateral_state, payload->state);
}

void collateral_observed_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Observation only; nothing about the debt changes. */
}

void collateral_observed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_CollateralObserved *payload = &event->kind.collateral_observed;
    words_out->key = "event.collateral_observed";
    words_code(words_out, "state", CATALOG_collateral_state, payload->state);
    words_text(words_out, "note", payload->note);
}
