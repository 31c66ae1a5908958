#include "core/rules/plan_search.h"

#include "core/rules/plan_step.h"

#include <string.h>

enum {
    NEAR_MAX = 128,        /* neighbours kept of each visit */
    LEVELS = 64,           /* of temperature in a cycle */
    HALT_EVERY = 16,       /* steps between two questions to plan_halt */
    RECOMBINE_EVERY = 400, /* steps */
    CYCLE_STEPS = 6000,    /* of the first and shortest annealing of several routes */
    CYCLES = 16,           /* of one route, alike … */
    ALIKE_STEPS = 40,      /* … and no shorter, for each visit … */
    ALIKE_LEAST = 4000,    /* … and at all */
    HOT_PERCENT = 120,     /* of the mean worth of a visit: where an annealing begins */
    HOT_CUT = 50,          /* of a route in parts, see is_cut */
    COOLING = 60987,       /* from level to level, in 1/65536: to 1/100 in 64 levels */
    COOLING_CUT = 62500,   /* to 1/20 */
    DEMAND_EVERY = 8,      /* steps */
    /* Steps of such a route for each that is not near anywhere: what appointments hold together
     * lies close in time and not in space. */
    FAR_EVERY = 4,
};

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* ---- what a plan is worth ------------------------------------------------------------------- */

static bool must_serve(const struct plan_search *search, int32_t v)
{
    const struct plan_visit *visit = &search->net.problem->visits[v];
    return visit->is_mandatory || visit->is_break;
}

static struct plan_value value_of(const struct plan_search *search)
{
    const struct plan_net *net = &search->net;
    struct plan_value value = {0};
    for (int32_t s = 0; s < net->shift_count; s++) {
        const struct plan_line *line = &search->tours.lines[s];
        value.worth += line->worth;
        if (line->is_used) {
            value.finish_s += line->finish_s - net->problem->shifts[s].start_s;
            value.travel_s += line->spent_s;
        }
    }
    for (int32_t v = 0; v < net->visit_count; v++) {
        if (search->tours.shift_of[v] < 0) {
            value.mandatory_missing += must_serve(search, v);
        } else if (!net->problem->visits[v].is_break) {
            value.travel_s -= net->service[v];
        }
    }
    return value;
}

/* What the annealing climbs: worth, less what is mandatory and missing, less time. */
static int64_t energy_of(const struct plan_search *search)
{
    const struct plan_net *net = &search->net;
    int64_t worth = 0;
    int64_t spent_s = 0;
    for (int32_t s = 0; s < net->shift_count; s++) {
        worth += search->tours.lines[s].worth;
        spent_s += search->tours.lines[s].spent_s;
    }
    for (int32_t v = 0; search->has_demand && v < net->visit_count; v++) {
        if (search->demand[v] > 0 && search->tours.shift_of[v] < 0) {
            worth -= search->demand[v];
        }
    }
    return worth - (spent_s * search->time_price >> 8);
}

static bool keep_best(struct plan_search *search)
{
    int64_t worth = 0;
    for (int32_t s = 0; s < search->net.shift_count; s++) {
        worth += search->tours.lines[s].worth;
    }
    if (search->best.value.mandatory_missing == 0 && worth < search->best.value.worth) {
        return false;
    }
    struct plan_value value = value_of(search);
    if (plan_problem_compare(&value, &search->best.value) <= 0) {
        return false;
    }
    plan_tours_write(&search->tours, &search->best);
    search->best.value = value;
    return true;
}

/* ---- annealing ------------------------------------------------------------------------------ */

/* -ln(u) in 1/65536 for a u drawn evenly from 0 .. 1: the log of two by squaring. */
static int64_t minus_log(struct plan_dice *dice)
{
    uint32_t u = plan_dice_roll(dice) | 1;
    int zeros = __builtin_clz(u);
    uint64_t mantissa = (uint64_t)u << zeros; /* 2^31 .. 2^32 */
    uint32_t log2 = (uint32_t)(31 - zeros) << 16;
    for (uint32_t bit = 1u << 15; bit >= 1u << 8; bit >>= 1) {
        mantissa = mantissa * mantissa >> 31;
        if (mantissa >> 32 != 0) {
            mantissa >>= 1;
            log2 |= bit;
        }
    }
    return ((int64_t)(32 << 16) - log2) * 45426 >> 16; /* ln 2 */
}

