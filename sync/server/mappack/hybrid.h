/* sync/server/mappack/hybrid.h -- the graph of one mode: what may follow what, at what cost. Pure.
 *
 * A state is where a traveller is and what he may do next. Where turning is free for all who
 * arrive, one state stands for the junction. Where it is not (a turn across traffic, a turn
 * restriction, a barrier), every road that leads in has its own state, and a table says
 * what each turn costs. The smaller graph gives the same answers as one with a state for
 * every road everywhere. */
#pragma once

#include "sync/server/mappack/contract.h"
#include "sync/server/mappack/network.h"

enum { HYBRID_NO_TURN = 255, HYBRID_NO_TABLE = 0xffff };

struct hybrid {
    enum roads_mode mode;
    uint32_t state_count;
    uint32_t *state_of_node;      /* UINT32_MAX: none, or one per road in */
    uint32_t *state_of_direction; /* UINT32_MAX: none of its own */
    uint16_t *table_of_node;      /* HYBRID_NO_TABLE: turning is free */
    /* Turn tables, each in × out in the order of the node's incidents: deciseconds, or
     * HYBRID_NO_TURN. Equal tables are kept once. */
    uint8_t *tables;
    uint32_t *table_offsets; /* and the end of the last */
    uint32_t table_count;
    struct contract_arc *arcs;
    size_t arc_count;
    uint8_t *is_main; /* by segment: leads to and from the largest part of the network */
};

/* Whether every arc of the mode has a twin that leads back at the same cost. */
bool hybrid_is_both_ways(enum roads_mode mode);

/* In `arena`. ERR_too_many: more kinds of turn tables than a pack can name. */
enum err hybrid_make(struct arena *arena, const struct network *network, enum roads_mode mode,
                     bool is_left_hand, struct hybrid *hybrid_out) MUST_USE;
