/* app/screens/lock_keys.h -- the part of the shut screen that opens it: the keys or the passphrase,
 * a code of headquarters for who forgot it, and how far opening is. Pure. */
#pragma once

#include "app/screens/lock.h"

/* Fills `intent_out` when something is to be tried. While it is being opened nothing is taken. */
void lock_keys(struct ui *ui, const struct view *view, const struct lock_model *model,
               struct screen_place *place, struct intent *intent_out);
