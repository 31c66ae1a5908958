#include "core/rules/plan_why.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_exact.h"
#include "core/rules/plan_search.h"
#include "core/rules/plan_tours.h"

#include <string.h>

enum {
    PROVEN_MAX = 12, /* visits of a set that is judged exactly: a few ms */
    SEARCH_STEPS = 500,
    SEED = 1
};

static bool must_serve(const struct plan_visit *visit)
{
    return visit->is_mandatory || visit->is_break;
}

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

/* ---- alone ---------------------------------------------------------------------------------- */

static bool is_possible_alone(struct arena *arena, const struct plan_problem *problem,
                              uint32_t visit, struct plan_why *why)
{
    const struct plan_visit *of = &problem->visits[visit];
    bool is_asked = false;
    struct plan_tour *tours = ARENA_ARRAY(arena, problem->shift_count, struct plan_tour);
    why->kind = PLAN_WHY_shift;
    for (size_t s = 0; s < problem->shift_count; s++) {
        if (!plan_problem_may(of, s)) {
            continue;
        }
        tours[s] = (struct plan_tour){&visit, 1};
        struct plan_verdict verdict = plan_check(arena, problem, tours, NULL);
        tours[s] = (struct plan_tour){NULL, 0};
        if (verdict.fault == PLAN_FAULT_none) {
            return true;
        }
        if (is_asked && verdict.late_s >= why->late_s) {
            continue;
        }
        is_asked = true;
        why->late_s = verdict.late_s;
        bool is_over = of->windows[of->window_count - 1].close_s < problem->shifts[s].start_s;
        why->kind = verdict.fault == PLAN_FAULT_end ? PLAN_WHY_end
                    : is_over                       ? PLAN_WHY_window
                                                    : PLAN_WHY_travel;
    }
    return false;
}

/* ---- with the mandatory ones ---------------------------------------------------------------- */

/* Can these visits all be done? The answer is proven when the exact method is used. */
static bool can_do_all(struct arena *arena, const struct plan_problem *problem,
                       const uint32_t *chosen, size_t count, bool *is_proven_out)
{
    struct arena_mark mark = arena_mark(arena);
    struct plan_visit *visits = ARENA_ARRAY(arena, count + 1, struct plan_visit);
    struct plan_problem part = *problem;
    part.visits = visits;
    part.visit_count = count;
    part.keep = (struct plan_keep){0};
    part.hours = (struct plan_hours){0};
    for (size_t i = 0; i < count; i++) {
        visits[i] = problem->visits[chosen[i]];
        visits[i].is_mandatory = true;
    }
    struct plan_value value;
    *is_proven_out = plan_exact_can(&part) && count <= PROVEN_MAX;
    if (*is_proven_out) {
        struct plan_answer answer = plan_problem_answer(arena, &part);
        plan_exact_solve(arena, &part, &answer);
        value = answer.value;
    } else {
        struct plan_search *search = plan_search_open(arena, &part, SEED);
        plan_search_run(search, SEARCH_STEPS, NULL);
        value = plan_search_best(search)->value;
    }
    arena_rollback(arena, mark);
    return value.mandatory_missing == 0;
}

static void name_others(struct plan_why *why, const uint32_t *others, size_t count)
{
    why->other_count = (uint32_t)count;
    size_t named = count < PLAN_WHY_OTHERS_MAX ? count : PLAN_WHY_OTHERS_MAX;
    memcpy(why->others, others, named * sizeof others[0]);
}

/* A pair or three of `chosen` with the first, which is the visit, that cannot be done; proven.
 * Returns how many others there are, 0: none; they are put right behind the first. */
static size_t find_small_clash(struct arena *arena, const struct plan_problem *problem,
                               uint32_t *chosen, size_t count)
{
    bool is_proven = true;
    for (size_t i = 1; i < count; i++) {
        uint32_t pair[2] = {chosen[0], chosen[i]};
        if (!can_do_all(arena, problem, pair, 2, &is_proven) && is_proven) {
            chosen[1] = pair[1];
            return 1;
        }
    }
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            uint32_t three[3] = {chosen[0], chosen[i], chosen[j]};
            if (!can_do_all(arena, problem, three, 3, &is_proven) && is_proven) {
                chosen[1] = three[1];
                chosen[2] = three[2];
                return 2;
            }
        }
    }
    return 0;
}

