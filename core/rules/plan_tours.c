#include "core/rules/plan_tours.h"

#include <string.h>

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* ---- times ---------------------------------------------------------------------------------- */

/* Last moment at or before `at_s` at which the visit may begin; -1 when there is none. */
static int32_t begin_until(const struct plan_net *net, int32_t v, int32_t at_s)
{
    if (at_s < net->open[v]) {
        return -1;
    }
    if (!net->has_many_windows) {
        return smaller(at_s, net->close[v]);
    }
    const struct plan_visit *visit = &net->problem->visits[v];
    const struct plan_window *window = &visit->windows[visit->window_count - 1];
    while (at_s < window->open_s) {
        window--;
    }
    return smaller(at_s, window->close_s);
}

/* Sets the times of place `i` from the one before; false when it cannot be had. */
static bool walk_to(const struct plan_net *net, struct plan_line *line, int32_t i)
{
    int32_t node = line->node[i];
    if (!net->has_breaks) {
        line->leg[i - 1] = plan_line_leg(net, line->node[i - 1], node);
        int32_t there_s = line->begin[i - 1] + line->leg[i - 1];
        line->begin[i] = node < net->visit_count ? plan_net_begin(net, node, there_s) : there_s;
        return node >= net->visit_count || line->begin[i] < PLAN_FAR_S;
    }
    if (plan_net_is_break(net, node)) {
        struct plan_going going = {line->row[i - 1], line->begin[i - 1], line->floor[i - 1]};
        line->leg[i - 1] = 0;
        if (!plan_line_pause(net, &going, node)) {
            return false;
        }
        line->row[i] = going.row;
        line->begin[i] = going.begin_s;
        line->floor[i] = going.floor_s;
        return true;
    }
    line->leg[i - 1] = plan_line_leg(net, line->row[i - 1], node);
    int32_t arrive_s = larger(line->begin[i - 1] + line->leg[i - 1], line->floor[i - 1]);
    line->row[i] = node;
    line->floor[i] = 0;
    line->begin[i] = node < net->visit_count ? plan_net_begin(net, node, arrive_s) : arrive_s;
    return node < net->visit_count ? line->begin[i] < PLAN_FAR_S : true;
}

/* Sets the latest arrivals from place `from` down; below `sure` it stops where nothing changes. */
static void walk_back(const struct plan_tours *tours, struct plan_line *line, int32_t from,
                      int32_t sure)
{
    const struct plan_net *net = tours->net;
    for (int32_t i = from; i >= 0; i--) {
        int32_t node = line->node[i];
        int32_t last_s = line->latest[i + 1] - line->leg[i];
        int32_t was_s = line->latest[i];
        if (node >= net->visit_count) {
            line->latest[i] = last_s;
        } else if (plan_net_is_break(net, node)) {
            line->latest[i] =
                smaller(net->problem->visits[node].windows[0].close_s - net->service[line->row[i]],
                        last_s - net->service[node]);
        } else {
            line->latest[i] = begin_until(net, node, last_s);
        }
        if (i < sure && line->latest[i] == was_s) {
            return;
        }
    }
}

/* The most that a detour may take anywhere in the line. */
static void measure_slack(struct plan_line *line)
{
    int32_t slack_s = -1;
    for (int32_t i = 0; i < line->length - 1; i++) {
        slack_s = larger(slack_s, line->latest[i + 1] - line->begin[i] - line->leg[i]);
    }
    line->slack_s = slack_s;
}

/* Walks forward from `from`; what does not fit any more leaves the line. */
static void walk_whole(struct plan_tours *tours, int32_t shift, int32_t from)
{
    const struct plan_net *net = tours->net;
    struct plan_line *line = &tours->lines[shift];
    int32_t end_s = net->problem->shifts[shift].end_s;
    int32_t to = from;
    for (int32_t i = from; i < line->length; i++) {
        line->node[to] = line->node[i];
        int32_t node = line->node[to];
        if (!walk_to(net, line, to)) {
            tours->shift_of[node] = -1;
            continue;
        }
        if (node < net->visit_count) {
            tours->place_of[node] = to;
        }
        to++;
    }
    line->length = to;
    while (line->length > 2 && line->begin[line->length - 1] > end_s) {
        int32_t last = line->length - 2;
        tours->shift_of[line->node[last]] = -1;
        line->node[last] = line->node[last + 1];
        line->length--;
        walk_to(net, line, last);
    }
    line->latest[line->length - 1] = end_s;
    walk_back(tours, line, line->length - 2, 0);
    measure_slack(line);
}

