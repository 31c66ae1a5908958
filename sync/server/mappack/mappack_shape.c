#include "sync/server/mappack/mappack_shape.h"

#include "core/roads/roads_plane.h"

#include <stdlib.h>
#include <string.h>

/* Square of the distance from a point to the line from a to b, mm². */
static int64_t away_squared(const struct roads_plane *plane, struct geo_point b,
                            struct geo_point point)
{
    int64_t bx, by, px, py;
    roads_plane_place(plane, b, &bx, &by);
    roads_plane_place(plane, point, &px, &py);
    int64_t length = bx * bx + by * by;
    int64_t along = px * bx + py * by;
    if (length == 0 || along <= 0) {
        return px * px + py * py;
    }
    if (along >= length) {
        return (px - bx) * (px - bx) + (py - by) * (py - by);
    }
    int64_t across = llabs(px * by - py * bx);
    /* across / √length, squared, without leaving 64 bits. */
    int64_t whole = across / (int64_t)(roads_root((uint64_t)length) + 1);
    return whole * whole;
}

void mappack_shape_simplify(const struct geo_point *points, size_t count, uint32_t tolerance_mm,
                            uint8_t *keep, uint32_t *stack)
{
    memset(keep, 0, count);
    keep[0] = 1;
    keep[count - 1] = 1;
    size_t depth = 0;
    stack[depth++] = 0;
    stack[depth++] = (uint32_t)count - 1;
    while (depth > 0) {
        uint32_t last = stack[--depth], first = stack[--depth];
        int64_t furthest = (int64_t)tolerance_mm * tolerance_mm;
        uint32_t worst = 0;
        const struct roads_plane plane = roads_plane_at(points[first]);
        for (uint32_t i = first + 1; i < last; i++) {
            int64_t away = away_squared(&plane, points[last], points[i]);
            if (away > furthest) {
                furthest = away;
                worst = i;
            }
        }
        if (worst != 0) {
            keep[worst] = 1;
            stack[depth++] = first;
            stack[depth++] = worst;
            stack[depth++] = worst;
            stack[depth++] = last;
        }
    }
}
