#include "core/rules/plan_again.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_keep.h"

#include <string.h>

enum {
    FIXED_STEPS = 100, /* every place is fixed: there is nothing to search for but the breaks */
    NO_SHIFT = 2,      /* bits of plan_visit.shifts: a shift that there is not */
};

struct again {
    struct arena *arena;
    const struct plan_problem *problem;
    struct plan_problem plain; /* the same, nothing shown */
    const struct plan_tour *shown;
};

static struct plan_value plain_value(const struct again *again, const struct plan_answer *answer)
{
    return plan_check(again->arena, &again->plain, answer->tours, NULL).value;
}

/* What was shown and nothing else, in its order; false when it cannot be done any more. */
static bool solve_shown(const struct again *again, struct plan_solution *solution_out)
{
    size_t count = again->problem->visit_count;
    struct plan_visit *visits = ARENA_ARRAY(again->arena, count + 1, struct plan_visit);
    struct plan_problem fixed = again->plain;
    memcpy(visits, again->problem->visits, count * sizeof *visits);
    fixed.visits = visits;
    for (size_t i = 0; i < count; i++) {
        visits[i].is_leading = false;
        visits[i].lock = 0;
        visits[i].shifts = visits[i].is_break ? visits[i].shifts : NO_SHIFT;
        visits[i].is_mandatory = false;
    }
    for (uint32_t i = 0; i < again->shown->count; i++) {
        struct plan_visit *visit = &visits[again->shown->visits[i]];
        visit->shifts = 0;
        visit->lock = i + 1;
        visit->is_mandatory = true;
    }
    struct plan_budget budget = {.seed = 1, .steps = FIXED_STEPS};
    *solution_out = plan_solve(again->arena, &fixed, again->shown, &budget);
    solution_out->is_proven = false;
    return solution_out->answer.value.mandatory_missing == 0 &&
           plan_check(again->arena, again->problem, solution_out->answer.tours, NULL).fault ==
               PLAN_FAULT_none;
}

struct plan_solution plan_again(struct arena *arena, const struct plan_problem *problem,
                                const struct plan_budget *budget, bool keeps_order)
{
    CHECK(problem->keep.shown != NULL && problem->shift_count == 1);
    struct plan_answer before = plan_problem_answer(arena, problem);
    struct again again = {arena, problem, *problem, before.tours};
    struct plan_solution shown;
    again.plain.keep = (struct plan_keep){0};
    plan_keep_order(problem, &before.tours[0]);
    struct plan_solution solution = plan_solve(arena, problem, before.tours, budget);
    struct plan_solution fresh = plan_solve(arena, &again.plain, NULL, budget);
    struct plan_value value = plain_value(&again, &solution.answer);
    if (plan_keep_yields(&value, &fresh.answer.value)) {
        solution = fresh;
        value = fresh.answer.value;
    }
    if (keeps_order && before.tours[0].count > 0 && solve_shown(&again, &shown)) {
        struct plan_value stands = plain_value(&again, &shown.answer);
        if (!plan_keep_yields(&stands, &value)) {
            solution = shown;
        }
    }
    solution.answer.value = plan_check(arena, problem, solution.answer.tours, NULL).value;
    return solution;
}
