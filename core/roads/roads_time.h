/* core/roads/roads_time.h -- what a road and its signals cost; the same at headquarters, where
 * packs are made, and on the tablet. Pure. */
#pragma once

#include "core/roads/roads.h"

/* ROADS_NEVER for kmh 0; at least 1. */
int32_t roads_time_along_ds(uint32_t length_dm, uint8_t kmh, bool has_signals_at_end,
                            enum roads_mode mode);
/* Walking time of the last metres between road and door, 1.2 m/s and a detour of 1.3. */
int32_t roads_walk_ds(uint32_t away_m);
