#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool dispute_raised_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_DisputeRaised *payload = &event->kind.dispute_raised;
    return field_code(fault_out, "dispute", CATALOG_dispute_kind, payload->dispute) &&
           field_amount_or_none(fault_out, "amount_minor", payload->amount_minor);
}

void dispute_raised_fold(const struct fold_context *fold)
{
    const ds_DisputeRaised *payload = &fold->fact->event.kind.dispute_raised;
    flag_raise(fold, STOP_FLAG_dispute, &(struct flag_terms){.note = payload->note});
    if (payload->dispute == DISPUTE_KIND_rate_legality) {
        flag_raise(fold, STOP_FLAG_legality_in_doubt, &(struct flag_terms){.note = payload->note});
    }
}

void dispute_raised_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_DisputeRaised *payload = &event->kind.dispute_raised;
    words_out->key = "event.dispute_raised";
    words_code(words_out, "dispute", CATALOG_dispute_kind, payload->dispute);
    words_text(words_out, "note", payload->note);
}
