#include "core/roads/roads_time.h"

/* 10,000 km: longer than a road between two junctions, and short enough for sums of times. */
enum { LENGTH_MAX_DM = 100000000 };

/* Mean wait at signals by mode, deciseconds (house). None on foot: 5 km/h has it in. */
static int32_t signals_ds(enum roads_mode mode)
{
    static const int32_t waits[ROADS_MODES] = {[ROADS_MODE_car] = 80,
                                               [ROADS_MODE_motorcycle] = 60,
                                               [ROADS_MODE_bicycle] = 60,
                                               [ROADS_MODE_foot] = 0};
    return waits[mode];
}

int32_t roads_time_along_ds(uint32_t length_dm, uint8_t kmh, bool has_signals_at_end,
                            enum roads_mode mode)
{
    if (kmh == 0 || length_dm > LENGTH_MAX_DM) {
        return ROADS_NEVER;
    }
    /* dm / (km/h) = 0.36 s. */
    uint64_t time = ((uint64_t)length_dm * 36 + (uint64_t)kmh * 5) / ((uint64_t)kmh * 10);
    int32_t wait = has_signals_at_end ? signals_ds(mode) : 0;
    return (int32_t)(time == 0 ? 1 : time) + wait;
}

int32_t roads_walk_ds(uint32_t away_m)
{
    uint32_t metres = away_m > 100000 ? 100000 : away_m;
    return (int32_t)((uint64_t)metres * 13 * 10 / 12);
}
