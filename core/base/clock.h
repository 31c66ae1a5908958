/* core/base/clock.h -- time as a thing that is handed in. Only core/os reads
 * the real clock; tests hand in a simulated one. */
#pragma once

#include <stdint.h>

struct clock_reading {
    int64_t wall_ms;      /* UTC, milliseconds since 1970; may be wrong or jump */
    int64_t monotonic_ms; /* since boot, suspended time included; never goes back */
    uint32_t boot;        /* changes with every boot; 0 unknown */
};

struct clock {
    struct clock_reading (*read)(void *context);
    void *context;
};

static inline struct clock_reading clock_read(const struct clock *clock)
{
    return clock->read(clock->context);
}

static inline int64_t clock_now_ms(const struct clock *clock)
{
    return clock->read(clock->context).wall_ms;
}
