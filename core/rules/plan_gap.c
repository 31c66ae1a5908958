#include "core/rules/plan_gap.h"

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* An hour at which nobody would be met is as bad as so long a detour. */
enum { HOUR_S = 3600 };

static int32_t hour_cost_s(const struct plan_net *net, int32_t v, int32_t begin_s)
{
    const struct plan_hours *hours = &net->problem->hours;
    if (hours->count == 0 || net->problem->visits[v].is_expected) {
        return 0;
    }
    uint32_t permille = hours->bands[plan_line_band(hours, begin_s)].permille;
    return HOUR_S * (PLAN_WHOLE - (int32_t)permille) / PLAN_WHOLE;
}

int32_t plan_gap_cost(const struct plan_net *net, const struct plan_line *line, int32_t v,
                      int32_t i)
{
    struct plan_going going = {line->row[i], line->begin[i], line->floor[i]};
    int32_t detour_s = 0;
    if (plan_net_is_break(net, v)) {
        if (!plan_line_pause(net, &going, v)) {
            return PLAN_FAR_S;
        }
    } else {
        int32_t leg_s = plan_line_leg(net, going.row, v);
        int32_t arrive_s = larger(going.begin_s + leg_s, going.floor_s);
        detour_s = leg_s;
        going = (struct plan_going){v, plan_net_begin(net, v, arrive_s), 0};
        if (going.begin_s >= PLAN_FAR_S) {
            return PLAN_FAR_S;
        }
        detour_s += hour_cost_s(net, v, going.begin_s);
    }
    int32_t next = i + 1;
    while (plan_net_is_break(net, line->node[next])) {
        if (!plan_line_pause(net, &going, line->node[next])) {
            return PLAN_FAR_S;
        }
        next++;
    }
    int32_t leg_s = plan_line_leg(net, going.row, line->node[next]);
    if (larger(going.begin_s + leg_s, going.floor_s) > line->latest[next]) {
        return PLAN_FAR_S;
    }
    return detour_s + leg_s - line->leg[next - 1];
}

static bool is_blinked(struct plan_dice *dice, int32_t *blink)
{
    if (dice == NULL || --*blink > 0) {
        return false;
    }
    *blink = 1 + plan_dice_below(dice, 2 * PLAN_BLINK - 1);
    return true;
}

static void find_slowly(const struct plan_net *net, const struct plan_line *line, int32_t visit,
                        int32_t shift, struct plan_dice *dice, int32_t *blink, struct plan_gap *gap)
{
    int32_t low = 0;
    int32_t high = line->length - 2;
    if (net->has_locks) {
        plan_line_lock_range(net, line, visit, &low, &high);
    }
    for (int32_t i = low; i <= high; i++) {
        int32_t cost = plan_gap_cost(net, line, visit, i);
        if (cost >= PLAN_FAR_S) {
            continue;
        }
        if (net->problem->keep.shown != NULL) {
            cost -= plan_line_leg_bonus(net, line, visit, i);
        }
        if (cost < gap->cost && !is_blinked(dice, blink)) {
            *gap = (struct plan_gap){shift, i, cost};
        }
    }
}

/* First place after which a visit could go that is done no sooner than `done_s`; the latest
 * arrivals rise along the line. */
static int32_t first_after(const struct plan_line *line, int32_t done_s)
{
    int32_t low = 0;
    int32_t high = line->length - 1;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (line->latest[middle + 1] < done_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void plan_gap_find(const struct plan_net *net, const struct plan_line *line, int32_t visit,
                   int32_t shift, struct plan_dice *dice, int32_t *blink, struct plan_gap *gap)
{
    if (net->has_breaks || net->has_locks || net->problem->keep.shown != NULL) {
        find_slowly(net, line, visit, shift, dice, blink, gap);
        return;
    }
    const int32_t *restrict to = net->to + (size_t)visit * (size_t)net->node_count;
    const int32_t *restrict from = net->from + (size_t)visit * (size_t)net->node_count;
    const int32_t *restrict node = line->node;
    const int32_t *restrict begin = line->begin;
    const int32_t *restrict latest = line->latest;
    const int32_t *restrict leg = line->leg;
    int32_t open_s = net->open[visit];
    int32_t close_s = net->close[visit];
    int32_t least_s = net->least[visit];
    /* A detour takes no less than the service where ways obey the triangle: a search asks no
     * further, a certificate does. */
    int32_t service_s = dice != NULL ? net->service[visit] : INT32_MIN;
    int32_t last = line->length - 1;
    if (line->slack_s < service_s) {
        return;
    }
    bool has_many_windows = net->has_many_windows;
    bool has_hours = net->problem->hours.count > 0 && !net->problem->visits[visit].is_expected;
    /* All ones: waiting counts as well. */
    int32_t delay_mask = dice != NULL && (dice->state >> 40 & 1) == 0 ? -1 : 0;
    int32_t best = gap->cost;
    for (int32_t i = first_after(line, open_s + net->reach[visit]); i < last; i++) {
        int32_t left_s = begin[i];
        int32_t room_s = latest[i + 1] - left_s;
        if (room_s < least_s || room_s - leg[i] < service_s) {
            continue;
        }
        if (left_s > close_s) {
            break;
        }
        int32_t arrive_s = left_s + to[node[i]];
        if (arrive_s > close_s) {
            continue;
        }
        int32_t begin_s =
            has_many_windows ? plan_net_begin(net, visit, arrive_s) : larger(arrive_s, open_s);
        int32_t on_s = from[node[i + 1]];
        int32_t cost = arrive_s - left_s + ((begin_s - arrive_s) & delay_mask) + on_s - leg[i];
        if (begin_s + on_s > latest[i + 1] || cost >= best) {
            continue;
        }
        cost += has_hours ? hour_cost_s(net, visit, begin_s) : 0;
        if (cost >= best || is_blinked(dice, blink)) {
            continue;
        }
        best = cost;
        *gap = (struct plan_gap){shift, i, cost};
    }
}
