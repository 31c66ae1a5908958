/* core/journey/plan_stale.c -- when the plan no longer tells what will be. */
#include "core/journey/journey_private.h"

enum { SLACK_MS = PLAN_STALE_MINUTES * 60 * 1000 };

static bool is_far(const struct journey *journey, const struct day_plan *plan,
                   const struct store_stop *next)
{
    struct geo_point here = {journey->fix.lat_e7, journey->fix.lon_e7};
    struct geo_point there = journey_stop_place(next);
    if (!journey->has_fix || !geo_is_located(there) || !geo_is_located(plan->last_place)) {
        return false;
    }
    return geo_distance_m(here, there) > geo_distance_m(plan->last_place, there) + PLAN_STALE_FAR_M;
}

static enum plan_stale stale_at_door(const struct day_plan *plan, const struct store_stop *stop)
{
    bool is_over = stop->leave_at_ms != 0 && plan->now_ms > stop->leave_at_ms + SLACK_MS;
    return is_over ? PLAN_STALE_behind : PLAN_STALE_none;
}

static enum plan_stale stale_on_the_way(const struct journey *journey, const struct day_plan *plan,
                                        const struct store_stop *next)
{
    struct day_terms terms;
    journey_day_plan_terms(journey, plan, &terms);
    if (next->arrive_at_ms == 0 || plan->now_ms < terms.terms.start_at_ms) {
        return PLAN_STALE_none; /* nothing is promised, or the hours have not begun */
    }
    if (is_far(journey, plan, next)) {
        return PLAN_STALE_far;
    }
    if (plan->now_ms > next->arrive_at_ms + SLACK_MS) {
        return PLAN_STALE_behind;
    }
    int64_t could_ms = plan->now_ms + (int64_t)next->travel_s * 1000;
    bool waits = next->wait_s > 0 || terms.terms.pause_count > 0;
    return !waits && could_ms + SLACK_MS < next->arrive_at_ms ? PLAN_STALE_ahead : PLAN_STALE_none;
}

static enum err plan_stale(struct journey *journey, enum plan_stale *stale)
{
    struct day_plan plan;
    int64_t policy = 0;
    TRY(journey_day_plan_load(journey, &plan));
    TRY(store_setting_number(journey->store, SETTING_plan_policy, 0, &policy));
    if (plan.before_count > 0 && policy != (int64_t)journey->policy.hash) {
        *stale = PLAN_STALE_rules;
        return OK;
    }
    for (size_t i = 0; i < plan.before_count; i++) {
        const struct store_stop *stop = &plan.before[i];
        if (stop->state != STOP_planned) {
            continue;
        }
        if (stop->item.case_no == 0) {
            *stale = PLAN_STALE_cases;
        } else if (stop->case_no == plan.open_case_no) {
            *stale = stale_at_door(&plan, stop);
        } else {
            *stale =
                plan.open_case_no == 0 ? stale_on_the_way(journey, &plan, stop) : PLAN_STALE_none;
        }
        return OK;
    }
    return OK;
}

enum err journey_plan_stale(struct journey *journey, enum plan_stale *stale_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    *stale_out = PLAN_STALE_none;
    enum err err = plan_stale(journey, stale_out);
    arena_rollback(journey->arena, mark);
    return err;
}
