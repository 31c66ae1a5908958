#include "core/rules/plan_exact.h"
#include "core/rules/plan_search.h"
#include "tests/core/rules/plan_sample.h"

#include <stdio.h>
#include <stdlib.h>

/* All orders of all subsets, judged one by one. */
struct trial {
    struct arena *arena;
    const struct plan_problem *problem;
    uint32_t order[8];
    struct plan_value best;
};

static void try_orders(struct trial *trial, uint32_t count, uint32_t used)
{
    struct plan_tour tour = {trial->order, count};
    struct plan_verdict verdict = plan_check(trial->arena, trial->problem, &tour, NULL);
    if (verdict.fault == PLAN_FAULT_none &&
        plan_problem_compare(&verdict.value, &trial->best) > 0) {
        trial->best = verdict.value;
    }
    if (verdict.fault != PLAN_FAULT_none && verdict.fault != PLAN_FAULT_end) {
        return; /* what follows does not mend it; an end does, where home is nearer */
    }
    for (uint32_t i = 0; i < trial->problem->visit_count; i++) {
        if ((used >> i & 1) == 0) {
            trial->order[count] = i;
            try_orders(trial, count + 1, used | 1u << i);
        }
    }
}

static bool is_as_good(const struct plan_value *a, const struct plan_value *b)
{
    return a->mandatory_missing == b->mandatory_missing && a->worth == b->worth;
}

TEST(test_no_order_of_visits_is_better_than_the_exact_plan)
{
    static struct plan_sample sample;
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 11);
    arena_init(&arena, 0);
    for (int round = 0; round < 400; round++) {
        sample_make(&sample, &rng, rng_below(&rng, 7), 1, true);
        struct plan_answer answer = plan_problem_answer(&arena, &sample.problem);
        struct trial trial = {
            .arena = &arena, .problem = &sample.problem, .best = {.mandatory_missing = UINT32_MAX}};
        plan_exact_solve(&arena, &sample.problem, &answer);
        try_orders(&trial, 0, 0);
        EXPECT(sample_is_true(&arena, &sample.problem, &answer));
        EXPECT(is_as_good(&trial.best, &answer.value));
        EXPECT(trial.best.finish_s == answer.value.finish_s);
        arena_reset(&arena);
    }
    arena_deinit(&arena);
}

/* Whether so many steps from the start find a plan that is as good as the exact one. */
static bool finds(struct arena *arena, const struct plan_problem *problem,
                  const struct plan_answer *exact, uint64_t steps)
{
    struct plan_search *search = plan_search_open(arena, problem, 1);
    plan_search_run(search, steps, NULL);
    const struct plan_answer *best = plan_search_best(search);
    EXPECT(sample_is_true(arena, problem, best));
    EXPECT(plan_problem_compare(&best->value, &exact->value) <= 0 ||
           is_as_good(&best->value, &exact->value));
    return is_as_good(&best->value, &exact->value);
}

/* DOORSTEP_LONG=1 tries 10,000 of up to 15 visits, the suite some hundreds of up to 11. Where a
 * day's usual number of steps does not do, a second's does. */
TEST(test_the_search_finds_plans_that_are_as_good_as_the_exact_ones)
{
    static struct plan_sample sample;
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 12);
    bool is_long = getenv("DOORSTEP_LONG") != NULL;
    int rounds = is_long ? 10000 : 150;
    int late = 0;
    int misses = 0;
    arena_init(&arena, 0);
    for (int round = 0; round < rounds; round++) {
        sample_make(&sample, &rng, 1 + rng_below(&rng, is_long ? 15 : 11), 1, true);
        struct plan_answer exact = plan_problem_answer(&arena, &sample.problem);
        plan_exact_solve(&arena, &sample.problem, &exact);
        if (!finds(&arena, &sample.problem, &exact, 8000)) {
            late++;
            misses += !finds(&arena, &sample.problem, &exact, 200000);
        }
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    printf("%d of %d plans needed more than 8,000 steps, %d more than 200,000\n", late, rounds,
           misses);
    EXPECT_INT(0, misses);
    EXPECT(late * 200 <= rounds);
}

/* A replanned day names a shift that there is not for what has to stay away. */
TEST(test_a_visit_of_another_shift_is_left_out)
{
    static struct plan_sample sample;
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 14);
    int left_out_count = 0;
    arena_init(&arena, 0);
    for (int round = 0; round < 60; round++) {
        sample_make(&sample, &rng, 8, 1, true);
        struct plan_answer all = plan_problem_answer(&arena, &sample.problem);
        plan_exact_solve(&arena, &sample.problem, &all);
        for (size_t i = 0; i < sample.problem.visit_count; i += 2) {
            sample.visits[i].shifts = sample.visits[i].is_break ? 0 : 2;
        }
        struct plan_answer answer = plan_problem_answer(&arena, &sample.problem);
        plan_exact_solve(&arena, &sample.problem, &answer);
        EXPECT(sample_is_true(&arena, &sample.problem, &answer));
        for (uint32_t i = 0; i < answer.tours[0].count; i++) {
            EXPECT(sample.visits[answer.tours[0].visits[i]].shifts == 0);
        }
        left_out_count += answer.tours[0].count < all.tours[0].count;
        arena_reset(&arena);
    }
    EXPECT(left_out_count > 20);
    arena_deinit(&arena);
}

TEST(test_one_more_visit_never_makes_a_proven_plan_worse)
{
    static struct plan_sample sample;
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 13);
    arena_init(&arena, 0);
    for (int round = 0; round < 60; round++) {
        sample_make(&sample, &rng, 10, 1, false);
        struct plan_value before = {.mandatory_missing = 0};
        uint32_t mandatory = 0;
        for (size_t count = 0; count <= 10; count++) {
            struct plan_problem part = sample.problem;
            part.visit_count = count;
            mandatory += count > 0 && sample.visits[count - 1].is_mandatory;
            struct plan_answer answer = plan_problem_answer(&arena, &part);
            plan_exact_solve(&arena, &part, &answer);
            uint32_t served = mandatory - answer.value.mandatory_missing;
            EXPECT(served > before.mandatory_missing || answer.value.worth >= before.worth);
            before = answer.value;
            before.mandatory_missing = served;
        }
        arena_reset(&arena);
    }
    arena_deinit(&arena);
}
