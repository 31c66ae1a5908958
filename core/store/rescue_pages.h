/* core/store/rescue_pages.h -- every block of a damaged sealed database that still opens: the
 * pages in the file and those in its log, older versions of a page too. Reads only.
 *
 * A version is one block that opened. Of a page there may be several: the newest one that was
 * committed is what SQLite would read; older ones still hold true facts, for facts never change.
 * A frame of the log that does not open hides whose page it was: from then on no version of any
 * page is known to be the newest. */
#pragma once

#include "core/store/page_file.h"

enum rescue_rank {
    RESCUE_RANK_newest,   /* what the database is; see is_whole_log */
    RESCUE_RANK_older,    /* committed, and since then written over or read from the file */
    RESCUE_RANK_left,     /* of an earlier round of the log: may have been taken back */
    RESCUE_RANK_unlasting /* behind the last commit that is there: cut off, or its commit is damaged
                           */
};

struct rescue_version {
    uint32_t page;  /* its number, from 1 */
    uint64_t frame; /* of the log, from 1; 0: of the file */
    enum rescue_rank rank;
};

struct rescue_pages {
    struct arena *arena; /* borrowed */
    struct page_file database, log;
    struct page_below below[2];
    struct rescue_version *versions; /* best rank first */
    size_t version_count;
    uint32_t page_max;
    size_t *newest;         /* by page: 1 + which version is its newest; 0 none */
    uint32_t damaged_count; /* blocks that were there and did not open */
    bool is_whole_log;      /* every frame up to the last commit opened */
};

/* Looks at all blocks of `path` and its log. ERR_io when the disk gives none of it. */
enum err rescue_pages_open(struct rescue_pages *pages_out, struct arena *arena,
                           struct page_vfs *vfs, const char *path) MUST_USE;
void rescue_pages_close(struct rescue_pages *pages);
/* The page of a version, opened. False when it opens no longer. */
bool rescue_pages_read(struct rescue_pages *pages, struct rescue_version version,
                       uint8_t page_out[PAGE_VFS_PAGE_SIZE]) MUST_USE;
/* The newest version of page `number`; false when there is none. */
bool rescue_pages_newest(const struct rescue_pages *pages, uint32_t number,
                         struct rescue_version *version_out) MUST_USE;
