/* core/roads/roads_work.h -- searching a hierarchy upwards; for the files of this room.
 *
 * Ranks rise along every arc of the hierarchy. A fastest way is one search that only rises
 * from its start, and one that only rises, backwards, from its end, where they meet. Pure. */
#pragma once

#include "core/roads/pack.h"
#include "core/roads/roads.h"

enum {
    ROADS_SEEDS_MAX = 64,
    /* 620 days: no search goes on past it, so that sums fit 32 bits and cannot come out smaller
     * than their parts, whatever a pack says. */
    ROADS_TIME_MAX_DS = 1 << 29,
};

/* A state from which a search starts, and what it cost to get there. */
struct roads_seed {
    uint32_t rank;
    uint32_t time_ds;
    bool is_forward; /* of an end: the segment is then travelled in its direction */
};

struct roads_label {
    uint32_t rank;
    uint32_t time_ds;
};

struct roads_heap {
    uint64_t *keys; /* time << 32 | rank */
    size_t count, capacity;
};

struct roads_work {
    struct arena *arena;
    const struct roads *roads;
    const struct roads_hierarchy *hierarchy;
    enum roads_mode mode;
    /* Road directions that leave each node, in the order of the turn tables. */
    uint32_t *incident_first, *incidents;
    /* Of the last search of each direction; valid where the stamp is the search's number. */
    uint32_t *time[2], *stamp[2], search[2];
    struct roads_heap heap;
    struct roads_label *labels; /* of the last search, without those that a higher way beats */
    size_t label_count, label_capacity;
    uint32_t *exact, *exact_stamp, exact_search; /* see roads_route.c; allocated when needed */
};

/* The arcs of a rank; ends with false. is_backward: those that lead down into it. */
struct roads_arcs {
    const uint8_t *at, *end;
    uint32_t left, rank_count, rank, to, weight;
};
struct roads_arcs roads_arcs_of(const struct roads_hierarchy *hierarchy, uint32_t rank,
                                bool is_backward);
static inline bool roads_arcs_next(struct roads_arcs *arcs)
{
    if (arcs->left == 0 || arcs->at >= arcs->end) { /* a damaged pack may promise any number */
        return false;
    }
    arcs->left--;
    arcs->to += pack_varint(&arcs->at, arcs->end);
    arcs->weight = pack_varint(&arcs->at, arcs->end);
    /* A damaged pack must not lead in circles or outside. */
    if (arcs->to <= arcs->rank || arcs->to >= arcs->rank_count) {
        arcs->left = 0;
        return false;
    }
    return true;
}

/* Rank of the state in which a road direction ends; PACK_NO_RANK: none. */
uint32_t roads_rank_at_end(const struct roads_work *work, uint32_t direction);
/* Turn costs of those who come into `node` by its incident `in`, by outgoing incident; NULL:
 * all are free. */
const uint8_t *roads_turns_of(const struct roads_work *work, uint32_t node, uint32_t in);

size_t roads_seeds_from(const struct roads_work *work, const struct roads_place *place,
                        struct roads_seed seeds_out[ROADS_SEEDS_MAX]);
size_t roads_seeds_to(const struct roads_work *work, const struct roads_place *place,
                      struct roads_seed seeds_out[ROADS_SEEDS_MAX]);
/* Along one and the same segment, without leaving it; ROADS_NEVER. */
int32_t roads_time_within_ds(const struct roads_work *work, const struct roads_place *from,
                             const struct roads_place *to);
/* Searches upwards from `seeds`; fills work->time[is_backward] and work->labels. */
void roads_search_up(struct roads_work *work, const struct roads_seed *seeds, size_t count,
                     bool is_backward);
