/* The way itself, not only its time.
 *
 * One search upwards, backwards from the end, gives the exact time to the end from every state
 * that one rises to; from any other it is the least over its arcs (CH-Potentials, Strasser and
 * Zeitz 2021). From the start one then simply goes on to whatever state keeps that promise:
 * no shortcut has to be unpacked, and the pack need not say what shortcuts stand for. */
#include "core/roads/roads_time.h"
#include "core/roads/roads_work.h"

#include <string.h>

struct walking {
    struct roads_work *work;
    struct arena *arena;
    struct roads_route *route;
    size_t leg_capacity;
    struct roads_seed ends[ROADS_SEEDS_MAX];
    size_t end_count;
    uint32_t *stack;
    size_t stack_capacity;
};

static void stack_push(struct walking *walking, size_t *depth, uint32_t rank)
{
    if (*depth == walking->stack_capacity) {
        size_t capacity = walking->stack_capacity * 2 + 256;
        uint32_t *stack = ARENA_ARRAY(walking->arena, capacity, uint32_t);
        if (*depth > 0) {
            memcpy(stack, walking->stack, *depth * sizeof *stack);
        }
        walking->stack = stack;
        walking->stack_capacity = capacity;
    }
    walking->stack[(*depth)++] = rank;
}

/* Time from the state of `rank` to the end; UINT32_MAX: no way. */
static uint32_t exact_ds(struct walking *walking, uint32_t rank)
{
    struct roads_work *work = walking->work;
    size_t depth = 0;
    stack_push(walking, &depth, rank);
    while (depth > 0) {
        uint32_t at = walking->stack[depth - 1];
        if (work->exact_stamp[at] == work->exact_search) {
            depth--;
            continue;
        }
        uint32_t best = work->stamp[1][at] == work->search[1] ? work->time[1][at] : UINT32_MAX;
        bool is_ready = true;
        struct roads_arcs arcs = roads_arcs_of(work->hierarchy, at, false);
        while (roads_arcs_next(&arcs)) {
            if (work->exact_stamp[arcs.to] != work->exact_search) {
                stack_push(walking, &depth, arcs.to);
                is_ready = false;
            } else if (work->exact[arcs.to] <= ROADS_TIME_MAX_DS &&
                       arcs.weight <= ROADS_TIME_MAX_DS &&
                       work->exact[arcs.to] + arcs.weight < best) {
                best = work->exact[arcs.to] + arcs.weight;
            }
        }
        if (is_ready) {
            work->exact[at] = best;
            work->exact_stamp[at] = work->exact_search;
            depth--;
        }
    }
    return work->exact[rank];
}

static void leg_add(struct walking *walking, struct roads_leg leg)
{
    struct roads_route *route = walking->route;
    if (route->leg_count == walking->leg_capacity) {
        size_t capacity = walking->leg_capacity * 2 + 64;
        struct roads_leg *legs = ARENA_ARRAY(walking->arena, capacity, struct roads_leg);
        if (route->leg_count > 0) {
            memcpy(legs, route->legs, route->leg_count * sizeof *legs);
        }
        route->legs = legs;
        walking->leg_capacity = capacity;
    }
    route->legs[route->leg_count++] = leg;
}

static struct roads_leg last_leg(const struct roads_place *to, bool is_forward)
{
    return (struct roads_leg){.segment = to->segment,
                              .is_forward = is_forward,
                              .from_share = is_forward ? 0 : to->share,
                              .to_share = is_forward ? to->share : 65536};
}