static void undo(struct plan_search *search)
{
    for (int32_t s = 0; s < search->net.shift_count; s++) {
        if (!search->is_saved[s]) {
            continue;
        }
        const struct plan_line *line = &search->tours.lines[s];
        for (int32_t i = 1; i < line->length - 1; i++) {
            search->tours.shift_of[line->node[i]] = -1;
        }
    }
    for (int32_t s = 0; s < search->net.shift_count; s++) {
        if (search->is_saved[s]) {
            plan_tours_put_back(&search->tours, s, &search->before[s]);
        }
    }
}

static void raise_demand(struct plan_search *search)
{
    for (int32_t v = 0; search->has_demand && v < search->net.visit_count; v++) {
        if (search->demand[v] > 0 && search->tours.shift_of[v] < 0 &&
            search->demand[v] < PLAN_SCORE_MAX * PLAN_WORTH) {
            search->demand[v] += (int32_t)(search->mean_worth / 16 + 1);
        }
    }
}

/* One route that appointments cut into parts. A day that was shown is mended where it lies,
 * several routes mix by being many. */
static bool is_cut(const struct plan_search *search)
{
    return search->net.shift_count == 1 && search->has_demand &&
           search->net.problem->keep.shown == NULL;
}

static void step(struct plan_search *search, int64_t temperature)
{
    int32_t center = plan_dice_below(&search->dice, search->net.visit_count);
    if (is_cut(search) && plan_dice_roll(&search->dice) % FAR_EVERY == 0) {
        center = PLAN_NOWHERE;
    }
    plan_step_ruin(search, center);
    plan_step_recreate(search, center);
    for (int32_t s = 0; s < search->net.shift_count; s++) {
        if (search->is_saved[s]) {
            plan_tours_sum(&search->tours, s);
        }
    }
    int64_t energy = energy_of(search);
    int64_t loss_max = temperature * minus_log(&search->dice) >> 16;
    if (energy > search->energy - loss_max) {
        search->energy = energy;
        keep_best(search);
    } else {
        undo(search);
    }
    memset(search->is_saved, 0, (size_t)search->net.shift_count * sizeof(bool));
}

/* Rebuilds a line from what is known of good ones; true when the plan got better. */
static bool recombine(struct plan_search *search)
{
    struct plan_tours *tours = &search->tours;
    int32_t s = plan_dice_below(&search->dice, search->net.shift_count);
    const int32_t *order = NULL;
    int32_t count = plan_pool_rebuild(search->pool, tours, s, search->demand, search->near,
                                      search->near_count, &order);
    if (count == 0) {
        return false;
    }
    const struct plan_line *line = &tours->lines[s];
    for (int32_t i = 1; i < line->length - 1; i++) {
        search->is_out[line->node[i]] = true;
        search->offer[i - 1] = line->node[i];
    }
    int32_t held = line->length - 2;
    plan_tours_take_out(tours, s, search->is_out);
    for (int32_t i = 0; i < held; i++) {
        search->is_out[search->offer[i]] = false;
    }
    for (int32_t i = 0; i < count; i++) {
        struct plan_gap gap = {s, tours->lines[s].length - 2, 0};
        plan_tours_insert(tours, order[i], &gap);
    }
    plan_tours_sum(tours, s);
    search->energy = energy_of(search);
    keep_best(search);
    return true;
}

