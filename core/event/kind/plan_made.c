#include "core/event/kind/kind.h"

bool plan_made_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PlanMade *payload = &event->kind.plan_made;
    if (!field_day(fault_out, "day", payload->day)) {
        return false;
    }
    for (size_t i = 0; i < payload->stops_count; i++) {
        if (payload->stops[i] == 0) {
            return field_fail(fault_out, "stops", "fault.required");
        }
    }
    return true;
}

void plan_made_fold(const struct fold_context *fold)
{
    (void)fold;
    /* about a person: nothing about a case changes */
}

void plan_made_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PlanMade *payload = &event->kind.plan_made;
    words_out->key = "event.plan_made";
    words_day(words_out, "day", payload->day);
    words_count(words_out, "count", payload->stops_count);
}
