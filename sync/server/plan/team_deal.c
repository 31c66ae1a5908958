#include "sync/server/plan/team_private.h"

#include <stdlib.h>
#include <string.h>

enum { DEALS = 4 }; /* how often areas are found and units dealt to them */

int32_t team_apart_m(struct team_spot a, struct team_spot b)
{
    int32_t x_m = a.x_m > b.x_m ? a.x_m - b.x_m : b.x_m - a.x_m;
    int32_t y_m = a.y_m > b.y_m ? a.y_m - b.y_m : b.y_m - a.y_m;
    return x_m > y_m ? x_m + y_m / 2 : y_m + x_m / 2;
}

/* Is the collector there on one of the days? */
static bool is_at_work(const struct team_problem *problem, size_t collector)
{
    uint32_t days = (1u << problem->day_count) - 1;
    return (problem->collectors[collector].days_off & days) != days;
}

bool team_has_room(const struct team_work *work, size_t collector, int64_t case_count)
{
    int64_t room = work->problem->collectors[collector].room;
    return room == 0 || work->held_count[collector] + case_count <= room;
}

void team_set_areas(struct arena *arena, struct team_work *work)
{
    size_t count = work->problem->collector_count;
    struct arena_mark mark = arena_mark(arena);
    int64_t *sums = ARENA_ARRAY(arena, 3 * count + 1, int64_t);
    for (size_t u = 0; u < work->problem->unit_count; u++) {
        if (work->owner[u] != TEAM_NONE) {
            int64_t *sum = sums + 3 * (size_t)work->owner[u];
            sum[0] += work->spots[u].x_m;
            sum[1] += work->spots[u].y_m;
            sum[2]++;
        }
    }
    for (size_t c = 0; c < count; c++) {
        const int64_t *sum = sums + 3 * c;
        if (sum[2] > 0) {
            work->areas[c] =
                (struct team_spot){(int32_t)(sum[0] / sum[2]), (int32_t)(sum[1] / sum[2])};
        }
    }
    arena_rollback(arena, mark);
}

static void take(struct team_work *work, size_t unit)
{
    uint32_t owner = work->owner[unit];
    if (owner != TEAM_NONE) {
        work->load[owner] -= work->problem->units[unit].score;
        work->held_count[owner] -= work->problem->units[unit].case_count;
        work->owner[unit] = TEAM_NONE;
    }
}

static void give(struct team_work *work, size_t unit, size_t collector, enum team_why why)
{
    take(work, unit);
    work->owner[unit] = (uint32_t)collector;
    work->why[unit] = why;
    work->load[collector] += work->problem->units[unit].score;
    work->held_count[collector] += work->problem->units[unit].case_count;
}

/* Leaves every unit with its owner who may have it; returns those that need one, most score
 * first, and how many. */
static size_t keep_owners(struct team_work *work, uint32_t *open)
{
    const struct team_problem *problem = work->problem;
    size_t count = 0;
    for (size_t u = 0; u < problem->unit_count; u++) {
        const struct team_unit *unit = &problem->units[u];
        work->owner[u] = TEAM_NONE;
        work->why[u] = TEAM_WHY_nobody;
        if (unit->owner != TEAM_NONE && (unit->is_held || team_may(problem, u, unit->owner))) {
            give(work, u, unit->owner, unit->is_held ? TEAM_WHY_held : TEAM_WHY_stays);
        } else if (!work->terms->is_fixed) {
            open[count++] = (uint32_t)u;
        }
    }
    return count;
}

struct ranked {
    int64_t rank;
    uint32_t unit;
};

static int by_rank(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    return a->unit < b->unit ? -1 : 1;
}

