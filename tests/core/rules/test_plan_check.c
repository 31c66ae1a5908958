#include "core/rules/plan_check.h"
#include "tests/lib/test.h"

enum { POINTS = 4 };

/* Four points in a row, 100 s apart; 10 s more on the way back. */
struct town {
    struct plan_problem problem;
    struct plan_visit visits[4];
    struct plan_shift shift;
    int32_t travel_s[POINTS * POINTS];
};

static void town_make(struct town *town)
{
    *town = (struct town){.shift = {.start_point = 0,
                                    .end_point = 0,
                                    .partner_start_point = PLAN_NONE,
                                    .partner_end_point = PLAN_NONE,
                                    .end_s = 2000}};
    for (int32_t i = 0; i < POINTS; i++) {
        for (int32_t j = 0; j < POINTS; j++) {
            town->travel_s[i * POINTS + j] = j >= i ? (j - i) * 100 : (i - j) * 110;
        }
    }
    for (uint32_t i = 0; i < 3; i++) {
        town->visits[i] = (struct plan_visit){.point = i + 1,
                                              .score = 10 * (i + 1),
                                              .service_s = 50,
                                              .window_count = 1,
                                              .windows = {{0, 2000}}};
    }
    town->problem = (struct plan_problem){.visits = town->visits,
                                          .visit_count = 3,
                                          .shifts = &town->shift,
                                          .shift_count = 1,
                                          .travel_s = town->travel_s,
                                          .point_count = POINTS};
}

static struct plan_verdict judge(const struct town *town, uint32_t count, uint32_t *order,
                                 int32_t *begin_s)
{
    struct arena arena;
    struct plan_tour tour = {order, count};
    arena_init(&arena, 0);
    EXPECT_OK(plan_problem_check(&town->problem));
    struct plan_verdict verdict = plan_check(&arena, &town->problem, &tour, begin_s);
    arena_deinit(&arena);
    return verdict;
}

TEST(test_times_and_values_are_those_worked_out_by_hand)
{
    struct town town;
    int32_t begin_s[4];
    town_make(&town);
    town.visits[1].windows[0] = (struct plan_window){0, 100};
    town.visits[1].windows[1] = (struct plan_window){500, 600};
    town.visits[1].window_count = 2;
    struct plan_verdict verdict = judge(&town, 3, (uint32_t[]){0, 1, 2}, begin_s);
    EXPECT_INT(PLAN_FAULT_none, verdict.fault);
    EXPECT_INT(100, begin_s[0]);
    EXPECT_INT(500, begin_s[1]); /* there at 250: after the first window, before the second */
    EXPECT_INT(650, begin_s[2]);
    EXPECT_INT(60, verdict.value.score);
    EXPECT_INT(700 + 330, verdict.value.finish_s);
    EXPECT_INT(300 + 330, verdict.value.travel_s);
    town.shift.end_point = PLAN_NONE;
    verdict = judge(&town, 3, (uint32_t[]){0, 1, 2}, begin_s);
    EXPECT_INT(700, verdict.value.finish_s);
    EXPECT_INT(300, verdict.value.travel_s);
}

TEST(test_every_fault_is_found_with_its_place)
{
    struct town town;
    town_make(&town);
    struct plan_verdict verdict = judge(&town, 2, (uint32_t[]){1, 1}, NULL);
    EXPECT_INT(PLAN_FAULT_twice, verdict.fault);
    verdict = judge(&town, 1, (uint32_t[]){3}, NULL);
    EXPECT_INT(PLAN_FAULT_twice, verdict.fault);
    town.visits[2].windows[0].close_s = 340;
    verdict = judge(&town, 2, (uint32_t[]){0, 2}, NULL); /* there at 350 */
    EXPECT_INT(PLAN_FAULT_window, verdict.fault);
    EXPECT_INT(2, verdict.visit);
    EXPECT_INT(10, verdict.late_s);
    town.visits[2].windows[0].close_s = 350;
    verdict = judge(&town, 2, (uint32_t[]){0, 2}, NULL);
    EXPECT_INT(PLAN_FAULT_none, verdict.fault);
    town.shift.end_s = 729; /* home at 730 */
    verdict = judge(&town, 2, (uint32_t[]){0, 2}, NULL);
    EXPECT_INT(PLAN_FAULT_end, verdict.fault);
    EXPECT_INT(1, verdict.late_s);
    town.visits[0].shifts = 2;
    verdict = judge(&town, 1, (uint32_t[]){0}, NULL);
    EXPECT_INT(PLAN_FAULT_shift, verdict.fault);
}

TEST(test_locks_hold_an_order)
{
    struct town town;
    town_make(&town);
    town.visits[0].lock = 2;
    town.visits[1].lock = 1;
    EXPECT_INT(PLAN_FAULT_order, judge(&town, 3, (uint32_t[]){0, 2, 1}, NULL).fault);
    EXPECT_INT(PLAN_FAULT_none, judge(&town, 3, (uint32_t[]){1, 2, 0}, NULL).fault);
    town.visits[1].is_leading = true;
    EXPECT_INT(PLAN_FAULT_order, judge(&town, 3, (uint32_t[]){2, 1, 0}, NULL).fault);
    EXPECT_INT(PLAN_FAULT_none, judge(&town, 3, (uint32_t[]){1, 2, 0}, NULL).fault);
}

