#include "core/rules/plan_travel.h"

#include "core/rules/plan_problem.h"

bool plan_travel_is_same_building(struct geo_point a, struct geo_point b)
{
    return geo_is_located(a) && geo_is_located(b) && geo_distance_m(a, b) <= PLAN_BUILDING_M;
}

static int32_t straight_s(const struct plan_straight *straight, struct geo_point from,
                          struct geo_point to)
{
    if (!geo_is_located(from) || !geo_is_located(to)) {
        return 0;
    }
    int64_t distance_m = geo_distance_m(from, to);
    if (distance_m <= PLAN_BUILDING_M) {
        return 0;
    }
    int32_t permille = straight->detour_percent * 10;
    if (straight->learned != NULL) {
        permille = detour_permille(straight->learned, permille, from, to);
    }
    int64_t travel_s =
        distance_m * permille * 60 / 1000 / straight->metres_a_minute + straight->setting_out_s;
    return travel_s < PLAN_TIME_MAX ? (int32_t)travel_s : PLAN_TIME_MAX;
}

static enum err fill_straight(const void *context, const struct geo_point *places, size_t count,
                              int32_t *travel_s_out)
{
    const struct plan_straight *straight = context;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i; j < count; j++) {
            int32_t travel_s = i == j ? 0 : straight_s(straight, places[i], places[j]);
            travel_s_out[i * count + j] = travel_s;
            travel_s_out[j * count + i] = travel_s;
        }
    }
    return OK;
}

struct plan_straight plan_travel_house(const struct policy *policy)
{
    return (struct plan_straight){.metres_a_minute = (int32_t)policy->travel_speed,
                                  .detour_percent = (int32_t)policy->travel_detour,
                                  .setting_out_s = (int32_t)policy->travel_setting_out};
}

struct plan_travel plan_travel_straight(const struct plan_straight *straight)
{
    CHECK(straight->metres_a_minute > 0 && straight->detour_percent >= 100 &&
          straight->setting_out_s >= 0);
    return (struct plan_travel){.fill = fill_straight, .context = straight, .is_estimated = true};
}
