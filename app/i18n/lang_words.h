/* app/i18n/lang_words.h -- numbers in words, to be read back before they are
 * signed. Pure. */
#pragma once

#include "app/i18n/lang.h"

/* zh "壹仟贰佰元整" (see money_to_capitals), en "one thousand two hundred yuan and
 * fifty fen". Amounts of 0 up to 10^14 fen; CHECKs the range. Lives in `arena`. */
const char *lang_money_words(struct arena *arena, enum lang lang, int64_t amount_minor);
