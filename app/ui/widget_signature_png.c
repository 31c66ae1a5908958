/* The picture of a signature: strokes to one bit a pixel, and those to PNG. The
 * compression knows two kinds of repetition, the byte before and the row above:
 * a page that is mostly white needs no more. */
#include "app/ui/widget_signature.h"

#include <string.h>

enum {
    WIDTH = WIDGET_SIGNATURE_PICTURE_WIDTH,
    HEIGHT = WIDGET_SIGNATURE_PICTURE_HEIGHT,
    ROW = WIDTH / 8 + 1, /* the filter's byte first */
    SIZE = ROW * HEIGHT,
    PEN = 9, /* half pixels from the middle of the line to its edge */
    MATCH_LEAST = 3,
    MATCH_MOST = 258,
};
_Static_assert(WIDGET_SIGNATURE_WIDTH *HEIGHT == WIDGET_SIGNATURE_HEIGHT * WIDTH,
               "the shape of the pad");

/* ---- pixels: 0 is ink ---- */

static void dot(uint8_t *rows, int32_t x, int32_t y)
{
    rows[y * ROW + 1 + x / 8] &= (uint8_t) ~(0x80 >> x % 8);
}

/* Every pixel whose middle is within half a pen of the segment, all in half
 * pixels. */
static void segment(uint8_t *rows, struct point from, struct point to)
{
    int32_t low_x = (from.x < to.x ? from.x : to.x) - PEN;
    int32_t high_x = (from.x > to.x ? from.x : to.x) + PEN;
    int32_t low_y = (from.y < to.y ? from.y : to.y) - PEN;
    int32_t high_y = (from.y > to.y ? from.y : to.y) + PEN;
    int64_t dx = to.x - from.x;
    int64_t dy = to.y - from.y;
    int64_t length2 = dx * dx + dy * dy;
    for (int32_t y = low_y < 0 ? 0 : low_y / 2; y < HEIGHT && 2 * y <= high_y; y++) {
        for (int32_t x = low_x < 0 ? 0 : low_x / 2; x < WIDTH && 2 * x <= high_x; x++) {
            int64_t px = 2 * x + 1 - from.x;
            int64_t py = 2 * y + 1 - from.y;
            int64_t along = px * dx + py * dy;
            bool is_near = false;
            if (along <= 0) {
                is_near = px * px + py * py <= PEN * PEN;
            } else if (along >= length2) {
                is_near = (px - dx) * (px - dx) + (py - dy) * (py - dy) <= PEN * PEN;
            } else {
                int64_t cross = px * dy - py * dx;
                is_near = cross * cross <= PEN * PEN * length2;
            }
            if (is_near) {
                dot(rows, x, y);
            }
        }
    }
}

static struct point half_pixels(const struct widget_signature *signature, int32_t index)
{
    return (struct point){signature->points[index].x * 2 * WIDTH / WIDGET_SIGNATURE_WIDTH,
                          signature->points[index].y * 2 * WIDTH / WIDGET_SIGNATURE_WIDTH};
}

static void strokes(uint8_t *rows, const struct widget_signature *signature)
{
    memset(rows, 0xFF, SIZE);
    for (int32_t y = 0; y < HEIGHT; y++) {
        rows[y * ROW] = 0; /* no filter */
    }
    int32_t from = 0;
    for (int32_t stroke = 0; stroke < signature->stroke_count; stroke++) {
        int32_t end = signature->ends[stroke];
        for (int32_t i = from; i < end; i++) {
            segment(rows, half_pixels(signature, i > from ? i - 1 : i), half_pixels(signature, i));
        }
        from = end;
    }
}

/* ---- deflate with the fixed codes of RFC 1951 ---- */

struct bits {
    uint8_t *bytes;
    size_t size;
    uint32_t held;
    int32_t held_count;
};

static void bits_put(struct bits *bits, uint32_t value, int32_t count)
{
    bits->held |= value << bits->held_count;
    bits->held_count += count;
    while (bits->held_count >= 8) {
        bits->bytes[bits->size++] = (uint8_t)bits->held;
        bits->held >>= 8;
        bits->held_count -= 8;
    }
}

/* Huffman codes go with their highest bit first. */
static void code_put(struct bits *bits, uint32_t code, int32_t count)
{
    for (int32_t i = count - 1; i >= 0; i--) {
        bits_put(bits, code >> i & 1, 1);
    }
}

