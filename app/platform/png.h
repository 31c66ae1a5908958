/* app/platform/png.h -- writes a picture as PNG, uncompressed inside. Pure but
 * for the file. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

/* `pixels` is XRGB8888, `pitch_px` pixels from row to row. The bytes live in
 * `arena`. CHECKs that both sides are 1..16384. */
void png_encode(struct arena *arena, const uint32_t *pixels, int32_t width, int32_t height,
                int32_t pitch_px, uint8_t **bytes_out, size_t *size_out);
/* ERR_io. */
enum err png_write(struct arena *arena, const char *path, const uint32_t *pixels, int32_t width,
                   int32_t height, int32_t pitch_px) MUST_USE;
