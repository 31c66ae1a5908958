/* What the planner of teams makes of an invented city, in how much time and memory.
 *
 *   bench_team [--units N] [--collectors N] [--days N] [--workers N] [--seed N] [--steps N]
 *              [--rounds N] [--block N]
 *
 * Doors lie in quarters of different density, a tenth outside of all; every twentieth has an
 * appointment that its owner could keep if it were the only one of the day. Owners are as cards
 * are dealt: the worst case of an assignment that knows no map. Prints a line each for the
 * nearest door first, for the best routes with the owners as they are, and for the plan; times
 * are CPU time of the whole process. */
#include "sync/server/plan/team.h"

#include "core/rules/plan_problem.h"
#include "core/rules/plan_travel.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct wish {
    size_t units, collectors;
    uint32_t days;
    struct team_terms terms;
};

static uint64_t dice;

static uint32_t roll(uint32_t below)
{
    dice ^= dice >> 12;
    dice ^= dice << 25;
    dice ^= dice >> 27;
    return (uint32_t)((dice * UINT64_C(0x2545f4914f6cdd1d) >> 32) * below >> 32);
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum err fill(void *context, size_t worker, const struct geo_point *places, size_t count,
                     int32_t *travel_s_out)
{
    const struct plan_travel *travel = context;
    (void)worker;
    return travel->fill(travel->context, places, count, travel_s_out);
}

enum { QUARTERS = 40, CITY_E7 = 3000000 }; /* some 33 km from north to south */

static struct geo_point somewhere(const struct geo_point *quarters)
{
    const struct geo_point middle = {312000000, 1181000000};
    if (roll(10) == 0) {
        return (struct geo_point){middle.lat_e7 + (int32_t)roll(CITY_E7),
                                  middle.lon_e7 + (int32_t)roll(CITY_E7)};
    }
    uint32_t which = roll(QUARTERS);
    which = roll(which + 1); /* the first quarters are the dense ones */
    int32_t wide = 0;
    int32_t high = 0;
    for (int i = 0; i < 4; i++) {
        wide += (int32_t)roll(CITY_E7 / 20) - CITY_E7 / 40;
        high += (int32_t)roll(CITY_E7 / 20) - CITY_E7 / 40;
    }
    return (struct geo_point){quarters[which].lat_e7 + high, quarters[which].lon_e7 + wide};
}

static void set_appointment(struct team_unit *unit, const struct team_problem *problem,
                            const struct plan_travel *travel)
{
    const struct team_collector *owner = &problem->collectors[unit->owner];
    struct geo_point places[2] = {owner->home, unit->place};
    int32_t travel_s[4];
    if (travel->fill(travel->context, places, 2, travel_s) != OK) {
        return;
    }
    int32_t first_s = owner->from_s + travel_s[1];
    int32_t last_s = owner->until_s - travel_s[2] - unit->service_s;
    if (last_s - first_s < 3600) {
        return;
    }
    unit->day = (int32_t)roll(problem->day_count);
    unit->from_s = first_s + (int32_t)roll((uint32_t)(last_s - first_s - 1800));
    unit->until_s = unit->from_s + 1800;
}

static void make_city(struct arena *arena, const struct wish *wish,
                      const struct plan_travel *travel, struct team_problem *problem)
{
    struct team_collector *collectors = ARENA_ARRAY(arena, wish->collectors, struct team_collector);
    struct team_unit *units = ARENA_ARRAY(arena, wish->units, struct team_unit);
    struct geo_point quarters[QUARTERS];
    for (int i = 0; i < QUARTERS; i++) {
        quarters[i] = (struct geo_point){312000000 + (int32_t)roll(CITY_E7),
                                         1181000000 + (int32_t)roll(CITY_E7)};
    }
    problem->collectors = collectors;
    problem->collector_count = wish->collectors;
    problem->units = units;
    problem->unit_count = wish->units;
    problem->day_count = wish->days;
    for (size_t c = 0; c < wish->collectors; c++) {
        collectors[c] = (struct team_collector){.number = (uint32_t)c,
                                                .home = quarters[c % 4 * 7],
                                                .from_s = 9 * 3600,
                                                .until_s = 18 * 3600};
    }
    size_t words = team_words(problem);
    uint64_t *may = ARENA_ARRAY(arena, wish->units * words + 1, uint64_t);
    for (size_t u = 0; u < wish->units; u++) {
        units[u] = (struct team_unit){.place = somewhere(quarters),
                                      .score = 50 + roll(300) + roll(300),
                                      .service_s = 1500,
                                      .case_count = 1,
                                      .owner = (uint32_t)roll((uint32_t)wish->collectors),
                                      .day = -1};
        if (u % 20 == 0) {
            set_appointment(&units[u], problem, travel);
        }
        for (size_t c = 0; c < wish->collectors; c++) {
            may[u * words + c / 64] |= UINT64_C(1) << c % 64;
        }
    }
    problem->may = may;
}

static void tell(const char *what, const struct team_plan *plan, double took_s)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-24s score %lld visits %lld travel %lld h agreed %lld of %lld (%lld impossible) moved "
           "%lld cpu %.1f s, %ld MiB, hash %016llx\n",
           what, (long long)plan->score, (long long)plan->visit_count,
           (long long)plan->travel_s / 3600, (long long)plan->agreed_kept,
           (long long)plan->agreed_count, (long long)plan->agreed_cannot,
           (long long)plan->moved_count, took_s, usage.ru_maxrss / 1024,
           (unsigned long long)plan->hash);
    fflush(stdout);
}