static void symbol_put(struct bits *bits, uint32_t symbol)
{
    if (symbol < 144) {
        code_put(bits, 0x30 + symbol, 8);
    } else if (symbol < 256) {
        code_put(bits, 0x190 + symbol - 144, 9);
    } else if (symbol < 280) {
        code_put(bits, symbol - 256, 7);
    } else {
        code_put(bits, 0xC0 + symbol - 280, 8);
    }
}

/* Numbers from `base` up share a symbol by powers of two, `per` symbols to a
 * power; the rest goes as plain bits. */
static void match_put(struct bits *bits, int32_t length, int32_t distance)
{
    if (length == MATCH_MOST) {
        symbol_put(bits, 285);
    } else {
        uint32_t rest = (uint32_t)length - MATCH_LEAST;
        int32_t extra = 0;
        while (rest >> extra >= 8) {
            extra++;
        }
        uint32_t symbol = 257 + (uint32_t)extra * 4 + (rest >> extra);
        symbol_put(bits, symbol);
        bits_put(bits, rest & ((1U << extra) - 1), extra);
    }
    uint32_t rest = (uint32_t)distance - 1;
    int32_t extra = 0;
    while (rest >> extra >= 4) {
        extra++;
    }
    code_put(bits, (uint32_t)extra * 2 + (rest >> extra), 5);
    bits_put(bits, rest & ((1U << extra) - 1), extra);
}

static int32_t match_length(const uint8_t *rows, int32_t at, int32_t distance)
{
    int32_t length = 0;
    while (at >= distance && length < MATCH_MOST && at + length < SIZE &&
           rows[at + length] == rows[at + length - distance]) {
        length++;
    }
    return length;
}

static void deflate(struct bits *bits, const uint8_t *rows)
{
    bits_put(bits, 1, 1); /* the last block */
    bits_put(bits, 1, 2); /* fixed codes */
    int32_t at = 0;
    while (at < SIZE) {
        int32_t above = match_length(rows, at, ROW);
        int32_t before = match_length(rows, at, 1);
        int32_t length = above >= before ? above : before;
        if (length >= MATCH_LEAST) {
            match_put(bits, length, above >= before ? ROW : 1);
            at += length;
        } else {
            symbol_put(bits, rows[at++]);
        }
    }
    symbol_put(bits, 256);
    bits_put(bits, 0, 7); /* to the next whole byte */
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

/* ---- PNG ---- */

static uint8_t *u32_put(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
    return to + 4;
}

static uint32_t crc(const uint8_t *bytes, size_t size)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        sum ^= bytes[i];
        for (int32_t bit = 0; bit < 8; bit++) {
            sum = sum >> 1 ^ (0xEDB88320U & (0U - (sum & 1)));
        }
    }
    return ~sum;
}

static uint8_t *chunk_put(uint8_t *to, const char *kind, const uint8_t *body, size_t size)
{
    uint8_t *start = u32_put(to, (uint32_t)size);
    memcpy(start, kind, 4);
    if (size > 0) {
        memcpy(start + 4, body, size);
    }
    return u32_put(start + 4 + size, crc(start, size + 4));
}

void widget_signature_png(struct arena *arena, const struct widget_signature *signature,
                          uint8_t **bytes_out, size_t *size_out)
{
    static const uint8_t mark[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    enum { AROUND = 64, HEAD = 13 };
    /* Nine bits a byte at the very worst. */
    uint8_t *png = arena_alloc(arena, SIZE * 9 / 8 + 2 * AROUND);
    struct arena_mark before = arena_mark(arena);
    uint8_t *rows = arena_alloc(arena, SIZE);
    strokes(rows, signature);
    struct bits bits = {.bytes = arena_alloc(arena, SIZE * 9 / 8 + AROUND)};
    bits.bytes[bits.size++] = 0x78;
    bits.bytes[bits.size++] = 0x01;
    deflate(&bits, rows);
    (void)u32_put(bits.bytes + bits.size, adler(rows, SIZE));
    bits.size += 4;

    uint8_t head[HEAD] = {0};
    (void)u32_put(head, WIDTH);
    (void)u32_put(head + 4, HEIGHT);
    head[8] = 1; /* one bit, grey */
    memcpy(png, mark, sizeof mark);
    uint8_t *at = chunk_put(png + sizeof mark, "IHDR", head, HEAD);
    at = chunk_put(at, "IDAT", bits.bytes, bits.size);
    at = chunk_put(at, "IEND", NULL, 0);
    arena_rollback(arena, before);
    *bytes_out = png;
    *size_out = (size_t)(at - png);
}
