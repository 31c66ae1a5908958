#include "app/screens/card_picture.h"

#include <qrencode.h>
#include <string.h>

enum { QUIET = 4 };

struct draw_image card_picture_make(struct arena *arena, const char *text)
{
    CHECK(strlen(text) < CARD_TEXT_SIZE);
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    CHECK(code != NULL); /* it fits, so there was no memory */
    int32_t side = code->width + 2 * QUIET;
    uint32_t *pixels = ARENA_ARRAY(arena, (size_t)side * (size_t)side, uint32_t);
    uint64_t name = UINT64_C(14695981039346656037); /* FNV-1a: equal modules, equal names */
    for (int32_t i = 0; i < side * side; i++) {
        int32_t x = i % side - QUIET;
        int32_t y = i / side - QUIET;
        bool is_inside = x >= 0 && y >= 0 && x < code->width && y < code->width;
        bool is_dark = is_inside && (code->data[y * code->width + x] & 1) != 0;
        pixels[i] = is_dark ? 0xFF000000U : 0xFFFFFFFFU;
        name = (name ^ (is_dark ? 1U : 2U)) * UINT64_C(1099511628211);
    }
    QRcode_free(code);
    return (struct draw_image){pixels, side, side, side, name};
}
