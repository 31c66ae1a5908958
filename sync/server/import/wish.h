/* sync/server/import/wish.h -- when and where a customer wants nobody, as files and commands write
 * it. Pure. */
#pragma once

#include "core/base/str.h"

/* "10:00": minutes of the day, 1 .. 1439. ERR_bad_text. */
enum err wish_minute(struct str text, uint32_t *minute_out) MUST_USE;
/* "6;7", 1 Monday .. 7 Sunday: bit 0 Monday. ERR_bad_text. */
enum err wish_weekdays(struct str text, uint32_t *weekdays_out) MUST_USE;
/* "work;hospital" by their names or the Chinese ones of values.def: bit n for
 * address_kinds.def n. ERR_bad_text. */
enum err wish_places(struct str text, uint32_t *places_out) MUST_USE;
