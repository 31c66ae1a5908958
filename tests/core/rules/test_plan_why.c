#include "core/rules/plan_exact.h"
#include "core/rules/plan_solve.h"
#include "core/rules/plan_why.h"
#include "tests/core/rules/plan_sample.h"

static bool is_in(const struct plan_problem *problem, const struct plan_answer *answer,
                  uint32_t visit)
{
    for (size_t s = 0; s < problem->shift_count; s++) {
        for (uint32_t i = 0; i < answer->tours[s].count; i++) {
            if (answer->tours[s].visits[i] == visit) {
                return true;
            }
        }
    }
    return false;
}

/* How late the visit is when it is the only one: 0 when it can be had. */
static int32_t late_alone(struct arena *arena, const struct plan_problem *problem, uint32_t visit,
                          enum plan_fault *fault_out)
{
    struct plan_tour tour = {&visit, 1};
    struct plan_verdict verdict = plan_check(arena, problem, &tour, NULL);
    *fault_out = verdict.fault;
    return verdict.late_s;
}

/* Can all these visits be had? By trying every order; count is small. */
static bool can_order(struct arena *arena, const struct plan_problem *problem, uint32_t *order,
                      uint32_t done, uint32_t count)
{
    struct plan_tour tour = {order, done};
    enum plan_fault fault = plan_check(arena, problem, &tour, NULL).fault;
    if (done == count || (fault != PLAN_FAULT_none && fault != PLAN_FAULT_end)) {
        return fault == PLAN_FAULT_none;
    }
    for (uint32_t i = done; i < count; i++) {
        uint32_t swapped = order[done];
        order[done] = order[i];
        order[i] = swapped;
        if (can_order(arena, problem, order, done + 1, count)) {
            return true;
        }
        order[i] = order[done];
        order[done] = swapped;
    }
    return false;
}

/* The smallest sum of scores of one or two dropped visits that makes room, by trying every drop
 * and every place; INT64_MAX when none does. */
static int64_t least_drop(struct arena *arena, const struct plan_problem *problem,
                          const struct plan_tour *tour, uint32_t visit)
{
    int64_t least = INT64_MAX;
    for (uint32_t a = 0; a < tour->count; a++) {
        for (uint32_t b = a; b < tour->count; b++) {
            uint32_t order[128];
            uint32_t count = 0;
            int64_t lost = 0;
            bool is_mandatory = false;
            for (uint32_t i = 0; i < tour->count; i++) {
                const struct plan_visit *of = &problem->visits[tour->visits[i]];
                if (i == a || i == b) {
                    is_mandatory = is_mandatory || of->is_mandatory || of->is_break;
                    lost += of->score;
                } else {
                    order[count++] = tour->visits[i];
                }
            }
            for (uint32_t at = 0; !is_mandatory && lost < least && at <= count; at++) {
                uint32_t with[128];
                for (uint32_t i = 0; i <= count; i++) {
                    with[i] = i < at ? order[i] : i == at ? visit : order[i - 1];
                }
                struct plan_tour trial = {with, count + 1};
                if (plan_check(arena, problem, &trial, NULL).fault == PLAN_FAULT_none) {
                    least = lost;
                }
            }
        }
    }
    return least;
}

static void confirm_mandatory(struct arena *arena, const struct plan_problem *problem,
                              const struct plan_why *why, uint32_t visit)
{
    uint32_t order[PLAN_WHY_OTHERS_MAX + 1];
    EXPECT(why->other_count >= 1);
    if (why->other_count > 6) {
        return; /* more orders than can be tried */
    }
    for (uint32_t without = 0; without <= why->other_count; without++) {
        uint32_t count = 0;
        order[count++] = visit;
        for (uint32_t i = 0; i < why->other_count; i++) {
            EXPECT(problem->visits[why->others[i]].is_mandatory ||
                   problem->visits[why->others[i]].is_break);
            if (i != without) {
                order[count++] = why->others[i];
            }
        }
        bool is_whole = without == why->other_count;
        EXPECT(can_order(arena, problem, order, 0, count) == !is_whole);
    }
}

