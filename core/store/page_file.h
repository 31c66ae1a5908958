/* core/store/page_file.h -- one file opened through a page VFS: its blocks, sealed on their way
 * down and opened on their way up. What is sealed how stands in page_vfs.h. */
#pragma once

#include "core/store/page_vfs.h"

enum { PAGE_FILE_LOG_HEAD = 32 }; /* bytes before the first frame */

/* How a file begins that anybody can read; 16 bytes with the NUL. */
extern const char page_file_plain_head[16];

struct page_file {
    sqlite3_file base;
    struct page_vfs *vfs;
    enum page_seal_kind kind;
    bool has_written;                    /* frames of the log */
    uint8_t nonce[PAGE_SEAL_NONCE_SIZE]; /* of the last block that was written */
    sqlite3_file *below;                 /* of the base; lies behind this struct */
};

/* Readies `file` (szOsFile bytes of the VFS) for the base's xOpen on file->below. */
void page_file_begin(struct page_file *file, struct page_vfs *vfs, enum page_seal_kind kind);
/* After the base has opened file->below: what SQLite calls. */
extern const sqlite3_io_methods page_file_methods;
/* One block. SQLITE_IOERR_DATA when it does not open, SQLITE_IOERR_SHORT_READ when it is not
 * there whole; zeros then. */
int page_file_block_read(struct page_file *file, uint8_t *open_out, size_t size, uint64_t number,
                         sqlite3_int64 at);
