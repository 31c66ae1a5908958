#include "sync/server/command/qr_picture.h"

#include <qrencode.h>

enum { QUIET = 2 };

static bool is_dark(const QRcode *picture, int x, int y)
{
    return x >= 0 && y >= 0 && x < picture->width && y < picture->width &&
           (picture->data[y * picture->width + x] & 1) != 0;
}

/* Two rows of modules a line, light ones drawn, as terminals are mostly dark. */
bool qr_picture_print(FILE *out, const char *text)
{
    QRcode *picture = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (picture == NULL) {
        return false;
    }
    for (int y = -QUIET; y < picture->width + QUIET; y += 2) {
        for (int x = -QUIET; x < picture->width + QUIET; x++) {
            bool is_up = !is_dark(picture, x, y);
            bool is_down = !is_dark(picture, x, y + 1);
            fputs(is_up && is_down ? "█" : is_up ? "▀" : is_down ? "▄" : " ", out);
        }
        fputc('\n', out);
    }
    QRcode_free(picture);
    return true;
}
