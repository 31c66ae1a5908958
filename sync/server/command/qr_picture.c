#include "sync/server/command/qr_picture.h"

#include <qrencode.h>

enum { QUIET = 2, QUIET_SVG = 4 };

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

/* One path: a square for each run of dark modules. */
bool qr_picture_svg(FILE *out, const char *text)
{
    QRcode *picture = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (picture == NULL) {
        return false;
    }
    int side = picture->width + 2 * QUIET_SVG;
    fprintf(out,
            "<svg class=qr xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
            "shape-rendering=\"crispEdges\"><path fill=\"#000\" d=\"",
            side, side);
    for (int y = 0; y < picture->width; y++) {
        for (int x = 0; x < picture->width; x++) {
            int first = x;
            while (is_dark(picture, x, y)) {
                x++;
            }
            if (x > first) {
                fprintf(out, "M%d %dh%dv1h-%dz", first + QUIET_SVG, y + QUIET_SVG, x - first,
                        x - first);
            }
        }
    }
    fputs("\"/></svg>\n", out);
    QRcode_free(picture);
    return true;
}
