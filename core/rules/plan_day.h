/* core/rules/plan_day.h -- a collector's day while it is planned. Pure data. For the planner's own
 * files. */
#pragma once

#include "core/rules/plan_house.h"
#include "core/rules/plan_solve.h"

/* The problem's zero lies a day before the start: windows may be past. */
enum { PLAN_DAY_START_S = 86400 };

/* Times of the problem are seconds; begin_s holds PLAN_DAY_START_S at the start of the day. */
struct plan_day {
    struct arena *arena;
    const struct policy *policy;
    const struct plan_terms *terms;
    const struct plan_stop *stops;
    size_t stop_count;
    struct plan_house *houses; /* one per visit of the problem; pauses have no stops */
    struct plan_visit *visits;
    struct plan_shown *shown;
    struct plan_shift shift;
    struct plan_problem problem;
    struct plan_solution solution;
    int32_t *begin_s; /* [visit] */
    struct plan_travel travel;
};

static inline bool plan_day_has_window(const struct plan_stop *stop)
{
    return stop->window_until_ms > 0;
}

/* An agreed time stands above them. */
static inline bool plan_day_has_hours(const struct plan_stop *stop)
{
    return stop->hours_until_ms > 0 && !plan_day_has_window(stop);
}

static inline int32_t plan_day_service_s(const struct plan_day *day, const struct plan_stop *stop)
{
    int64_t minutes = stop->visit_minutes != 0 ? stop->visit_minutes : day->policy->visit_minutes;
    return (int32_t)(minutes * 60);
}

/* An instant on the problem's clock; what is far away stays far away. */
static inline int32_t plan_day_second(const struct plan_day *day, int64_t at_ms, bool is_up)
{
    int64_t second = at_ms - day->terms->start_at_ms + (is_up ? 999 : 0);
    second = (second >= 0 ? second : second - 999) / 1000 + PLAN_DAY_START_S;
    return (int32_t)(second < 0                      ? 0
                     : second > 3 * PLAN_DAY_START_S ? 3 * PLAN_DAY_START_S
                                                     : second);
}

static inline int64_t plan_day_instant(const struct plan_day *day, int64_t second)
{
    return day->terms->start_at_ms + (second - PLAN_DAY_START_S) * 1000;
}
