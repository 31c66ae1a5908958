#include "core/event/kind/kind.h"

bool day_closed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_DayClosed *payload = &event->kind.day_closed;
    if (!field_day(fault_out, "day", payload->day)) {
        return false;
    }
    return field_range(fault_out, "planned", payload->planned, 0, 1000) &&
           field_range(fault_out, "visited", payload->visited, 0, 1000) &&
           field_range(fault_out, "skipped", payload->skipped, 0, 1000) &&
           field_range(fault_out, "distance_m", payload->distance_m, 0, 2000000) &&
           field_range(fault_out, "left", payload->left, 0, 1000) &&
           field_range(fault_out, "planned_distance_m", payload->planned_distance_m, 0, 2000000) &&
           field_range(fault_out, "planned_minutes", payload->planned_minutes, 0, 1440) &&
           field_range(fault_out, "worked_minutes", payload->worked_minutes, 0, 1440) &&
           field_range(fault_out, "in_order", payload->in_order, 0, 1000) &&
           field_range(fault_out, "way_m", payload->way_m, 0, 2000000);
}

void day_closed_fold(const struct fold_context *fold)
{
    (void)fold;
    /* about a person: nothing about a case changes */
}

void day_closed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_DayClosed *payload = &event->kind.day_closed;
    words_out->key = "event.day_closed";
    words_day(words_out, "day", payload->day);
    words_count(words_out, "planned", payload->planned);
    words_count(words_out, "visited", payload->visited);
    words_count(words_out, "skipped", payload->skipped);
    words_text(words_out, "note", payload->note);
}
