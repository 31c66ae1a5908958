/* sync/server/mappack/contract.h -- orders a directed graph into a contraction hierarchy.
 *
 * After Geisberger, Sanders, Schultes, Delling, "Contraction Hierarchies" (2008): vertices
 * are taken out one by one, the least important first; where the shortest way between two
 * neighbours led through the one taken out, a shortcut takes its place. Every shortest way
 * then has a form that first only rises in rank and then only falls.
 * Deterministic: the same graph gives the same hierarchy. */
#pragma once

#include "core/base/arena.h"

#include <stdbool.h>

struct contract_arc {
    uint32_t from, to;
    uint32_t weight; /* of an arc from `from` to `to`, >= 0; the sum of any way below 2^31 */
};

struct contract_result {
    uint32_t *rank_of_vertex; /* 0 the first taken out */
    /* Arcs to vertices of a higher rank, sorted by (rank of `from`, rank of `to`); both ends are
     * ranks here. `up`: arcs as they lead. `down`: arcs that lead from `to` down to `from`. */
    struct contract_arc *up, *down;
    size_t up_count, down_count;
};

/* All vertices 0..vertex_count-1; several arcs between two vertices are fine, loops are
 * ignored. is_both_ways: every arc is given in both directions with one weight; `down` is then
 * equal to `up`. The result lives in `arena`. */
void contract_graph(struct arena *arena, uint32_t vertex_count, const struct contract_arc *arcs,
                    size_t arc_count, bool is_both_ways, struct contract_result *result_out);
