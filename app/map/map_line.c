#include "app/map/map_line.h"

#include <string.h>

enum {
    /* A long slanting line is drawn in pieces, each in its own small box. */
    PIECE_UNITS = 24 * MAP_LINE_ONE,
    FAR_UNITS = 1 << 20, /* beyond this a line is cut: products stay in 64 bits */
};

void map_mask_clear(struct map_mask *mask)
{
    memset(mask->cells, 0, (size_t)mask->side * (size_t)mask->side);
}

static int32_t root(int64_t value)
{
    int64_t guess = 0;
    if (value <= 0) {
        return 0;
    }
    int half = (63 - __builtin_clzll((unsigned long long)value)) / 2; /* of its highest bit */
    for (int64_t bit = (int64_t)1 << half; bit != 0; bit >>= 1) {
        if ((guess + bit) * (guess + bit) <= value) {
            guess += bit;
        }
    }
    return (int32_t)guess;
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Square of the distance of (px, py) from the piece, in units². */
static int64_t away_squared(int64_t px, int64_t py, int64_t dx, int64_t dy, int64_t length)
{
    int64_t along = px * dx + py * dy;
    if (length == 0 || along <= 0) {
        return px * px + py * py;
    }
    if (along >= length) {
        return (px - dx) * (px - dx) + (py - dy) * (py - dy);
    }
    int64_t across = px * dy - py * dx;
    return across * across / length;
}

static void piece(struct map_mask *mask, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                  int32_t width)
{
    int32_t reach = width / 2 + MAP_LINE_ONE;
    int32_t left = most(0, (least(x0, x1) - reach) / MAP_LINE_ONE);
    int32_t right = least(mask->side - 1, (most(x0, x1) + reach) / MAP_LINE_ONE);
    int32_t top = most(0, (least(y0, y1) - reach) / MAP_LINE_ONE);
    int32_t bottom = least(mask->side - 1, (most(y0, y1) + reach) / MAP_LINE_ONE);
    int64_t dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy;
    /* Half the width, and half a pixel more and less: nothing outside, all within. */
    int64_t outer = width + MAP_LINE_ONE, inner = width - MAP_LINE_ONE;
    for (int32_t y = top; y <= bottom; y++) {
        uint8_t *row = mask->cells + (size_t)y * (size_t)mask->side;
        int64_t py = (int64_t)y * MAP_LINE_ONE + MAP_LINE_ONE / 2 - y0;
        for (int32_t x = left; x <= right; x++) {
            if (row[x] == 255) {
                continue;
            }
            int64_t px = (int64_t)x * MAP_LINE_ONE + MAP_LINE_ONE / 2 - x0;
            int64_t away = away_squared(px, py, dx, dy, length) * 4; /* of the diameter */
            if (away >= outer * outer) {
                continue;
            }
            int32_t cover = 255;
            if (inner <= 0 || away > inner * inner) {
                int32_t diameter = root(away * 256); /* in sixteenths of a unit */
                cover = (int32_t)((outer * 16 - diameter) * 255 / (2 * MAP_LINE_ONE * 16));
                int32_t thin = width >= MAP_LINE_ONE ? 255 : width * 255 / MAP_LINE_ONE;
                cover = least(cover, thin);
            }
            row[x] = (uint8_t)most(row[x], cover);
        }
    }
}

void map_mask_line(struct map_mask *mask, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                   int32_t width)
{
    int32_t end = mask->side * MAP_LINE_ONE, reach = width / 2 + MAP_LINE_ONE;
    if (most(x0, x1) < -reach || most(y0, y1) < -reach || least(x0, x1) > end + reach ||
        least(y0, y1) > end + reach) {
        return;
    }
    x0 = most(-FAR_UNITS, least(x0, FAR_UNITS));
    y0 = most(-FAR_UNITS, least(y0, FAR_UNITS));
    x1 = most(-FAR_UNITS, least(x1, FAR_UNITS));
    y1 = most(-FAR_UNITS, least(y1, FAR_UNITS));
    int32_t dx = x1 - x0, dy = y1 - y0;
    int32_t longest = most(dx < 0 ? -dx : dx, dy < 0 ? -dy : dy);
    int32_t pieces = longest / PIECE_UNITS + 1;
    for (int32_t i = 0; i < pieces; i++) {
        int32_t ax = x0 + (int32_t)((int64_t)dx * i / pieces);
        int32_t ay = y0 + (int32_t)((int64_t)dy * i / pieces);
        int32_t bx = x0 + (int32_t)((int64_t)dx * (i + 1) / pieces);
        int32_t by = y0 + (int32_t)((int64_t)dy * (i + 1) / pieces);
        if (most(ax, bx) >= -reach && most(ay, by) >= -reach && least(ax, bx) <= end + reach &&
            least(ay, by) <= end + reach) {
            piece(mask, ax, ay, bx, by, width);
        }
    }
}

void map_mask_lay(const struct map_mask *mask, uint32_t *pixels, uint32_t color)
{
    size_t count = (size_t)mask->side * (size_t)mask->side;
    uint32_t red = color >> 16 & 0xff, green = color >> 8 & 0xff, blue = color & 0xff;
    for (size_t i = 0; i < count; i++) {
        uint32_t cover = mask->cells[i];
        if (cover == 0) {
            continue;
        }
        if (cover == 255) {
            pixels[i] = 0xff000000U | (color & 0xffffffU);
            continue;
        }
        uint32_t under = pixels[i], rest = 255 - cover;
        uint32_t r = (red * cover + (under >> 16 & 0xff) * rest + 127) / 255;
        uint32_t g = (green * cover + (under >> 8 & 0xff) * rest + 127) / 255;
        uint32_t b = (blue * cover + (under & 0xff) * rest + 127) / 255;
        pixels[i] = 0xff000000U | r << 16 | g << 8 | b;
    }
}
