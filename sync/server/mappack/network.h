/* sync/server/mappack/network.h -- junctions and the road segments between them. Pure.
 *
 * Pieces of ways that only continue one another (same name, class and speeds) become one
 * segment. Nodes are numbered along a space-filling curve and segments after their nodes, so
 * that what is near on the map is near in the file. */
#pragma once

#include "sync/server/mappack/osm_read.h"

struct network_segment {
    uint32_t node_a, node_b;           /* the first and the last point */
    uint32_t first_point, point_count; /* in network.points */
    uint32_t length_dm;
    uint32_t name;        /* in osm.names */
    struct osm_rule rule; /* [0] is in the direction of the points */
    bool has_signals_a, has_signals_b;
    int64_t way_a, way_b; /* the ways at its two ends, for turn restrictions */
};

struct network_node {
    struct geo_point place;
    uint8_t passage; /* bits 1 << mode: who may pass through */
};

/* A road direction: 2 × segment + 0 (from a to b) or + 1 (from b to a). */
struct network {
    struct network_node *nodes;
    uint32_t node_count;
    struct network_segment *segments;
    uint32_t segment_count;
    struct geo_point *points;
    size_t point_count;
    /* Road directions that leave each node: incidents[incident_first[n] …]; the direction
     * that comes in beside it is that number ^ 1. */
    uint32_t *incident_first;
    uint32_t *incidents;
    /* Restrictions with the nodes of this network. */
    struct network_restriction {
        uint32_t via;
        int64_t from_way, to_way;
        bool is_only;
        uint8_t except;
    } * restrictions; /* by via */
    size_t restriction_count;
};

/* Node that a direction starts from and leads to. */
uint32_t network_tail(const struct network *network, uint32_t direction);
uint32_t network_head(const struct network *network, uint32_t direction);
/* Time along a direction with the wait at the signals in which it ends, ROADS_NEVER when the
 * mode may not. */
int32_t network_time_ds(const struct network *network, uint32_t direction, enum roads_mode mode);

/* Everything in `arena`. */
void network_make(struct arena *arena, const struct osm *osm, struct network *network_out);
