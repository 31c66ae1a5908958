/* Who visits whom: what must hold of every plan of a team, on invented towns. */
#include "sync/server/plan/team.h"

#include "core/rules/plan_travel.h"

#include "tests/lib/test.h"

enum { UNITS = 160, COLLECTORS = 9 };

struct town {
    struct arena arena;
    struct team_collector collectors[COLLECTORS];
    struct team_unit units[UNITS];
    uint64_t may[UNITS];
    struct plan_straight straight;
    struct plan_travel travel;
    struct team_problem problem;
    struct team_terms terms;
};

static enum err fill(void *context, size_t worker, const struct geo_point *places, size_t count,
                     int32_t *travel_s_out)
{
    const struct plan_travel *travel = context;
    (void)worker;
    return travel->fill(travel->context, places, count, travel_s_out);
}

/* Doors within 20 km, everybody may go everywhere; every fourth unit has no owner. */
static void town_open(struct town *town, uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    *town = (struct town){.straight = {400, 130, 60, NULL}};
    arena_init(&town->arena, 0);
    town->travel = plan_travel_straight(&town->straight);
    for (size_t c = 0; c < COLLECTORS; c++) {
        town->collectors[c] = (struct team_collector){
            .home = {312000000, 1181000000}, .from_s = 9 * 3600, .until_s = 15 * 3600};
    }
    for (size_t u = 0; u < UNITS; u++) {
        town->units[u] = (struct team_unit){
            .place = {311000000 + (int32_t)rng_below(&rng, 2000000),
                      1180000000 + (int32_t)rng_below(&rng, 2000000)},
            .score = 100 + (uint32_t)rng_below(&rng, 400),
            .service_s = 1500,
            .case_count = 1,
            .owner = u % 4 == 0 ? TEAM_NONE : (uint32_t)rng_below(&rng, COLLECTORS),
            .day = -1,
        };
        town->may[u] = (1u << COLLECTORS) - 1;
    }
    town->problem = (struct team_problem){.collectors = town->collectors,
                                          .collector_count = COLLECTORS,
                                          .units = town->units,
                                          .unit_count = UNITS,
                                          .may = town->may,
                                          .day_count = 2,
                                          .travel = {fill, &town->travel}};
    town->terms = (struct team_terms){.seed = seed,
                                      .steps = 20,
                                      .rounds = 2,
                                      .block_size = 4,
                                      .own_percent = 15,
                                      .balance_percent = 20,
                                      .worker_count = 1};
}

static struct team_plan town_plan(struct town *town)
{
    struct team_plan plan;
    EXPECT_OK(team_make(&town->arena, &town->problem, &town->terms, &plan));
    return plan;
}

/* Walks every day of everybody and looks at nothing but the visits. */
static void expect_lawful(const struct town *town, const struct team_plan *plan)
{
    for (size_t c = 0; c < COLLECTORS; c++) {
        for (int32_t day = 0; day < (int32_t)town->problem.day_count; day++) {
            int64_t ready_s = town->collectors[c].from_s;
            struct geo_point at = town->collectors[c].home;
            for (uint32_t position = 1;; position++) {
                size_t u = 0;
                while (u < UNITS && (plan->visits[u].owner != c || plan->visits[u].day != day ||
                                     plan->visits[u].position != position)) {
                    u++;
                }
                if (u == UNITS) {
                    break;
                }
                const struct team_unit *unit = &town->units[u];
                struct geo_point places[2] = {at, unit->place};
                int32_t travel_s[4];
                EXPECT_OK(town->travel.fill(town->travel.context, places, 2, travel_s));
                EXPECT(plan->visits[u].begin_s >= ready_s + travel_s[1]);
                EXPECT((town->collectors[c].days_off >> day & 1) == 0);
                EXPECT((town->may[u] >> c & 1) != 0);
                EXPECT(unit->day < 0 ||
                       (unit->day == day && plan->visits[u].begin_s >= unit->from_s &&
                        plan->visits[u].begin_s <= unit->until_s));
                EXPECT(unit->not_before_day <= day);
                EXPECT(unit->day >= 0 || (unit->days_shut >> day & 1) == 0);
                EXPECT(unit->close_s == 0 || unit->day >= 0 ||
                       (plan->visits[u].begin_s >= unit->open_s &&
                        plan->visits[u].begin_s + unit->service_s <= unit->close_s));
                EXPECT(!unit->is_held || unit->owner == c);
                ready_s = plan->visits[u].begin_s + unit->service_s;
                at = unit->place;
            }
            struct geo_point places[2] = {at, town->collectors[c].home};
            int32_t travel_s[4];
            EXPECT_OK(town->travel.fill(town->travel.context, places, 2, travel_s));
            EXPECT(ready_s + travel_s[1] <= town->collectors[c].until_s ||
                   ready_s == town->collectors[c].from_s);
        }
    }
}