/* ---- lines ---------------------------------------------------------------------------------- */

void plan_tours_open(struct arena *arena, const struct plan_net *net, struct plan_tours *tours_out)
{
    tours_out->net = net;
    tours_out->lines = ARENA_ARRAY(arena, (size_t)net->shift_count, struct plan_line);
    tours_out->shift_of = ARENA_ARRAY(arena, (size_t)net->visit_count + 1, int32_t);
    tours_out->place_of = ARENA_ARRAY(arena, (size_t)net->visit_count + 1, int32_t);
    for (int32_t s = 0; s < net->shift_count; s++) {
        plan_line_open(arena, net, &tours_out->lines[s]);
    }
    plan_tours_clear(tours_out);
}

void plan_tours_clear(struct plan_tours *tours)
{
    const struct plan_net *net = tours->net;
    for (int32_t v = 0; v < net->visit_count; v++) {
        tours->shift_of[v] = -1;
    }
    for (int32_t s = 0; s < net->shift_count; s++) {
        struct plan_line *line = &tours->lines[s];
        line->length = 2;
        line->node[0] = net->visit_count + s;
        line->row[0] = line->node[0];
        line->node[1] = line->node[0] + net->shift_count;
        line->begin[0] = net->problem->shifts[s].start_s;
        line->floor[0] = 0;
        walk_whole(tours, s, 1);
        plan_tours_sum(tours, s);
    }
}

/* ---- changes -------------------------------------------------------------------------------- */

void plan_tours_insert(struct plan_tours *tours, int32_t visit, const struct plan_gap *gap)
{
    const struct plan_net *net = tours->net;
    struct plan_line *line = &tours->lines[gap->shift];
    int32_t at = gap->after + 1;
    for (int32_t i = line->length; i > at; i--) {
        int32_t node = line->node[i - 1];
        line->node[i] = node;
        line->begin[i] = line->begin[i - 1];
        line->latest[i] = line->latest[i - 1];
        line->leg[i] = line->leg[i - 1];
        if (node < net->visit_count) {
            tours->place_of[node] = i;
        }
    }
    line->length++;
    line->node[at] = visit;
    tours->shift_of[visit] = gap->shift;
    tours->place_of[visit] = at;
    for (int32_t i = at; i < line->length; i++) {
        int32_t was_s = line->begin[i];
        walk_to(net, line, i); /* fits: it was asked before */
        if (i > at + 1 && line->begin[i] == was_s && !net->has_breaks) {
            break;
        }
    }
    /* A break after the visit is now gone on from there: its latest moment has changed. */
    walk_back(tours, line, net->has_breaks ? line->length - 2 : at, at);
    measure_slack(line);
}

void plan_tours_take_out(struct plan_tours *tours, int32_t shift, const bool *is_out)
{
    const struct plan_net *net = tours->net;
    struct plan_line *line = &tours->lines[shift];
    int32_t first = line->length;
    int32_t to = 1;
    for (int32_t i = 1; i < line->length; i++) {
        int32_t node = line->node[i];
        if (node < net->visit_count && is_out[node]) {
            tours->shift_of[node] = -1;
            first = smaller(first, to);
            continue;
        }
        line->node[to++] = node;
    }
    if (first < line->length) {
        line->length = to;
        walk_whole(tours, shift, first);
    }
}

