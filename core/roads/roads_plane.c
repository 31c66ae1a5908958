#include "core/roads/roads_plane.h"

#include <stdlib.h>

/* 10^-7 degrees of a meridian are 11.1195 mm (earth radius 6,371,008.8 m). */
enum {
    MM_X10000_PER_E7 = 111195,
    BOUND_MM = 1000000000, /* so that a sum of two squares of differences fits 64 bits */
};

/* cos(degrees) × 2^15 for 0, 1, …, 90. */
static const uint16_t cosines[91] = {
    32768, 32763, 32748, 32723, 32688, 32643, 32588, 32524, 32449, 32365, 32270, 32166, 32052,
    31928, 31795, 31651, 31499, 31336, 31164, 30983, 30792, 30592, 30382, 30163, 29935, 29698,
    29452, 29197, 28932, 28660, 28378, 28088, 27789, 27482, 27166, 26842, 26510, 26170, 25822,
    25466, 25102, 24730, 24351, 23965, 23571, 23170, 22763, 22348, 21926, 21498, 21063, 20622,
    20174, 19720, 19261, 18795, 18324, 17847, 17364, 16877, 16384, 15886, 15384, 14876, 14365,
    13848, 13328, 12803, 12275, 11743, 11207, 10668, 10126, 9580,  9032,  8481,  7927,  7371,
    6813,  6252,  5690,  5126,  4560,  3993,  3425,  2856,  2286,  1715,  1144,  572,   0};

/* cos of a latitude × 2^15, straight lines between whole degrees. */
static int64_t cosine(int32_t lat_e7)
{
    int64_t lat = llabs((int64_t)lat_e7);
    int64_t degree = lat / 10000000;
    if (degree >= 90) {
        return 0;
    }
    int64_t part = lat % 10000000;
    return cosines[degree] - (cosines[degree] - cosines[degree + 1]) * part / 10000000;
}

uint64_t roads_root(uint64_t value)
{
    uint64_t low = 0, high = (uint64_t)1 << 32;
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;
        if (middle * middle <= value) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static int64_t bounded(int64_t mm)
{
    return mm > BOUND_MM ? BOUND_MM : mm < -BOUND_MM ? -BOUND_MM : mm;
}

struct roads_plane roads_plane_at(struct geo_point origin)
{
    return (struct roads_plane){origin, cosine(origin.lat_e7)};
}

void roads_plane_place(const struct roads_plane *plane, struct geo_point point, int64_t *x_mm_out,
                       int64_t *y_mm_out)
{
    int64_t north = ((int64_t)point.lat_e7 - plane->origin.lat_e7) * MM_X10000_PER_E7 / 10000;
    int64_t east = ((int64_t)point.lon_e7 - plane->origin.lon_e7) * MM_X10000_PER_E7 / 10000;
    *x_mm_out = bounded(east * plane->cosine / 32768);
    *y_mm_out = bounded(north);
}

struct geo_point roads_plane_point(const struct roads_plane *plane, int64_t x_mm, int64_t y_mm)
{
    int64_t cosine_here = plane->cosine == 0 ? 1 : plane->cosine;
    return (struct geo_point){
        (int32_t)(plane->origin.lat_e7 + y_mm * 10000 / MM_X10000_PER_E7),
        (int32_t)(plane->origin.lon_e7 + x_mm * 32768 / cosine_here * 10000 / MM_X10000_PER_E7)};
}

uint32_t roads_length_mm(struct geo_point a, struct geo_point b)
{
    struct roads_plane plane = {a, cosine(a.lat_e7 / 2 + b.lat_e7 / 2)};
    int64_t x, y;
    roads_plane_place(&plane, b, &x, &y);
    return (uint32_t)roads_root((uint64_t)(x * x) + (uint64_t)(y * y));
}
