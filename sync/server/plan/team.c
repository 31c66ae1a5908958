#include "sync/server/plan/team.h"

#include "core/rules/plan_problem.h"
#include "sync/server/plan/team_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { RESCUES = 6 }; /* rounds for appointments that found no time */

struct round {
    struct team_work *work;
    struct team_block *blocks;
    size_t block_count;
    uint32_t number;
    bool is_rescue;  /* only blocks with an appointment that found no time */
    size_t done, of; /* of all rounds */
    pthread_mutex_t *progress_lock;
};

const char *team_why_key(enum team_why why)
{
    switch (why) {
    case TEAM_WHY_stays:
        return "hqplan.why.stays";
    case TEAM_WHY_held:
        return "hqplan.why.held";
    case TEAM_WHY_new:
        return "hqplan.why.new";
    case TEAM_WHY_gone:
        return "hqplan.why.gone";
    case TEAM_WHY_balance:
        return "hqplan.why.balance";
    case TEAM_WHY_route:
        return "hqplan.why.route";
    case TEAM_WHY_away:
        return "hqplan.why.away";
    case TEAM_WHY_nobody:
        return "hqplan.why.nobody";
    case TEAM_WHY_COUNT:
        break;
    }
    UNREACHABLE();
}

/* ---- what is asked -------------------------------------------------------------------------- */

static bool is_sound(const struct team_problem *problem, const struct team_terms *terms)
{
    bool is_sound = problem->day_count >= 1 && terms->rounds >= 1 && terms->block_size >= 1 &&
                    terms->block_size <= PLAN_SHIFTS_MAX && terms->worker_count >= 1 &&
                    terms->own_percent <= 100;
    for (size_t c = 0; c < problem->collector_count; c++) {
        const struct team_collector *collector = &problem->collectors[c];
        is_sound = is_sound && collector->from_s >= 0 && collector->from_s <= collector->until_s &&
                   collector->until_s <= TEAM_DAY_S;
    }
    for (uint32_t d = 0; problem->chance != NULL && d < problem->day_count; d++) {
        for (size_t band = 0; band < CHANCE_BANDS; band++) {
            is_sound = is_sound && problem->chance[d][band] <= PLAN_WHOLE;
        }
    }
    for (size_t u = 0; u < problem->unit_count; u++) {
        const struct team_unit *unit = &problem->units[u];
        is_sound = is_sound && unit->score <= PLAN_SCORE_MAX && unit->service_s >= 0 &&
                   unit->service_s <= TEAM_DAY_S && unit->from_s >= 0 &&
                   unit->from_s <= unit->until_s && unit->until_s <= TEAM_DAY_S &&
                   unit->open_s >= 0 && unit->open_s <= unit->close_s &&
                   unit->close_s <= TEAM_DAY_S &&
                   (unit->owner == TEAM_NONE || unit->owner < problem->collector_count) &&
                   (!unit->is_held || unit->owner != TEAM_NONE);
    }
    return is_sound;
}

/* cos of a latitude in 1/65536, by a parabola that is right at 0, 45 and 90 degrees. */
static int64_t narrowing(int32_t lat_e7)
{
    int64_t degrees = (lat_e7 < 0 ? -(int64_t)lat_e7 : lat_e7) / 10000000;
    int64_t cosine = 65536 - degrees * 98 - degrees * degrees * 7;
    return cosine > 0 ? cosine : 0;
}

/* 1e-7 degrees of latitude are 0.011132 m. */
static struct team_spot spot_of(struct geo_point place)
{
    int64_t y_m = (int64_t)place.lat_e7 * 11132 / 1000000;
    int64_t x_m = (int64_t)place.lon_e7 * 11132 / 1000000 * narrowing(place.lat_e7) / 65536;
    return (struct team_spot){(int32_t)x_m, (int32_t)y_m};
}

static void open_work(struct arena *arena, struct team_work *work)
{
    const struct team_problem *problem = work->problem;
    work->spots = ARENA_ARRAY(arena, problem->unit_count + 1, struct team_spot);
    work->owner = ARENA_ARRAY(arena, problem->unit_count + 1, uint32_t);
    work->why = ARENA_ARRAY(arena, problem->unit_count + 1, enum team_why);
    work->visits = ARENA_ARRAY(arena, problem->unit_count + 1, struct team_visit);
    work->areas = ARENA_ARRAY(arena, problem->collector_count + 1, struct team_spot);
    work->load = ARENA_ARRAY(arena, problem->collector_count + 1, int64_t);
    work->held_count = ARENA_ARRAY(arena, problem->collector_count + 1, int64_t);
    for (size_t u = 0; u < problem->unit_count; u++) {
        work->spots[u] = spot_of(problem->units[u].place);
        work->visits[u] = (struct team_visit){.owner = TEAM_NONE, .day = -1};
    }
    for (size_t c = 0; c < problem->collector_count; c++) {
        work->areas[c] = spot_of(problem->collectors[c].home);
    }
}

