#include "core/event/reach.h"

#include "core/base/str.h"
#include "core/domain/catalog.h"
#include "core/event/chain.h"
#include "core/event/kind/kind.h"

#include <string.h>

_Static_assert(sizeof(((ds_CaseRecord *)0)->points) / sizeof(ds_Point) +
                       sizeof(((ds_CaseState *)0)->points) / sizeof(ds_Point) <=
                   REACH_LIST_MAX,
               "every number has room in the list");

bool reach_state_is_over(uint32_t state)
{
    return state == POINT_STATE_not_in_use || state == POINT_STATE_belongs_to_other ||
           state == POINT_STATE_refused;
}

uint64_t reach_tag(const char *value)
{
    uint64_t tag = value[0] != '\0' ? chain_short_hash(value, strlen(value)) : 0;
    return value[0] != '\0' && tag == 0 ? 1 : tag;
}

static size_t find(const ds_Point *points, size_t count, const char *value)
{
    size_t at = 0;
    while (at < count && strcmp(points[at].value, value) != 0) {
        at++;
    }
    return at;
}

/* ---- the list ---- */

static void add(struct reach_list *list, struct reach point)
{
    size_t at = list->count;
    while (!point.is_over && at > 0 && list->items[at - 1].is_over) {
        list->items[at] = list->items[at - 1];
        at--;
    }
    list->items[at] = point;
    list->count++;
}

struct reach_list reach_list(const ds_CaseRecord *record, const ds_CaseState *state)
{
    struct reach_list list = {.count = 0};
    for (uint32_t i = 0; i < record->points_count; i++) {
        const ds_Point *at = &record->points[i];
        size_t noted = find(state->points, state->points_count, at->value);
        const ds_Point *newest = noted < state->points_count ? &state->points[noted] : at;
        add(&list, (struct reach){.at = at,
                                  .state = newest->state,
                                  .as_of_day = newest->as_of_day,
                                  .index = i,
                                  .tag = reach_tag(at->value),
                                  .is_over = reach_state_is_over(newest->state)});
    }
    for (uint32_t i = 0; i < state->points_count; i++) {
        const ds_Point *at = &state->points[i];
        if (find(record->points, record->points_count, at->value) == record->points_count) {
            add(&list, (struct reach){.at = at,
                                      .state = at->state,
                                      .as_of_day = at->as_of_day,
                                      .index = record->points_count + i,
                                      .tag = reach_tag(at->value),
                                      .is_noted = true,
                                      .is_over = reach_state_is_over(at->state)});
        }
    }
    return list;
}

/* ---- folding ---- */

/* Where the value stands now, so that it moves to the front; else a new last place. When the
 * list is full the oldest that keeps nobody from calling goes, else the oldest. */
static size_t place_of(ds_CaseState *state, const char *value)
{
    size_t at = find(state->points, state->points_count, value);
    if (at < state->points_count) {
        return at;
    }
    if (state->points_count < COUNT(state->points)) {
        return state->points_count++;
    }
    for (size_t i = state->points_count; i-- > 0;) {
        if (!reach_state_is_over(state->points[i].state)) {
            return i;
        }
    }
    return COUNT(state->points) - 1;
}

static ds_Point *to_front(ds_CaseState *state, const char *value)
{
    size_t at = place_of(state, value);
    memmove(&state->points[1], &state->points[0], at * sizeof state->points[0]);
    ds_Point *point = &state->points[0];
    memset(point, 0, sizeof *point);
    str_copy(point->value, sizeof point->value, str_from(value));
    return point;
}

void reach_noted(const struct fold_context *fold, const ds_ContactPointNoted *noted)
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->points_count; i++) {
        if (noted->replaces[0] != '\0' && strcmp(state->points[i].value, noted->replaces) == 0) {
            state->points[i].state = POINT_STATE_not_in_use;
            state->points[i].as_of_day = fold->day;
        }
    }
    ds_Point *point = to_front(state, noted->value);
    point->kind = noted->kind;
    point->state = noted->status;
    point->role = noted->role;
    point->source = noted->source;
    point->as_of_day = fold->day;
}

static uint32_t told_by_result(uint32_t result)
{
    return result == CONTACT_RESULT_wrong_number     ? POINT_STATE_belongs_to_other
           : result == CONTACT_RESULT_number_invalid ? POINT_STATE_not_in_use
                                                     : 0;
}

static uint64_t tag_of(const uint8_t id[16])
{
    uint64_t tag = 0;
    for (size_t i = 0; i < sizeof tag; i++) {
        tag |= (uint64_t)id[i] << 8 * i;
    }
    return tag;
}

/* By what names it; older facts say the place in the record alone. */
static const ds_Point *named_by(const struct fold_context *fold, const ds_ContactAttempted *called)
{
    if (called->point == 0) {
        return called->point_index < fold->record->points_count
                   ? &fold->record->points[called->point_index]
                   : NULL;
    }
    struct reach_list list = reach_list(fold->record, fold->state);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].tag == called->point) {
            return list.items[i].at;
        }
    }
    return NULL;
}

void reach_called(const struct fold_context *fold, const ds_ContactAttempted *called)
{
    ds_CaseState *state = fold->state;
    uint32_t told = told_by_result(called->result);
    bool is_number =
        called->channel == CONTACT_CHANNEL_call || called->channel == CONTACT_CHANNEL_sms;
    const ds_Point *found = told != 0 && is_number ? named_by(fold, called) : NULL;
    if (found == NULL) {
        return;
    }
    const ds_Point named = *found; /* it moves */
    size_t known = find(state->points, state->points_count, named.value);
    uint32_t before = known < state->points_count ? state->points[known].state : named.state;
    ds_Point *point = to_front(state, named.value);
    point->kind = named.kind;
    point->role = named.role;
    point->source = named.source;
    point->state = told;
    point->as_of_day = fold->day;
    point->told_by = tag_of(fold->fact->id.bytes);
    point->told_instead = before;
}

void reach_call_withdrawn(const struct fold_context *fold, const uint8_t contact[16])
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->points_count; i++) {
        ds_Point *point = &state->points[i];
        if (point->told_by == tag_of(contact)) {
            point->state = point->told_instead;
            point->told_by = 0;
            point->told_instead = 0;
        }
    }
}