/* Who owns nothing begins where open units are furthest from everybody's area. */
static void seed_areas(struct arena *arena, struct team_work *work, const uint32_t *open,
                       size_t open_count)
{
    const struct team_problem *problem = work->problem;
    struct arena_mark mark = arena_mark(arena);
    int32_t *away_m = ARENA_ARRAY(arena, open_count + 1, int32_t);
    bool *has_area = ARENA_ARRAY(arena, problem->collector_count + 1, bool);
    for (size_t i = 0; i < open_count; i++) {
        away_m[i] = INT32_MAX;
    }
    for (size_t c = 0; c < problem->collector_count; c++) {
        has_area[c] = work->held_count[c] > 0;
        for (size_t i = 0; has_area[c] && i < open_count; i++) {
            int32_t apart_m = team_apart_m(work->areas[c], work->spots[open[i]]);
            away_m[i] = apart_m < away_m[i] ? apart_m : away_m[i];
        }
    }
    for (size_t c = 0; c < problem->collector_count; c++) {
        size_t best = open_count;
        for (size_t i = 0; !has_area[c] && i < open_count; i++) {
            bool is_better = best == open_count || away_m[i] > away_m[best];
            best = is_better && team_may(problem, open[i], c) ? i : best;
        }
        if (best == open_count) {
            continue;
        }
        work->areas[c] = work->spots[open[best]];
        for (size_t i = 0; i < open_count; i++) {
            int32_t apart_m = team_apart_m(work->areas[c], work->spots[open[i]]);
            away_m[i] = apart_m < away_m[i] ? apart_m : away_m[i];
        }
    }
    arena_rollback(arena, mark);
}

struct deal {
    int64_t fair;     /* score that each would own if all were equal */
    int64_t most;     /* score above which one is full when others are not */
    int64_t spread_m; /* how far areas lie apart; what one fair share on hand counts as */
};

static struct deal deal_make(const struct team_work *work)
{
    const struct team_problem *problem = work->problem;
    struct team_spot low = {INT32_MAX, INT32_MAX};
    struct team_spot high = {INT32_MIN, INT32_MIN};
    int64_t score = 0;
    int64_t hands = 0;
    for (size_t u = 0; u < problem->unit_count; u++) {
        struct team_spot spot = work->spots[u];
        score += problem->units[u].score;
        low.x_m = spot.x_m < low.x_m ? spot.x_m : low.x_m;
        low.y_m = spot.y_m < low.y_m ? spot.y_m : low.y_m;
        high.x_m = spot.x_m > high.x_m ? spot.x_m : high.x_m;
        high.y_m = spot.y_m > high.y_m ? spot.y_m : high.y_m;
    }
    for (size_t c = 0; c < problem->collector_count; c++) {
        hands += is_at_work(problem, c);
    }
    struct deal deal = {.fair = hands > 0 ? score / hands + 1 : 1};
    deal.most = deal.fair * (100 + work->terms->balance_percent) / 100;
    int64_t side_m = problem->unit_count == 0 ? 0 : team_apart_m(low, high);
    int64_t rows = 1;
    while (rows * rows < hands) {
        rows++;
    }
    deal.spread_m = side_m / rows + 1;
    return deal;
}

/* What it costs to give the unit to the collector; -1: may not. */
static int64_t deal_cost(const struct team_work *work, const struct deal *deal, size_t unit,
                         size_t collector)
{
    const struct team_problem *problem = work->problem;
    if (!team_may(problem, unit, collector) || !is_at_work(problem, collector) ||
        !team_has_room(work, collector, problem->units[unit].case_count)) {
        return -1;
    }
    int64_t cost = team_apart_m(work->areas[collector], work->spots[unit]) +
                   deal->spread_m * work->load[collector] / deal->fair;
    return work->load[collector] > deal->most ? cost * 4 + 4 * deal->spread_m : cost;
}

static void deal_open(struct team_work *work, const struct deal *deal, const uint32_t *open,
                      size_t open_count)
{
    for (size_t i = 0; i < open_count; i++) {
        int64_t least = -1;
        size_t best = 0;
        for (size_t c = 0; c < work->problem->collector_count; c++) {
            int64_t cost = deal_cost(work, deal, open[i], c);
            if (cost >= 0 && (least < 0 || cost < least)) {
                least = cost;
                best = c;
            }
        }
        if (least >= 0) {
            bool is_new = work->problem->units[open[i]].owner == TEAM_NONE;
            give(work, open[i], best, is_new ? TEAM_WHY_new : TEAM_WHY_gone);
        }
    }
}

