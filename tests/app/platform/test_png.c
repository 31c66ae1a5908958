/* Goal: the picture comes back out. Method: an own reader that knows only what
 * a PNG must be: chunks with their sums, one zlib stream of stored blocks. */
#include "app/platform/png.h"
#include "tests/lib/test.h"

#include <stdlib.h>

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Bit by bit, to share nothing with the writer's table. */
static uint32_t crc_slow(const uint8_t *bytes, size_t size)
{
    uint32_t sum = 0xFFFFFFFFU;
    for (size_t i = 0; i < size; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            sum = (sum & 1U) != 0 ? sum >> 1 ^ 0xEDB88320U : sum >> 1;
        }
    }
    return ~sum;
}

static size_t inflate_stored(const uint8_t *bytes, size_t size, uint8_t *out)
{
    EXPECT(bytes[0] == 0x78 && (bytes[0] * 256 + bytes[1]) % 31 == 0);
    size_t at = 2;
    size_t done = 0;
    bool is_last = false;
    while (!is_last) {
        EXPECT(at + 5 <= size && bytes[at] <= 1);
        is_last = bytes[at] == 1;
        size_t part = (size_t)(bytes[at + 1] | bytes[at + 2] << 8);
        EXPECT_INT(part ^ 0xFFFF, bytes[at + 3] | bytes[at + 4] << 8);
        EXPECT(at + 5 + part <= size);
        memcpy(out + done, bytes + at + 5, part);
        done += part;
        at += 5 + part;
    }
    uint64_t a = 1;
    uint64_t b = 0;
    for (size_t i = 0; i < done; i++) {
        a = (a + out[i]) % 65521;
        b = (b + a) % 65521;
    }
    EXPECT_INT(b << 16 | a, u32(bytes + at));
    EXPECT_INT(size, at + 4);
    return done;
}

TEST(test_png_gives_back_every_pixel)
{
    static const struct {
        const char *name;
        int32_t width, height, pitch;
    } rows[] = {{"one pixel", 1, 1, 1},
                {"a row", 300, 1, 320},
                {"a column", 1, 300, 7},
                {"longer than a block", 200, 150, 200},
                {"a multiple of a block", 7281, 3, 7281}}; /* 3 × (1 + 3 × 7281) = 65532 */
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        size_t count = (size_t)rows[i].pitch * (size_t)rows[i].height;
        uint32_t *pixels = ARENA_ARRAY(&arena, count, uint32_t);
        rng_fill(&rng, pixels, count * sizeof *pixels);
        uint8_t *bytes = NULL;
        size_t size = 0;
        png_encode(&arena, pixels, rows[i].width, rows[i].height, rows[i].pitch, &bytes, &size);
        EXPECT_ROW(rows[i].name, memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0);
        static const char *const kinds[] = {"IHDR", "IDAT", "IEND"};
        size_t at = 8;
        uint8_t *raw = arena_alloc(&arena, count * 3 + (size_t)rows[i].height + 65536);
        for (size_t chunk = 0; chunk < COUNT(kinds); chunk++) {
            size_t length = u32(bytes + at);
            EXPECT_ROW(rows[i].name, memcmp(bytes + at + 4, kinds[chunk], 4) == 0);
            EXPECT_ROW(rows[i].name,
                       crc_slow(bytes + at + 4, length + 4) == u32(bytes + at + 8 + length));
            if (chunk == 0) {
                EXPECT_INT(rows[i].width, u32(bytes + at + 8));
                EXPECT_INT(rows[i].height, u32(bytes + at + 12));
            } else if (chunk == 1) {
                EXPECT_INT((rows[i].width * 3 + 1) * rows[i].height,
                           inflate_stored(bytes + at + 8, length, raw));
            }
            at += 12 + length;
        }
        EXPECT_INT(size, at);
        for (int32_t y = 0; y < rows[i].height; y++) {
            const uint8_t *row = raw + (size_t)y * ((size_t)rows[i].width * 3 + 1);
            EXPECT_INT(0, row[0]);
            for (int32_t x = 0; x < rows[i].width; x++) {
                const uint8_t *rgb = row + 1 + (size_t)x * 3;
                uint32_t pixel = pixels[(size_t)y * (size_t)rows[i].pitch + (size_t)x];
                EXPECT((pixel & 0xFFFFFF) ==
                       ((uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2]));
            }
        }
        arena_deinit(&arena);
    }
}

TEST(test_png_tells_when_it_cannot_write)
{
    struct arena arena;
    arena_init(&arena, 0);
    uint32_t pixel = 0;
    EXPECT_ERR(ERR_io, png_write(&arena, BUILD_FOLDER "/no such folder/x.png", &pixel, 1, 1, 1));
    EXPECT_OK(png_write(&arena, BUILD_FOLDER "/test_png.png", &pixel, 1, 1, 1));
    arena_deinit(&arena);
}
