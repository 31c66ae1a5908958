/* tests/sim/chance.h -- all randomness of a run, from its seed. */
#pragma once

#include "core/base/rng.h"

#include <stdbool.h>
#include <string.h>

struct chance {
    uint64_t state;
};

/* A stream of its own for every pair, so that a step that is left out does not change
 * what happens to another. */
static inline struct chance chance_make(uint64_t seed, uint64_t stream)
{
    return (struct chance){seed * UINT64_C(0x9E3779B97F4A7C15) ^
                           (stream + 1) * UINT64_C(0xD1B54A32D192ED03)};
}

/* SplitMix64. */
static inline uint64_t chance_u64(struct chance *chance)
{
    uint64_t z = (chance->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* 0 .. bound-1; bound > 0. */
static inline uint64_t chance_below(struct chance *chance, uint64_t bound)
{
    return (chance_u64(chance) >> 11) % bound;
}

/* low .. high, both included. */
static inline int64_t chance_between(struct chance *chance, int64_t low, int64_t high)
{
    return low + (int64_t)chance_below(chance, (uint64_t)(high - low) + 1);
}

static inline bool chance_is(struct chance *chance, uint32_t per_mille)
{
    return chance_below(chance, 1000) < per_mille;
}

static inline void chance_fill(void *context, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    while (size > 0) {
        uint64_t value = chance_u64(context);
        size_t part = size < sizeof value ? size : sizeof value;
        memcpy(to, &value, part);
        to += part;
        size -= part;
    }
}

static inline struct rng chance_rng(struct chance *chance)
{
    return (struct rng){chance_fill, chance};
}
