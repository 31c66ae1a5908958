/* sync/server/mappack/mappack_grid.h -- which roads lie in which cell of a map. */
#pragma once

#include "core/domain/geo.h"
#include "sync/server/mappack/mappack_bytes.h"

struct mappack_grid {
    struct geo_point south_west, north_east; /* the map's box; given */
    int32_t cell_lat_e7, cell_lon_e7;
    uint32_t rows, columns;
    struct mappack_bytes offsets; /* where each cell begins; row by row from the south */
    struct mappack_bytes cells;   /* segments of each, as what they are above the last */
};

/* Each segment in every cell that the box of one of its lines touches. The box and the arenas of
 * `grid` are given, the other members set. */
void mappack_grid_make(struct mappack_grid *grid, const struct geo_point *const *shapes,
                       const uint32_t *shape_counts, uint32_t segment_count);
