/* tests/sim/luck.h -- all randomness of a run, from its seed. */
#pragma once

#include "core/base/rng.h"

#include <stdbool.h>
#include <string.h>

struct luck {
    uint64_t state;
};

/* A stream of its own for every pair, so that a step that is left out does not change
 * what happens to another. */
static inline struct luck luck_make(uint64_t seed, uint64_t stream)
{
    return (struct luck){seed * UINT64_C(0x9E3779B97F4A7C15) ^
                         (stream + 1) * UINT64_C(0xD1B54A32D192ED03)};
}

/* SplitMix64. */
static inline uint64_t luck_u64(struct luck *luck)
{
    uint64_t z = (luck->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* 0 .. bound-1; bound > 0. */
static inline uint64_t luck_below(struct luck *luck, uint64_t bound)
{
    return (luck_u64(luck) >> 11) % bound;
}

/* low .. high, both included. */
static inline int64_t luck_between(struct luck *luck, int64_t low, int64_t high)
{
    return low + (int64_t)luck_below(luck, (uint64_t)(high - low) + 1);
}

static inline bool luck_is(struct luck *luck, uint32_t per_mille)
{
    return luck_below(luck, 1000) < per_mille;
}

static inline void luck_fill(void *context, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    while (size > 0) {
        uint64_t value = luck_u64(context);
        size_t part = size < sizeof value ? size : sizeof value;
        memcpy(to, &value, part);
        to += part;
        size -= part;
    }
}

static inline struct rng luck_rng(struct luck *luck)
{
    return (struct rng){luck_fill, luck};
}