/* One annealing from hot to cold; stops at `halt`. Returns the steps done. */
static uint64_t anneal(struct plan_search *search, uint64_t steps, const struct plan_halt *halt)
{
    uint64_t level_steps = (steps + LEVELS - 1) / LEVELS;
    bool has_parts = is_cut(search);
    int64_t hot = search->mean_worth * (has_parts ? HOT_CUT : HOT_PERCENT) / 100;
    int64_t cooling = has_parts ? COOLING_CUT : COOLING;
    int64_t temperature = (hot + 1) << 16;
    for (uint64_t done = 0; done < steps; done++) {
        if (done % HALT_EVERY == 0 && halt != NULL && halt->is_due != NULL &&
            halt->is_due(halt->context)) {
            return done;
        }
        step(search, temperature >> 16);
        if (done % level_steps == level_steps - 1) {
            temperature = (temperature >> 16) * cooling + ((temperature & 0xffff) * cooling >> 16);
        }
        if (done % DEMAND_EVERY == DEMAND_EVERY - 1) {
            raise_demand(search);
            search->energy = energy_of(search);
        }
        if (search->pool != NULL && done % RECOMBINE_EVERY == RECOMBINE_EVERY - 1) {
            plan_pool_remember(search->pool, &search->tours);
            recombine(search);
        }
    }
    return steps;
}

/* The first annealing of so many steps. Several routes: annealings of 1, 2, 4 … parts. One route:
 * up to CYCLES alike, since whether a run finds the right part of town is luck more than
 * patience, and the best of many beats a long one. */
static uint64_t first_cycle(const struct plan_search *search, uint64_t steps)
{
    uint64_t parts = 1;
    if (search->net.shift_count == 1) {
        uint64_t least = (uint64_t)search->net.visit_count * ALIKE_STEPS;
        least = least > ALIKE_LEAST ? least : ALIKE_LEAST;
        parts = steps / least < CYCLES ? steps / least : CYCLES;
        return parts > 1 ? steps / parts : steps;
    }
    while (steps / (2 * parts + 1) >= CYCLE_STEPS) {
        parts = 2 * parts + 1;
    }
    return steps / parts;
}

uint64_t plan_search_run(struct plan_search *search, uint64_t steps, const struct plan_halt *halt)
{
    uint64_t done = 0;
    uint64_t cycle = first_cycle(search, steps);
    while (search->net.visit_count > 0 && done < steps) {
        uint64_t wanted = steps - done < 2 * cycle ? steps - done : cycle;
        search->energy = energy_of(search);
        uint64_t got = anneal(search, wanted, halt);
        done += got;
        if (got < wanted) {
            break;
        }
        cycle *= search->net.shift_count == 1 ? 1 : 2;
    }
    plan_tours_read(&search->tours, search->best.tours);
    return done;
}

/* ---- opening -------------------------------------------------------------------------------- */

static int64_t apart(const struct plan_net *net, int32_t a, int32_t b)
{
    size_t nodes = (size_t)net->node_count;
    return (int64_t)net->from[(size_t)a * nodes + (size_t)b] - net->service[a] +
           net->from[(size_t)b * nodes + (size_t)a] - net->service[b];
}

/* The nearest of `a`, itself first, by a heap-free selection: near_count is small. */
static void find_near(struct plan_search *search, int32_t a, int64_t *distance)
{
    const struct plan_net *net = &search->net;
    int32_t *near = search->near + (size_t)a * (size_t)search->near_count;
    int32_t held = 0;
    for (int32_t b = 0; b < net->visit_count; b++) {
        int64_t at = a == b ? -1 : apart(net, a, b);
        if (held == search->near_count && at >= distance[held - 1]) {
            continue;
        }
        int32_t i = held < search->near_count ? held++ : held - 1;
        while (i > 0 && distance[i - 1] > at) {
            distance[i] = distance[i - 1];
            near[i] = near[i - 1];
            i--;
        }
        distance[i] = at;
        near[i] = b;
    }
}

