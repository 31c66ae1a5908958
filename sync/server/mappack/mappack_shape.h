/* sync/server/mappack/mappack_shape.h -- the line of a road with no more points than the eye
 * and the snapping of a place need. Pure. */
#pragma once

#include "core/domain/geo.h"

#include <stddef.h>
#include <stdint.h>

/* Marks in keep[] (count bytes) the points without which the line would be off by more than
 * `tolerance_mm` (Douglas and Peucker 1973); both ends are kept. `stack` holds 2 × count. */
void mappack_shape_simplify(const struct geo_point *points, size_t count, uint32_t tolerance_mm,
                            uint8_t *keep, uint32_t *stack);
