/* app/platform/position.h -- where the tablet is, by its satellite receiver.
 *
 * Reads NMEA from gpsd (asked for it over its socket) or from a receiver's own device or a file.
 * Nothing of it is needed: without gpsd, receiver or satellites there is no fix, and that is said.
 * Never blocks and never wakes the program: whoever wants to know looks, and what has come since
 * the last look is read then. A source that is gone is tried again every half minute. */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/domain/nmea.h"

struct position;

struct position_fix {
    bool has_fix; /* some place was told in the last POSITION_HOLDS_S */
    struct geo_point place;
    uint32_t accuracy_m;
    uint32_t age_s; /* at most: counted from the look before the one that brought it */
    /* The satellites' time at a monotonic instant, told within the last two seconds; 0 none. */
    int64_t gnss_at_ms, gnss_monotonic_ms;
};
enum { POSITION_HOLDS_S = 3600 };

/* `source`: "none", "gpsd" (on this machine), "gpsd:PORT", or the path of a device or file.
 * Borrowed, as is `clock`. ERR_malformed: it is none of these. Lives in `program`. */
enum err position_open(struct arena *program, const char *source, const struct clock *clock,
                       struct position **position_out) MUST_USE;
void position_close(struct position *position);
struct position_fix position_look(struct position *position);
