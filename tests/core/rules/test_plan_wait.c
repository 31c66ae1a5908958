#include "core/rules/plan_search.h"
#include "core/rules/plan_wait.h"
#include "tests/core/rules/plan_sample.h"

enum { POINTS = 4 };

/* Three visits, each a minute from everywhere and ten minutes long, a day of four hours. Nobody
 * is met before 3600, most people from then on. */
struct day {
    struct plan_problem problem;
    struct plan_visit visits[3];
    struct plan_shift shift;
    int32_t travel_s[POINTS * POINTS];
    uint32_t order[3];
    struct plan_tour tour;
    int32_t begin_s[3];
    struct plan_value value;
};

static void day_make(struct day *day, int32_t start_s, uint32_t early, uint32_t late)
{
    *day = (struct day){.shift = {.partner_start_point = PLAN_NONE,
                                  .partner_end_point = PLAN_NONE,
                                  .end_point = PLAN_NONE,
                                  .start_s = start_s,
                                  .end_s = 14400},
                        .order = {0, 1, 2}};
    for (size_t i = 0; i < (size_t)POINTS * POINTS; i++) {
        day->travel_s[i] = i % (POINTS + 1) == 0 ? 0 : 60;
    }
    for (uint32_t i = 0; i < 3; i++) {
        day->visits[i] = (struct plan_visit){.point = i + 1,
                                             .score = 100,
                                             .service_s = 600,
                                             .window_count = 1,
                                             .windows = {{0, 14400}}};
    }
    day->problem = (struct plan_problem){
        .visits = day->visits,
        .visit_count = 3,
        .shifts = &day->shift,
        .shift_count = 1,
        .travel_s = day->travel_s,
        .point_count = POINTS,
        .hours = {.count = 2, .bands = {{3600, early}, {14400, late}}},
    };
    day->tour = (struct plan_tour){day->order, 3};
}

static uint32_t day_wait(struct day *day)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct plan_verdict verdict = plan_check(&arena, &day->problem, &day->tour, day->begin_s);
    EXPECT_INT(PLAN_FAULT_none, verdict.fault);
    day->value = verdict.value;
    uint32_t waits = plan_wait(&arena, &day->problem, &day->tour, day->begin_s, &day->value);
    arena_deinit(&arena);
    return waits;
}

/* Goal: somebody waits only for what is worth it, and for no longer than an hour. */
TEST(test_a_visit_waits_for_a_better_hour_when_it_gains_more_than_it_costs)
{
    static const struct {
        const char *name;
        int32_t start_s;
        uint32_t early, late;
        uint32_t waits;
        int32_t begin_s; /* of the first visit */
    } rows[] = {
        {"half an hour for much", 1740, 100, 600, 1, 3600},
        {"nearly an hour", 0, 100, 600, 1, 3600},
        {"a better hour that is over", 3700, 600, 100, 0, 3760},
        {"every hour alike", 1740, 300, 300, 0, 1800},
        /* The last visit would wait 8 minutes: 100 x 15 / 1000 = 1.5 points are gained and
         * 100 x 2 x 8 / 1000 = 1.6 lost. The first would wait 30: 6 are lost and 6.3 gained, 2.1
         * by each of the three. */
        {"not what it costs", 1740, 300, 315, 0, 1800},
        {"a little more", 1740, 300, 321, 1, 3600},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        static struct day day;
        day_make(&day, rows[i].start_s, rows[i].early, rows[i].late);
        uint32_t waits = day_wait(&day);
        EXPECT_ROW(rows[i].name, waits == rows[i].waits);
        EXPECT_ROW(rows[i].name, day.begin_s[0] == rows[i].begin_s);
        EXPECT_ROW(rows[i].name, day.begin_s[1] == day.begin_s[0] + 660);
        EXPECT_ROW(rows[i].name,
                   day.value.finish_s == day.begin_s[2] + 600 - (int64_t)rows[i].start_s);
    }
}

