/* sync/server/import/phone.h -- shapes of telephone numbers and mail addresses. Pure. */
#pragma once

#include "core/base/str.h"

/* Writes the number as it is kept: digits, one leading '+' for other countries,
 * one '-' before an extension and after a Chinese area code. +86, 0086 and
 * blanks, dots, brackets and hyphens inside are dropped. A mail address is kept
 * as it stands.
 * Gives the kind (contact_point_kinds.def) that the shape tells: mobile,
 * home_phone or email; 0 when it is none of these. `size` as of the record's
 * member; what does not fit is none of these either. */
uint32_t phone_read(char *number_out, size_t size, struct str text);
