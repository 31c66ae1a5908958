#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool status_flagged_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_StatusFlagged *payload = &event->kind.status_flagged;
    struct flag_terms terms = flag_terms_flagged(payload);
    return flag_terms_validate(fault_out, payload->flag, &terms);
}

void status_flagged_fold(const struct fold_context *fold)
{
    const ds_StatusFlagged *payload = &fold->fact->event.kind.status_flagged;
    struct flag_terms terms = flag_terms_flagged(payload);
    flag_raise(fold, payload->flag, &terms);
}

void status_flagged_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_StatusFlagged *payload = &event->kind.status_flagged;
    words_out->key = "event.status_flagged";
    words_code(words_out, "flag", CATALOG_stop_flag, payload->flag);
    words_day(words_out, "day", payload->until_day);
    words_text(words_out, "note", payload->note);
}
