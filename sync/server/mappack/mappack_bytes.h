/* sync/server/mappack/mappack_bytes.h -- bytes of a map pack in the making. Numbers are
 * little-endian.
 */
#pragma once

#include "core/base/arena.h"

struct mappack_bytes {
    struct arena *arena; /* the rest is zero at first */
    uint8_t *items;
    size_t size, capacity;
};

void mappack_bytes_put(struct mappack_bytes *bytes, const void *items, size_t size);
/* The lowest `size` bytes of the number, up to 8. */
void mappack_bytes_number(struct mappack_bytes *bytes, uint64_t value, size_t size);
/* Seven bits a byte, the lowest first. */
void mappack_bytes_varint(struct mappack_bytes *bytes, uint32_t value);
void mappack_bytes_zigzag(struct mappack_bytes *bytes, int32_t value);
