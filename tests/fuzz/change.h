/* tests/fuzz/change.h -- bytes changed at random, from a seed: the same seed makes the same
 * bytes on every machine. */
#pragma once

#include "core/base/rng.h"

#include <stdint.h>
#include <string.h>

/* Changes `bytes` (of `size`, room for `capacity`) a few times: bits, bytes, runs, lengths,
 * pieces of `other`. Returns the new size. */
static inline size_t change_bytes(const struct rng *rng, uint8_t *bytes, size_t size,
                                  size_t capacity, const uint8_t *other, size_t other_size)
{
    static const uint8_t edges[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0x40};
    uint64_t count = 1 + rng_below(rng, 4);
    for (uint64_t i = 0; i < count && size > 0; i++) {
        size_t at = (size_t)rng_below(rng, size);
        size_t run = 1 + (size_t)rng_below(rng, 8);
        run = run < size - at ? run : size - at;
        switch (rng_below(rng, 8)) {
        case 0:
            bytes[at] ^= (uint8_t)(1U << rng_below(rng, 8));
            break;
        case 1:
            bytes[at] = (uint8_t)rng_below(rng, 256);
            break;
        case 2:
            bytes[at] = edges[rng_below(rng, sizeof edges)];
            break;
        case 3: /* a number that never ends, or is huge */
            memset(bytes + at, 0xff, run);
            break;
        case 4: /* cut out */
            memmove(bytes + at, bytes + at + run, size - at - run);
            size -= run;
            break;
        case 5: /* said twice */
            if (size + run <= capacity) {
                memmove(bytes + at + run, bytes + at, size - at);
                size += run;
            }
            break;
        case 6: /* ends early */
            size = at;
            break;
        default: /* a piece of something else */
            if (other_size > 0) {
                size_t from = (size_t)rng_below(rng, other_size);
                run = 1 + (size_t)rng_below(rng, 64);
                run = run < other_size - from ? run : other_size - from;
                run = run < size - at ? run : size - at;
                memcpy(bytes + at, other + from, run);
            }
            break;
        }
    }
    return size;
}
