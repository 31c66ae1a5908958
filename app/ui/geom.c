#include "app/ui/geom.h"

bool geom_is_empty(struct rect rect)
{
    return rect.w <= 0 || rect.h <= 0;
}

bool geom_has(struct rect rect, struct point at)
{
    return at.x >= rect.x && at.y >= rect.y && at.x < rect.x + rect.w && at.y < rect.y + rect.h;
}

struct rect geom_meet(struct rect a, struct rect b)
{
    int32_t x1 = a.x > b.x ? a.x : b.x;
    int32_t y1 = a.y > b.y ? a.y : b.y;
    int32_t x2 = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int32_t y2 = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    if (x2 <= x1 || y2 <= y1) {
        return (struct rect){0};
    }
    return (struct rect){x1, y1, x2 - x1, y2 - y1};
}

bool geom_overlaps(struct rect a, struct rect b)
{
    return !geom_is_empty(geom_meet(a, b));
}

bool geom_equal(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

bool geom_covers(struct rect outer, struct rect inner)
{
    return geom_is_empty(inner) || geom_equal(geom_meet(outer, inner), inner);
}

struct rect geom_around(struct rect a, struct rect b)
{
    if (geom_is_empty(a)) {
        return b;
    }
    if (geom_is_empty(b)) {
        return a;
    }
    int32_t x1 = a.x < b.x ? a.x : b.x;
    int32_t y1 = a.y < b.y ? a.y : b.y;
    int32_t x2 = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    int32_t y2 = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct rect){x1, y1, x2 - x1, y2 - y1};
}

struct rect geom_inset(struct rect rect, int32_t by)
{
    return (struct rect){rect.x + by, rect.y + by, rect.w - 2 * by, rect.h - 2 * by};
}

struct point geom_centre(struct rect rect)
{
    return (struct point){rect.x + rect.w / 2, rect.y + rect.h / 2};
}
