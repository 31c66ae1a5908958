/* sync/server/import/sample_rng.h -- numbers from a seed, the same on every machine. Pure.
 * SplitMix64; every case draws from a stream of its own, so that one case does
 * not depend on how the ones before it were made. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sample_rng {
    uint64_t state;
};

static inline uint64_t sample_next(struct sample_rng *rng)
{
    rng->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = rng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Stream `number` of `purpose` under `seed`. */
static inline struct sample_rng sample_stream(uint64_t seed, uint64_t purpose, uint64_t number)
{
    struct sample_rng rng = {seed};
    rng.state = sample_next(&rng) ^ (purpose * UINT64_C(0xD1342543DE82EF95));
    rng.state = sample_next(&rng) ^ (number * UINT64_C(0xF1357AEA2E62A9C5));
    return rng;
}

/* 0 .. bound-1. */
static inline int64_t sample_below(struct sample_rng *rng, int64_t bound)
{
    return (int64_t)((sample_next(rng) >> 1) % (uint64_t)bound);
}

/* low .. high, both included. */
static inline int64_t sample_between(struct sample_rng *rng, int64_t low, int64_t high)
{
    return low + sample_below(rng, high - low + 1);
}