TEST(test_nobody_is_sent_where_he_may_not_go_or_on_a_day_off)
{
    static struct town town;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        town_open(&town, seed);
        town.collectors[2].days_off = 1;
        town.collectors[5].days_off = 3;
        for (size_t u = 0; u < UNITS; u += 3) {
            town.may[u] &= ~(UINT64_C(1) << u % COLLECTORS);
        }
        for (size_t u = 1; u < UNITS; u += 10) {
            town.units[u].is_held =
                town.units[u].owner != TEAM_NONE && (town.may[u] >> town.units[u].owner & 1) != 0;
            town.units[u + 1].not_before_day = 1;
            town.units[u + 2].not_before_day = 2;
            town.units[u + 3].days_shut = 1;
            town.units[u + 4].days_shut = 2;
            town.units[u + 5].days_shut = 3;
        }
        struct team_plan plan = town_plan(&town);
        expect_lawful(&town, &plan);
        EXPECT(plan.visit_count > 60);
        for (size_t u = 0; u < UNITS; u++) {
            EXPECT(!town.units[u].is_held || plan.visits[u].owner == town.units[u].owner);
        }
        arena_deinit(&town.arena);
    }
}

/* A door that is open at some hours only is visited then, on one of the days; so it is when
 * hours count, and then more visits fall into the hours at which people are met. */
TEST(test_doors_are_visited_at_hours_that_are_lawful_and_good)
{
    static const uint32_t late[3][CHANCE_BANDS] = {{100, 100, 100, 600, 600, 600},
                                                   {100, 100, 100, 600, 600, 600},
                                                   {300, 300, 300, 300, 300, 300}};
    static struct town town;
    int64_t good[2] = {0};
    for (int has_chance = 0; has_chance < 2; has_chance++) {
        town_open(&town, 11);
        town.problem.day_count = 3;
        town.problem.chance = has_chance == 1 ? late : NULL;
        for (size_t u = 0; u < UNITS; u += 5) {
            town.units[u].open_s = (10 + (int32_t)(u % 3)) * 3600;
            town.units[u].close_s = town.units[u].open_s + 3600;
            town.units[u].score = 600;
        }
        struct team_plan plan = town_plan(&town);
        expect_lawful(&town, &plan);
        int64_t narrow = 0;
        for (size_t u = 0; u < UNITS; u++) {
            const struct team_visit *visit = &plan.visits[u];
            bool is_good = visit->day >= 0 && visit->day < 2 && visit->begin_s >= 14 * 3600;
            good[has_chance] += is_good ? town.units[u].score : 0;
            narrow += visit->day >= 0 && town.units[u].close_s != 0;
        }
        EXPECT(narrow > 10);
        arena_deinit(&town.arena);
    }
    EXPECT(good[1] > good[0]);
}

TEST(test_appointments_that_somebody_can_keep_are_kept)
{
    static struct town town;
    town_open(&town, 4);
    for (size_t u = 0; u < 36; u++) {
        town.units[u].day = (int32_t)(u % 2);
        town.units[u].from_s = (10 + (int32_t)(u % 4)) * 3600;
        town.units[u].until_s = town.units[u].from_s + 1800;
    }
    town.units[40].day = 0; /* nobody can be there before the day begins */
    town.units[40].from_s = 0;
    town.units[40].until_s = 3600;
    struct team_plan plan = town_plan(&town);
    expect_lawful(&town, &plan);
    EXPECT_INT(37, plan.agreed_count);
    EXPECT_INT(36, plan.agreed_kept);
    EXPECT_INT(1, plan.agreed_cannot);
    arena_deinit(&town.arena);
}

