/* sync/server/plan/team.h -- who visits whom on which day, for many collectors. No store.
 *
 * Three parts, each repeatable to the bit:
 *   deal    every unit gets an owner: the one it has unless that one may not or carries too
 *           much; else somebody who may, near, with little on hand (team_deal.c)
 *   block   collectors whose areas lie together, with the units they own, are planned for all
 *           days as one problem by the planner of the tablet (core/rules/plan_search.h); blocks
 *           share nothing, so they are done side by side (team_block.c)
 *   again   with the areas that came of it the blocks are cut anew, so that what lay on a
 *           border is offered to both sides; no block gets worse by it, since it starts from
 *           what it had (team.c)
 * The number of workers changes the time it takes, never the plan. */
#pragma once

#include "core/base/arena.h"
#include "core/domain/geo.h"
#include "core/rules/chance.h"

#include <stdbool.h>

enum {
    TEAM_DAYS_MAX = 14,
    TEAM_COLLECTORS_MAX = 1024,
    TEAM_UNITS_MAX = 100000,
    TEAM_DAY_S = 86400,
    TEAM_NARROW_DAYS = 4
};
#define TEAM_NONE UINT32_MAX /* nobody */

struct team_collector {
    uint32_t number;       /* given back by nobody here: the caller's */
    struct geo_point home; /* where a day begins and ends */
    int32_t from_s;        /* of the day */
    int32_t until_s;
    uint32_t days_off; /* bit d: day d is not worked */
    int64_t room;      /* cases at most, 0: no bound */
};

/* One door: the cases of a debtor, who is visited once. */
struct team_unit {
    struct geo_point place;
    uint32_t score; /* expected gain of a visit, points; up to PLAN_SCORE_MAX */
    int32_t service_s;
    uint32_t case_count;
    uint32_t owner;          /* collector; TEAM_NONE: nobody yet */
    bool is_held;            /* the owner goes or nobody */
    int32_t day;             /* agreed with the customer, kept before any score counts; -1 none */
    int32_t from_s, until_s; /* of that day; the visit begins within */
    int32_t not_before_day;  /* no visit before it; at or past the last day: none at all */
    uint32_t days_shut;      /* bit d: no visit on day d unless it was agreed on */
    /* Contact hours of its own, of every day: the visit begins and ends within unless it was
     * agreed on, on one of the first TEAM_NARROW_DAYS that it may be made. Both 0: none. */
    int32_t open_s, close_s;
};

/* Times between places, filled by several workers at once. As plan_travel.fill, with the number
 * of the worker below team_terms.worker_count. */
struct team_travel {
    enum err (*fill)(void *context, size_t worker, const struct geo_point *places, size_t count,
                     int32_t *travel_s_out);
    void *context;
};

struct team_problem {
    const struct team_collector *collectors;
    size_t collector_count;
    const struct team_unit *units;
    size_t unit_count;
    const uint64_t *may; /* [unit][team_words()]: bit c: collector c may have it */
    uint32_t day_count;
    /* [day][CHANCE_BANDS]: so many of a thousand visits meet somebody; a score counts by it unless
     * the visit is agreed. NULL: every hour is alike. */
    const uint32_t (*chance)[CHANCE_BANDS];
    struct team_travel travel;
};
static inline size_t team_words(const struct team_problem *problem)
{
    return (problem->collector_count + 63) / 64;
}
static inline bool team_may(const struct team_problem *problem, size_t unit, size_t collector)
{
    return (problem->may[unit * team_words(problem) + collector / 64] >> collector % 64 & 1) != 0;
}

struct team_terms {
    uint64_t seed;
    uint32_t steps;           /* of the search for each unit of a block and round */
    uint32_t rounds;          /* how often blocks are cut; at least 1 */
    uint32_t block_size;      /* collectors of one block at most; with days, PLAN_SHIFTS_MAX */
    uint32_t own_percent;     /* of its score: what a unit is worth more to whom it is dealt */
    uint32_t balance_percent; /* above the mean that one may own before some is taken */
    bool is_fixed;            /* nobody's unit goes to another: only the routes are looked for */
    size_t worker_count;
    /* Called when a block is done, from any worker, never by two at once; may be NULL. */
    void (*progress)(void *context, size_t done, size_t of);
    void *progress_context;
};

/* Why a unit has the owner it has. Text keys "hqplan.why.<name>". */
enum team_why {
    TEAM_WHY_stays,   /* with its owner */
    TEAM_WHY_held,    /* with its owner: something is under way */
    TEAM_WHY_new,     /* had none: near, and with room */
    TEAM_WHY_gone,    /* its owner may not have it any more */
    TEAM_WHY_balance, /* its owner had too much */
    TEAM_WHY_route,   /* lies well on the way of the one who goes there */
    TEAM_WHY_away,    /* its owner is off on that day; who goes there takes it */
    TEAM_WHY_nobody,  /* nobody may have it, or those who may are full */
    TEAM_WHY_COUNT
};

struct team_visit {
    uint32_t owner; /* after; TEAM_NONE nobody */
    enum team_why why;
    int32_t day;       /* of the visit, -1: none within these days */
    uint32_t position; /* 1, 2 … within the collector's day */
    int32_t begin_s;   /* of the day */
    int32_t travel_s;  /* from the one before */
};

/* What came of it for one collector. */
struct team_load {
    int64_t case_count, unit_count, score; /* owned */
    int64_t visit_count, visit_score;      /* planned */
    int64_t travel_s, service_s;           /* of the planned days */
};

struct team_plan {
    struct team_visit *visits; /* [unit] */
    struct team_load *loads;   /* [collector] */
    int64_t score;             /* of all planned visits */
    int64_t visit_count, travel_s;
    int64_t agreed_count;  /* appointments within the days */
    int64_t agreed_kept;   /* of these, planned in time */
    int64_t agreed_cannot; /* of these, impossible for everybody who may: see team_can_alone() */
    int64_t moved_count;   /* units whose owner changes */
    uint64_t hash;         /* of all visits: equal plans, equal hashes */
};

/* "hqplan.why.<name>" */
const char *team_why_key(enum team_why why);
/* Fills the plan in `arena`. ERR_too_many above the bounds, ERR_out_of_range for hours or scores
 * that are none; what the travel source gives. */
enum err team_make(struct arena *arena, const struct team_problem *problem,
                   const struct team_terms *terms, struct team_plan *plan_out) MUST_USE;
/* For comparison: the owners as they are, each going to the nearest of his that is open and lets
 * him be in time for what was agreed. */
enum err team_nearest(struct arena *arena, const struct team_problem *problem,
                      struct team_plan *plan_out) MUST_USE;
