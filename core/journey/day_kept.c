/* core/journey/day_kept.c -- what was made of the day's plan: its order, and the way gone. */
#include "core/journey/journey_private.h"

/* The stops that were visited, in the order in which that was. */
static size_t visited_gather(const struct store_stop *stops, size_t count,
                             const struct store_stop **visited)
{
    size_t visited_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state != STOP_visited) {
            continue;
        }
        size_t at = visited_count++;
        for (; at > 0 && visited[at - 1]->done_at_ms > stops[i].done_at_ms; at--) {
            visited[at] = visited[at - 1];
        }
        visited[at] = &stops[i];
    }
    return visited_count;
}

/* The day's first plan; no stops when none was made. */
static enum err first_plan(struct store *store, struct arena *arena, int64_t from_at_ms,
                           ds_PlanMade *plan_out)
{
    struct store_records plans;
    *plan_out = (ds_PlanMade){0};
    TRY(store_journal_list(store, arena, EVENT_plan_made, from_at_ms, from_at_ms + DATE_DAY_MS, 0,
                           SIZE_MAX, &plans));
    if (plans.count > 0) { /* newest first */
        struct fact *fact = ARENA_NEW(arena, struct fact);
        TRY(store_journal_fact(store, plans.items[plans.count - 1].seq, fact));
        *plan_out = fact->event.kind.plan_made;
    }
    return OK;
}

static uint32_t place_in(const ds_PlanMade *plan, uint64_t case_no)
{
    for (pb_size_t i = 0; i < plan->stops_count; i++) {
        if (plan->stops[i] == case_no) {
            return i + 1U;
        }
    }
    return 0;
}

/* The longest rising row of places. */
static uint32_t longest_row(const ds_PlanMade *plan, const struct store_stop *const *visited,
                            size_t count, uint32_t *rows)
{
    uint32_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t place = place_in(plan, visited[i]->case_no);
        rows[i] = place != 0 ? 1 : 0;
        for (size_t k = 0; place != 0 && k < i; k++) {
            uint32_t before = place_in(plan, visited[k]->case_no);
            if (before != 0 && before < place && rows[k] + 1 > rows[i]) {
                rows[i] = rows[k] + 1;
            }
        }
        longest = rows[i] > longest ? rows[i] : longest;
    }
    return longest;
}

enum err journey_day_kept(struct store *store, struct arena *arena, int64_t from_at_ms,
                          const struct store_stop *stops, size_t count,
                          uint32_t (*way_m)(const void *context, struct geo_point from,
                                            struct geo_point to),
                          const void *way_context, struct close_day *result)
{
    ds_PlanMade *plan = ARENA_NEW(arena, ds_PlanMade);
    const struct store_stop **visited = ARENA_ARRAY(arena, count + 1, const struct store_stop *);
    size_t visited_count = visited_gather(stops, count, visited);
    TRY(first_plan(store, arena, from_at_ms, plan));
    result->in_order =
        longest_row(plan, visited, visited_count, ARENA_ARRAY(arena, visited_count + 1, uint32_t));
    struct geo_point at = {0, 0};
    for (size_t i = 0; i < visited_count; i++) {
        struct geo_point to = journey_stop_place(visited[i]);
        if (!geo_is_located(to)) {
            continue;
        }
        if (geo_is_located(at)) {
            uint32_t road_m = way_m != NULL ? way_m(way_context, at, to) : 0;
            result->way_m += road_m != 0 ? road_m : geo_distance_m(at, to);
        }
        at = to;
    }
    return OK;
}
