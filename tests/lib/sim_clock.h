/* tests/lib/sim_clock.h -- a clock that stands still until the test moves it. */
#pragma once

#include "core/base/clock.h"

struct sim_clock {
    struct clock_reading now;
};

static inline struct clock_reading sim_clock_read(void *context)
{
    return ((struct sim_clock *)context)->now;
}

static inline struct clock sim_clock_make(struct sim_clock *sim, int64_t wall_ms)
{
    sim->now = (struct clock_reading){
        .wall_ms = wall_ms,
        .monotonic_ms = 1000000,
        .boot = 77,
    };
    return (struct clock){.read = sim_clock_read, .context = sim};
}

/* Both clocks go on. */
static inline void sim_clock_pass(struct sim_clock *sim, int64_t passed_ms)
{
    sim->now.wall_ms += passed_ms;
    sim->now.monotonic_ms += passed_ms;
}
