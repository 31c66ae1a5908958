/* core/roads/roads_plane.h -- short distances in millimetres. Pure.
 *
 * On a plane that touches the earth: within 0.5 % up to some kilometres, and never a float
 * that two machines might round differently. */
#pragma once

#include "core/domain/geo.h"

struct roads_plane {
    struct geo_point origin;
    int64_t cosine; /* of the origin's latitude, × 2^15 */
};

struct roads_plane roads_plane_at(struct geo_point origin);
/* East and north of the origin, bounded to ± 1,000 km. */
void roads_plane_place(const struct roads_plane *plane, struct geo_point point, int64_t *x_mm_out,
                       int64_t *y_mm_out);
/* The way back. */
struct geo_point roads_plane_point(const struct roads_plane *plane, int64_t x_mm, int64_t y_mm);
uint32_t roads_length_mm(struct geo_point a, struct geo_point b);
/* Largest whole number whose square is not above `value`. */
uint64_t roads_root(uint64_t value);