static enum err run(struct arena *arena, struct wish *wish)
{
    static const struct plan_straight straight = {400, 140, 180, NULL};
    struct plan_travel travel = plan_travel_straight(&straight);
    struct team_problem problem = {.travel = {fill, &travel}};
    make_city(arena, wish, &travel, &problem);
    struct team_plan plan;
    double before_s = cpu_s();
    TRY(team_nearest(arena, &problem, &plan));
    tell("nearest door first", &plan, cpu_s() - before_s);
    double nearest = (double)plan.score;
    before_s = cpu_s();
    wish->terms.is_fixed = true;
    TRY(team_make(arena, &problem, &wish->terms, &plan));
    tell("owners as they are", &plan, cpu_s() - before_s);
    double fixed = (double)plan.score;
    before_s = cpu_s();
    wish->terms.is_fixed = false;
    TRY(team_make(arena, &problem, &wish->terms, &plan));
    tell("plan", &plan, cpu_s() - before_s);
    printf("gain %.1f %% over nearest, %.1f %% over the owners as they are\n",
           100.0 * ((double)plan.score / nearest - 1), 100.0 * ((double)plan.score / fixed - 1));
    return OK;
}

int main(int count, char **words)
{
    static const struct option options[] = {
        {"units", required_argument, NULL, 'u'},
        {"collectors", required_argument, NULL, 'c'},
        {"days", required_argument, NULL, 'd'},
        {"workers", required_argument, NULL, 'w'},
        {"seed", required_argument, NULL, 's'},
        {"steps", required_argument, NULL, 't'},
        {"rounds", required_argument, NULL, 'r'},
        {"block", required_argument, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    struct wish wish = {.units = 1000,
                        .collectors = 20,
                        .days = 1,
                        .terms = {.seed = 1,
                                  .steps = 150,
                                  .rounds = 2,
                                  .block_size = 16,
                                  .own_percent = 10,
                                  .balance_percent = 20,
                                  .worker_count = 2}};
    int word;
    while ((word = getopt_long(count, words, "", options, NULL)) != -1) {
        unsigned long long number = optarg == NULL ? 0 : strtoull(optarg, NULL, 10);
        switch (word) {
        case 'u':
            wish.units = number;
            break;
        case 'c':
            wish.collectors = number;
            break;
        case 'd':
            wish.days = (uint32_t)number;
            break;
        case 'w':
            wish.terms.worker_count = number;
            break;
        case 's':
            wish.terms.seed = number;
            break;
        case 't':
            wish.terms.steps = (uint32_t)number;
            break;
        case 'r':
            wish.terms.rounds = (uint32_t)number;
            break;
        case 'b':
            wish.terms.block_size = (uint32_t)number;
            break;
        default:
            return 2;
        }
    }
    if (wish.units < 1 || wish.collectors < 1 || wish.collectors > TEAM_COLLECTORS_MAX ||
        wish.units > TEAM_UNITS_MAX || wish.days < 1 || wish.days > TEAM_DAYS_MAX) {
        fprintf(stderr, "bench_team [--units N] [--collectors N] [--days N] [--workers N]\n");
        return 2;
    }
    dice = wish.terms.seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    enum err err = run(&arena, &wish);
    arena_deinit(&arena);
    if (err != OK) {
        fprintf(stderr, "bench_team: %s\n", err_name(err));
    }
    return err == OK ? 0 : 1;
}
