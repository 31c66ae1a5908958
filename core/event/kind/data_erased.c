#include "core/event/kind/kind.h"

bool data_erased_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_DataErased *payload = &event->kind.data_erased;
    return field_range(fault_out, "classes", payload->classes, 1, (1 << DATA_CLASS_END) - 1) &&
           field_code(fault_out, "ground", CATALOG_erase_ground, payload->ground) &&
           field_text(fault_out, "by", payload->by);
}

void data_erased_fold(const struct fold_context *fold)
{
    (void)fold;
    /* What is left of the facts says what is left of the case. */
}

void data_erased_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_DataErased *payload = &event->kind.data_erased;
    words_out->key = "event.data_erased";
    words_code(words_out, "ground", CATALOG_erase_ground, payload->ground);
    words_count(words_out, "facts", payload->fact_count);
    words_count(words_out, "files", payload->file_count);
    words_text(words_out, "asked_by", payload->asked_by);
    words_text(words_out, "by", payload->by);
    words_text(words_out, "note", payload->note);
}
