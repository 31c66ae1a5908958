#include "sync/server/mappack/mappack_bytes.h"

#include <string.h>

void mappack_bytes_put(struct mappack_bytes *bytes, const void *items, size_t size)
{
    if (bytes->size + size > bytes->capacity) {
        size_t wider = bytes->capacity * 2 + size + 4096;
        uint8_t *copy = arena_alloc(bytes->arena, wider);
        if (bytes->size > 0) {
            memcpy(copy, bytes->items, bytes->size);
        }
        bytes->items = copy;
        bytes->capacity = wider;
    }
    if (size > 0) {
        memcpy(bytes->items + bytes->size, items, size);
    }
    bytes->size += size;
}

void mappack_bytes_number(struct mappack_bytes *bytes, uint64_t value, size_t size)
{
    uint8_t cells[8];
    for (size_t i = 0; i < size; i++) {
        cells[i] = (uint8_t)(value >> (8 * i));
    }
    mappack_bytes_put(bytes, cells, size);
}

void mappack_bytes_varint(struct mappack_bytes *bytes, uint32_t value)
{
    uint8_t cells[5];
    size_t size = 0;
    while (value >= 0x80) {
        cells[size++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    cells[size++] = (uint8_t)value;
    mappack_bytes_put(bytes, cells, size);
}

void mappack_bytes_zigzag(struct mappack_bytes *bytes, int32_t value)
{
    mappack_bytes_varint(bytes, ((uint32_t)value << 1) ^ (uint32_t)(value >> 31));
}
