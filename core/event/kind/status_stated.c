#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool status_stated_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_StatusStated *payload = &event->kind.status_stated;
    struct flag_terms terms = flag_terms_stated(payload);
    return flag_terms_validate(fault_out, payload->flag, &terms) &&
           field_text(fault_out, "by", payload->by);
}

void status_stated_fold(const struct fold_context *fold)
{
    const ds_StatusStated *payload = &fold->fact->event.kind.status_stated;
    struct flag_terms terms = flag_terms_stated(payload);
    flag_raise(fold, payload->flag, &terms);
}

void status_stated_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_StatusStated *payload = &event->kind.status_stated;
    words_out->key = "event.status_stated";
    words_code(words_out, "flag", CATALOG_stop_flag, payload->flag);
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
