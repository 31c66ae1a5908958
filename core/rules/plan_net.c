#include "core/rules/plan_net.h"

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t travel(const struct plan_problem *problem, uint32_t from, uint32_t to)
{
    return smaller(problem->travel_s[(size_t)from * problem->point_count + to], PLAN_FAR_S);
}

static int32_t travel_from_start(const struct plan_problem *problem, const struct plan_shift *shift,
                                 uint32_t to)
{
    int32_t travel_s = travel(problem, shift->start_point, to);
    return shift->partner_start_point == PLAN_NONE
               ? travel_s
               : larger(travel_s, travel(problem, shift->partner_start_point, to));
}

static int32_t travel_to_end(const struct plan_problem *problem, const struct plan_shift *shift,
                             uint32_t from)
{
    if (shift->end_point == PLAN_NONE) {
        return 0;
    }
    int32_t travel_s = travel(problem, from, shift->end_point);
    return shift->partner_end_point == PLAN_NONE
               ? travel_s
               : larger(travel_s, travel(problem, from, shift->partner_end_point));
}

/* Start to end without a visit: of a shift that has only breaks. */
static int32_t travel_direct(const struct plan_problem *problem, const struct plan_shift *shift)
{
    if (shift->end_point == PLAN_NONE) {
        return 0;
    }
    int32_t travel_s = travel_from_start(problem, shift, shift->end_point);
    return shift->partner_end_point == PLAN_NONE
               ? travel_s
               : larger(travel_s, travel(problem, shift->start_point, shift->partner_end_point));
}

static void lay_row(struct plan_net *net, int32_t v)
{
    const struct plan_problem *problem = net->problem;
    const struct plan_visit *visit = &problem->visits[v];
    int32_t *to = net->to + (size_t)v * (size_t)net->node_count;
    int32_t *from = net->from + (size_t)v * (size_t)net->node_count;
    int32_t least_s = PLAN_FAR_S;
    for (int32_t u = 0; u < net->visit_count; u++) {
        const struct plan_visit *other = &problem->visits[u];
        if (!visit->is_break && !other->is_break) {
            to[u] = other->service_s + travel(problem, other->point, visit->point);
            from[u] = visit->service_s + travel(problem, visit->point, other->point);
            least_s = u == v ? least_s : smaller(least_s, from[u]);
        }
    }
    for (int32_t s = 0; s < net->shift_count && !visit->is_break; s++) {
        const struct plan_shift *shift = &problem->shifts[s];
        int32_t start = net->visit_count + s;
        int32_t end = start + net->shift_count;
        to[start] = travel_from_start(problem, shift, visit->point);
        from[end] = visit->service_s + travel_to_end(problem, shift, visit->point);
        least_s = smaller(least_s, from[end]);
    }
    net->reach[v] = least_s;
    int32_t in_s = PLAN_FAR_S;
    for (int32_t u = 0; u < net->visit_count + net->shift_count; u++) {
        if (u != v && !(u < net->visit_count && problem->visits[u].is_break)) {
            in_s = smaller(in_s, to[u]);
        }
    }
    net->least[v] = least_s + in_s;
}

void plan_net_open(struct arena *arena, const struct plan_problem *problem,
                   struct plan_net *net_out)
{
    CHECK(problem->visit_count <= PLAN_VISITS_MAX && problem->shift_count <= PLAN_SHIFTS_MAX);
    size_t count = problem->visit_count;
    size_t nodes = count + 2 * problem->shift_count;
    struct plan_net net = {
        .problem = problem,
        .visit_count = (int32_t)count,
        .shift_count = (int32_t)problem->shift_count,
        .node_count = (int32_t)nodes,
        .to = ARENA_ARRAY(arena, count * nodes + 1, int32_t),
        .from = ARENA_ARRAY(arena, count * nodes + 1, int32_t),
        .direct = ARENA_ARRAY(arena, problem->shift_count, int32_t),
        .open = ARENA_ARRAY(arena, count + 1, int32_t),
        .close = ARENA_ARRAY(arena, count + 1, int32_t),
        .service = ARENA_ARRAY(arena, nodes, int32_t),
        .least = ARENA_ARRAY(arena, count + 1, int32_t),
        .reach = ARENA_ARRAY(arena, count + 1, int32_t),
        .worth = ARENA_ARRAY(arena, nodes, int32_t),
    };
    for (int32_t v = 0; v < net.visit_count; v++) {
        const struct plan_visit *visit = &problem->visits[v];
        net.open[v] = visit->windows[0].open_s;
        net.close[v] = visit->windows[visit->window_count - 1].close_s;
        net.service[v] = visit->service_s;
        net.worth[v] = visit->is_break ? 0 : (int32_t)visit->score * PLAN_WORTH;
        net.has_breaks = net.has_breaks || visit->is_break;
        net.has_locks = net.has_locks || visit->lock != 0 || visit->is_leading;
        net.has_own = net.has_own || visit->own_worth != 0;
        net.has_many_windows = net.has_many_windows || visit->window_count > 1;
        lay_row(&net, v);
    }
    for (size_t s = 0; s < problem->shift_count; s++) {
        net.direct[s] = travel_direct(problem, &problem->shifts[s]);
    }
    *net_out = net;
}
