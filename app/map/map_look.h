/* app/map/map_look.h -- colours of the map in each theme. Pure.
 *
 * Roads stay quieter than what lies on them: the way and the stops are what is looked for. */
#pragma once

#include "app/map/map_tile.h"
#include "app/ui/theme.h"

struct map_colors map_look_colors(enum theme_kind kind);
/* Of the words on the map, and of what they stand on, partly transparent. */
struct map_ink {
    uint32_t text, halo;
};
struct map_ink map_look_ink(enum theme_kind kind);