int32_t plan_tours_lay(struct plan_tours *tours, int32_t shift, const int32_t *order, int32_t count)
{
    struct plan_line *line = &tours->lines[shift];
    line->node[count + 1] = line->node[line->length - 1];
    for (int32_t i = 0; i < count; i++) {
        line->node[i + 1] = order[i];
        tours->shift_of[order[i]] = shift;
    }
    line->length = count + 2;
    walk_whole(tours, shift, 1);
    return count + 2 - line->length;
}

void plan_tours_put_back(struct plan_tours *tours, int32_t shift, const struct plan_line *line)
{
    plan_line_copy(line, &tours->lines[shift]);
    for (int32_t i = 1; i < line->length - 1; i++) {
        tours->shift_of[line->node[i]] = shift;
        tours->place_of[line->node[i]] = i;
    }
}

void plan_tours_sum(struct plan_tours *tours, int32_t shift)
{
    const struct plan_net *net = tours->net;
    struct plan_line *line = &tours->lines[shift];
    int64_t worth = 0;
    int64_t spent_s = 0;
    line->is_used = false;
    for (int32_t i = 0; i < line->length - 1; i++) {
        worth += net->worth[line->node[i]];
        spent_s += line->leg[i];
        line->is_used = line->is_used || (i > 0 && !plan_net_is_break(net, line->node[i]));
    }
    line->worth = worth + plan_line_worth(net, line, shift);
    line->finish_s = line->begin[line->length - 1];
    line->spent_s = line->is_used ? spent_s : 0;
}

void plan_tours_write(const struct plan_tours *tours, struct plan_answer *answer_out)
{
    for (int32_t s = 0; s < tours->net->shift_count; s++) {
        const struct plan_line *line = &tours->lines[s];
        answer_out->tours[s].count = (uint32_t)(line->length - 2);
        for (int32_t i = 1; i < line->length - 1; i++) {
            answer_out->tours[s].visits[i - 1] = (uint32_t)line->node[i];
        }
    }
}

/* The whole order at once: where ways do not obey the triangle, the way home may be open only from
 * its end. False, with an empty line, when it does not fit as it is. */
static bool read_whole(struct plan_tours *tours, int32_t shift, const struct plan_tour *from)
{
    const struct plan_net *net = tours->net;
    struct plan_line *line = &tours->lines[shift];
    int32_t home = line->node[1];
    int32_t count = 0;
    bool is_whole = !net->has_locks;
    for (uint32_t i = 0; is_whole && i < from->count; i++) {
        int32_t visit = (int32_t)from->visits[i];
        is_whole = tours->shift_of[visit] < 0 &&
                   plan_problem_may(&net->problem->visits[visit], (size_t)shift);
        if (is_whole) {
            tours->shift_of[visit] = shift;
            line->node[++count] = visit;
        }
    }
    line->node[count + 1] = home;
    line->length = count + 2;
    if (is_whole) {
        walk_whole(tours, shift, 1);
        is_whole = line->length == count + 2;
    }
    if (!is_whole) {
        for (int32_t i = 1; i < line->length - 1; i++) {
            tours->shift_of[line->node[i]] = -1;
        }
        line->node[1] = home;
        line->length = 2;
        walk_whole(tours, shift, 1);
    }
    return is_whole;
}

void plan_tours_read(struct plan_tours *tours, const struct plan_tour *from)
{
    plan_tours_clear(tours);
    for (int32_t s = 0; s < tours->net->shift_count; s++) {
        bool is_read = read_whole(tours, s, &from[s]);
        for (uint32_t i = 0; !is_read && i < from[s].count; i++) {
            int32_t visit = (int32_t)from[s].visits[i];
            struct plan_line *line = &tours->lines[s];
            struct plan_gap gap = {s, line->length - 2, 0};
            int32_t low = 0;
            int32_t high = gap.after;
            plan_line_lock_range(tours->net, line, visit, &low, &high);
            if (tours->shift_of[visit] < 0 && high == gap.after &&
                plan_problem_may(&tours->net->problem->visits[visit], (size_t)s) &&
                plan_gap_cost(tours->net, line, visit, gap.after) < PLAN_FAR_S) {
                plan_tours_insert(tours, visit, &gap);
            }
        }
        plan_tours_sum(tours, s);
    }
}
