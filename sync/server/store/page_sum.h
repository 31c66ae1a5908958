/* sync/server/store/page_sum.h -- every page of headquarters' database carries a sum of itself.
 *
 * Chains and signatures tell a changed fact; nothing told a bit that turned over in a tablet's key,
 * a setting, a person's rights, a message or an index. So each page of 4096 bytes ends in 8 that
 * SQLite leaves free (byte 20 of its file format): a sum of the page and of its number, made when
 * the page is written into the file and looked at whenever it is read from it. A page that is not
 * what was written, or stands in another's place, gives SQLITE_IOERR_DATA, never its bytes. Any
 * change within one word of 8 bytes is found for certain, others but for one in 2^64.
 *
 * In memory and in the log the tail is zero, so a log that a plain SQLite folds leaves pages with
 * a tail of zero: those are taken without a look, and get their sum when they are written next.
 * Who changes the file with another program is told apart by nobody from a turned bit: hq.db is
 * written by doorstep-hq alone. The log has SQLite's own sums, see sqlite_log.h.
 *
 * It guards against disks, not against people: who wants to forge can make the sum anew. */
#pragma once

#include <sqlite3.h>

#include <stdbool.h>

enum { PAGE_SUM_TAIL = 8 };

/* Name of a VFS over the process's default one; for sqlite3_open_v2() after page_sum_register().
 * A file without sums is read and written through it as it is. */
extern const char page_sum_vfs[];
/* After sqlite3_config() only. Again: no change. SQLite's code. */
int page_sum_register(void);

/* On a connection opened through the VFS, before anything else: a new file gets sums, and so does
 * one without at its next VACUUM. SQLite's code. */
int page_sum_prepare(sqlite3 *db);
/* Whether the open file has sums. */
bool page_sum_is_on(sqlite3 *db);
/* A new file that becomes a copy of one with sums, or without. SQLite's code. */
int page_sum_copy(sqlite3 *db, bool is_on);
