/* app/platform/raster_hash.h -- what a draw command looks like, as a number. Pure.
 * Equal pictures have equal hashes; that different ones have too is left to 64
 * bits. */
#pragma once

#include "app/ui/draw.h"

uint64_t raster_hash_mix(uint64_t hash, uint64_t value);
uint64_t raster_hash_rect(uint64_t hash, struct rect rect);
/* Of a command on the screen. */
uint64_t raster_hash_command(const struct draw_command *command);
/* Of a command on a scrolled page: the same wherever the page stands, unless the
 * edge of the view cuts it otherwise. */
uint64_t raster_hash_scrolled(const struct draw_command *command, const struct draw_scroll *scroll);
