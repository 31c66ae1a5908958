/* core/base/rng.h -- randomness as a thing that is handed in. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct rng {
    void (*fill)(void *context, void *bytes, size_t size);
    void *context;
};

static inline void rng_fill(const struct rng *rng, void *bytes, size_t size)
{
    rng->fill(rng->context, bytes, size);
}

static inline uint64_t rng_u64(const struct rng *rng)
{
    uint64_t value = 0;
    rng->fill(rng->context, &value, sizeof value);
    return value;
}

/* 0 .. bound-1 with a bias below 2^-32 for bounds under 2^32; bound > 0. */
static inline uint64_t rng_below(const struct rng *rng, uint64_t bound)
{
    return rng_u64(rng) % bound;
}
