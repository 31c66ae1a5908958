#include "sync/server/plan/team_private.h"

#include <stdlib.h>

/* One collector's day, from stop to stop. */
struct going {
    const struct team_problem *problem;
    const struct team_collector *collector;
    int32_t day;
    const uint32_t *units; /* his, all days */
    size_t unit_count;
    const int32_t *travel_s; /* places: units, then home */
    const struct team_visit *visits;
};

static int32_t way_s(const struct going *going, size_t from, size_t to)
{
    return going->travel_s[from * (going->unit_count + 1) + to];
}

static bool is_open(const struct going *going, size_t i)
{
    const struct team_unit *unit = &going->problem->units[going->units[i]];
    return going->visits[going->units[i]].day < 0 && unit->not_before_day <= going->day &&
           (unit->day < 0 ? (unit->days_shut >> going->day & 1) == 0 : unit->day == going->day);
}

/* When the visit ends if it is gone to from `from` at `ready_s`; -1 when it cannot be. */
static int64_t end_of(const struct going *going, size_t from, int64_t ready_s, size_t i,
                      int64_t *begin_s_out)
{
    const struct team_unit *unit = &going->problem->units[going->units[i]];
    int64_t begin_s = ready_s + way_s(going, from, i);
    if (unit->day == going->day) {
        begin_s = begin_s > unit->from_s ? begin_s : unit->from_s;
        if (begin_s > unit->until_s) {
            return -1;
        }
    }
    int64_t end_s = begin_s + unit->service_s;
    if (end_s + way_s(going, i, going->unit_count) > going->collector->until_s) {
        return -1;
    }
    *begin_s_out = begin_s;
    return end_s;
}

/* The agreed visit that is due first, of those still open; unit_count: none. */
static size_t next_agreed(const struct going *going, size_t but)
{
    size_t next = going->unit_count;
    for (size_t i = 0; i < going->unit_count; i++) {
        const struct team_unit *unit = &going->problem->units[going->units[i]];
        if (i != but && unit->day == going->day && is_open(going, i) &&
            (next == going->unit_count ||
             unit->until_s < going->problem->units[going->units[next]].until_s)) {
            next = i;
        }
    }
    return next;
}

/* The nearest that can be visited with time left for the next agreed one. */
static size_t nearest(const struct going *going, size_t from, int64_t ready_s)
{
    size_t best = going->unit_count;
    for (size_t i = 0; i < going->unit_count; i++) {
        int64_t begin_s;
        if (!is_open(going, i) ||
            (best < going->unit_count && way_s(going, from, i) >= way_s(going, from, best))) {
            continue;
        }
        int64_t end_s = end_of(going, from, ready_s, i, &begin_s);
        size_t agreed = next_agreed(going, i);
        bool leaves_time = agreed == going->unit_count ||
                           end_of(going, from, ready_s, agreed, &begin_s) < 0 ||
                           (end_s >= 0 && end_of(going, i, end_s, agreed, &begin_s) >= 0);
        best = end_s >= 0 && leaves_time ? i : best;
    }
    return best;
}

static void go(const struct going *going, uint32_t collector, struct team_visit *visits)
{
    size_t at = going->unit_count;
    int64_t ready_s = going->collector->from_s;
    uint32_t position = 0;
    for (;;) {
        size_t next = nearest(going, at, ready_s);
        if (next == going->unit_count) {
            return;
        }
        int64_t begin_s = 0;
        ready_s = end_of(going, at, ready_s, next, &begin_s);
        visits[going->units[next]] = (struct team_visit){.owner = collector,
                                                         .day = going->day,
                                                         .position = ++position,
                                                         .begin_s = (int32_t)begin_s,
                                                         .travel_s = way_s(going, at, next)};
        at = next;
    }
}

enum {
    LOOKED_AT = 600
}; /* units of one collector: a square table; agreed ones, then the nearest */

struct ranked {
    uint32_t away_m;
    uint32_t unit;
};

static int by_distance(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->away_m != b->away_m) {
        return a->away_m < b->away_m ? -1 : 1;
    }
    return a->unit < b->unit ? -1 : 1;
}

static size_t choose(struct arena *arena, const struct team_problem *problem, uint32_t c,
                     uint32_t *units)
{
    struct ranked *ranked = ARENA_ARRAY(arena, problem->unit_count + 1, struct ranked);
    size_t count = 0;
    for (uint32_t u = 0; u < problem->unit_count; u++) {
        const struct team_unit *unit = &problem->units[u];
        if (unit->owner == c) {
            uint32_t away_m = geo_distance_m(problem->collectors[c].home, unit->place);
            ranked[count++] = (struct ranked){unit->day >= 0 ? 0 : away_m + 1, u};
        }
    }
    qsort(ranked, count, sizeof *ranked, by_distance);
    count = count < LOOKED_AT ? count : LOOKED_AT;
    for (size_t i = 0; i < count; i++) {
        units[i] = ranked[i].unit;
    }
    return count;
}

static enum err collector_go(struct arena *arena, const struct team_problem *problem, uint32_t c,
                             struct team_visit *visits)
{
    uint32_t *units = ARENA_ARRAY(arena, LOOKED_AT, uint32_t);
    size_t count = choose(arena, problem, c, units);
    struct geo_point *places = ARENA_ARRAY(arena, count + 1, struct geo_point);
    for (size_t i = 0; i < count; i++) {
        places[i] = problem->units[units[i]].place;
    }
    places[count] = problem->collectors[c].home;
    int32_t *travel_s = ARENA_ARRAY(arena, (count + 1) * (count + 1), int32_t);
    TRY(problem->travel.fill(problem->travel.context, 0, places, count + 1, travel_s));
    for (uint32_t d = 0; d < problem->day_count; d++) {
        if ((problem->collectors[c].days_off >> d & 1) == 0) {
            struct going going = {.problem = problem,
                                  .collector = &problem->collectors[c],
                                  .day = (int32_t)d,
                                  .units = units,
                                  .unit_count = count,
                                  .travel_s = travel_s,
                                  .visits = visits};
            go(&going, c, visits);
        }
    }
    return OK;
}

enum err team_nearest(struct arena *arena, const struct team_problem *problem,
                      struct team_plan *plan_out)
{
    *plan_out = (struct team_plan){
        .visits = ARENA_ARRAY(arena, problem->unit_count + 1, struct team_visit),
        .loads = ARENA_ARRAY(arena, problem->collector_count + 1, struct team_load)};
    for (size_t u = 0; u < problem->unit_count; u++) {
        plan_out->visits[u] = (struct team_visit){.owner = problem->units[u].owner, .day = -1};
    }
    for (uint32_t c = 0; c < problem->collector_count; c++) {
        struct arena_mark mark = arena_mark(arena);
        enum err err = collector_go(arena, problem, c, plan_out->visits);
        arena_rollback(arena, mark);
        TRY(err);
    }
    team_count(problem, plan_out);
    return OK;
}
