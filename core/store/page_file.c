#include "core/store/page_file.h"

#include <sodium.h>
#include <string.h>

/* Every open file draws a beginning at random and counts from there: no nonce comes twice. */
enum { NONCE_DRAWN = 16 };

const char page_file_plain_head[16] = "SQLite format 3";

static struct page_file *file_of(sqlite3_file *base)
{
    return (struct page_file *)base;
}

/* ---- blocks ---- */

static void nonce_next(struct page_file *file)
{
    for (size_t i = NONCE_DRAWN; i < sizeof file->nonce && ++file->nonce[i] == 0; i++) {
    }
}

static int block_write(struct page_file *file, const uint8_t *open, size_t size, uint64_t number,
                       sqlite3_int64 at)
{
    struct page_vfs *vfs = file->vfs;
    nonce_next(file);
    page_seal(vfs->sealed, open, size, vfs->key, file->nonce, file->kind, number);
    return file->below->pMethods->xWrite(file->below, vfs->sealed, (int)size, at);
}

int page_file_block_read(struct page_file *file, uint8_t *open_out, size_t size, uint64_t number,
                         sqlite3_int64 at)
{
    struct page_vfs *vfs = file->vfs;
    int code = file->below->pMethods->xRead(file->below, vfs->sealed, (int)size, at);
    if (code != SQLITE_OK) {
        memset(open_out, 0, size);
        return code;
    }
    if (!page_seal_open(open_out, vfs->sealed, size, vfs->key, file->kind, number)) {
        vfs->unopened_count++;
        return SQLITE_IOERR_DATA;
    }
    return SQLITE_OK;
}

/* SQLite never writes into the tail it was asked to leave free. If it did, the block would not
 * come back as it was written. */
static bool is_tail_free(const uint8_t *open, size_t size)
{
    return sodium_is_zero(open + size - PAGE_SEAL_TAIL, PAGE_SEAL_TAIL) == 1;
}

/* ---- the database ---- */

/* As much of a file header as makes SQLite go on and read the page itself. */
static void header_stand_in(uint8_t *page)
{
    memcpy(page, page_file_plain_head, sizeof page_file_plain_head);
    page[16] = PAGE_VFS_PAGE_SIZE >> 8;
    page[18] = page[19] = 2; /* write-ahead */
    page[20] = PAGE_SEAL_TAIL;
}

static int database_read(struct page_file *file, uint8_t *to, size_t size, sqlite3_int64 at)
{
    size_t within = (size_t)(at % PAGE_VFS_PAGE_SIZE);
    uint64_t number = (uint64_t)(at / PAGE_VFS_PAGE_SIZE) + 1;
    if (size == PAGE_VFS_PAGE_SIZE && within == 0) {
        return page_file_block_read(file, to, size, number, at);
    }
    uint8_t page[PAGE_VFS_PAGE_SIZE];
    if (within + size > sizeof page) {
        return SQLITE_IOERR_READ;
    }
    int code = page_file_block_read(file, page, sizeof page, number, at - (sqlite3_int64)within);
    if (code == SQLITE_IOERR_DATA && number == 1) {
        header_stand_in(page);
        code = SQLITE_OK;
    }
    memcpy(to, page + within, size);
    sodium_memzero(page, sizeof page);
    return code;
}

static int database_write(struct page_file *file, const uint8_t *bytes, size_t size,
                          sqlite3_int64 at)
{
    if (size != PAGE_VFS_PAGE_SIZE || at % PAGE_VFS_PAGE_SIZE != 0 || !is_tail_free(bytes, size)) {
        return SQLITE_IOERR_WRITE;
    }
    return block_write(file, bytes, size, (uint64_t)(at / PAGE_VFS_PAGE_SIZE) + 1, at);
}

/* ---- the rollback journal ---- */

/* Headers lie at multiples of the sector, a page always behind its number of 4 bytes. */
static bool is_journal_page(size_t size, sqlite3_int64 at)
{
    return size == PAGE_VFS_PAGE_SIZE && at % 8 != 0;
}

static int journal_read(struct page_file *file, uint8_t *to, size_t size, sqlite3_int64 at)
{
    if (!is_journal_page(size, at)) {
        return file->below->pMethods->xRead(file->below, to, (int)size, at);
    }
    /* A torn page ends the journal, as a missing one does. */
    int code = page_file_block_read(file, to, size, (uint64_t)at, at);
    return code == SQLITE_IOERR_DATA ? SQLITE_IOERR_SHORT_READ : code;
}