/* ---- blocks --------------------------------------------------------------------------------- */

static bool is_missed(const struct team_work *work, size_t u)
{
    const struct team_unit *unit = &work->problem->units[u];
    return unit->day >= 0 && unit->day < (int32_t)work->problem->day_count &&
           work->visits[u].day < 0 && !unit->is_held && !work->terms->is_fixed;
}

static enum err plan_block(void *context, size_t worker, size_t index)
{
    struct round *round = context;
    const struct team_terms *terms = round->work->terms;
    uint64_t seed = terms->seed + round->number * UINT64_C(0x9e3779b9) + index * 65537;
    enum err err = team_block_plan(round->work, &round->blocks[index], worker, seed, round->number);
    if (terms->progress != NULL) {
        pthread_mutex_lock(round->progress_lock);
        round->done++;
        terms->progress(terms->progress_context, round->done, round->of);
        pthread_mutex_unlock(round->progress_lock);
    }
    return err;
}

/* Of the block, who may go to the appointment and is nearest; collector_count: nobody. */
static size_t nearest_of(const struct team_work *work, const struct team_block *block, size_t u)
{
    const struct team_problem *problem = work->problem;
    size_t best = problem->collector_count;
    for (size_t i = 0; i < block->collector_count; i++) {
        uint32_t c = block->collectors[i];
        bool is_off = (problem->collectors[c].days_off >> problem->units[u].day & 1) != 0;
        if (!is_off && team_may(problem, u, c) &&
            (best == problem->collector_count ||
             team_apart_m(work->areas[c], work->spots[u]) <
                 team_apart_m(work->areas[best], work->spots[u]))) {
            best = c;
        }
    }
    return best;
}

/* Of another block, who may go: the nearest, in later rounds somebody of the next block, so
 * that all blocks have their turn. collector_count: nobody. */
static size_t somebody_elsewhere(const struct team_work *work, const struct round *round, size_t u)
{
    size_t count = work->problem->collector_count;
    size_t here = 0;
    for (size_t b = 0; b < round->block_count; b++) {
        for (size_t i = 0; i < round->blocks[b].collector_count; i++) {
            here = round->blocks[b].collectors[i] == work->owner[u] ? b : here;
        }
    }
    size_t best = count;
    for (size_t k = 1; k < round->block_count; k++) {
        const struct team_block *block = &round->blocks[(here + k) % round->block_count];
        size_t found = nearest_of(work, block, u);
        bool is_nearer =
            found < count && (best == count || team_apart_m(work->areas[found], work->spots[u]) <
                                                   team_apart_m(work->areas[best], work->spots[u]));
        best = is_nearer ? found : best;
        if (round->is_rescue && best < count) {
            break;
        }
    }
    return best;
}

/* Units go with whom they are planned; an appointment that found no time goes to somebody of
 * another block who may. Returns how many of these there are. */
static size_t follow_routes(struct team_work *work, const struct round *round)
{
    size_t missed = 0;
    for (size_t u = 0; u < work->problem->unit_count; u++) {
        if (work->visits[u].day >= 0) {
            work->owner[u] = work->visits[u].owner;
        } else if (is_missed(work, u) && round->block_count > 1) {
            size_t other = somebody_elsewhere(work, round, u);
            missed += other < work->problem->collector_count;
            work->owner[u] =
                other < work->problem->collector_count ? (uint32_t)other : work->owner[u];
        }
    }
    return missed;
}

/* ---- what came of it ------------------------------------------------------------------------ */

static void set_owner(const struct team_work *work, size_t u)
{
    const struct team_unit *unit = &work->problem->units[u];
    struct team_visit *visit = &work->visits[u];
    if (visit->day < 0 || visit->owner == work->dealt[u]) {
        visit->owner = work->dealt[u];
        visit->why = work->why[u];
        return;
    }
    if (visit->owner == unit->owner) {
        visit->why = TEAM_WHY_stays;
    } else if (unit->owner == TEAM_NONE) {
        visit->why = TEAM_WHY_new;
    } else if (!team_may(work->problem, u, unit->owner)) {
        visit->why = TEAM_WHY_gone;
    } else if ((work->problem->collectors[unit->owner].days_off >> visit->day & 1) != 0) {
        visit->why = TEAM_WHY_away;
    } else {
        visit->why = TEAM_WHY_route;
    }
}

