#include "sync/server/store/sqlite_log.h"

#include "core/base/arena.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/page_sum.h"

#include <string.h>

/* Of SQLite's file formats: the log's header, a frame's header, the database's header. */
enum {
    HEAD_SIZE = 32,
    HEAD_PAGE_SIZE_AT = 8,
    HEAD_SALTS_AT = 16,
    HEAD_SUMMED = 24,
    FRAME_HEAD_SIZE = 24,
    FRAME_COMMIT_AT = 4,
    FRAME_SALTS_AT = 8,
    FRAME_SUMS_AT = 16,
    FRAME_SUMMED = 8, /* and the page */
    SALTS_SIZE = 8,
    DATABASE_PAGE_SIZE_AT = 16,
    PAGE_SIZE_MIN = 512,
    PAGE_SIZE_MAX = 65536,
};

struct sums {
    uint32_t first, second;
};

struct log {
    const char *path, *database;
    uint8_t head[HEAD_SIZE];
    bool is_big; /* sums go by words with the highest byte first */
    uint32_t page_size;
    uint64_t frame_count;
    uint8_t *frame;     /* the one that was read last: header and page */
    uint8_t *commit;    /* the last one that ended a transaction */
    struct sums before; /* what the frame before it says of the log up to itself */
};

static uint32_t number_at(const uint8_t *bytes, size_t at)
{
    return (uint32_t)bytes[at] << 24 | (uint32_t)bytes[at + 1] << 16 |
           (uint32_t)bytes[at + 2] << 8 | bytes[at + 3];
}

/* Two running sums over pairs of 32 bits. */
static struct sums sums_add(struct sums sums, const uint8_t *bytes, size_t size, bool is_big)
{
    for (size_t at = 0; at + 8 <= size; at += 8) {
        uint32_t one = number_at(bytes, at);
        uint32_t other = number_at(bytes, at + 4);
        sums.first += (is_big ? one : __builtin_bswap32(one)) + sums.second;
        sums.second += (is_big ? other : __builtin_bswap32(other)) + sums.first;
    }
    return sums;
}

static struct sums sums_at(const uint8_t *bytes, size_t at)
{
    return (struct sums){number_at(bytes, at), number_at(bytes, at + 4)};
}

static bool is_same(struct sums a, struct sums b)
{
    return a.first == b.first && a.second == b.second;
}

/* A mark (its last bit names the order of bytes), a size of pages, and its own sum. */
static bool head_holds(struct log *log)
{
    static const uint32_t mark = 0x377F0682;
    uint32_t found = number_at(log->head, 0);
    log->is_big = (found & 1) != 0;
    struct sums sums = sums_add((struct sums){0, 0}, log->head, HEAD_SUMMED, log->is_big);
    return (found & ~UINT32_C(1)) == mark && is_same(sums, sums_at(log->head, HEAD_SUMMED));
}

static bool is_page_size(uint32_t size)
{
    return size >= PAGE_SIZE_MIN && size <= PAGE_SIZE_MAX && (size & (size - 1)) == 0;
}

/* As the database's own header says it: 1 stands for 65536. 0 when it says nothing. */
static enum err database_page_size(const char *path, uint32_t *size_out)
{
    uint8_t bytes[2];
    *size_out = 0;
    enum err err = os_file_read_at(path, DATABASE_PAGE_SIZE_AT, bytes, sizeof bytes);
    if (err == ERR_not_found || err == ERR_truncated) {
        return OK;
    }
    TRY(err);
    uint32_t size = (uint32_t)bytes[0] << 8 | bytes[1];
    size = size == 1 ? PAGE_SIZE_MAX : size;
    *size_out = is_page_size(size) ? size : 0;
    return OK;
}

/* `holds`: its sum follows from what the frame before it says of itself, so that one bad frame
 * does not hide the good ones behind it. Frames are read in order; the header comes before the
 * first. */
static enum err frame_read(struct log *log, uint64_t number, bool *holds_out)
{
    size_t size = FRAME_HEAD_SIZE + (size_t)log->page_size;
    if (number > 0) {
        log->before = sums_at(log->frame, FRAME_SUMS_AT);
    } else {
        log->before = sums_at(log->head, HEAD_SUMMED);
    }
    TRY(os_file_read_at(log->path, HEAD_SIZE + number * size, log->frame, size));
    struct sums sums = sums_add(log->before, log->frame, FRAME_SUMMED, log->is_big);
    sums = sums_add(sums, log->frame + FRAME_HEAD_SIZE, log->page_size, log->is_big);
    *holds_out = is_same(sums, sums_at(log->frame, FRAME_SUMS_AT));
    return OK;
}

/* Behind a commit SQLite may write its last page again, to fill the sector: no new commit. */
static bool is_padding(const struct log *log)
{
    return memcmp(log->frame, log->commit, FRAME_SALTS_AT) == 0 &&
           memcmp(log->frame + FRAME_HEAD_SIZE, log->commit + FRAME_HEAD_SIZE, log->page_size) == 0;
}

