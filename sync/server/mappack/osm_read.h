/* sync/server/mappack/osm_read.h -- roads and turn restrictions out of an OpenStreetMap file.
 *
 * Reads .osm.pbf and .osm by libreadosm, twice: first the ways and relations, then the
 * places of the points that the ways name. */
#pragma once

#include "core/base/err.h"
#include "sync/server/mappack/osm_tags.h"

struct osm_point {
    int64_t id;
    struct geo_point place;
    uint8_t passage; /* bits 1 << mode: who may pass */
    bool has_signals;
    bool is_known; /* false: named by a way, but not in the file (cut at its edge) */
};

struct osm_way {
    int64_t id;
    uint32_t first_ref, ref_count; /* in osm.refs: indexes of points */
    uint32_t name;                 /* in osm.names; 0: none */
    struct osm_rule rule;
};

struct osm_restriction {
    int64_t from_way, to_way;
    uint32_t via; /* index of a point */
    int64_t via_id;
    bool is_only;   /* the only way on from there; else a way that is forbidden */
    uint8_t except; /* bits 1 << mode: not for these */
};

struct osm {
    struct osm_point *points; /* by id */
    size_t point_count;
    struct osm_way *ways;
    size_t way_count;
    uint32_t *refs;
    size_t ref_count;
    struct osm_restriction *restrictions; /* those with a point as via, that is in the file */
    size_t restriction_count;
    size_t restrictions_skipped; /* over a way, of an unknown kind, or cut */
    const char **names;          /* [0] is "" */
    size_t name_count;
};

/* Everything in `arena`. ERR_not_found; ERR_malformed: not an OpenStreetMap file, or cut. */
enum err osm_read(struct arena *arena, const char *path, struct osm *osm_out) MUST_USE;
