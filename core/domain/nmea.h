/* core/domain/nmea.h -- what a satellite receiver says (NMEA 0183), read as it comes. Pure.
 *
 * Read are RMC (place, date, time), GGA (quality, dilution) and GST (error); any talker. A line
 * without a right checksum, and everything else between lines, is passed over: no byte is worse
 * than noise. Places are WGS-84. What the receiver reckons, simulates or was typed in is no fix:
 * only what satellites say counts. */
#pragma once

#include "core/domain/geo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NMEA_LINE_MAX = 128 }; /* the standard says 82; some receivers add digits */

struct nmea_fix {
    bool is_valid;          /* the receiver sees enough satellites */
    struct geo_point place; /* of the last valid moment */
    uint32_t accuracy_m;    /* 95 of 100 times it is no further off; 1 or more */
    int64_t at_ms;          /* UTC by the satellites, whole with its day; 0 not told */
};

struct nmea {
    struct nmea_fix fix; /* as the last line left it */
    uint32_t fix_count;  /* rises with every line that tells a place */
    /* Inside. */
    char line[NMEA_LINE_MAX];
    size_t length;
    bool is_skipping;     /* the line is none, or too long: up to its end */
    int64_t error_day_ms; /* GST: time of day … */
    uint32_t error_m;     /* … and what it told then; 0 nothing */
    uint32_t dilution_m;  /* GGA: dilution of precision as a length; 0 nothing */
};

/* All zero: nothing was heard yet. */
void nmea_take(struct nmea *nmea, const void *bytes, size_t size);
