#include "core/event/kind/kind.h"

bool day_opened_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_DayOpened *payload = &event->kind.day_opened;
    return field_day(fault_out, "day", payload->day);
}

void day_opened_fold(const struct fold_context *fold)
{
    (void)fold;
    /* about a person: nothing about a case changes */
}

void day_opened_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_DayOpened *payload = &event->kind.day_opened;
    words_out->key = "event.day_opened";
    words_day(words_out, "day", payload->day);
}
