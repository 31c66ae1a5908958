#include "sync/server/plan/team_private.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_search.h"

#include <stdlib.h>
#include <string.h>

enum {
    ASKED = 64,     /* units of a block asked for a day, for each of its collectors */
    FULL_UNITS = 30 /* room that a day may need, for each day: who has less gets nothing new */
};

/* One day of a block. */
struct team_day {
    const struct team_work *work;
    const struct team_block *block;
    int32_t day;
    uint32_t round;
    uint32_t *present; /* [shift]: collector */
    size_t present_count;
    uint32_t *asked; /* [visit]: unit */
    size_t asked_count;
    struct plan_problem problem;
    struct plan_tour *before; /* [shift] */
};

static bool is_present(const struct team_day *day, size_t collector)
{
    return (day->work->problem->collectors[collector].days_off >> day->day & 1) == 0;
}

/* Bit s: shift s may make the visit. */
static uint64_t shifts_of(const struct team_day *day, uint32_t unit)
{
    const struct team_work *work = day->work;
    const struct team_unit *of = &work->problem->units[unit];
    uint64_t shifts = 0;
    for (size_t s = 0; s < day->present_count; s++) {
        uint32_t collector = day->present[s];
        bool is_owner = work->owner[unit] == collector || of->owner == collector;
        bool is_open =
            !of->is_held && !work->terms->is_fixed &&
            team_has_room(work, collector, (int64_t)(FULL_UNITS * work->problem->day_count));
        if (of->is_held || work->terms->is_fixed) {
            is_owner = work->owner[unit] == collector;
        }
        if ((is_owner || is_open) &&
            (team_may(work->problem, unit, collector) || (of->is_held && of->owner == collector))) {
            shifts |= UINT64_C(1) << s;
        }
    }
    return shifts;
}

static bool is_asked(const struct team_day *day, uint32_t unit)
{
    const struct team_unit *of = &day->work->problem->units[unit];
    int32_t planned = day->work->visits[unit].day;
    bool is_free = planned < 0 || planned == day->day;
    return is_free && of->not_before_day <= day->day && (of->day < 0 || of->day == day->day) &&
           shifts_of(day, unit) != 0;
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
        return a->rank > b->rank ? -1 : 1;
    }
    return a->unit < b->unit ? -1 : 1;
}

/* What is agreed or planned already, then what is worth most. */
static void ask_units(struct arena *arena, struct team_day *day)
{
    const struct team_work *work = day->work;
    struct ranked *ranked = ARENA_ARRAY(arena, day->block->unit_count + 1, struct ranked);
    size_t count = 0;
    for (size_t i = 0; i < day->block->unit_count; i++) {
        uint32_t unit = day->block->units[i];
        if (is_asked(day, unit)) {
            bool is_sure =
                work->problem->units[unit].day == day->day || work->visits[unit].day == day->day;
            ranked[count++] = (struct ranked){
                (int64_t)work->problem->units[unit].score + (is_sure ? INT64_C(1) << 40 : 0), unit};
        }
    }
    qsort(ranked, count, sizeof *ranked, by_rank);
    size_t most = ASKED * day->present_count;
    day->asked_count = count < most ? count : most;
    day->asked = ARENA_ARRAY(arena, day->asked_count + 1, uint32_t);
    for (size_t i = 0; i < day->asked_count; i++) {
        day->asked[i] = ranked[i].unit;
    }
}

static struct plan_visit visit_of(const struct team_day *day, uint32_t index)
{
    const struct team_work *work = day->work;
    uint32_t unit = day->asked[index];
    const struct team_unit *of = &work->problem->units[unit];
    bool is_agreed = of->day == day->day;
    struct plan_visit visit = {
        .point = index,
        .score = of->score,
        .service_s = of->service_s,
        .window_count = 1,
        .windows = {{is_agreed ? of->from_s : 0, is_agreed ? of->until_s : TEAM_DAY_S}},
        .shifts = shifts_of(day, unit),
        .is_mandatory = is_agreed,
    };
    for (size_t s = 0; s < day->present_count; s++) {
        if (of->owner == day->present[s] && (visit.shifts >> s & 1) != 0) {
            visit.own_shifts = UINT64_C(1) << s;
            visit.own_worth =
                (uint32_t)((uint64_t)of->score * PLAN_WORTH * work->terms->own_percent / 100);
        }
    }
    return visit;
}

/* Units, then homes. */
static enum err set_travel(struct arena *arena, struct team_day *day, size_t worker)
{
    const struct team_problem *problem = day->work->problem;
    size_t count = day->asked_count + day->present_count;
    struct geo_point *places = ARENA_ARRAY(arena, count, struct geo_point);
    for (size_t i = 0; i < day->asked_count; i++) {
        places[i] = problem->units[day->asked[i]].place;
    }
    for (size_t s = 0; s < day->present_count; s++) {
        places[day->asked_count + s] = problem->collectors[day->present[s]].home;
    }
    int32_t *travel_s = ARENA_ARRAY(arena, count * count, int32_t);
    TRY(problem->travel.fill(problem->travel.context, worker, places, count, travel_s));
    day->problem.travel_s = travel_s;
    day->problem.point_count = count;
    return OK;
}

