/* core/os/os.h -- the real world, once: clock, randomness, files, processes.
 * POSIX. Nothing else in the house reads the time or opens a path by itself. */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/rng.h"
#include "core/base/str.h"

/* Static tables without state. */
const struct clock *os_clock(void); /* CLOCK_REALTIME, CLOCK_BOOTTIME, boot id */
const struct rng *os_rng(void);     /* getrandom */

/* Whole file into `arena`, NUL after the last byte.
 * ERR_not_found, ERR_io, ERR_too_long past `size_max`. */
enum err os_file_read(struct arena *arena, const char *path, size_t size_max,
                      struct str *bytes_out) MUST_USE;
/* All or nothing and durable: temporary file, fsync, rename, fsync of the folder.
 * Mode 0600. ERR_no_space, ERR_io. */
enum err os_file_replace(const char *path, const void *bytes, size_t size) MUST_USE;
/* Writes `size` bytes at `offset` and flushes them; a file that is not there is made, mode
 * 0600, and its name flushed too. What lies between the end and `offset` reads as zeros.
 * Not all or nothing: cut short, part of these bytes may be there and no others changed.
 * ERR_no_space, ERR_io. */
enum err os_file_write_at(const char *path, uint64_t offset, const void *bytes,
                          size_t size) MUST_USE;
/* `size` bytes from `offset` on. ERR_not_found, ERR_truncated (the file ends before), ERR_io. */
enum err os_file_read_at(const char *path, uint64_t offset, void *bytes, size_t size) MUST_USE;
/* How far into the file there is something, looking no further than `size_max`: what is all hole
 * behind that counts for nothing. A file system without holes gives the file's size. ERR_not_found,
 * ERR_io. */
enum err os_file_filled_size(const char *path, uint64_t size_max, uint64_t *size_out) MUST_USE;
/* What the system shows of the file is on the disk when it returns OK: its own bytes are
 * written once more and flushed. After a flush that failed, or a program that was killed
 * before its flush, the system shows bytes that no later flush would write. Holes stay holes. Ok
 * when the file is not there. ERR_io, ERR_no_space. */
enum err os_file_settle(const char *path) MUST_USE;
/* Gives a file another name on the same disk, durably. Whoever had that name is replaced.
 * ERR_not_found, ERR_io (another disk, too). */
enum err os_file_move(const char *from, const char *to) MUST_USE;
/* Removes the file durably; ok when it is not there. */
enum err os_file_remove(const char *path) MUST_USE;
/* Overwrites the file with random bytes, flushes them and removes it durably; ok when it is not
 * there. On flash the chip may still hold older copies of its blocks. */
enum err os_file_shred(const char *path, const struct rng *rng) MUST_USE;
/* os_file_replace(), and the bytes that were there before are overwritten. Cut off between the two,
 * they lie in "<path>.old", which the next call, or os_file_shred_old(), overwrites. */
enum err os_file_replace_shred(const char *path, const void *bytes, size_t size,
                               const struct rng *rng) MUST_USE;
enum err os_file_shred_old(const char *path, const struct rng *rng) MUST_USE;
/* Files below `folder` for which `is_kept` says no, each with its path from there ("spool/out/x"),
 * dot files too: their number and bytes; with `does_shred` each is shredded. Links are removed, not
 * followed; emptied folders stay. Ok when there is no such folder. */
enum err os_tree_shred(const char *folder, bool (*is_kept)(const char *path), bool does_shred,
                       const struct rng *rng, uint32_t *file_count_out,
                       uint64_t *size_out) MUST_USE;
bool os_file_exists(const char *path);
/* A plain file: no folder, link or device. */
bool os_file_is_plain(const char *path);
/* A number that is another one after names came into a folder or left it. 0: that happened within
 * the last seconds, or in the future; file systems tell times coarsely, and another change could
 * have the same one. By the system's clock. ERR_not_found, ERR_io. */
enum err os_folder_stamp(const char *path, int64_t *stamp_out) MUST_USE;
/* Whether the file is a plain one that nobody but its owner can open, who is this program's user or
 * the system's. Under `is_handed` a group may read it: so the service manager hands files over. */
bool os_file_is_private(const char *path, bool is_handed);
/* Makes the folder and its parents, mode 0700. */
enum err os_folder_make(const char *path) MUST_USE;
/* Names in a folder without dot files, sorted by bytes. */
enum err os_folder_list(struct arena *arena, const char *path, const char ***names_out,
                        size_t *count_out) MUST_USE;
/* Whether the file is a plain one that nobody but its owner can open, who is this program's user or
 * the system's. Under `is_handed` a group may read it: so the service manager hands files over. */
bool os_file_is_private(const char *path, bool is_handed);
/* Size and time of the last change (wall clock) of a file. ERR_not_found, ERR_io (a
 * folder or a device). Outputs may be NULL. */
enum err os_file_facts(const char *path, uint64_t *size_out, int64_t *changed_at_ms_out) MUST_USE;
/* Free bytes where `path` lies. */
enum err os_space_free(const char *path, uint64_t *bytes_out) MUST_USE;
/* Whether both paths lead to one and the same file or folder, however they are written. False
 * when one is not there. */
bool os_is_same(const char *a, const char *b);
/* "<folder>/<name>" in `arena`. */
char *os_path(struct arena *arena, const char *folder, const char *name);

/* Drives that people plug in: what is mounted below /media or /run/media, in the
 * system's order. ERR_io when the system does not say. */
struct os_mount {
    const char *folder;
    bool is_writable; /* mounted so, and this user may */
};
enum err os_mount_list(struct arena *arena, struct os_mount **mounts_out,
                       size_t *count_out) MUST_USE;

/* An exclusive lock held until os_lock_close() or the end of the process.
 * ERR_busy when another process holds it. */
struct os_lock {
    int fd;
};
enum err os_lock_open(struct os_lock *lock_out, const char *path) MUST_USE;
void os_lock_close(struct os_lock *lock);

/* From now on this process leaves no core file, and no other process of its user reads its memory:
 * what it shows lies there in clear. Children are as they start. False when the system refused. */
bool os_dump_forbid(void);

/* Starts `argv` (NULL-ended, argv[0] a path or a name beside this program) as a
 * child that dies with its parent. ERR_not_found, ERR_io. */
enum err os_child_start(const char *const *argv, int32_t *pid_out) MUST_USE;
/* True while the child runs; a finished child is reaped. */
bool os_child_is_running(int32_t pid);
void os_child_stop(int32_t pid); /* SIGTERM, then waits */
/* Folder of the running program, in `arena`. */
char *os_program_folder(struct arena *arena);
void os_sleep_ms(int64_t duration_ms);
