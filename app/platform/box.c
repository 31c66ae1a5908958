#include "app/platform/box.h"

#include <string.h>

/* Hexadecimal digits, 3 × 5 pixels, a bit each, from the top left. */
static const uint16_t hex_bits[16] = {
    075557, 026227, 071747, 071717, 055711, 074717, 074757, 071111,
    075757, 075717, 025755, 065656, 034443, 065556, 074647, 074644,
};

static void dot_set(uint8_t *to, int32_t pitch, int32_t x, int32_t y, int32_t side)
{
    for (int32_t dy = 0; dy < side; dy++) {
        memset(to + (size_t)(y + dy) * (size_t)pitch + (size_t)x, 0xFF, (size_t)side);
    }
}

int32_t box_side(int32_t size)
{
    int32_t side = size * 9 / 10;
    return side < 16 ? 16 : side;
}

void box_draw(uint8_t *to, int32_t pitch, uint32_t code, int32_t side)
{
    int32_t line = side / 24 + 1;
    for (int32_t i = 0; i + line <= side; i++) {
        dot_set(to, pitch, i, 0, line);
        dot_set(to, pitch, i, side - line, line);
        dot_set(to, pitch, 0, i, line);
        dot_set(to, pitch, side - line, i, line);
    }
    int32_t columns = code > 0xFFFF ? 3 : 2;
    int32_t dot = (side - 2 * line - 2) / (columns * 4);
    dot = dot < 1 ? 1 : dot;
    if ((side - 2 * line) / 12 < dot) {
        dot = (side - 2 * line) / 12 > 0 ? (side - 2 * line) / 12 : 1;
    }
    int32_t from_x = (side - (columns * 4 - 1) * dot) / 2;
    int32_t from_y = (side - 11 * dot) / 2;
    for (int32_t i = 0; i < columns * 2; i++) {
        uint32_t digit = code >> (4 * (columns * 2 - 1 - i)) & 0xF;
        for (int32_t bit = 0; bit < 15; bit++) {
            if ((hex_bits[digit] >> (14 - bit) & 1) != 0) {
                dot_set(to, pitch, from_x + (i % columns * 4 + bit % 3) * dot,
                        from_y + (i / columns * 6 + bit / 3) * dot, dot);
            }
        }
    }
}