static void set_problem(struct arena *arena, struct team_day *day)
{
    const struct team_problem *problem = day->work->problem;
    struct plan_visit *visits = ARENA_ARRAY(arena, day->asked_count + 1, struct plan_visit);
    struct plan_shift *shifts = ARENA_ARRAY(arena, day->present_count, struct plan_shift);
    for (uint32_t i = 0; i < day->asked_count; i++) {
        visits[i] = visit_of(day, i);
    }
    for (uint32_t s = 0; s < day->present_count; s++) {
        const struct team_collector *collector = &problem->collectors[day->present[s]];
        uint32_t home = (uint32_t)day->asked_count + s;
        shifts[s] = (struct plan_shift){.start_point = home,
                                        .end_point = home,
                                        .partner_start_point = PLAN_NONE,
                                        .partner_end_point = PLAN_NONE,
                                        .start_s = collector->from_s,
                                        .end_s = collector->until_s};
    }
    day->problem.visits = visits;
    day->problem.visit_count = day->asked_count;
    day->problem.shifts = shifts;
    day->problem.shift_count = day->present_count;
}

/* The tours as the visits have them. */
static void set_before(struct arena *arena, struct team_day *day)
{
    const struct team_visit *visits = day->work->visits;
    day->before = plan_problem_answer(arena, &day->problem).tours;
    for (size_t s = 0; s < day->present_count; s++) {
        struct plan_tour *tour = &day->before[s];
        for (uint32_t i = 0; i < day->asked_count; i++) {
            const struct team_visit *visit = &visits[day->asked[i]];
            if (visit->day != day->day || visit->owner != day->present[s]) {
                continue;
            }
            uint32_t at = tour->count++;
            while (at > 0 && visits[day->asked[tour->visits[at - 1]]].position > visit->position) {
                tour->visits[at] = tour->visits[at - 1];
                at--;
            }
            tour->visits[at] = i;
        }
    }
}

static void write_visits(const struct team_day *day, const struct plan_answer *answer,
                         const int32_t *begin_s)
{
    struct team_visit *visits = day->work->visits;
    for (size_t i = 0; i < day->asked_count; i++) {
        visits[day->asked[i]] = (struct team_visit){.owner = TEAM_NONE, .day = -1};
    }
    for (size_t s = 0; s < day->present_count; s++) {
        const struct plan_tour *tour = &answer->tours[s];
        size_t from = day->asked_count + s;
        for (uint32_t i = 0; i < tour->count; i++) {
            uint32_t to = tour->visits[i];
            visits[day->asked[to]] = (struct team_visit){
                .owner = day->present[s],
                .day = day->day,
                .position = i + 1,
                .begin_s = begin_s[to],
                .travel_s = day->problem.travel_s[from * day->problem.point_count + to],
            };
            from = to;
        }
    }
}

static enum err plan_day(struct arena *arena, struct team_day *day, size_t worker, uint64_t seed)
{
    day->present = ARENA_ARRAY(arena, day->block->collector_count + 1, uint32_t);
    for (size_t i = 0; i < day->block->collector_count; i++) {
        if (is_present(day, day->block->collectors[i])) {
            day->present[day->present_count++] = day->block->collectors[i];
        }
    }
    ask_units(arena, day);
    if (day->asked_count == 0 || day->present_count == 0) {
        return OK;
    }
    TRY(set_travel(arena, day, worker));
    set_problem(arena, day);
    TRY(plan_problem_check(&day->problem));
    struct plan_search *search =
        plan_search_open(arena, &day->problem, seed + (uint64_t)day->day * 1009);
    if (day->round > 0) {
        set_before(arena, day);
        plan_search_start_from(search, day->before);
    }
    (void)plan_search_run(search, (uint64_t)day->work->terms->steps * day->asked_count, NULL);
    const struct plan_answer *best = plan_search_best(search);
    int32_t *begin_s = ARENA_ARRAY(arena, day->asked_count + 1, int32_t);
    struct plan_verdict verdict = plan_check(arena, &day->problem, best->tours, begin_s);
    CHECK(verdict.fault == PLAN_FAULT_none);
    write_visits(day, best, begin_s);
    return OK;
}

enum err team_block_plan(const struct team_work *work, const struct team_block *block,
                         size_t worker, uint64_t seed, uint32_t round)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    enum err err = OK;
    for (uint32_t d = 0; err == OK && d < work->problem->day_count; d++) {
        struct team_day day = {.work = work, .block = block, .day = (int32_t)d, .round = round};
        err = plan_day(&arena, &day, worker, seed);
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    return err;
}
