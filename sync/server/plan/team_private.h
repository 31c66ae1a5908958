/* sync/server/plan/team_private.h -- what the files of the team planner share. */
#pragma once

#include "sync/server/plan/team.h"

/* A place on a plane, metres: near enough to say who is nearer. */
struct team_spot {
    int32_t x_m, y_m;
};

struct team_work {
    const struct team_problem *problem;
    const struct team_terms *terms;
    struct team_spot *spots; /* [unit] */
    struct team_spot *areas; /* [collector]: the middle of what is owned, or visited */
    uint32_t *owner;         /* [unit]: as dealt, later who visits it; TEAM_NONE nobody */
    const uint32_t *dealt;   /* [unit]: `owner` as dealt, to whom a visit is worth more */
    enum team_why *why;      /* [unit]: of `dealt` */
    int64_t *load;           /* [collector]: score owned */
    int64_t *held_count;     /* [collector]: cases owned */
    struct team_visit *visits;
};

/* Between two spots, a little above the straight line. */
int32_t team_apart_m(struct team_spot a, struct team_spot b);
/* May the collector have so many cases more? */
bool team_has_room(const struct team_work *work, size_t collector, int64_t case_count);
/* Sets the areas from the owners; who owns nothing keeps what is set. */
void team_set_areas(struct arena *arena, struct team_work *work);

/* team_deal.c: sets owner, why, load, held_count and areas. */
void team_deal(struct arena *arena, struct team_work *work);

/* Collectors and units that are planned together. */
struct team_block {
    const uint32_t *collectors;
    size_t collector_count;
    const uint32_t *units;
    size_t unit_count;
};
/* team_cut.c: halves the collectors by where their areas lie until each part is small enough, in
 * odd rounds along the other side first; each block has the units that its collectors own.
 * Returns how many blocks there are. */
size_t team_cut(struct arena *arena, const struct team_work *work, uint32_t number,
                struct team_block **blocks_out);
/* team_block.c: plans the days of the block anew, from the visits there are (`round` 0: none).
 * Writes the visits of the block's units. */
enum err team_block_plan(const struct team_work *work, const struct team_block *block,
                         size_t worker, uint64_t seed, uint32_t round);

/* Sums what the visits say; the other members are 0 before. */
void team_count(const struct team_problem *problem, struct team_plan *plan);

/* team_each.c: does job(context, worker, index) for 0 … count - 1, several at once. Gives the
 * error of the lowest index that has one; all are done whatever comes. */
enum err team_each(struct arena *arena, size_t worker_count, size_t count,
                   enum err (*job)(void *context, size_t worker, size_t index), void *context);