/* A frame that does not hold, later a commit of this log, and later still another frame of it:
 * that commit had been flushed whole. */
static enum err has_hole(struct log *log, uint64_t *bad_no_out, bool *has_hole_out)
{
    bool has_bad = false;
    bool has_commit = false;
    *has_hole_out = false;
    for (uint64_t i = 0; i < log->frame_count && !*has_hole_out; i++) {
        bool holds = false;
        TRY(frame_read(log, i, &holds));
        bool is_of_log =
            memcmp(log->frame + FRAME_SALTS_AT, log->head + HEAD_SALTS_AT, SALTS_SIZE) == 0;
        if (!has_bad && !(holds && is_of_log)) {
            has_bad = true;
            *bad_no_out = i;
        }
        if (!has_bad || !holds || !is_of_log) {
            continue; /* before it, or left from an earlier round of the log */
        }
        *has_hole_out = has_commit && !is_padding(log);
        if (number_at(log->frame, FRAME_COMMIT_AT) != 0) {
            has_commit = true;
            memcpy(log->commit, log->frame, FRAME_HEAD_SIZE + (size_t)log->page_size);
        }
    }
    return OK;
}

/* The page of the last commit, against the database: but for its tail, where the one has a sum of
 * its own and the other zeros. */
static enum err differs(struct log *log, bool *differs_out)
{
    uint64_t number = number_at(log->commit, 0);
    uint8_t *page = log->frame + FRAME_HEAD_SIZE; /* no frame is read any more */
    *differs_out = true;
    if (number == 0) {
        return OK;
    }
    enum err err =
        os_file_read_at(log->database, (number - 1) * log->page_size, page, log->page_size);
    if (err == ERR_not_found || err == ERR_truncated) {
        return OK;
    }
    TRY(err);
    *differs_out = memcmp(page, log->commit + FRAME_HEAD_SIZE, log->page_size - PAGE_SUM_TAIL) != 0;
    return OK;
}

/* The header of a log that was just begun anew may be torn; what the log held is in the file by
 * then. Else the last commit is looked for there: its last page is the newest of its number. */
static enum err is_headless(struct log *log, bool *is_headless_out)
{
    uint8_t salts[SALTS_SIZE]; /* of the newest round: behind it frames of older ones may lie */
    bool has_commit = false;
    *is_headless_out = false;
    for (uint64_t i = 0; i < log->frame_count; i++) {
        bool holds = false;
        TRY(frame_read(log, i, &holds));
        if (i == 0) { /* whether it holds, only the header could say */
            memcpy(salts, log->frame + FRAME_SALTS_AT, sizeof salts);
            holds = true;
        }
        if (!holds || memcmp(log->frame + FRAME_SALTS_AT, salts, sizeof salts) != 0) {
            break;
        }
        if (number_at(log->frame, FRAME_COMMIT_AT) != 0) {
            has_commit = true;
            memcpy(log->commit, log->frame, FRAME_HEAD_SIZE + (size_t)log->page_size);
        }
    }
    return has_commit ? differs(log, is_headless_out) : OK;
}

static enum err look(struct arena *arena, const char *path, bool *is_damaged_out)
{
    struct log log = {.path = str_format(arena, "%s-wal", path), .database = path};
    uint64_t size = 0;
    enum err err = os_file_facts(log.path, &size, NULL);
    if (err == ERR_not_found || (err == OK && size < HEAD_SIZE)) {
        return OK;
    }
    TRY(err);
    TRY(os_file_read_at(log.path, 0, log.head, sizeof log.head));
    bool has_head = head_holds(&log);
    if (has_head) {
        log.page_size = number_at(log.head, HEAD_PAGE_SIZE_AT);
    } else {
        TRY(database_page_size(path, &log.page_size));
    }
    if (!is_page_size(log.page_size)) {
        return OK; /* nothing was ever committed to such a file */
    }
    uint64_t frame_size = FRAME_HEAD_SIZE + (uint64_t)log.page_size;
    log.frame_count = (size - HEAD_SIZE) / frame_size;
    log.frame = arena_alloc(arena, (size_t)frame_size);
    log.commit = arena_alloc(arena, (size_t)frame_size);
    uint64_t bad_no = 0;
    if (has_head) {
        TRY(has_hole(&log, &bad_no, is_damaged_out));
    } else { /* the order of bytes is this machine's, as SQLite writes it */
        log.is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
        TRY(is_headless(&log, is_damaged_out));
    }
    if (*is_damaged_out) {
        log_line(LOG_error, "store", "%s is damaged at frame %llu of %llu: commits follow it",
                 log.path, (unsigned long long)bad_no, (unsigned long long)log.frame_count);
    }
    return OK;
}

enum err sqlite_log_is_damaged(const char *path, bool *is_damaged_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    *is_damaged_out = false;
    enum err err = look(&arena, path, is_damaged_out);
    arena_deinit(&arena);
    return err;
}