/* Who may have it, has less than the mean and is nearest; collector_count: nobody. */
static size_t nearest_with_less(const struct team_work *work, const struct deal *deal, size_t unit)
{
    const struct team_problem *problem = work->problem;
    size_t best = problem->collector_count;
    for (size_t c = 0; c < problem->collector_count; c++) {
        if (work->load[c] + problem->units[unit].score > deal->fair ||
            deal_cost(work, deal, unit, c) < 0) {
            continue;
        }
        if (best == problem->collector_count ||
            team_apart_m(work->areas[c], work->spots[unit]) <
                team_apart_m(work->areas[best], work->spots[unit])) {
            best = c;
        }
    }
    return best;
}

/* Takes from one who has too much what lies nearest to somebody with less. */
static void relieve(struct arena *arena, struct team_work *work, const struct deal *deal,
                    uint32_t collector)
{
    const struct team_problem *problem = work->problem;
    struct arena_mark mark = arena_mark(arena);
    struct ranked *ranked = ARENA_ARRAY(arena, problem->unit_count + 1, struct ranked);
    size_t count = 0;
    for (uint32_t u = 0; u < problem->unit_count; u++) {
        if (work->owner[u] != collector || work->why[u] != TEAM_WHY_stays) {
            continue;
        }
        size_t other = nearest_with_less(work, deal, u);
        if (other < problem->collector_count) {
            ranked[count++] =
                (struct ranked){(int64_t)team_apart_m(work->areas[other], work->spots[u]) -
                                    team_apart_m(work->areas[collector], work->spots[u]),
                                u};
        }
    }
    qsort(ranked, count, sizeof *ranked, by_rank);
    for (size_t i = 0; i < count && work->load[collector] > deal->most; i++) {
        size_t other = nearest_with_less(work, deal, ranked[i].unit);
        if (other < problem->collector_count) {
            give(work, ranked[i].unit, other, TEAM_WHY_balance);
        }
    }
    arena_rollback(arena, mark);
}

static size_t sort_open(struct arena *arena, const struct team_work *work, uint32_t *open,
                        size_t count)
{
    struct arena_mark mark = arena_mark(arena);
    struct ranked *ranked = ARENA_ARRAY(arena, count + 1, struct ranked);
    for (size_t i = 0; i < count; i++) {
        ranked[i] = (struct ranked){-(int64_t)work->problem->units[open[i]].score, open[i]};
    }
    qsort(ranked, count, sizeof *ranked, by_rank);
    for (size_t i = 0; i < count; i++) {
        open[i] = ranked[i].unit;
    }
    arena_rollback(arena, mark);
    return count;
}

void team_deal(struct arena *arena, struct team_work *work)
{
    const struct team_problem *problem = work->problem;
    uint32_t *open = ARENA_ARRAY(arena, problem->unit_count + 1, uint32_t);
    size_t open_count = sort_open(arena, work, open, keep_owners(work, open));
    struct deal deal = deal_make(work);
    team_set_areas(arena, work);
    seed_areas(arena, work, open, open_count);
    for (int round = 0; open_count > 0 && round < DEALS; round++) {
        for (size_t i = 0; i < open_count; i++) {
            take(work, open[i]);
            work->why[open[i]] = TEAM_WHY_nobody;
        }
        deal_open(work, &deal, open, open_count);
        team_set_areas(arena, work);
    }
    for (uint32_t c = 0; !work->terms->is_fixed && c < problem->collector_count; c++) {
        if (work->load[c] > deal.most) {
            relieve(arena, work, &deal, c);
        }
    }
    team_set_areas(arena, work);
}