/* Leaves out of a set that cannot be done whatever it cannot be done without, too. */
static size_t shrink(struct arena *arena, const struct plan_problem *problem, uint32_t *chosen,
                     size_t count)
{
    uint32_t *rest = ARENA_ARRAY(arena, count, uint32_t);
    for (size_t at = count - 1; at > 0; at--) {
        size_t rest_count = 0;
        for (size_t i = 0; i < count; i++) {
            if (i != at) {
                rest[rest_count++] = chosen[i];
            }
        }
        bool is_proven = true;
        if (!can_do_all(arena, problem, rest, rest_count, &is_proven)) {
            memcpy(chosen, rest, rest_count * sizeof rest[0]);
            count = rest_count;
        }
    }
    return count;
}

static bool is_possible_with_mandatory(struct arena *arena, const struct plan_problem *problem,
                                       const struct plan_answer *answer, uint32_t visit,
                                       struct plan_why *why)
{
    uint32_t *chosen = ARENA_ARRAY(arena, problem->visit_count + 1, uint32_t);
    size_t count = 1;
    chosen[0] = visit;
    for (uint32_t i = 0; i < problem->visit_count; i++) {
        if (i != visit && must_serve(&problem->visits[i]) && is_in(problem, answer, i)) {
            chosen[count++] = i;
        }
    }
    bool is_proven = true;
    size_t others = problem->shift_count == 1 ? find_small_clash(arena, problem, chosen, count) : 0;
    if (others == 0) {
        if (count == 1 || can_do_all(arena, problem, chosen, count, &is_proven)) {
            return true;
        }
        others = (is_proven ? shrink(arena, problem, chosen, count) : count) - 1;
    }
    why->kind = PLAN_WHY_mandatory;
    why->is_proven = is_proven;
    name_others(why, chosen + 1, others);
    return false;
}

/* ---- for others ----------------------------------------------------------------------------- */

struct trade {
    const struct plan_problem *problem;
    struct plan_tours *tours;
    struct plan_line line; /* as planned */
    bool *is_out;
    int32_t *order; /* room for a line and one more */
    int32_t visit;
    int64_t lost_score; /* of the best, INT64_MAX none */
    int32_t finish_s;   /* of its shift */
    int32_t shift;
    uint32_t *others;
    uint32_t other_count;
    struct plan_answer *with;
};

static void empty_line(struct trade *trade, int32_t shift)
{
    const struct plan_line *line = &trade->tours->lines[shift];
    for (int32_t i = 1; i < line->length - 1; i++) {
        trade->tours->shift_of[line->node[i]] = -1;
    }
}

static void put_back(struct trade *trade, int32_t shift)
{
    empty_line(trade, shift);
    plan_tours_put_back(trade->tours, shift, &trade->line);
}

/* Where ways do not obey the triangle, what stays of the line may need the visit to be done at
 * all: every place is tried. False when none will do; the line is then as it may be. */
static bool lay_with(struct trade *trade, int32_t shift, const int32_t *places, int32_t count)
{
    int32_t held = trade->line.length - 2 - count;
    for (int32_t at = 0; at <= held; at++) {
        int32_t dropped = 0;
        int32_t to = 0;
        for (int32_t i = 1; i < trade->line.length; i++) {
            if (dropped < count && places[dropped] == i) {
                dropped++;
                continue;
            }
            if (to == at) {
                trade->order[to++] = trade->visit;
            }
            if (i < trade->line.length - 1) {
                trade->order[to++] = trade->line.node[i];
            }
        }
        empty_line(trade, shift);
        if (plan_tours_lay(trade->tours, shift, trade->order, held + 1) == 0) {
            return true;
        }
    }
    return false;
}