static int journal_write(struct page_file *file, const uint8_t *bytes, size_t size,
                         sqlite3_int64 at)
{
    if (!is_journal_page(size, at)) {
        return file->below->pMethods->xWrite(file->below, bytes, (int)size, at);
    }
    return is_tail_free(bytes, size) ? block_write(file, bytes, size, (uint64_t)at, at)
                                     : SQLITE_IOERR_WRITE;
}

/* ---- the write-ahead log ---- */

static sqlite3_int64 frame_at(uint64_t number)
{
    return PAGE_FILE_LOG_HEAD + (sqlite3_int64)number * PAGE_VFS_FRAME_SIZE;
}

static int frame_write(struct page_file *file, const uint8_t *frame, uint64_t number)
{
    file->has_written = true;
    return is_tail_free(frame, PAGE_VFS_FRAME_SIZE)
               ? block_write(file, frame, PAGE_VFS_FRAME_SIZE, number, frame_at(number))
               : SQLITE_IOERR_WRITE;
}

/* A frame of which only the beginning came: the rest is what the disk has. Where it has
 * nothing that opens the part waits; that is the padding behind a commit, which may be cut by
 * the flush and means nothing. True when nothing waits any more. */
static int frame_settle(struct page_file *file, bool *is_settled_out)
{
    struct page_vfs *vfs = file->vfs;
    uint8_t frame[PAGE_VFS_FRAME_SIZE];
    *is_settled_out = !vfs->has_frame;
    if (!vfs->has_frame) {
        return SQLITE_OK;
    }
    int code = page_file_block_read(file, frame, sizeof frame, vfs->frame_number,
                                    frame_at(vfs->frame_number));
    if (code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_SHORT_READ) {
        return SQLITE_OK;
    }
    if (code == SQLITE_OK) {
        memcpy(frame, vfs->frame, vfs->frame_have);
        code = frame_write(file, frame, vfs->frame_number);
        vfs->has_frame = false;
        *is_settled_out = true;
    }
    sodium_memzero(frame, sizeof frame);
    return code;
}

/* Bytes within one frame. */
static int frame_change(struct page_file *file, const uint8_t *bytes, size_t size, uint64_t number,
                        size_t within)
{
    struct page_vfs *vfs = file->vfs;
    bool goes_on = vfs->has_frame && vfs->frame_number == number && vfs->frame_have == within;
    if (!goes_on) {
        bool is_settled = false;
        int code = frame_settle(file, &is_settled);
        if (code != SQLITE_OK || !is_settled) {
            return code != SQLITE_OK ? code : SQLITE_IOERR_WRITE;
        }
        if (within > 0) {
            code = page_file_block_read(file, vfs->frame, PAGE_VFS_FRAME_SIZE, number,
                                        frame_at(number));
            if (code != SQLITE_OK) {
                return SQLITE_IOERR_WRITE;
            }
            memcpy(vfs->frame + within, bytes, size);
            return frame_write(file, vfs->frame, number);
        }
        vfs->has_frame = true;
        vfs->frame_number = number;
        vfs->frame_have = 0;
    }
    memcpy(vfs->frame + within, bytes, size);
    vfs->frame_have += size;
    if (vfs->frame_have < PAGE_VFS_FRAME_SIZE) {
        return SQLITE_OK;
    }
    vfs->has_frame = false;
    return frame_write(file, vfs->frame, number);
}

static int log_write(struct page_file *file, const uint8_t *bytes, size_t size, sqlite3_int64 at)
{
    if (at < PAGE_FILE_LOG_HEAD) {
        file->vfs->has_frame = false; /* the log begins anew */
        return at + (sqlite3_int64)size > PAGE_FILE_LOG_HEAD
                   ? SQLITE_IOERR_WRITE
                   : file->below->pMethods->xWrite(file->below, bytes, (int)size, at);
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK && size > 0) {
        uint64_t number = (uint64_t)(at - PAGE_FILE_LOG_HEAD) / PAGE_VFS_FRAME_SIZE;
        size_t within = (size_t)((uint64_t)(at - PAGE_FILE_LOG_HEAD) % PAGE_VFS_FRAME_SIZE);
        size_t left = PAGE_VFS_FRAME_SIZE - within;
        size_t part = size < left ? size : left;
        code = frame_change(file, bytes, part, number, within);
        bytes += part;
        size -= part;
        at += (sqlite3_int64)part;
    }
    return code;
}

/* Reading the log from its beginning, before anything is written to it, a frame that does not
 * open reads as zeros, which end the log. Later it is an error. */
