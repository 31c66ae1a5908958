/* app/platform/mask.h -- coverage of rounded corners and of blurred rectangles,
 * made once for each size and kept. Integer arithmetic: the same everywhere. */
#pragma once

#include "app/ui/geom.h"
#include "core/base/arena.h"

/* Coverage of the top left quarter of a disc of `radius`, radius × radius. */
struct mask_corner {
    struct mask_corner *next;
    int32_t radius;
    uint8_t coverage[];
};

/* A blurred rounded square; its middle row and column stand for every row and
 * column between the corners. */
struct mask_blur {
    struct mask_blur *next;
    int32_t radius, width, edge, side;
    uint8_t coverage[];
};

/* Zero it and give it an arena to start. */
struct mask_set {
    struct arena *arena;
    struct mask_corner *corners;
    struct mask_blur *blurs;
};

const struct mask_corner *mask_corner(struct mask_set *set, int32_t radius);
const struct mask_blur *mask_blur(struct mask_set *set, int32_t radius, int32_t width);
/* Coverage of a pixel of a rounded rectangle, `x`, `y` from its corner. */
uint32_t mask_rounded(const struct mask_corner *corner, struct rect rect, int32_t x, int32_t y);