TEST(test_nobody_waits_longer_than_an_hour)
{
    static struct day day;
    day_make(&day, 0, 100, 600);
    day.problem.hours.bands[0].until_s = PLAN_WAIT_MAX_S + 60;
    EXPECT_INT(1, day_wait(&day));
    day_make(&day, 0, 100, 600);
    day.problem.hours.bands[0].until_s = PLAN_WAIT_MAX_S + 61;
    EXPECT_INT(1, day_wait(&day)); /* the second visit is near enough to it, the first is not */
    EXPECT_INT(60, day.begin_s[0]);
    EXPECT_INT(PLAN_WAIT_MAX_S + 61, day.begin_s[1]);
}

/* Goal: an agreed time after a wait is kept, and one that is agreed is not put off itself. */
TEST(test_a_wait_breaks_no_appointment_and_no_day)
{
    static struct day day;
    day_make(&day, 1740, 100, 600);
    day.visits[1].windows[0].close_s = 4260;
    EXPECT_INT(1, day_wait(&day));
    EXPECT_INT(4260, day.begin_s[1]);
    day_make(&day, 1740, 100, 600);
    day.visits[1].windows[0].close_s = 4259;
    day.visits[1].is_expected = true;
    EXPECT_INT(1, day_wait(&day)); /* the last one alone */
    EXPECT_INT(1800, day.begin_s[0]);
    EXPECT_INT(2460, day.begin_s[1]);
    EXPECT_INT(3600, day.begin_s[2]);
    day_make(&day, 1740, 100, 600);
    day.shift.end_s = 4199;
    EXPECT_INT(0, day_wait(&day)); /* what begins at 3600 ends at 4200 */
}

/* Goal: on any problem the begins can be had, as the judge says of the same visits when they open
 * then, and are worth what was said. */
TEST(test_begins_after_waiting_are_confirmed_by_the_judge)
{
    static struct plan_sample sample;
    struct arena arena;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 77);
    uint32_t waits = 0;
    arena_init(&arena, 0);
    for (int round = 0; round < 200; round++) {
        sample_make(&sample, &rng, 16 + rng_below(&rng, 10), 1 + (size_t)(round % 3), true);
        struct plan_problem *problem = &sample.problem;
        problem->hours.count = 5;
        for (size_t b = 0; b < problem->hours.count; b++) {
            problem->hours.bands[b].until_s = (int32_t)(b + 1) * SAMPLE_DAY_S / 5;
            problem->hours.bands[b].permille = (uint32_t)rng_below(&rng, PLAN_WHOLE + 1);
        }
        struct plan_search *search = plan_search_open(&arena, problem, 1);
        (void)plan_search_run(search, 100, NULL);
        const struct plan_answer *best = plan_search_best(search);
        int32_t *begin_s = ARENA_ARRAY(&arena, problem->visit_count, int32_t);
        struct plan_verdict before = plan_check(&arena, problem, best->tours, begin_s);
        struct plan_value value = before.value;
        EXPECT_INT(PLAN_FAULT_none, before.fault);
        waits += plan_wait(&arena, problem, best->tours, begin_s, &value);
        for (size_t v = 0; v < problem->visit_count; v++) {
            struct plan_visit *visit = &sample.visits[v];
            for (uint32_t w = 0; begin_s[v] >= 0 && !visit->is_break && w < visit->window_count;
                 w++) {
                if (begin_s[v] >= visit->windows[w].open_s &&
                    begin_s[v] <= visit->windows[w].close_s) {
                    visit->windows[0] = (struct plan_window){begin_s[v], begin_s[v]};
                    visit->window_count = 1;
                }
            }
        }
        struct plan_verdict after = plan_check(&arena, problem, best->tours, NULL);
        EXPECT_INT(PLAN_FAULT_none, after.fault);
        EXPECT(after.value.worth == value.worth && value.worth >= before.value.worth);
        EXPECT(after.value.finish_s == value.finish_s);
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    EXPECT(waits > 20);
}
