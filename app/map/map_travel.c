#include "app/map/map_travel.h"

#include "core/rules/plan_problem.h"

static int32_t road_s(const struct roads_table *table, const struct roads_place *places,
                      size_t from, size_t to)
{
    int32_t time_ds = roads_table_time_ds(table, from, to);
    bool is_on_roads = places[from].is_on_network && places[to].is_on_network &&
                       !places[from].is_island && !places[to].is_island;
    if (time_ds == ROADS_NEVER) {
        return is_on_roads ? PLAN_TIME_MAX : -1;
    }
    int32_t time_s = (time_ds + 9) / 10;
    return time_s < PLAN_TIME_MAX ? time_s : PLAN_TIME_MAX;
}

static bool is_by_road(const struct geo_point *points, size_t from, size_t to)
{
    return geo_is_located(points[from]) && geo_is_located(points[to]) &&
           !plan_travel_is_same_building(points[from], points[to]);
}

/* What the roads say of this day's ground. */
static void learn(const struct roads_table *table, const struct roads_place *places,
                  const struct geo_point *points, size_t count, int32_t metres_a_minute,
                  struct detour *detour)
{
    for (size_t from = 0; from < count; from++) {
        for (size_t to = 0; to < count; to++) {
            int32_t time_s = is_by_road(points, from, to) ? road_s(table, places, from, to) : -1;
            if (time_s > 0 && time_s < PLAN_TIME_MAX) {
                (void)detour_add(detour, &(struct detour_way){points[from], points[to], time_s,
                                                              metres_a_minute});
            }
        }
    }
}

static enum err fill(const void *context, const struct geo_point *points, size_t count,
                     int32_t *travel_s_out)
{
    const struct map_travel *travel = context;
    struct arena arena;
    arena_init(&arena, 0);
    struct roads_place *places = ARENA_ARRAY(&arena, count + 1, struct roads_place);
    struct roads_table *table = roads_table_new(&arena, travel->work, count);
    for (size_t i = 0; i < count; i++) {
        if (geo_is_located(points[i])) {
            places[i] = roads_snap(travel->roads, travel->mode, points[i]);
        }
        (void)roads_table_add(table, &places[i]);
    }
    struct plan_straight guess = travel->straight;
    struct detour *detour = ARENA_NEW(&arena, struct detour);
    learn(table, places, points, count, guess.metres_a_minute, detour);
    guess.learned = detour;
    struct plan_travel straight = plan_travel_straight(&guess);
    enum err err = straight.fill(straight.context, points, count, travel_s_out);
    for (size_t from = 0; from < count && err == OK; from++) {
        for (size_t to = 0; to < count; to++) {
            int32_t time_s = is_by_road(points, from, to) ? road_s(table, places, from, to) : -1;
            if (time_s >= 0) {
                travel_s_out[from * count + to] = time_s;
            }
        }
    }
    arena_deinit(&arena);
    return err;
}

static bool is_guess(const void *context, struct geo_point from, struct geo_point to)
{
    const struct map_travel *travel = context;
    struct roads_place start = roads_snap(travel->roads, travel->mode, from);
    struct roads_place end = roads_snap(travel->roads, travel->mode, to);
    return !start.is_on_network || !end.is_on_network || start.is_island || end.is_island;
}

void map_travel_start(struct map_travel *travel)
{
    *travel = (struct map_travel){0};
    arena_init(&travel->arena, 0);
}

void map_travel_deinit(struct map_travel *travel)
{
    arena_deinit(&travel->arena);
}

void map_travel_set(struct map_travel *travel, const struct roads *roads, enum roads_mode mode,
                    const struct plan_straight *straight)
{
    bool is_same = travel->roads == roads && travel->mode == mode && travel->work != NULL;
    travel->straight = *straight;
    if (is_same) {
        return;
    }
    arena_reset(&travel->arena);
    travel->roads = roads;
    travel->mode = mode;
    travel->work = roads_work_new(&travel->arena, roads, mode);
    travel->source = (struct plan_travel){.fill = fill, .context = travel, .is_guess = is_guess};
}

uint32_t map_travel_way_m(const void *context, struct geo_point from, struct geo_point to)
{
    const struct map_travel *travel = context;
    struct arena arena;
    struct roads_place start = roads_snap(travel->roads, travel->mode, from);
    struct roads_place end = roads_snap(travel->roads, travel->mode, to);
    arena_init(&arena, 0);
    struct roads_route route;
    roads_route(travel->work, &arena, &start, &end, &route);
    arena_deinit(&arena);
    return route.time_ds == ROADS_NEVER ? 0 : route.length_m + start.away_m + end.away_m;
}
