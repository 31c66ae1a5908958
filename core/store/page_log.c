#include "core/store/page_log.h"

#include "core/store/page_file.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 1024, SALTS_AT = 16, SALTS_SIZE = 8, HEADER_SUMMED = 24 };

/* Within a frame's header. */
enum { FRAME_PAGE_AT = 0, FRAME_COMMIT_AT = 4, FRAME_SALTS_AT = 8 };

struct log {
    struct page_file database, file; /* opened below; database.below may be NULL */
    uint64_t frame_count;
    uint8_t head[PAGE_FILE_LOG_HEAD];
    uint8_t *frame;  /* the one that was read last */
    uint8_t *commit; /* the last one that ended a transaction */
};

static uint32_t number_at(const uint8_t *bytes, size_t at)
{
    return (uint32_t)bytes[at] << 24 | (uint32_t)bytes[at + 1] << 16 |
           (uint32_t)bytes[at + 2] << 8 | bytes[at + 3];
}

/* As SQLite sums the header: two running sums over pairs of 32 bits, in the order of bytes that
 * the last bit of its mark names. */
static bool head_holds(const uint8_t *head)
{
    uint32_t sums[2] = {0, 0};
    bool is_big = (number_at(head, 0) & 1) != 0;
    if ((number_at(head, 0) & ~UINT32_C(1)) != 0x377F0682) {
        return false;
    }
    for (size_t at = 0; at < HEADER_SUMMED; at += 8) {
        for (size_t half = 0; half < 2; half++) {
            uint32_t word = number_at(head, at + 4 * half);
            sums[half] += (is_big ? word : __builtin_bswap32(word)) + sums[1 - half];
        }
    }
    return sums[0] == number_at(head, HEADER_SUMMED) &&
           sums[1] == number_at(head, HEADER_SUMMED + 4);
}

static enum err frame_read(struct log *log, uint64_t number, bool *opens_out)
{
    int code =
        page_file_block_read(&log->file, log->frame, PAGE_VFS_FRAME_SIZE, number,
                             PAGE_FILE_LOG_HEAD + (sqlite3_int64)number * PAGE_VFS_FRAME_SIZE);
    *opens_out = code == SQLITE_OK;
    return code == SQLITE_OK || code == SQLITE_IOERR_DATA ? OK : ERR_io;
}

/* Behind a commit SQLite may write its last page again, to fill the sector: no new commit. */
static bool is_padding(const struct log *log)
{
    return memcmp(log->frame, log->commit, FRAME_SALTS_AT) == 0 &&
           memcmp(log->frame + PAGE_VFS_FRAME_HEAD, log->commit + PAGE_VFS_FRAME_HEAD,
                  PAGE_VFS_PAGE_SIZE) == 0;
}

/* A frame that does not open, later a commit of this log, and later still another frame of it: that
 * commit had been flushed whole. */
static enum err has_hole(struct log *log, bool *has_hole_out)
{
    bool has_bad = false;
    bool has_commit = false;
    *has_hole_out = false;
    for (uint64_t i = 0; i < log->frame_count && !*has_hole_out; i++) {
        bool opens = false;
        TRY(frame_read(log, i, &opens));
        has_bad = has_bad || !opens;
        if (!opens || !has_bad ||
            memcmp(log->frame + FRAME_SALTS_AT, log->head + SALTS_AT, SALTS_SIZE) != 0) {
            continue; /* before it, or left from an earlier round of the log */
        }
        *has_hole_out = has_commit && !is_padding(log);
        if (number_at(log->frame, FRAME_COMMIT_AT) != 0) {
            has_commit = true;
            memcpy(log->commit, log->frame, PAGE_VFS_FRAME_SIZE);
        }
    }
    return OK;
}

static enum err differs(struct log *log, bool *differs_out)
{
    uint8_t *page = log->commit; /* not in use here */
    uint32_t number = number_at(log->frame, FRAME_PAGE_AT);
    sqlite3_int64 at = ((sqlite3_int64)number - 1) * PAGE_VFS_PAGE_SIZE;
    int code = log->database.below == NULL || number == 0
                   ? SQLITE_IOERR_SHORT_READ
                   : page_file_block_read(&log->database, page, PAGE_VFS_PAGE_SIZE, number, at);
    *differs_out = code != SQLITE_OK ||
                   memcmp(page, log->frame + PAGE_VFS_FRAME_HEAD, PAGE_VFS_PAGE_SIZE) != 0;
    return code == SQLITE_OK || code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_SHORT_READ
               ? OK
               : ERR_io;
}

/* The header of a log that was just begun anew may be torn; what the log held is in the file by
 * then. Else the last commit is looked for there: its last page is the newest of its number. */
static enum err is_headless(struct log *log, bool *is_headless_out)
{
    uint8_t salts[SALTS_SIZE]; /* of the newest round: behind it frames of older ones may lie */
    bool opens = false;
    bool is_commit = false;
    *is_headless_out = false;
    TRY(frame_read(log, 0, &opens));
    if (!opens) {
        return OK;
    }
    memcpy(salts, log->frame + FRAME_SALTS_AT, sizeof salts);
    for (uint64_t i = log->frame_count; i-- > 0 && !is_commit;) {
        TRY(frame_read(log, i, &opens));
        is_commit = opens && number_at(log->frame, FRAME_COMMIT_AT) != 0 &&
                    memcmp(log->frame + FRAME_SALTS_AT, salts, sizeof salts) == 0;
    }
    return is_commit ? differs(log, is_headless_out) : OK;
}

static enum err look(struct page_vfs *vfs, struct arena *arena, const char *path,
                     struct page_below below[2], bool *is_damaged_out)
{
    char log_path[PATH_SIZE];
    sqlite3_int64 size = 0;
    sqlite3_int64 database_size = 0;
    struct log *log = ARENA_NEW(arena, struct log);
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    TRY(page_below_look(vfs, arena, log_path, &below[0], &size));
    if (size < PAGE_FILE_LOG_HEAD + PAGE_VFS_FRAME_SIZE) {
        return OK;
    }
    TRY(page_below_look(vfs, arena, path, &below[1], &database_size));
    log->frame = arena_alloc(arena, PAGE_VFS_FRAME_SIZE);
    log->commit = arena_alloc(arena, PAGE_VFS_FRAME_SIZE);
    log->frame_count = (uint64_t)(size - PAGE_FILE_LOG_HEAD) / PAGE_VFS_FRAME_SIZE;
    log->file = (struct page_file){.vfs = vfs, .kind = PAGE_SEAL_KIND_log, .below = below[0].file};
    log->database =
        (struct page_file){.vfs = vfs, .kind = PAGE_SEAL_KIND_database, .below = below[1].file};
    sqlite3_file *file = below[0].file;
    if (file->pMethods->xRead(file, log->head, sizeof log->head, 0) != SQLITE_OK) {
        return ERR_io;
    }
    return head_holds(log->head) ? has_hole(log, is_damaged_out) : is_headless(log, is_damaged_out);
}

enum err page_log_is_damaged(struct page_vfs *vfs, const char *path, bool *is_damaged_out)
{
    struct arena arena;
    struct page_below below[2] = {{0}};
    arena_init(&arena, 0);
    *is_damaged_out = false;
    enum err err = look(vfs, &arena, path, below, is_damaged_out);
    page_below_close(&below[0]);
    page_below_close(&below[1]);
    arena_deinit(&arena);
    return err;
}