static int log_read(struct page_file *file, uint8_t *to, size_t size, sqlite3_int64 at)
{
    if (at < PAGE_FILE_LOG_HEAD) {
        return at + (sqlite3_int64)size > PAGE_FILE_LOG_HEAD
                   ? SQLITE_IOERR_READ
                   : file->below->pMethods->xRead(file->below, to, (int)size, at);
    }
    uint64_t number = (uint64_t)(at - PAGE_FILE_LOG_HEAD) / PAGE_VFS_FRAME_SIZE;
    size_t within = (size_t)((uint64_t)(at - PAGE_FILE_LOG_HEAD) % PAGE_VFS_FRAME_SIZE);
    uint8_t frame[PAGE_VFS_FRAME_SIZE];
    if (within + size > sizeof frame) {
        return SQLITE_IOERR_READ;
    }
    int code = page_file_block_read(file, frame, sizeof frame, number, frame_at(number));
    if (code == SQLITE_IOERR_DATA && within == 0 && !file->has_written) {
        code = SQLITE_OK;
    }
    memcpy(to, frame + within, size);
    sodium_memzero(frame, sizeof frame);
    return code;
}

/* ---- methods of a file ---- */

static int io_close(sqlite3_file *base)
{
    struct page_file *file = file_of(base);
    if (file->kind == PAGE_SEAL_KIND_log) {
        file->vfs->has_frame = false;
    }
    return file->below->pMethods->xClose(file->below);
}

static int io_read(sqlite3_file *base, void *to, int size, sqlite3_int64 at)
{
    struct page_file *file = file_of(base);
    switch (file->kind) {
    case PAGE_SEAL_KIND_database:
        return database_read(file, to, (size_t)size, at);
    case PAGE_SEAL_KIND_log:
        return log_read(file, to, (size_t)size, at);
    case PAGE_SEAL_KIND_journal:
        return journal_read(file, to, (size_t)size, at);
    }
    UNREACHABLE();
}

static int io_write(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 at)
{
    struct page_file *file = file_of(base);
    switch (file->kind) {
    case PAGE_SEAL_KIND_database:
        return database_write(file, bytes, (size_t)size, at);
    case PAGE_SEAL_KIND_log:
        return log_write(file, bytes, (size_t)size, at);
    case PAGE_SEAL_KIND_journal:
        return journal_write(file, bytes, (size_t)size, at);
    }
    UNREACHABLE();
}

static int io_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct page_file *file = file_of(base);
    if (file->kind == PAGE_SEAL_KIND_log) {
        file->vfs->has_frame = false;
    }
    return file->below->pMethods->xTruncate(file->below, size);
}

static int io_sync(sqlite3_file *base, int flags)
{
    struct page_file *file = file_of(base);
    bool is_settled = false;
    int code = file->kind == PAGE_SEAL_KIND_log ? frame_settle(file, &is_settled) : SQLITE_OK;
    return code == SQLITE_OK ? file->below->pMethods->xSync(file->below, flags) : code;
}

static int io_size(sqlite3_file *base, sqlite3_int64 *size_out)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xFileSize(below, size_out);
}

static int io_lock(sqlite3_file *base, int level)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xLock(below, level);
}

static int io_unlock(sqlite3_file *base, int level)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xUnlock(below, level);
}

static int io_check_lock(sqlite3_file *base, int *is_locked_out)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xCheckReservedLock(below, is_locked_out);
}

static int io_control(sqlite3_file *base, int what, void *argument)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xFileControl(below, what, argument);
}

static int io_sector_size(sqlite3_file *base)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xSectorSize(below);
}

/* Whole blocks in their own places: what the disk below promises of a range holds here too, but
 * not what it promises of smaller ones. */
static int io_characteristics(sqlite3_file *base)
{
    sqlite3_file *below = file_of(base)->below;
    return below->pMethods->xDeviceCharacteristics(below) &
           (SQLITE_IOCAP_SEQUENTIAL | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN |
            SQLITE_IOCAP_POWERSAFE_OVERWRITE);
}

/* Version 1: no shared memory and no mapping of the file. */
const sqlite3_io_methods page_file_methods = {
    .iVersion = 1,
    .xClose = io_close,
    .xRead = io_read,
    .xWrite = io_write,
    .xTruncate = io_truncate,
    .xSync = io_sync,
    .xFileSize = io_size,
    .xLock = io_lock,
    .xUnlock = io_unlock,
    .xCheckReservedLock = io_check_lock,
    .xFileControl = io_control,
    .xSectorSize = io_sector_size,
    .xDeviceCharacteristics = io_characteristics,
};

void page_file_begin(struct page_file *file, struct page_vfs *vfs, enum page_seal_kind kind)
{
    *file =
        (struct page_file){.vfs = vfs, .kind = kind, .below = (sqlite3_file *)(void *)(file + 1)};
    rng_fill(vfs->rng, file->nonce, NONCE_DRAWN);
    memset(file->below, 0, (size_t)vfs->base->szOsFile);
}