TEST(test_more_workers_make_the_same_plan)
{
    static struct town town;
    uint64_t hashes[3];
    static const size_t workers[] = {1, 2, 5};
    for (size_t i = 0; i < COUNT(workers); i++) {
        town_open(&town, 5);
        town.terms.worker_count = workers[i];
        hashes[i] = town_plan(&town).hash;
        arena_deinit(&town.arena);
    }
    EXPECT(hashes[0] == hashes[1] && hashes[0] == hashes[2]);
}

TEST(test_with_fixed_owners_nothing_changes_hands)
{
    static struct town town;
    town_open(&town, 6);
    town.terms.is_fixed = true;
    struct team_plan plan = town_plan(&town);
    expect_lawful(&town, &plan);
    EXPECT_INT(0, plan.moved_count);
    struct team_plan nearest;
    EXPECT_OK(team_nearest(&town.arena, &town.problem, &nearest));
    expect_lawful(&town, &nearest);
    EXPECT_INT(0, nearest.moved_count);
    EXPECT(nearest.visit_count > 0 && plan.score >= nearest.score);
    town.terms.is_fixed = false;
    EXPECT(town_plan(&town).score > plan.score);
    arena_deinit(&town.arena);
}

TEST(test_who_carries_too_much_gives_some_away)
{
    static struct town town;
    town_open(&town, 7);
    int64_t total = 0;
    for (size_t u = 0; u < UNITS; u++) {
        town.units[u].owner = 0;
        town.units[u].not_before_day = 2; /* no routes: only the deal */
        total += town.units[u].score;
    }
    struct team_plan plan = town_plan(&town);
    for (size_t c = 0; c < COLLECTORS; c++) {
        EXPECT(plan.loads[c].score <= total / COLLECTORS * 12 / 10 + 500);
    }
    EXPECT(plan.moved_count > UNITS / 2);
    for (size_t u = 0; u < UNITS; u++) { /* but not what is held */
        town.units[u].is_held = true;
    }
    EXPECT_INT(0, town_plan(&town).moved_count);
    arena_deinit(&town.arena);
}

TEST(test_nobody_gets_more_cases_than_there_is_room_for)
{
    static struct town town;
    town_open(&town, 8);
    for (size_t c = 0; c < COLLECTORS; c++) {
        town.collectors[c].room = 12;
    }
    for (size_t u = 0; u < UNITS; u++) {
        town.units[u].owner = TEAM_NONE;
    }
    struct team_plan plan = town_plan(&town);
    int64_t given = 0;
    for (size_t c = 0; c < COLLECTORS; c++) {
        EXPECT(plan.loads[c].case_count <= 12);
        given += plan.loads[c].case_count;
    }
    EXPECT_INT(12 * COLLECTORS, given);
    arena_deinit(&town.arena);
}

TEST(test_what_is_no_problem_is_refused)
{
    static struct town town;
    struct team_plan plan;
    town_open(&town, 9);
    town.problem.day_count = TEAM_DAYS_MAX + 1;
    EXPECT_ERR(ERR_too_many, team_make(&town.arena, &town.problem, &town.terms, &plan));
    town.problem.day_count = 1;
    town.units[3].owner = COLLECTORS;
    EXPECT_ERR(ERR_out_of_range, team_make(&town.arena, &town.problem, &town.terms, &plan));
    town.units[3].owner = 0;
    town.collectors[0].until_s = TEAM_DAY_S + 1;
    EXPECT_ERR(ERR_out_of_range, team_make(&town.arena, &town.problem, &town.terms, &plan));
    town.collectors[0].until_s = TEAM_DAY_S;
    town.problem.unit_count = 0;
    EXPECT_OK(team_make(&town.arena, &town.problem, &town.terms, &plan));
    EXPECT_INT(0, plan.visit_count);
    arena_deinit(&town.arena);
}