void team_count(const struct team_problem *problem, struct team_plan *plan)
{
    plan->hash = UINT64_C(0xcbf29ce484222325);
    for (size_t u = 0; u < problem->unit_count; u++) {
        const struct team_unit *unit = &problem->units[u];
        const struct team_visit *visit = &plan->visits[u];
        uint64_t words[3] = {visit->owner, (uint64_t)visit->day, (uint64_t)visit->begin_s};
        for (size_t i = 0; i < COUNT(words); i++) {
            plan->hash = (plan->hash ^ words[i]) * UINT64_C(0x100000001b3);
        }
        bool is_agreed = unit->day >= 0 && unit->day < (int32_t)problem->day_count;
        plan->agreed_count += is_agreed;
        plan->agreed_kept += is_agreed && visit->day >= 0;
        plan->moved_count += visit->owner != TEAM_NONE && visit->owner != unit->owner;
        if (visit->owner != TEAM_NONE) {
            struct team_load *load = &plan->loads[visit->owner];
            load->case_count += unit->case_count;
            load->unit_count++;
            load->score += unit->score;
            if (visit->day >= 0) {
                load->visit_count++;
                load->visit_score += unit->score;
                load->travel_s += visit->travel_s;
                load->service_s += unit->service_s;
                plan->visit_count++;
                plan->score += unit->score;
                plan->travel_s += visit->travel_s;
            }
        }
    }
}

/* Could somebody who may go keep the appointment if it were the only one of the day? */
static enum err can_alone(const struct team_problem *problem, size_t u, bool *can_out)
{
    const struct team_unit *unit = &problem->units[u];
    *can_out = false;
    for (size_t c = 0; !*can_out && c < problem->collector_count; c++) {
        const struct team_collector *collector = &problem->collectors[c];
        bool is_off = (collector->days_off >> unit->day & 1) != 0;
        bool may = unit->is_held ? unit->owner == c : team_may(problem, u, c);
        if (is_off || !may) {
            continue;
        }
        struct geo_point places[2] = {collector->home, unit->place};
        int32_t travel_s[4];
        TRY(problem->travel.fill(problem->travel.context, 0, places, 2, travel_s));
        int64_t begin_s = (int64_t)collector->from_s + travel_s[1];
        begin_s = begin_s > unit->from_s ? begin_s : unit->from_s;
        *can_out = begin_s <= unit->until_s &&
                   begin_s + unit->service_s + travel_s[2] <= collector->until_s;
    }
    return OK;
}

static enum err count_hopeless(const struct team_problem *problem, struct team_plan *plan)
{
    for (size_t u = 0; u < problem->unit_count; u++) {
        int32_t day = problem->units[u].day;
        if (day >= 0 && day < (int32_t)problem->day_count && plan->visits[u].day < 0) {
            bool can = false;
            TRY(can_alone(problem, u, &can));
            plan->agreed_cannot += !can;
        }
    }
    return OK;
}

/* The rounds that are asked for; then, while an appointment finds no time, some more of the
 * blocks to which such a one was brought. */
static enum err plan_rounds(struct arena *arena, struct team_work *work)
{
    const struct team_terms *terms = work->terms;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    size_t done = 0;
    size_t missed = 0;
    if (work->problem->collector_count == 0) {
        return OK;
    }
    for (uint32_t r = 0; r < terms->rounds || (missed > 0 && r < terms->rounds + RESCUES); r++) {
        struct arena_mark mark = arena_mark(arena);
        struct round round = {.work = work,
                              .number = r,
                              .is_rescue = r >= terms->rounds,
                              .done = done,
                              .progress_lock = &lock};
        round.block_count = team_cut(arena, work, r, &round.blocks);
        size_t left = r < terms->rounds ? terms->rounds - r : 1;
        round.of = round.done + round.block_count * left;
        enum err err = team_each(arena, terms->worker_count, round.block_count, plan_block, &round);
        done = round.done;
        if (err == OK) {
            missed = follow_routes(work, &round);
            team_set_areas(arena, work);
        }
        arena_rollback(arena, mark);
        TRY(err);
    }
    return OK;
}

enum err team_make(struct arena *arena, const struct team_problem *problem,
                   const struct team_terms *terms, struct team_plan *plan_out)
{
    if (problem->collector_count > TEAM_COLLECTORS_MAX || problem->unit_count > TEAM_UNITS_MAX ||
        problem->day_count > TEAM_DAYS_MAX) {
        return ERR_too_many;
    }
    if (!is_sound(problem, terms)) {
        return ERR_out_of_range;
    }
    struct team_work work = {.problem = problem, .terms = terms};
    open_work(arena, &work);
    team_deal(arena, &work);
    work.dealt = arena_copy(arena, work.owner, (problem->unit_count + 1) * sizeof *work.owner);
    TRY(plan_rounds(arena, &work));
    for (size_t u = 0; u < problem->unit_count; u++) {
        set_owner(&work, u);
    }
    *plan_out = (struct team_plan){
        .visits = work.visits,
        .loads = ARENA_ARRAY(arena, problem->collector_count + 1, struct team_load)};
    team_count(problem, plan_out);
    return count_hopeless(problem, plan_out);
}
