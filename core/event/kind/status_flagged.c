#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool status_flagged_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_StatusFlagged *payload = &event->kind.status_flagged;
    return field_code(fault_out, "flag", CATALOG_stop_flag, payload->flag) &&
           field_day_or_none(fault_out, "until_day", payload->until_day);
}

void status_flagged_fold(const struct fold_context *fold)
{
    const ds_StatusFlagged *payload = &fold->fact->event.kind.status_flagged;
    flag_raise(fold, payload->flag, payload->until_day, payload->note);
}

void status_flagged_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_StatusFlagged *payload = &event->kind.status_flagged;
    words_out->key = "event.status_flagged";
    words_code(words_out, "flag", CATALOG_stop_flag, payload->flag);
    words_day(words_out, "day", payload->until_day);
    words_text(words_out, "note", payload->note);
}
