/* sync/server/mappack/mappack.h -- one map file for tablets out of OpenStreetMap data.
 *
 * Deterministic: the same file and options give the same bytes. */
#pragma once

#include "core/base/err.h"
#include "core/base/str.h"

struct mappack_options {
    bool is_left_hand; /* traffic keeps left */
    int32_t made_day;  /* of the map data: days since 1970-01-01 */
    /* Called when a part is done, for the one who waits; may be NULL. `part` is 0 … `of`. */
    void (*progress)(void *context, uint32_t part, uint32_t of);
    void *progress_context;
};

struct mappack_result {
    struct str bytes; /* in `arena` */
    uint32_t node_count, segment_count, name_count;
    uint32_t restriction_count, restrictions_skipped;
    uint32_t arc_count[4], main_count[4]; /* by mode */
};

/* ERR_not_found, ERR_malformed (not an OpenStreetMap file), ERR_too_many (more than one pack
 * can hold: 8 million road segments, 4,096 kinds of road). No roads in it: OK, and no bytes. */
enum err mappack_make(struct arena *arena, const char *path, const struct mappack_options *options,
                      struct mappack_result *result_out) MUST_USE;
