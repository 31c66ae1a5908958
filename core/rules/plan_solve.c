#include "core/rules/plan_solve.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_exact.h"

struct plan_solution plan_solve(struct arena *arena, const struct plan_problem *problem,
                                const struct plan_tour *from, const struct plan_budget *budget)
{
    struct plan_solution solution = {.answer = plan_problem_answer(arena, problem)};
    if (problem->visit_count <= PLAN_EXACT_QUICK && plan_exact_can(problem)) {
        plan_exact_solve(arena, problem, &solution.answer);
        solution.is_proven = true;
        return solution;
    }
    struct arena_mark mark = arena_mark(arena);
    struct plan_search *search = plan_search_open(arena, problem, budget->seed);
    if (from != NULL) {
        plan_search_start_from(search, from);
    }
    solution.steps = plan_search_run(search, budget->steps, budget->halt);
    plan_problem_copy(problem, plan_search_best(search), &solution.answer);
    arena_rollback(arena, mark);
    struct plan_verdict verdict = plan_check(arena, problem, solution.answer.tours, NULL);
    CHECK(verdict.fault == PLAN_FAULT_none);
    solution.answer.value = verdict.value;
    return solution;
}
