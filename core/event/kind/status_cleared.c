#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool status_cleared_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_StatusCleared *payload = &event->kind.status_cleared;
    return field_code(fault_out, "flag", CATALOG_stop_flag, payload->flag);
}

void status_cleared_fold(const struct fold_context *fold)
{
    const ds_StatusCleared *payload = &fold->fact->event.kind.status_cleared;
    if (payload->is_taken_back) {
        flag_restore(fold, payload->flag);
        return;
    }
    flag_clear(fold, payload->flag,
               payload->has_raised_count ? payload->raised_count : FLAG_ALL_RAISES);
}

void status_cleared_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_StatusCleared *payload = &event->kind.status_cleared;
    words_out->key = payload->is_taken_back ? "event.clearing_taken_back" : "event.status_cleared";
    words_code(words_out, "flag", CATALOG_stop_flag, payload->flag);
    words_text(words_out, "note", payload->note);
}