static void confirm_with(struct arena *arena, const struct plan_problem *problem,
                         const struct plan_answer *answer, const struct plan_why *why,
                         uint32_t visit)
{
    struct plan_verdict verdict = plan_check(arena, problem, why->with.tours, NULL);
    EXPECT_INT(PLAN_FAULT_none, verdict.fault);
    EXPECT(is_in(problem, &why->with, visit));
    int64_t lost = 0;
    uint32_t dropped = 0;
    for (uint32_t i = 0; i < problem->visit_count; i++) {
        if (is_in(problem, answer, i) && !is_in(problem, &why->with, i)) {
            lost += problem->visits[i].score;
            dropped++;
            EXPECT(!problem->visits[i].is_mandatory && !problem->visits[i].is_break);
        }
    }
    EXPECT(lost == why->lost_score && dropped == why->other_count);
    if (why->kind == PLAN_WHY_later) {
        EXPECT_INT(0, dropped);
    } else if (problem->shift_count == 1) {
        EXPECT(lost <= least_drop(arena, problem, &answer->tours[0], visit));
    }
}

/* Goal: every visit that is left out has a certificate, and the judge, who knows nothing of how
 * it came about, confirms each. */
TEST(test_every_certificate_is_confirmed_by_the_judge)
{
    static struct plan_sample sample;
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 31);
    int kinds[PLAN_WHY_trade + 1] = {0};
    arena_init(&arena, 0);
    for (int round = 0; round < 150; round++) {
        sample_make(&sample, &rng, 4 + rng_below(&rng, 20), 1 + (size_t)(round % 4 == 0), true);
        struct plan_budget budget = {.seed = 1, .steps = 400};
        struct plan_problem *problem = &sample.problem;
        struct plan_solution solution = plan_solve(&arena, problem, NULL, &budget);
        for (uint32_t v = 0; v < problem->visit_count; v++) {
            if (is_in(problem, &solution.answer, v)) {
                continue;
            }
            struct plan_why why = plan_why(&arena, problem, &solution.answer, v);
            enum plan_fault fault = PLAN_FAULT_none;
            kinds[why.kind]++;
            switch (why.kind) {
            case PLAN_WHY_window:
            case PLAN_WHY_travel:
            case PLAN_WHY_end:
            case PLAN_WHY_shift:
                if (problem->shift_count == 1) {
                    EXPECT(late_alone(&arena, problem, v, &fault) == why.late_s);
                    EXPECT(fault ==
                           (why.kind == PLAN_WHY_end ? PLAN_FAULT_end : PLAN_FAULT_window));
                }
                break;
            case PLAN_WHY_mandatory:
                if (why.is_proven) {
                    confirm_mandatory(&arena, problem, &why, v);
                }
                break;
            case PLAN_WHY_later:
            case PLAN_WHY_trade:
                confirm_with(&arena, problem, &solution.answer, &why, v);
                break;
            }
        }
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    EXPECT(kinds[PLAN_WHY_travel] > 0 && kinds[PLAN_WHY_end] > 0 && kinds[PLAN_WHY_mandatory] > 0 &&
           kinds[PLAN_WHY_trade] > 0);
}

TEST(test_a_visit_worth_nothing_is_left_out_because_the_day_would_be_longer)
{
    int32_t travel_s[4] = {0, 60, 60, 0};
    struct plan_visit visits[1] = {
        {.point = 1, .service_s = 30, .window_count = 1, .windows = {{0, 1000}}}};
    struct plan_shift shift = {0, 0, PLAN_NONE, PLAN_NONE, 0, 1000};
    struct plan_problem problem = {.visits = visits,
                                   .visit_count = 1,
                                   .shifts = &shift,
                                   .shift_count = 1,
                                   .travel_s = travel_s,
                                   .point_count = 2};
    struct arena arena;
    arena_init(&arena, 0);
    struct plan_answer answer = plan_problem_answer(&arena, &problem);
    plan_exact_solve(&arena, &problem, &answer);
    EXPECT_INT(0, answer.tours[0].count);
    struct plan_why why = plan_why(&arena, &problem, &answer, 0);
    EXPECT_INT(PLAN_WHY_later, why.kind);
    EXPECT_INT(150, why.late_s);
    shift.end_s = 149;
    why = plan_why(&arena, &problem, &answer, 0);
    EXPECT_INT(PLAN_WHY_end, why.kind);
    EXPECT_INT(1, why.late_s);
    visits[0].windows[0].close_s = 59;
    EXPECT_INT(PLAN_WHY_travel, plan_why(&arena, &problem, &answer, 0).kind);
    shift.start_s = 60;
    EXPECT_INT(PLAN_WHY_window, plan_why(&arena, &problem, &answer, 0).kind);
    visits[0].shifts = 2;
    EXPECT_INT(PLAN_WHY_shift, plan_why(&arena, &problem, &answer, 0).kind);
    arena_deinit(&arena);
}