static void weigh(struct plan_search *search)
{
    const struct plan_net *net = &search->net;
    int64_t worth = 0;
    for (int32_t v = 0; v < net->visit_count; v++) {
        worth += net->worth[v];
    }
    search->mean_worth = net->visit_count > 0 ? worth / net->visit_count : 0;
    search->mean_worth = search->mean_worth > 0 ? search->mean_worth : PLAN_WORTH;
    int64_t length_s = 1;
    for (int32_t s = 0; s < net->shift_count; s++) {
        length_s += net->problem->shifts[s].end_s - net->problem->shifts[s].start_s;
    }
    search->time_price = search->mean_worth * net->shift_count * 256 * 2 / length_s + 1;
    for (int32_t v = 0; v < net->visit_count; v++) {
        const struct plan_visit *visit = &net->problem->visits[v];
        search->yield[v] = ((int64_t)net->worth[v] << 20) / (net->reach[v] + 1);
        search->demand[v] = must_serve(search, v) ? (int32_t)(search->mean_worth * 4) : 0;
        search->has_demand = search->has_demand || search->demand[v] > 0;
        int64_t own_s = ((int64_t)visit->own_worth << 8) / search->time_price;
        search->own_s[v] = (int32_t)(own_s < PLAN_TIME_MAX ? own_s : PLAN_TIME_MAX);
        for (uint32_t w = 0; w < visit->window_count; w++) {
            search->tight[v] += visit->windows[w].close_s - visit->windows[w].open_s;
        }
    }
}

static void start_greedily(struct plan_search *search)
{
    search->offer_count = 0;
    for (int32_t v = 0; v < search->net.visit_count; v++) {
        if (search->tours.shift_of[v] < 0) {
            int32_t i = search->offer_count++;
            search->offer[i] = v;
            search->offer_key[i] = -((search->net.worth[v] + (int64_t)search->demand[v]) << 20) /
                                   (search->net.reach[v] + 1);
        }
    }
    plan_step_sort(search);
    plan_step_offer(search);
    for (int32_t s = 0; s < search->net.shift_count; s++) {
        plan_tours_sum(&search->tours, s);
        search->is_saved[s] = false;
    }
    keep_best(search);
}

struct plan_search *plan_search_open(struct arena *arena, const struct plan_problem *problem,
                                     uint64_t seed)
{
    struct plan_search *search = ARENA_NEW(arena, struct plan_search);
    plan_net_open(arena, problem, &search->net);
    plan_tours_open(arena, &search->net, &search->tours);
    size_t count = problem->visit_count + 1;
    search->near_count = smaller(NEAR_MAX, search->net.visit_count);
    search->near = ARENA_ARRAY(arena, count * (size_t)search->near_count + 1, int32_t);
    search->demand = ARENA_ARRAY(arena, count, int32_t);
    search->tight = ARENA_ARRAY(arena, count, int32_t);
    search->yield = ARENA_ARRAY(arena, count, int64_t);
    search->own_s = ARENA_ARRAY(arena, count, int32_t);
    search->before = ARENA_ARRAY(arena, problem->shift_count, struct plan_line);
    search->is_saved = ARENA_ARRAY(arena, problem->shift_count, bool);
    search->is_out = ARENA_ARRAY(arena, count, bool);
    search->offer = ARENA_ARRAY(arena, count, int32_t);
    search->offer_key = ARENA_ARRAY(arena, count, int64_t);
    search->best = plan_problem_answer(arena, problem);
    search->best.value.mandatory_missing = UINT32_MAX;
    search->dice.state = seed * UINT64_C(0x9e3779b97f4a7c15) + 0x2545f491;
    search->dice.state += search->dice.state == 0;
    search->blink = PLAN_BLINK;
    for (size_t s = 0; s < problem->shift_count; s++) {
        plan_line_open(arena, &search->net, &search->before[s]);
    }
    for (int32_t v = 0; v < search->net.visit_count; v++) {
        find_near(search, v, search->offer_key);
    }
    search->pool = plan_pool_open(arena, &search->net);
    weigh(search);
    start_greedily(search);
    return search;
}

void plan_search_start_from(struct plan_search *search, const struct plan_tour *tours)
{
    plan_tours_read(&search->tours, tours);
    keep_best(search);
    start_greedily(search);
}

const struct plan_answer *plan_search_best(const struct plan_search *search)
{
    return &search->best;
}
