/* core/store/page_log.h -- tells damage of a sealed write-ahead log from a power cut.
 *
 * SQLite takes the first frame that does not hold for the torn end of the log and forgets all that
 * follows it: right after a power cut, and a silent loss of accepted facts when a bit turned over
 * in the middle. Sealed frames tell the two apart: every commit is flushed before the next one
 * begins, so a cut can tear only the last.
 *
 * A bit that turns over in the last commit itself cannot be told from a cut in it, and is taken for
 * one: the tablet goes on as before that commit. Whatever would tell the two apart (a count of
 * commits in another file, a sum of the newest frame) has to be flushed after the commit and before
 * the collector hears that it is saved: a second wait for every tap, and another place where a cut
 * and a turned bit look the same. The next commit ends the doubt; after a visit that is the
 * one which seals the envelope, seconds later, and the envelope in the spool is a second copy. */
#pragma once

#include "core/store/page_vfs.h"

/* True when something behind a frame that does not open, or behind a header that does not hold, was
 * committed after it, and is not in the file. Changes nothing. False without a log. ERR_io. */
enum err page_log_is_damaged(struct page_vfs *vfs, const char *path, bool *is_damaged_out) MUST_USE;
