/* app/platform/raster_target.h -- where pixels go. */
#pragma once

#include <stdint.h>

/* XRGB8888 pixels, `pitch_px` pixels from row to row. */
struct raster_target {
    uint32_t *pixels;
    int32_t width, height, pitch_px;
};
