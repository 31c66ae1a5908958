#include "sync/server/plan/team_travel.h"

#include "core/rules/plan_problem.h"
#include "core/rules/plan_travel.h"

struct straight {
    struct plan_straight straight;
    struct plan_travel travel;
};

static enum err fill_straight(void *context, size_t worker, const struct geo_point *places,
                              size_t count, int32_t *travel_s_out)
{
    const struct straight *straight = context;
    (void)worker;
    return straight->travel.fill(straight->travel.context, places, count, travel_s_out);
}

static struct straight *straight_make(struct arena *arena, const struct policy *policy)
{
    struct straight *straight = ARENA_NEW(arena, struct straight);
    straight->straight = plan_travel_house(policy);
    straight->travel = plan_travel_straight(&straight->straight);
    return straight;
}

struct team_travel team_travel_straight(struct arena *arena, const struct policy *policy)
{
    return (struct team_travel){fill_straight, straight_make(arena, policy)};
}

struct by_road {
    const struct roads *roads;
    enum roads_mode mode;
    struct straight *straight; /* where no road is */
    struct roads_work **works; /* [worker] */
};

static enum err fill_by_road(void *context, size_t worker, const struct geo_point *places,
                             size_t count, int32_t *travel_s_out)
{
    struct by_road *by_road = context;
    const struct plan_travel *straight = &by_road->straight->travel;
    TRY(straight->fill(straight->context, places, count, travel_s_out));
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct roads_table *table = roads_table_new(&arena, by_road->works[worker], count);
    for (size_t i = 0; i < count; i++) {
        struct roads_place place = roads_snap(by_road->roads, by_road->mode, places[i]);
        (void)roads_table_add(table, &place);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int32_t time_ds = roads_table_time_ds(table, i, j);
            if (time_ds != ROADS_NEVER) {
                int32_t time_s = (time_ds + 9) / 10;
                travel_s_out[i * count + j] = time_s < PLAN_TIME_MAX ? time_s : PLAN_TIME_MAX;
            }
        }
    }
    arena_deinit(&arena);
    return OK;
}

struct team_travel team_travel_roads(struct arena *arena, const struct roads *roads,
                                     enum roads_mode mode, const struct policy *policy,
                                     size_t worker_count)
{
    struct by_road *by_road = ARENA_NEW(arena, struct by_road);
    *by_road = (struct by_road){
        .roads = roads,
        .mode = mode,
        .straight = straight_make(arena, policy),
        .works = ARENA_ARRAY(arena, worker_count, struct roads_work *),
    };
    for (size_t w = 0; w < worker_count; w++) {
        by_road->works[w] = roads_work_new(arena, roads, mode);
    }
    return (struct team_travel){fill_by_road, by_road};
}
