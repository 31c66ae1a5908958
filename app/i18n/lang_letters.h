/* app/i18n/lang_letters.h -- the letters that the program itself writes most. Pure. */
#pragma once

#include "app/i18n/lang.h"

enum { LANG_LETTERS_MAX = 400 };

/* Printable ASCII and the other characters of this language's texts, the most
 * frequent first, LANG_LETTERS_MAX in all at most. The same program gives the same
 * letters. Lives in `arena`. */
const char *lang_letters(struct arena *arena, enum lang lang);
