/* app/platform/box.h -- what stands for a character no font has: a frame with its
 * number, never a blank. Pure. */
#pragma once

#include <stdint.h>

/* Side of the box for letters of `size`, in pixels: at least 16, so that the digits
 * can be read. */
int32_t box_side(int32_t size);
/* Draws the frame and two rows of two or three hexadecimal digits into `side` rows
 * of `pitch` bytes that are zero. */
void box_draw(uint8_t *to, int32_t pitch, uint32_t code, int32_t side);