TEST(test_a_break_is_had_on_the_way_and_at_its_time)
{
    struct town town;
    int32_t begin_s[4];
    town_make(&town);
    town.visits[3] = (struct plan_visit){
        .is_break = true, .service_s = 60, .window_count = 1, .windows = {{200, 260}}};
    town.problem.visit_count = 4;
    /* Done with 0 at 150; the break begins at 200 on the way, so 2 is reached at 150+200+60. */
    struct plan_verdict verdict = judge(&town, 3, (uint32_t[]){0, 3, 2}, begin_s);
    EXPECT_INT(PLAN_FAULT_none, verdict.fault);
    EXPECT_INT(200, begin_s[3]);
    EXPECT_INT(410, begin_s[2]);
    /* A break that may begin only later keeps the collector waiting. */
    town.visits[3].windows[0] = (struct plan_window){500, 560};
    verdict = judge(&town, 3, (uint32_t[]){0, 3, 2}, begin_s);
    EXPECT_INT(560, begin_s[2]);
    /* Done with 2 at 400 + 50, too late for a break until 440; a break that is missing counts. */
    town.visits[3].windows[0] = (struct plan_window){200, 399};
    EXPECT_INT(PLAN_FAULT_window, judge(&town, 3, (uint32_t[]){0, 2, 3}, begin_s).fault);
    EXPECT_INT(1, judge(&town, 1, (uint32_t[]){0}, begin_s).value.mandatory_missing);
}

TEST(test_of_two_collectors_the_longer_way_counts)
{
    struct town town;
    int32_t begin_s[4];
    town_make(&town);
    town.shift.partner_start_point = 3;
    town.shift.partner_end_point = 3;
    struct plan_verdict verdict = judge(&town, 2, (uint32_t[]){0, 1}, begin_s);
    EXPECT_INT(220, begin_s[0]);            /* 3 to 1 is longer than 0 to 1 */
    EXPECT_INT(220 + 50 + 100, begin_s[1]); /* together from then on */
    EXPECT_INT(370 + 50 + 220, verdict.value.finish_s);
}

TEST(test_what_stays_of_a_shown_plan_is_worth_something)
{
    struct town town;
    struct plan_shown shown[4] = {
        {.is_planned = true, .is_first = true, .before = PLAN_NONE},
        {.is_planned = true, .before = 0, .begin_s = 1500, .is_announced = true}};
    town_make(&town);
    town.problem.keep = (struct plan_keep){shown, 7, 3, 2};
    int64_t plain = 30 * PLAN_WORTH;
    /* Both stay with both legs; 250 instead of 1,500: 650 s beyond the slack are 11 minutes. */
    EXPECT_INT(plain + 2 * 7 + 2 * 3 - 11 * 2,
               judge(&town, 2, (uint32_t[]){0, 1}, NULL).value.worth);
    shown[1].is_announced = false;
    EXPECT_INT(plain + 2 * 7 + 2 * 3, judge(&town, 2, (uint32_t[]){0, 1}, NULL).value.worth);
    EXPECT_INT(plain + 2 * 7, judge(&town, 2, (uint32_t[]){1, 0}, NULL).value.worth);
}

TEST(test_an_hour_takes_its_part_of_a_score)
{
    struct town town;
    town_make(&town);
    town.problem.hours =
        (struct plan_hours){.count = 3, .bands = {{250, 500}, {400, PLAN_WHOLE}, {401, 333}}};
    uint32_t order[] = {0, 1, 2}; /* begin at 100, 250 and 400 */
    struct plan_verdict verdict = judge(&town, 3, order, NULL);
    EXPECT_INT(PLAN_FAULT_none, verdict.fault);
    EXPECT_INT(60, verdict.value.score);
    EXPECT_INT(10 * 256 / 2 + 20 * 256 + (7680 - 5122), verdict.value.worth);
    town.visits[2].is_expected = true;
    verdict = judge(&town, 3, order, NULL);
    EXPECT_INT(10 * 256 / 2 + 20 * 256 + 7680, verdict.value.worth);
}

TEST(test_numbers_out_of_range_are_refused)
{
    struct town town;
    town_make(&town);
    town.visits[0].service_s = -1;
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.visits[1].windows[0] = (struct plan_window){10, 9};
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.visits[1].window_count = PLAN_WINDOWS_MAX + 1;
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.visits[2].point = POINTS;
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.travel_s[5] = -1;
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.shift.end_s = PLAN_TIME_MAX + 1;
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.problem.hours = (struct plan_hours){.count = 1, .bands = {{100, PLAN_WHOLE + 1}}};
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.problem.hours = (struct plan_hours){.count = 2, .bands = {{100, 1}, {100, 2}}};
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.problem.hours.count = PLAN_HOURS_MAX + 1;
    EXPECT_ERR(ERR_out_of_range, plan_problem_check(&town.problem));
    town_make(&town);
    town.problem.shift_count = PLAN_SHIFTS_MAX + 1;
    EXPECT_ERR(ERR_too_many, plan_problem_check(&town.problem));
}
