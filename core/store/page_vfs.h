/* core/store/page_vfs.h -- a SQLite VFS over another one that lets no page touch the disk in
 * clear: see page_seal.h for the block, below for the files.
 *
 *   database   pages of PAGE_VFS_PAGE_SIZE bytes, each sealed; SQLite leaves the tail free because
 *              page_vfs_prepare() reserves it
 *   log        the header of 32 bytes as it is (sizes and salts), then each frame sealed as one
 *              block, its header with its page: the frame's checksum is over what the page says
 *   journal    only the making of a file writes one; the pages in it are sealed
 *   any other  refused: what would spill to a temporary file stays in memory (temp_store=MEMORY)
 *
 * Two things are not as they seem. The tail of an opened page is zero, always: SQLite's log
 * checksums run over it, and a tail that came back as anything else would end the log at its
 * first frame after a power cut. And the header of a first page that does not open is answered
 * as a plausible one: a torn first page is no reason not to look at the log that holds it.
 *
 * A page that does not open gives SQLITE_IOERR_DATA. A frame that does not open ends the log, as
 * a torn one does; page_log.h tells which it was. A log that somebody has cut at its end is told
 * by headquarters' chain alone.
 *
 * Not pure. For one connection at a time with locking_mode=EXCLUSIVE (there is no shared
 * memory); one thread. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/rng.h"
#include "core/store/page_seal.h"

#include <sqlite3.h>

enum {
    PAGE_VFS_PAGE_SIZE = 4096,
    PAGE_VFS_FRAME_HEAD = 24,
    PAGE_VFS_FRAME_SIZE = PAGE_VFS_FRAME_HEAD + PAGE_VFS_PAGE_SIZE,
};

/* No file of a store grows beyond 4 GiB (store_file_set_up()): what somebody made larger is looked
 * at that far, and no further. */
#define PAGE_VFS_PAGES_MAX UINT32_C(1048576)

/* In locked memory of its own that is in no core dump, with the key and what is on its way. */
struct page_vfs {
    sqlite3_vfs vfs;
    sqlite3_vfs *base;
    const struct rng *rng;
    uint8_t key[PAGE_SEAL_KEY_SIZE];
    char name[48];
    uint64_t unopened_count; /* pages and frames that did not open */
    /* A frame of the log that came in part: bytes [0, frame_have) of frame_number. */
    bool has_frame;
    uint64_t frame_number;
    size_t frame_have;
    uint8_t frame[PAGE_VFS_FRAME_SIZE];
    uint8_t sealed[PAGE_VFS_FRAME_SIZE]; /* on its way to or from the disk */
};

/* Registers a VFS of the name vfs_out->name over VFS `base` (NULL: the default) for database
 * `name` under `master`. `rng` is used until page_vfs_end(). ERR_not_found without such a base. */
enum err page_vfs_begin(struct page_vfs **vfs_out, const char *base, const char *name,
                        const uint8_t master[PAGE_SEAL_KEY_SIZE], const struct rng *rng) MUST_USE;
/* Wipes it; `*vfs` becomes NULL. After the last connection is closed; of NULL: no change. */
void page_vfs_end(struct page_vfs **vfs);
/* Before anything else on a connection that was opened through such a VFS: a new file gets its
 * tails. SQLite's code. */
int page_vfs_prepare(sqlite3 *db);

/* A file as the base has it, past the sealing. */
struct page_below {
    sqlite3_file *file; /* NULL: not open */
    sqlite3_filename name;
};
/* `flags` of SQLite, of the kind SQLITE_OPEN_MAIN_DB; the file's memory is in `arena`.
 * SQLite's code. */
int page_below_open(sqlite3_vfs *base, struct arena *arena, const char *path, int flags,
                    struct page_below *below_out);
/* A file to look at, or none: it is not opened then and its size is 0. A hole at the end of a
 * large file is not counted, nor what lies behind PAGE_VFS_PAGES_MAX pages. ERR_io. */
enum err page_below_look(struct page_vfs *vfs, struct arena *arena, const char *path,
                         struct page_below *below_out, sqlite3_int64 *size_out) MUST_USE;
/* Again, or after a failed open: no change. */
void page_below_close(struct page_below *below);

/* What lies at `path`, seen through the base. */
enum page_vfs_found {
    PAGE_VFS_FOUND_nothing, /* no file, or an empty one */
    PAGE_VFS_FOUND_plain,   /* an SQLite file that anybody can read */
    PAGE_VFS_FOUND_sealed,  /* sealed with this key; pages of it may be damaged */
    PAGE_VFS_FOUND_foreign, /* nothing of file or log opens with this key */
};
/* Reads the first page, and only when it does not open the rest. ERR_io. */
enum err page_vfs_find(struct page_vfs *vfs, const char *path,
                       enum page_vfs_found *found_out) MUST_USE;