/* Is there room for the visit, when those at `places` are gone? Then it is in the line. */
static bool has_room(struct trade *trade, int32_t shift, const int32_t *places, int32_t count)
{
    if (trade->tours->lines[shift].length != trade->line.length - count) {
        /* Locks say where it may stand: left to the search. */
        return !trade->tours->net->has_locks && lay_with(trade, shift, places, count);
    }
    struct plan_gap gap = {-1, -1, INT32_MAX};
    plan_gap_find(trade->tours->net, &trade->tours->lines[shift], trade->visit, shift, NULL, NULL,
                  &gap);
    if (gap.after < 0) {
        return false;
    }
    plan_tours_insert(trade->tours, trade->visit, &gap);
    /* It may push out what only fitted without it: then it was no room. */
    return trade->tours->lines[shift].length == trade->line.length - count + 1 ||
           (!trade->tours->net->has_locks && lay_with(trade, shift, places, count));
}

/* Drops the visits at `places` (ascending) of the line and asks whether there is room then. */
static void try_drop(struct trade *trade, int32_t shift, const int32_t *places, int32_t count)
{
    const struct plan_visit *visits = trade->problem->visits;
    int64_t lost = 0;
    for (int32_t i = 0; i < count; i++) {
        const struct plan_visit *visit = &visits[trade->line.node[places[i]]];
        if (must_serve(visit)) {
            return;
        }
        lost += visit->score;
    }
    if (lost > trade->lost_score) {
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        trade->is_out[trade->line.node[places[i]]] = true;
    }
    plan_tours_take_out(trade->tours, shift, trade->is_out);
    for (int32_t i = 0; i < count; i++) {
        trade->is_out[trade->line.node[places[i]]] = false;
    }
    if (has_room(trade, shift, places, count)) {
        plan_tours_sum(trade->tours, shift);
        int32_t finish_s = trade->tours->lines[shift].finish_s;
        if (lost < trade->lost_score || finish_s < trade->finish_s) {
            trade->lost_score = lost;
            trade->finish_s = finish_s;
            trade->shift = shift;
            trade->other_count = (uint32_t)count;
            for (int32_t i = 0; i < count; i++) {
                trade->others[i] = (uint32_t)trade->line.node[places[i]];
            }
            plan_tours_write(trade->tours, trade->with);
        }
    }
    trade->tours->shift_of[trade->visit] = -1;
    put_back(trade, shift);
}

/* None, each one, each pair, each run; `places` has room for a line. */
static void try_line(struct trade *trade, int32_t shift, int32_t *places)
{
    plan_line_copy(&trade->tours->lines[shift], &trade->line);
    int32_t last = trade->line.length - 1;
    try_drop(trade, shift, places, 0);
    for (int32_t i = 1; i < last && trade->lost_score > 0; i++) {
        places[0] = i;
        try_drop(trade, shift, places, 1);
        for (int32_t j = i + 1; j < last; j++) {
            places[1] = j;
            try_drop(trade, shift, places, 2);
        }
    }
    for (int32_t i = 1; i < last && trade->lost_score > 0; i++) {
        for (int32_t size = 3; i + size <= last; size++) {
            for (int32_t k = 0; k < size; k++) {
                places[k] = i + k;
            }
            try_drop(trade, shift, places, size);
        }
    }
}

