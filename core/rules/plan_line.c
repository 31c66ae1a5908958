#include "core/rules/plan_line.h"

#include <string.h>

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

void plan_line_open(struct arena *arena, const struct plan_net *net, struct plan_line *line_out)
{
    size_t room = (size_t)net->visit_count + 2;
    line_out->node = ARENA_ARRAY(arena, room, int32_t);
    line_out->begin = ARENA_ARRAY(arena, room, int32_t);
    line_out->latest = ARENA_ARRAY(arena, room, int32_t);
    line_out->leg = ARENA_ARRAY(arena, room, int32_t);
    /* Without breaks every visit is gone on from itself. */
    line_out->row = net->has_breaks ? ARENA_ARRAY(arena, room, int32_t) : line_out->node;
    line_out->floor = ARENA_ARRAY(arena, room, int32_t);
}

void plan_line_copy(const struct plan_line *from, struct plan_line *to)
{
    size_t size = (size_t)from->length * sizeof(int32_t);
    memcpy(to->node, from->node, size);
    memcpy(to->begin, from->begin, size);
    memcpy(to->latest, from->latest, size);
    memcpy(to->leg, from->leg, size);
    if (from->row != from->node) {
        memcpy(to->row, from->row, size);
        memcpy(to->floor, from->floor, size);
    }
    to->length = from->length;
    to->slack_s = from->slack_s;
    to->worth = from->worth;
    to->spent_s = from->spent_s;
    to->is_used = from->is_used;
    to->finish_s = from->finish_s;
}

bool plan_line_pause(const struct plan_net *net, struct plan_going *going, int32_t node)
{
    const struct plan_window *window = &net->problem->visits[node].windows[0];
    int32_t ready_s = larger(going->begin_s + net->service[going->row], going->floor_s);
    if (ready_s > window->close_s) {
        return false;
    }
    going->begin_s += net->service[node];
    going->floor_s = larger(going->floor_s, window->open_s) + net->service[node];
    return true;
}

void plan_line_lock_range(const struct plan_net *net, const struct plan_line *line, int32_t v,
                          int32_t *low, int32_t *high)
{
    const struct plan_visit *visit = &net->problem->visits[v];
    if (visit->is_break) {
        return;
    }
    for (int32_t i = 1; i < line->length - 1; i++) {
        const struct plan_visit *other = &net->problem->visits[line->node[i]];
        bool is_locked = visit->lock != 0 && other->lock != 0;
        bool is_after =
            (other->is_leading && !visit->is_leading) || (is_locked && other->lock < visit->lock);
        bool is_before =
            (visit->is_leading && !other->is_leading) || (is_locked && other->lock > visit->lock);
        if (other->is_break) {
            continue;
        }
        *low = is_after ? larger(*low, i) : *low;
        *high = is_before ? smaller(*high, i - 1) : *high;
    }
}

int32_t plan_line_leg_bonus(const struct plan_net *net, const struct plan_line *line, int32_t v,
                            int32_t i)
{
    const struct plan_keep *keep = &net->problem->keep;
    const struct plan_shown *shown = &keep->shown[v];
    int32_t before = line->row[i];
    int32_t after = line->node[i + 1];
    bool is_kept_before =
        shown->is_planned &&
        (before < net->visit_count ? shown->before == (uint32_t)before : shown->is_first);
    bool is_kept_after = after < net->visit_count && keep->shown[after].is_planned &&
                         keep->shown[after].before == (uint32_t)v;
    enum { LEG_S = 900 };
    return (is_kept_before + is_kept_after) * LEG_S;
}

/* What plan_keep adds for the visits of a line. */
static int64_t kept_worth(const struct plan_net *net, const struct plan_line *line)
{
    const struct plan_keep *keep = &net->problem->keep;
    int64_t worth = 0;
    for (int32_t i = 1; i < line->length - 1; i++) {
        int32_t v = line->node[i];
        const struct plan_shown *shown = &keep->shown[v];
        if (!shown->is_planned || plan_net_is_break(net, v)) {
            continue;
        }
        int32_t before = line->row[i - 1];
        bool is_leg_kept =
            before < net->visit_count ? shown->before == (uint32_t)before : shown->is_first;
        worth += keep->visit_worth + (is_leg_kept ? keep->leg_worth : 0);
        int32_t moved_s = line->begin[i] > shown->begin_s ? line->begin[i] - shown->begin_s
                                                          : shown->begin_s - line->begin[i];
        if (shown->is_announced && moved_s > PLAN_ANNOUNCED_SLACK_S) {
            worth -= (int64_t)((moved_s - PLAN_ANNOUNCED_SLACK_S + 59) / 60) * keep->minute_worth;
        }
    }
    return worth;
}

static int64_t own_worth(const struct plan_net *net, const struct plan_line *line, int32_t shift)
{
    int64_t worth = 0;
    for (int32_t i = 1; i < line->length - 1; i++) {
        const struct plan_visit *visit = &net->problem->visits[line->node[i]];
        worth += (visit->own_shifts >> shift & 1) != 0 ? visit->own_worth : 0;
    }
    return worth;
}

size_t plan_line_band(const struct plan_hours *hours, int32_t begin_s)
{
    size_t low = 0;
    size_t high = hours->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (begin_s < hours->bands[middle].until_s) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

int64_t plan_line_hour_loss(const struct plan_net *net, int32_t v, int32_t begin_s)
{
    const struct plan_hours *hours = &net->problem->hours;
    if (hours->count == 0 || net->problem->visits[v].is_expected) {
        return 0;
    }
    uint32_t permille = hours->bands[plan_line_band(hours, begin_s)].permille;
    return (int64_t)net->worth[v] * (PLAN_WHOLE - permille) / PLAN_WHOLE;
}

static int64_t lost_worth(const struct plan_net *net, const struct plan_line *line)
{
    int64_t worth = 0;
    for (int32_t i = 1; i < line->length - 1; i++) {
        worth += plan_line_hour_loss(net, line->node[i], line->begin[i]);
    }
    return worth;
}

int64_t plan_line_worth(const struct plan_net *net, const struct plan_line *line, int32_t shift)
{
    int64_t worth = net->has_own ? own_worth(net, line, shift) : 0;
    worth += net->problem->keep.shown != NULL ? kept_worth(net, line) : 0;
    return worth - (net->problem->hours.count > 0 ? lost_worth(net, line) : 0);
}
