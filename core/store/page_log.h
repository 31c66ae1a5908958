/* core/store/page_log.h -- tells damage of a sealed write-ahead log from a power cut.
 *
 * SQLite takes the first frame that does not hold for the torn end of the log and forgets all that
 * follows it: right after a power cut, and a silent loss of accepted facts when a bit turned over
 * in the middle. Sealed frames tell the two apart: every commit is flushed before the next one
 * begins, so a cut can tear only the last. */
#pragma once

#include "core/store/page_vfs.h"

/* True when something behind a frame that does not open, or behind a header that does not hold, was
 * committed after it, and is not in the file. Changes nothing. False without a log. ERR_io. */
enum err page_log_is_damaged(struct page_vfs *vfs, const char *path, bool *is_damaged_out) MUST_USE;