/* A plan of its own in which the visit must be served; what it lacks is the price. */
static void plan_anew(struct arena *arena, const struct plan_problem *problem,
                      const struct plan_answer *answer, uint32_t visit, struct plan_why *why)
{
    struct plan_visit *visits =
        arena_copy(arena, problem->visits, problem->visit_count * sizeof *visits);
    visits[visit].is_mandatory = true;
    struct plan_problem forced = *problem;
    forced.visits = visits;
    struct plan_search *search = plan_search_open(arena, &forced, SEED);
    plan_search_start_from(search, answer->tours);
    plan_search_run(search, SEARCH_STEPS, NULL);
    const struct plan_answer *found = plan_search_best(search);
    uint32_t *others = ARENA_ARRAY(arena, problem->visit_count + 1, uint32_t);
    size_t count = 0;
    bool is_found = is_in(problem, found, visit);
    for (uint32_t i = 0; i < problem->visit_count; i++) {
        bool was_in = is_in(problem, answer, i);
        bool is_mandatory = must_serve(&problem->visits[i]);
        if (is_found && was_in && !is_in(problem, found, i)) {
            is_found = is_found && !is_mandatory;
            others[count++] = i;
            why->lost_score += problem->visits[i].score;
        }
    }
    if (is_found) {
        why->kind = PLAN_WHY_trade;
        plan_problem_copy(problem, found, &why->with);
        name_others(why, others, count);
        return;
    }
    /* Nothing was found: then it is the mandatory ones that leave no room, as far as is known. */
    *why = (struct plan_why){.kind = PLAN_WHY_mandatory};
    count = 0;
    for (uint32_t i = 0; i < problem->visit_count; i++) {
        if (must_serve(&problem->visits[i]) && is_in(problem, answer, i)) {
            others[count++] = i;
        }
    }
    name_others(why, others, count);
}

struct plan_why plan_why(struct arena *arena, const struct plan_problem *problem,
                         const struct plan_answer *answer, uint32_t visit)
{
    struct plan_why why = {0};
    if (!is_possible_alone(arena, problem, visit, &why) ||
        !is_possible_with_mandatory(arena, problem, answer, visit, &why)) {
        return why;
    }
    why = (struct plan_why){.with = plan_problem_answer(arena, problem)};
    struct plan_net *net = ARENA_NEW(arena, struct plan_net);
    struct plan_tours *tours = ARENA_NEW(arena, struct plan_tours);
    plan_net_open(arena, problem, net);
    plan_tours_open(arena, net, tours);
    plan_tours_read(tours, answer->tours);
    struct trade trade = {.problem = problem,
                          .tours = tours,
                          .is_out = ARENA_ARRAY(arena, problem->visit_count + 1, bool),
                          .others = ARENA_ARRAY(arena, problem->visit_count + 1, uint32_t),
                          .order = ARENA_ARRAY(arena, problem->visit_count + 1, int32_t),
                          .visit = (int32_t)visit,
                          .lost_score = INT64_MAX,
                          .with = &why.with};
    plan_line_open(arena, net, &trade.line);
    int32_t *places = ARENA_ARRAY(arena, problem->visit_count + 1, int32_t);
    for (size_t s = 0; s < problem->shift_count; s++) {
        if (plan_problem_may(&problem->visits[visit], s)) {
            try_line(&trade, (int32_t)s, places);
        }
    }
    if (trade.lost_score == INT64_MAX) {
        plan_anew(arena, problem, answer, visit, &why);
    } else {
        why.kind = trade.other_count == 0 ? PLAN_WHY_later : PLAN_WHY_trade;
        why.lost_score = trade.lost_score;
        why.late_s =
            trade.other_count == 0 ? trade.finish_s - tours->lines[trade.shift].finish_s : 0;
        name_others(&why, trade.others, trade.other_count);
    }
    if (why.kind == PLAN_WHY_later || why.kind == PLAN_WHY_trade) {
        why.with.value = plan_check(arena, problem, why.with.tours, NULL).value;
    }
    return why;
}

const char *plan_why_key(enum plan_why_kind kind)
{
    switch (kind) {
    case PLAN_WHY_shift:
        return "plan_why.shift";
    case PLAN_WHY_window:
        return "plan_why.window";
    case PLAN_WHY_travel:
        return "plan_why.travel";
    case PLAN_WHY_end:
        return "plan_why.end";
    case PLAN_WHY_mandatory:
        return "plan_why.mandatory";
    case PLAN_WHY_later:
        return "plan_why.later";
    case PLAN_WHY_trade:
        return "plan_why.trade";
    }
    return "unknown.code";
}
