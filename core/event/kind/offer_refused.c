#include "core/event/kind/kind.h"

bool offer_refused_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_OfferRefused *payload = &event->kind.offer_refused;
    return field_code(fault_out, "offer", CATALOG_offer_kind, payload->offer);
}

void offer_refused_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Protects the collector; nothing about the debt changes. */
}

void offer_refused_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_OfferRefused *payload = &event->kind.offer_refused;
    words_out->key = "event.offer_refused";
    words_code(words_out, "offer", CATALOG_offer_kind, payload->offer);
    words_text(words_out, "note", payload->note);
}
