/* app/map/map_line.h -- smooth lines as coverage. Pure integer arithmetic: the same lines give
 * the same pixels on every machine. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { MAP_LINE_ONE = 16 }; /* units in a pixel */

/* A square of coverage, 0 … 255. */
struct map_mask {
    uint8_t *cells; /* side × side */
    int32_t side;
};

void map_mask_clear(struct map_mask *mask);
/* A straight line with round ends, `width` units wide, from (x0, y0) to (x1, y1) in units from
 * the mask's corner. Where lines meet or cross, coverage is the greater one and not the sum:
 * joints show no seam. */
void map_mask_line(struct map_mask *mask, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                   int32_t width);
/* Lays `color` (0xAARRGGBB, AA taken as opaque) over `pixels` (side × side, 0xFFRRGGBB) where
 * the mask covers. */
void map_mask_lay(const struct map_mask *mask, uint32_t *pixels, uint32_t color);
