#include "sync/server/plan/team_private.h"

#include "core/rules/plan_check.h"
#include "core/rules/plan_search.h"
#include "core/rules/plan_wait.h"

#include <stdlib.h>
#include <string.h>

enum {
    ASKED = 64,        /* units of a block asked for, for each collector and day */
    ASKED_MAX = 1600,  /* of all: tables of times are square */
    RESCUE_EFFORT = 8, /* how much longer an appointment without a time is looked for */
    FULL_UNITS = 30    /* room that a day may need, for each day: who has less gets nothing new */
};

/* A collector's day. */
struct stint {
    uint32_t collector;
    uint32_t home; /* point */
    int32_t day;
};

/* All days of a block as one problem: what is left for another day is no loss. */
struct span {
    const struct team_work *work;
    const struct team_block *block;
    struct stint *stints; /* [shift]: by collector, then by day */
    size_t stint_count;
    uint32_t *asked; /* [visit]: unit */
    size_t asked_count;
    struct plan_problem problem;
    uint64_t usual_permille;  /* of a score that an hour leaves, on the mean */
    struct plan_tour *before; /* [shift] */
};

/* Has the collector room for whatever a plan may give? Changes of hands between blocks are not
 * seen here, so it is a wide margin. */
static bool is_open_to_more(const struct span *span, uint32_t collector)
{
    return team_has_room(span->work, collector,
                         (int64_t)FULL_UNITS * span->work->problem->day_count);
}

static bool may_go(const struct span *span, uint32_t unit, uint32_t collector)
{
    const struct team_work *work = span->work;
    const struct team_unit *of = &work->problem->units[unit];
    if (of->is_held) {
        return of->owner == collector;
    }
    bool is_owner = work->owner[unit] == collector;
    if (work->terms->is_fixed) {
        return is_owner;
    }
    return (is_owner || of->owner == collector || is_open_to_more(span, collector)) &&
           team_may(work->problem, unit, collector);
}

/* Is it open to a visit at hours of its own only? What was agreed stands above them. */
static bool has_hours(const struct team_unit *unit)
{
    return unit->close_s != 0 && unit->day < 0;
}

