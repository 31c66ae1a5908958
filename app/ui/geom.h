/* app/ui/geom.h -- points and rectangles in whole pixels. Pure.
 * A rectangle covers x .. x+w-1; one with w or h below 1 is empty. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct point {
    int32_t x;
    int32_t y;
};

struct rect {
    int32_t x;
    int32_t y;
    int32_t w;
    int32_t h;
};

bool geom_is_empty(struct rect rect);
bool geom_has(struct rect rect, struct point at);
bool geom_overlaps(struct rect a, struct rect b);
/* True when every pixel of `inner` is in `outer`; an empty inner is covered. */
bool geom_covers(struct rect outer, struct rect inner);
bool geom_equal(struct rect a, struct rect b);
/* What both cover; all zero when nothing. */
struct rect geom_meet(struct rect a, struct rect b);
/* The smallest rectangle around both; an empty one adds nothing. */
struct rect geom_around(struct rect a, struct rect b);
/* `by` pixels less on each side; negative grows. */
struct rect geom_inset(struct rect rect, int32_t by);
struct point geom_centre(struct rect rect);