/* Goes from the end of `direction` on until the end's segment is entered. */
static void walk(struct walking *walking, uint32_t direction, const struct roads_place *to)
{
    struct roads_work *work = walking->work;
    for (size_t steps = 0; steps <= (size_t)work->roads->segment_count * 2; steps++) {
        uint32_t rank = roads_rank_at_end(work, direction);
        uint32_t left = exact_ds(walking, rank);
        for (size_t i = 0; i < walking->end_count; i++) {
            if (walking->ends[i].rank == rank && walking->ends[i].time_ds == left) {
                leg_add(walking, last_leg(to, walking->ends[i].is_forward));
                return;
            }
        }
        uint32_t node = roads_segment_node(work->roads, direction / 2, direction % 2 == 0);
        uint32_t first = work->incident_first[node];
        uint32_t degree = work->incident_first[node + 1] - first;
        uint32_t in = 0, next = UINT32_MAX;
        while (in < degree && work->incidents[first + in] != (direction ^ 1)) {
            in++;
        }
        const uint8_t *turns = in < degree ? roads_turns_of(work, node, in) : NULL;
        for (uint32_t out = 0; out < degree && next == UINT32_MAX; out++) {
            uint32_t d = work->incidents[first + out];
            int32_t time = roads_segment_time_ds(work->roads, d / 2, work->mode, d % 2 == 0);
            uint8_t turn = turns != NULL ? turns[out] : 0;
            uint32_t end_rank = roads_rank_at_end(work, d);
            if (time == ROADS_NEVER || turn == PACK_NO_TURN || end_rank == PACK_NO_RANK) {
                continue;
            }
            uint32_t beyond = exact_ds(walking, end_rank);
            if (beyond != UINT32_MAX && (uint32_t)time + turn + beyond == left) {
                next = d;
            }
        }
        if (next == UINT32_MAX) {
            return; /* only a damaged pack gets here: the route then ends where it does */
        }
        leg_add(walking, (struct roads_leg){next / 2, next % 2 == 0, 0, 65536});
        direction = next;
    }
}

static uint32_t length_m(const struct roads *roads, const struct roads_route *route)
{
    uint64_t dm = 0;
    for (size_t i = 0; i < route->leg_count; i++) {
        const struct roads_leg *leg = &route->legs[i];
        uint64_t whole = roads_segment_read(roads, leg->segment).length_dm;
        dm += whole * (leg->to_share - leg->from_share) / 65536;
    }
    return (uint32_t)((dm + 5) / 10);
}

void roads_route(struct roads_work *work, struct arena *arena, const struct roads_place *from,
                 const struct roads_place *to, struct roads_route *route_out)
{
    *route_out = (struct roads_route){.time_ds = ROADS_NEVER};
    struct walking walking = {.work = work, .arena = arena, .route = route_out};
    if (work->exact == NULL) {
        work->exact = ARENA_ARRAY(work->arena, work->hierarchy->rank_count + 1, uint32_t);
        work->exact_stamp = ARENA_ARRAY(work->arena, work->hierarchy->rank_count + 1, uint32_t);
    }
    work->exact_search++;
    struct roads_seed starts[ROADS_SEEDS_MAX];
    size_t start_count = roads_seeds_from(work, from, starts);
    walking.end_count = roads_seeds_to(work, to, walking.ends);
    roads_search_up(work, walking.ends, walking.end_count, true);
    uint32_t best = UINT32_MAX;
    bool is_forward = false;
    for (size_t i = 0; i < start_count; i++) {
        uint32_t left = exact_ds(&walking, starts[i].rank);
        if (left <= ROADS_TIME_MAX_DS && starts[i].time_ds + left < best) {
            best = starts[i].time_ds + left;
            is_forward = starts[i].is_forward;
        }
    }
    int32_t within = roads_time_within_ds(work, from, to);
    if (within != ROADS_NEVER && (uint32_t)within <= best) {
        best = (uint32_t)within;
        bool is_ahead =
            from->share <= to->share &&
            roads_segment_time_ds(work->roads, from->segment, work->mode, true) != ROADS_NEVER;
        leg_add(&walking,
                (struct roads_leg){from->segment, is_ahead, is_ahead ? from->share : to->share,
                                   is_ahead ? to->share : from->share});
    } else if (best != UINT32_MAX) {
        leg_add(&walking,
                (struct roads_leg){from->segment, is_forward, is_forward ? from->share : 0,
                                   is_forward ? 65536 : from->share});
        walk(&walking, from->segment * 2 + (is_forward ? 0 : 1), to);
    }
    if (best != UINT32_MAX) {
        route_out->time_ds =
            (int32_t)best + roads_walk_ds(from->away_m) + roads_walk_ds(to->away_m);
        route_out->length_m = length_m(work->roads, route_out);
    }
}
