#include "core/event/kind/kind.h"

#include "core/base/str.h"

#include <string.h>

/* A number of somebody else must not look like the borrower's again. */
static bool keeps_from_calling(const ds_Point *point)
{
    return point->state == POINT_STATE_not_in_use || point->state == POINT_STATE_belongs_to_other ||
           point->state == POINT_STATE_refused;
}

/* Where the value stands now, so that it moves to the front; else a new last place. When the
 * list is full the oldest that keeps nobody from calling goes, else the oldest. */
static size_t place_of(ds_CaseState *state, const char *value)
{
    for (size_t i = 0; i < state->points_count; i++) {
        if (strcmp(state->points[i].value, value) == 0) {
            return i;
        }
    }
    if (state->points_count < COUNT(state->points)) {
        return state->points_count++;
    }
    for (size_t i = state->points_count; i-- > 0;) {
        if (!keeps_from_calling(&state->points[i])) {
            return i;
        }
    }
    return COUNT(state->points) - 1;
}

bool contact_point_noted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_ContactPointNoted *payload = &event->kind.contact_point_noted;
    return field_code(fault_out, "kind", CATALOG_point_kind, payload->kind) &&
           field_text(fault_out, "value", payload->value) &&
           field_code(fault_out, "status", CATALOG_point_state, payload->status) &&
           field_code(fault_out, "source", CATALOG_fact_source, payload->source) &&
           field_code_or_none(fault_out, "role", CATALOG_role, payload->role);
}

void contact_point_noted_fold(const struct fold_context *fold)
{
    const ds_ContactPointNoted *payload = &fold->fact->event.kind.contact_point_noted;
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->points_count; i++) {
        if (payload->replaces[0] != '\0' &&
            strcmp(state->points[i].value, payload->replaces) == 0) {
            state->points[i].state = POINT_STATE_not_in_use;
            state->points[i].as_of_day = fold->day;
        }
    }
    size_t at = place_of(state, payload->value);
    memmove(&state->points[1], &state->points[0], at * sizeof state->points[0]);
    ds_Point *point = &state->points[0];
    memset(point, 0, sizeof *point);
    point->kind = payload->kind;
    str_copy(point->value, sizeof point->value, str_from(payload->value));
    point->state = payload->status;
    point->role = payload->role;
    point->source = payload->source;
    point->as_of_day = fold->day;
}

void contact_point_noted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_ContactPointNoted *payload = &event->kind.contact_point_noted;
    words_out->key = "event.contact_point_noted";
    words_code(words_out, "kind", CATALOG_point_kind, payload->kind);
    words_code(words_out, "status", CATALOG_point_state, payload->status);
}
