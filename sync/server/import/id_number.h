/* sync/server/import/id_number.h -- shapes of identity numbers. Pure.
 *
 * Accepted: the 18-digit citizen number of GB 11643 (with its check digit and a
 * real day of birth), the older 15-digit one, the unified social credit code of
 * GB 32100 (18 characters with check), and travel documents (one to three
 * letters, then five to nine digits). The area code is not looked up: codes of
 * dissolved districts stand on valid cards. */
#pragma once

#include "core/base/str.h"

enum id_number_verdict { ID_NUMBER_ok, ID_NUMBER_bad_shape, ID_NUMBER_bad_check };

enum id_number_verdict id_number_check(struct str number);
/* 1 male, 2 female for a citizen number, else 0. */
uint32_t id_number_gender(struct str number);
/* The check character that belongs to the first 17 digits. */
char id_number_check_digit(const char digits[17]);
