/* sync/proto/cursor.h -- do both ends hold the same rows? Pure.
 *
 * Headquarters keeps, per page given to a device: cursor, random tag, and the
 * digest of the rows the device then holds. The tablet sends back the cursor and
 * a check over all three. A check that headquarters cannot reproduce (it was
 * restored, or the tablet was, or rows differ) means: send all rows again from
 * cursor 0, and never touch what the tablet has not yet sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One row's part; the digest of a set of rows is the sum (modulo 2^64) over the
 * rows that are not withdrawn, so it can be kept up to date row by row. */
uint64_t cursor_row_digest(uint64_t case_no, uint64_t feed_seq);
/* `digest` is that of all rows when the page was the last (has_more false), and 0
 * when more pages follow. Never 0, except for cursor 0. */
uint32_t cursor_check(uint64_t cursor, uint32_t tag, uint64_t digest);
