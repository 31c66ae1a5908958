/* Random problems for the planner's tests: everything that a problem can have, in small. */
#pragma once

#include "core/rules/plan_check.h"
#include "tests/lib/test.h"

struct plan_sample {
    struct plan_problem problem;
    struct plan_visit visits[128];
    struct plan_shift shifts[4];
    int32_t travel_s[132 * 132];
};

enum { SAMPLE_DAY_S = 10000 };

static inline int32_t sample_below(struct rng *rng, int32_t bound)
{
    return (int32_t)rng_below(rng, (uint64_t)bound);
}

/* Places on a map, ways a little longer in one direction; one in four has ways that need not
 * even obey the triangle. */
static inline void sample_travel(struct plan_sample *sample, struct rng *rng, size_t points)
{
    int32_t x[132];
    int32_t y[132];
    bool is_wild = rng_below(rng, 4) == 0;
    for (size_t i = 0; i < points; i++) {
        x[i] = sample_below(rng, 1000);
        y[i] = sample_below(rng, 1000);
    }
    for (size_t i = 0; i < points; i++) {
        for (size_t j = 0; j < points; j++) {
            int32_t way_s = (x[i] > x[j] ? x[i] - x[j] : x[j] - x[i]) +
                            (y[i] > y[j] ? y[i] - y[j] : y[j] - y[i]);
            way_s += sample_below(rng, is_wild ? 1000 : 30);
            sample->travel_s[i * points + j] = i == j ? 0 : way_s;
        }
    }
    sample->problem.travel_s = sample->travel_s;
    sample->problem.point_count = points;
}

static inline void sample_windows(struct plan_visit *visit, struct rng *rng)
{
    visit->window_count = 1 + (uint32_t)rng_below(rng, PLAN_WINDOWS_MAX);
    int32_t width_s = SAMPLE_DAY_S / (int32_t)visit->window_count;
    for (uint32_t w = 0; w < visit->window_count; w++) {
        int32_t from_s = (int32_t)w * width_s + sample_below(rng, width_s / 2);
        visit->windows[w] =
            (struct plan_window){from_s, from_s + sample_below(rng, width_s / 2 - 1)};
    }
    if (rng_below(rng, 3) == 0) {
        visit->window_count = 1;
        visit->windows[0] = (struct plan_window){0, SAMPLE_DAY_S};
    }
}

/* `visits` visits of which some are mandatory, locked, or breaks, when `is_rich`. */
static inline void sample_make(struct plan_sample *sample, struct rng *rng, size_t visits,
                               size_t shifts, bool is_rich)
{
    *sample = (struct plan_sample){0};
    sample->problem.visits = sample->visits;
    sample->problem.visit_count = visits;
    sample->problem.shifts = sample->shifts;
    sample->problem.shift_count = shifts;
    sample_travel(sample, rng, visits + 2);
    bool has_locks = is_rich && rng_below(rng, 3) == 0;
    bool has_break = is_rich && rng_below(rng, 3) == 0;
    uint32_t lock = 0;
    for (size_t i = 0; i < visits; i++) {
        struct plan_visit *visit = &sample->visits[i];
        visit->point = (uint32_t)i + 2;
        visit->score = (uint32_t)rng_below(rng, 40);
        visit->service_s = sample_below(rng, 600);
        visit->is_mandatory = rng_below(rng, 6) == 0;
        sample_windows(visit, rng);
        if (has_locks && rng_below(rng, 3) == 0) {
            visit->lock = ++lock;
            visit->is_leading = lock <= 2 && rng_below(rng, 3) == 0;
        }
    }
    for (size_t s = 0; s < shifts; s++) {
        sample->shifts[s] = (struct plan_shift){
            .start_point = 0,
            .end_point = rng_below(rng, 3) == 0 ? PLAN_NONE : 0,
            .partner_start_point = is_rich && rng_below(rng, 6) == 0 ? 1 : PLAN_NONE,
            .partner_end_point = is_rich && rng_below(rng, 6) == 0 ? 1 : PLAN_NONE,
            .start_s = sample_below(rng, 500),
            .end_s = SAMPLE_DAY_S / 2 + sample_below(rng, SAMPLE_DAY_S / 2),
        };
        if (has_break && s < visits) {
            struct plan_visit *visit = &sample->visits[s];
            int32_t from_s = 2000 + sample_below(rng, 2000);
            *visit = (struct plan_visit){.is_break = true,
                                         .service_s = 300 + sample_below(rng, 600),
                                         .window_count = 1,
                                         .windows = {{from_s, from_s + 1500}},
                                         .shifts = UINT64_C(1) << s};
        }
    }
    assert_int_equal(OK, plan_problem_check(&sample->problem));
}

/* Some hours are worth less than others, but not for who is expected then. */
static inline void sample_hours(struct plan_sample *sample, struct rng *rng)
{
    struct plan_hours *hours = &sample->problem.hours;
    hours->count = 1 + (size_t)rng_below(rng, PLAN_HOURS_MAX);
    int32_t until_s = 0;
    for (size_t i = 0; i < hours->count; i++) {
        until_s += 1 + sample_below(rng, 2500);
        hours->bands[i].until_s = until_s;
        hours->bands[i].permille = (uint32_t)rng_below(rng, PLAN_WHOLE + 1);
    }
    for (size_t i = 0; i < sample->problem.visit_count; i++) {
        sample->visits[i].is_expected = sample->visits[i].is_mandatory;
    }
    assert_int_equal(OK, plan_problem_check(&sample->problem));
}

/* Free of faults, with the value that it claims. */
static inline bool sample_is_true(struct arena *arena, const struct plan_problem *problem,
                                  const struct plan_answer *answer)
{
    struct plan_verdict verdict = plan_check(arena, problem, answer->tours, NULL);
    return verdict.fault == PLAN_FAULT_none &&
           plan_problem_compare(&verdict.value, &answer->value) == 0;
}
