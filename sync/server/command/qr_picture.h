/* sync/server/command/qr_picture.h -- a text as a QR picture, in a terminal or a page. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* False, and nothing printed, when the text is too long for one. */
bool qr_picture_print(FILE *out, const char *text);
bool qr_picture_svg(FILE *out, const char *text);
