#include "core/event/kind/kind.h"

#include "core/event/flag.h"

bool hardship_noted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_HardshipNoted *payload = &event->kind.hardship_noted;
    return field_code(fault_out, "hardship", CATALOG_hardship_kind, payload->hardship) &&
           field_day_or_none(fault_out, "until_day", payload->until_day) &&
           field_day_or_none(fault_out, "from_day", payload->from_day);
}

void hardship_noted_fold(const struct fold_context *fold)
{
    const ds_HardshipNoted *payload = &fold->fact->event.kind.hardship_noted;
    uint32_t flag = payload->is_acute ? STOP_FLAG_acute_hardship : STOP_FLAG_hardship;
    flag_raise(fold, flag,
               &(struct flag_terms){.from_day = payload->from_day,
                                    .until_day = payload->until_day,
                                    .note = payload->note});
}

void hardship_noted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_HardshipNoted *payload = &event->kind.hardship_noted;
    words_out->key = "event.hardship_noted";
    words_code(words_out, "hardship", CATALOG_hardship_kind, payload->hardship);
    words_text(words_out, "note", payload->note);
}
