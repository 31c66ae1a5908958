/* sync/server/store/sqlite_log.h -- tells damage of headquarters' write-ahead log from a power
 * cut.
 *
 * SQLite takes the first frame whose sum does not hold for the torn end of the log and forgets all
 * that follows it: right after a power cut, and a silent loss of what tablets and people were told
 * is stored when a bit turned over in the middle. Every commit is flushed before the next one
 * begins, so a cut can tear only the last; a bad frame with a whole commit and more of the same log
 * behind it is damage.
 *
 * A bit that turns over in the last commit itself cannot be told from a cut in it and is taken for
 * one: tablets see that headquarters' cursor went back and send those facts again. */
#pragma once

#include "core/base/err.h"

#include <stdbool.h>

/* Looks at PATH-wal before the database PATH is opened, while nobody writes. True when a commit in
 * it that had been flushed would be forgotten. Changes nothing. False without a log. ERR_io. */
enum err sqlite_log_is_damaged(const char *path, bool *is_damaged_out) MUST_USE;