/* Bit s: shift s may make the visit. */
static uint64_t shifts_of(const struct span *span, uint32_t unit)
{
    const struct team_unit *of = &span->work->problem->units[unit];
    uint64_t shifts = 0;
    for (size_t s = 0; s < span->stint_count; s++) {
        const struct stint *stint = &span->stints[s];
        bool is_near = !has_hours(of) || stint->day < of->not_before_day + TEAM_NARROW_DAYS;
        bool is_open = is_near && (of->days_shut >> stint->day & 1) == 0;
        bool is_day =
            of->not_before_day <= stint->day && (of->day < 0 ? is_open : of->day == stint->day);
        if (is_day && may_go(span, unit, stint->collector)) {
            shifts |= UINT64_C(1) << s;
        }
    }
    return shifts;
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
static void ask_units(struct arena *arena, struct span *span)
{
    const struct team_work *work = span->work;
    struct ranked *ranked = ARENA_ARRAY(arena, span->block->unit_count + 1, struct ranked);
    size_t count = 0;
    for (size_t i = 0; i < span->block->unit_count; i++) {
        uint32_t unit = span->block->units[i];
        if (shifts_of(span, unit) != 0) {
            bool is_sure = work->problem->units[unit].day >= 0 || work->visits[unit].day >= 0;
            ranked[count++] = (struct ranked){
                (int64_t)work->problem->units[unit].score + (is_sure ? INT64_C(1) << 40 : 0), unit};
        }
    }
    qsort(ranked, count, sizeof *ranked, by_rank);
    size_t most = ASKED * span->stint_count < ASKED_MAX ? ASKED * span->stint_count : ASKED_MAX;
    span->asked_count = count < most ? count : most;
    span->asked = ARENA_ARRAY(arena, span->asked_count + 1, uint32_t);
    for (size_t i = 0; i < span->asked_count; i++) {
        span->asked[i] = ranked[i].unit;
    }
}

/* Its own hours on each day on which it may be made; a visit that is longer than they are is
 * begun with them. */
static void set_hours(const struct team_unit *of, uint32_t day_count, struct plan_visit *visit)
{
    int32_t last_s =
        of->close_s - of->service_s > of->open_s ? of->close_s - of->service_s : of->open_s;
    _Static_assert((int)TEAM_NARROW_DAYS <= (int)PLAN_WINDOWS_MAX, "a window for each of the days");
    visit->window_count = 0;
    for (int32_t d = 0; d < TEAM_NARROW_DAYS && of->not_before_day + d < (int32_t)day_count; d++) {
        int32_t midnight_s = (of->not_before_day + d) * TEAM_DAY_S;
        visit->windows[visit->window_count++] =
            (struct plan_window){midnight_s + of->open_s, midnight_s + last_s};
    }
}

static struct plan_visit visit_of(const struct span *span, uint32_t index)
{
    const struct team_work *work = span->work;
    uint32_t unit = span->asked[index];
    const struct team_unit *of = &work->problem->units[unit];
    bool is_agreed = of->day >= 0;
    int32_t from_s = is_agreed ? of->day * TEAM_DAY_S + of->from_s : 0;
    int32_t until_s = is_agreed ? of->day * TEAM_DAY_S + of->until_s
                                : (int32_t)work->problem->day_count * TEAM_DAY_S;
    struct plan_visit visit = {
        .point = index,
        .score = of->score,
        .service_s = of->service_s,
        .window_count = 1,
        .windows = {{from_s, until_s}},
        .shifts = shifts_of(span, unit),
        .is_mandatory = is_agreed,
        .is_expected = is_agreed,
    };
    if (has_hours(of)) {
        set_hours(of, work->problem->day_count, &visit);
    }
    for (size_t s = 0; s < span->stint_count; s++) {
        if (work->dealt[unit] == span->stints[s].collector && (visit.shifts >> s & 1) != 0) {
            visit.own_shifts |= UINT64_C(1) << s;
            visit.own_worth =
                (uint32_t)((uint64_t)of->score * PLAN_WORTH * work->terms->own_percent / 100 *
                           span->usual_permille / PLAN_WHOLE);
        }
    }
    return visit;
}

/* Units, then homes. */
static enum err set_travel(struct arena *arena, struct span *span, size_t worker)
{
    const struct team_problem *problem = span->work->problem;
    size_t count = span->asked_count + span->block->collector_count;
    struct geo_point *places = ARENA_ARRAY(arena, count, struct geo_point);
    for (size_t i = 0; i < span->asked_count; i++) {
        places[i] = problem->units[span->asked[i]].place;
    }
    for (size_t c = 0; c < span->block->collector_count; c++) {
        places[span->asked_count + c] = problem->collectors[span->block->collectors[c]].home;
    }
    int32_t *travel_s = ARENA_ARRAY(arena, count * count, int32_t);
    TRY(problem->travel.fill(problem->travel.context, worker, places, count, travel_s));
    span->problem.travel_s = travel_s;
    span->problem.point_count = count;
    return OK;
}

/* What the hours of each day leave of a score. */
static void set_chance(struct span *span)
{
    const struct team_problem *problem = span->work->problem;
    struct plan_hours *hours = &span->problem.hours;
    uint64_t sum = 0;
    _Static_assert((int)TEAM_DAYS_MAX * CHANCE_BANDS <= (int)PLAN_HOURS_MAX, "every band has room");
    for (uint32_t d = 0; problem->chance != NULL && d < problem->day_count; d++) {
        for (size_t band = 0; band < CHANCE_BANDS; band++) {
            hours->bands[hours->count].until_s =
                (int32_t)d * TEAM_DAY_S + chance_band_until_minute(band) * 60;
            hours->bands[hours->count++].permille = problem->chance[d][band];
            sum += problem->chance[d][band];
        }
    }
    span->usual_permille = hours->count == 0 ? PLAN_WHOLE : sum / hours->count;
}

static void set_problem(struct arena *arena, struct span *span)
{
    set_chance(span);
    const struct team_problem *problem = span->work->problem;
    struct plan_visit *visits = ARENA_ARRAY(arena, span->asked_count + 1, struct plan_visit);
    struct plan_shift *shifts = ARENA_ARRAY(arena, span->stint_count, struct plan_shift);
    for (uint32_t i = 0; i < span->asked_count; i++) {
        visits[i] = visit_of(span, i);
    }
    for (uint32_t s = 0; s < span->stint_count; s++) {
        const struct stint *stint = &span->stints[s];
        const struct team_collector *collector = &problem->collectors[stint->collector];
        uint32_t home = (uint32_t)span->asked_count + stint->home;
        shifts[s] = (struct plan_shift){.start_point = home,
                                        .end_point = home,
                                        .partner_start_point = PLAN_NONE,
                                        .partner_end_point = PLAN_NONE,
                                        .start_s = stint->day * TEAM_DAY_S + collector->from_s,
                                        .end_s = stint->day * TEAM_DAY_S + collector->until_s};
    }
    span->problem.visits = visits;
    span->problem.visit_count = span->asked_count;
    span->problem.shifts = shifts;
    span->problem.shift_count = span->stint_count;
}

/* The tours as the visits have them. */
static void set_before(struct arena *arena, struct span *span)
{
    const struct team_visit *visits = span->work->visits;
    span->before = plan_problem_answer(arena, &span->problem).tours;
    for (size_t s = 0; s < span->stint_count; s++) {
        struct plan_tour *tour = &span->before[s];
        for (uint32_t i = 0; i < span->asked_count; i++) {
            const struct team_visit *visit = &visits[span->asked[i]];
            if (visit->day != span->stints[s].day || visit->owner != span->stints[s].collector) {
                continue;
            }
            uint32_t at = tour->count++;
            while (at > 0 && visits[span->asked[tour->visits[at - 1]]].position > visit->position) {
                tour->visits[at] = tour->visits[at - 1];
                at--;
            }
            tour->visits[at] = i;
        }
    }
}

/* ---- what came of it ------------------------------------------------------------------------ */

/* Score of a tour that could as well be made on any day from `day` on, -1: it could not. */
static int64_t movable_score(const struct span *span, const struct plan_tour *tour, int32_t day)
{
    int64_t score = 0;
    for (uint32_t i = 0; i < tour->count; i++) {
        const struct team_unit *unit = &span->work->problem->units[span->asked[tour->visits[i]]];
        if (unit->day >= 0 || unit->not_before_day > day || unit->days_shut >> day != 0 ||
            has_hours(unit)) {
            return -1;
        }
        score += unit->score;
    }
    return score;
}

/* Do the hours of both days leave as much of a score? */
static bool is_day_alike(const struct span *span, int32_t day, int32_t other)
{
    const uint32_t(*chance)[CHANCE_BANDS] = span->work->problem->chance;
    return chance == NULL || memcmp(chance[day], chance[other], sizeof chance[day]) == 0;
}

/* The best days come first: on the same hours a collector's tours can change days. */
static void sort_days(const struct span *span, struct plan_answer *answer)
{
    for (size_t s = 0; s < span->stint_count; s++) {
        size_t best = s;
        int64_t best_score = movable_score(span, &answer->tours[s], span->stints[s].day);
        for (size_t k = s + 1; best_score >= 0 && k < span->stint_count &&
                               span->stints[k].collector == span->stints[s].collector;
             k++) {
            if (!is_day_alike(span, span->stints[s].day, span->stints[k].day)) {
                continue;
            }
            int64_t score = movable_score(span, &answer->tours[k], span->stints[s].day);
            if (score > best_score) {
                best = k;
                best_score = score;
            }
        }
        struct plan_tour tour = answer->tours[s];
        answer->tours[s] = answer->tours[best];
        answer->tours[best] = tour;
    }
}

static void write_visits(const struct span *span, const struct plan_answer *answer,
                         const int32_t *begin_s)
{
    struct team_visit *visits = span->work->visits;
    for (size_t i = 0; i < span->asked_count; i++) {
        visits[span->asked[i]] = (struct team_visit){.owner = TEAM_NONE, .day = -1};
    }
    for (size_t s = 0; s < span->stint_count; s++) {
        const struct plan_tour *tour = &answer->tours[s];
        const struct stint *stint = &span->stints[s];
        size_t from = span->asked_count + stint->home;
        for (uint32_t i = 0; i < tour->count; i++) {
            uint32_t to = tour->visits[i];
            visits[span->asked[to]] = (struct team_visit){
                .owner = stint->collector,
                .day = stint->day,
                .position = i + 1,
                .begin_s = begin_s[to] - stint->day * TEAM_DAY_S,
                .travel_s = span->problem.travel_s[from * span->problem.point_count + to],
            };
            from = to;
        }
    }
}

static void set_stints(struct arena *arena, struct span *span)
{
    const struct team_problem *problem = span->work->problem;
    const struct team_block *block = span->block;
    span->stints =
        ARENA_ARRAY(arena, block->collector_count * problem->day_count + 1, struct stint);
    for (uint32_t c = 0; c < block->collector_count; c++) {
        for (uint32_t d = 0; d < problem->day_count; d++) {
            if ((problem->collectors[block->collectors[c]].days_off >> d & 1) == 0) {
                span->stints[span->stint_count++] =
                    (struct stint){block->collectors[c], c, (int32_t)d};
            }
        }
    }
}

static enum err plan_span(struct arena *arena, struct span *span, size_t worker, uint64_t seed,
                          uint32_t round)
{
    set_stints(arena, span);
    ask_units(arena, span);
    if (span->asked_count == 0 || span->stint_count == 0) {
        return OK;
    }
    TRY(set_travel(arena, span, worker));
    set_problem(arena, span);
    TRY(plan_problem_check(&span->problem));
    struct plan_search *search = plan_search_open(arena, &span->problem, seed);
    if (round > 0) {
        set_before(arena, span);
        plan_search_start_from(search, span->before);
    }
    uint64_t steps = (uint64_t)span->work->terms->steps * span->asked_count;
    bool is_rescue = round >= span->work->terms->rounds;
    (void)plan_search_run(search, is_rescue ? steps * RESCUE_EFFORT : steps, NULL);
    struct plan_answer best = plan_problem_answer(arena, &span->problem);
    int32_t *begin_s = ARENA_ARRAY(arena, span->asked_count + 1, int32_t);
    plan_problem_copy(&span->problem, plan_search_best(search), &best);
    sort_days(span, &best);
    struct plan_verdict verdict = plan_check(arena, &span->problem, best.tours, begin_s);
    CHECK(verdict.fault == PLAN_FAULT_none);
    (void)plan_wait(arena, &span->problem, best.tours, begin_s, &verdict.value);
    write_visits(span, &best, begin_s);
    return OK;
}

enum err team_block_plan(const struct team_work *work, const struct team_block *block,
                         size_t worker, uint64_t seed, uint32_t round)
{
    struct arena arena;
    struct span span = {.work = work, .block = block};
    arena_init(&arena, 1 << 20);
    enum err err = plan_span(&arena, &span, worker, seed, round);
    arena_deinit(&arena);
    return err;
}
