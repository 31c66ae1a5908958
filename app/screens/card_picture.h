/* app/screens/card_picture.h -- a card's text as a QR picture, one pixel a module. */
#pragma once

#include "app/ui/draw.h"
#include "core/event/card.h"

/* Black on white with a quiet zone of four modules, for ui_art_image() to be stretched by a
 * whole number. CHECKs that the text is as short as a card: then it fits. Lives in `arena`. */
struct draw_image card_picture_make(struct arena *arena, const char *text);
