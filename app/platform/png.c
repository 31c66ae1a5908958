#include "app/platform/png.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { STORED_MAX = 65535, SIDE_MAX = 16384 };

struct out {
    uint8_t *bytes;
    size_t size;
};

static void put(struct out *out, const void *bytes, size_t size)
{
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static void put_u32(struct out *out, uint32_t value) /* big-endian, as PNG is */
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    put(out, bytes, sizeof bytes);
}

static uint32_t crc(const uint8_t *bytes, size_t size)
{
    uint32_t table[256];
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++) {
            value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1) : value >> 1;
        }
        table[i] = value;
    }
    uint32_t sum = 0xFFFFFFFFU;
    for (size_t i = 0; i < size; i++) {
        sum = table[(sum ^ bytes[i]) & 0xFFU] ^ (sum >> 8);
    }
    return sum ^ 0xFFFFFFFFU;
}

static uint32_t adler(const uint8_t *bytes, size_t size)
{
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < size; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static void put_chunk(struct out *out, const char kind[4], const uint8_t *bytes, size_t size)
{
    put_u32(out, (uint32_t)size);
    size_t from = out->size;
    put(out, kind, 4);
    if (size > 0) {
        put(out, bytes, size);
    }
    put_u32(out, crc(out->bytes + from, out->size - from));
}

/* Deflate in stored blocks inside a zlib frame: RFC 1950, RFC 1951 3.2.4. */
static struct out stored(struct arena *arena, const uint8_t *raw, size_t size)
{
    size_t blocks = size / STORED_MAX + 1;
    struct out out = {arena_alloc(arena, size + blocks * 5 + 6), 0};
    put(&out, "\x78\x01", 2);
    for (size_t at = 0; at < size; at += STORED_MAX) {
        size_t part = size - at < STORED_MAX ? size - at : STORED_MAX;
        const uint8_t head[5] = {at + part == size, (uint8_t)part, (uint8_t)(part >> 8),
                                 (uint8_t)~part, (uint8_t)(~part >> 8)};
        put(&out, head, sizeof head);
        put(&out, raw + at, part);
    }
    put_u32(&out, adler(raw, size));
    return out;
}

void png_encode(struct arena *arena, const uint32_t *pixels, int32_t width, int32_t height,
                int32_t pitch_px, uint8_t **bytes_out, size_t *size_out)
{
    CHECK(width > 0 && width <= SIDE_MAX && height > 0 && height <= SIDE_MAX);
    size_t row_size = (size_t)width * 3 + 1;
    uint8_t *raw = arena_alloc(arena, row_size * (size_t)height);
    for (int32_t y = 0; y < height; y++) {
        uint8_t *to = raw + (size_t)y * row_size;
        *to++ = 0; /* no filter */
        for (int32_t x = 0; x < width; x++) {
            uint32_t pixel = pixels[(size_t)y * (size_t)pitch_px + (size_t)x];
            *to++ = (uint8_t)(pixel >> 16);
            *to++ = (uint8_t)(pixel >> 8);
            *to++ = (uint8_t)pixel;
        }
    }
    struct out data = stored(arena, raw, row_size * (size_t)height);
    struct out out = {arena_alloc(arena, data.size + 64), 0};
    put(&out, "\x89PNG\r\n\x1A\n", 8);
    uint8_t head[13] = {0};
    for (int i = 0; i < 4; i++) {
        head[i] = (uint8_t)((uint32_t)width >> (24 - 8 * i));
        head[4 + i] = (uint8_t)((uint32_t)height >> (24 - 8 * i));
    }
    head[8] = 8; /* bits */
    head[9] = 2; /* RGB */
    put_chunk(&out, "IHDR", head, sizeof head);
    put_chunk(&out, "IDAT", data.bytes, data.size);
    put_chunk(&out, "IEND", NULL, 0);
    *bytes_out = out.bytes;
    *size_out = out.size;
}

enum err png_write(struct arena *arena, const char *path, const uint32_t *pixels, int32_t width,
                   int32_t height, int32_t pitch_px)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    png_encode(arena, pixels, width, height, pitch_px, &bytes, &size);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return ERR_io;
    }
    bool is_written = fwrite(bytes, 1, size, file) == size;
    bool is_closed = fclose(file) == 0;
    return is_written && is_closed ? OK : ERR_io;
}
