#include "sync/server/store/page_sum.h"

#include "core/base/check.h"
#include "core/os/log.h"

#include <stdint.h>
#include <string.h>

enum {
    PAGE_SIZE = 4096,
    HEADER_SIZE = 100, /* of the file; SQLite reads it before it knows the size of pages */
    TAIL_AT = 20,      /* in it: bytes at the end of each page that are not SQLite's */
    BELOW_SIZE = 2048, /* room for a file of the VFS below */
    /* Codes from 100 on are left to VFSs by SQLite. */
    CONTROL_LOOK = 0x646f6f72,
    CONTROL_SET,
};

const char page_sum_vfs[] = "doorstep-hq";

struct sum_file {
    sqlite3_file base;
    bool has_sums;
    const char *path; /* SQLite's, as long as the file is open */
    _Alignas(8) char below[BELOW_SIZE];
};

static struct sum_file *file_of(sqlite3_file *base)
{
    return (struct sum_file *)base;
}

static sqlite3_file *below_of(sqlite3_file *base)
{
    return (sqlite3_file *)(void *)file_of(base)->below;
}

/* ---- the sum ---- */

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(word) : word;
}

/* Each step can be undone, so two pages that differ in one word have different sums. Four lanes,
 * for a multiplication waits for the one before it. Never zero. */
static uint64_t sum_of(const uint8_t *page, uint64_t number)
{
    static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    enum { LANES = 4, WORD = 8 };
    uint64_t lanes[LANES] = {number, ~number, odd, ~odd};
    size_t at = 0;
    for (; at + sizeof lanes <= PAGE_SIZE - PAGE_SUM_TAIL; at += sizeof lanes) {
        for (size_t i = 0; i < LANES; i++) {
            uint64_t lane = (lanes[i] ^ word_at(page + at + i * WORD)) * odd;
            lanes[i] = lane ^ lane >> 32;
        }
    }
    uint64_t sum = 0;
    for (; at < PAGE_SIZE - PAGE_SUM_TAIL; at += WORD) {
        sum = (sum ^ word_at(page + at)) * odd;
        sum ^= sum >> 29;
    }
    for (size_t i = 0; i < LANES; i++) {
        sum = (sum ^ lanes[i]) * odd;
        sum ^= sum >> 29;
    }
    return sum != 0 ? sum : 1;
}

static uint64_t number_of(sqlite3_int64 at)
{
    return (uint64_t)at / PAGE_SIZE + 1;
}

/* ---- reading and writing ---- */

/* A first page whose tail bits turned over does not say any more that it has a sum. */
static bool is_first_with_sum(const uint8_t *page)
{
    uint8_t copy[PAGE_SIZE];
    memcpy(copy, page, sizeof copy);
    copy[TAIL_AT] = PAGE_SUM_TAIL;
    return word_at(page + PAGE_SIZE - PAGE_SUM_TAIL) == sum_of(copy, 1);
}

static int page_bad(const struct sum_file *file, sqlite3_int64 at)
{
    log_line(LOG_error, "store", "page %llu of %s is not what was written",
             (unsigned long long)number_of(at), file->path);
    return SQLITE_IOERR_DATA;
}

static int page_look(struct sum_file *file, uint8_t *page, sqlite3_int64 at)
{
    if (!file->has_sums) {
        return at == 0 && is_first_with_sum(page) ? page_bad(file, at) : SQLITE_OK;
    }
    uint8_t *tail = page + PAGE_SIZE - PAGE_SUM_TAIL;
    uint64_t sum = word_at(tail);
    if (sum != 0 && sum != sum_of(page, number_of(at))) {
        return page_bad(file, at);
    }
    memset(tail, 0, PAGE_SUM_TAIL);
    return SQLITE_OK;
}

static bool is_page(int size, sqlite3_int64 at)
{
    return size == PAGE_SIZE && at % PAGE_SIZE == 0;
}

static int io_read(sqlite3_file *base, void *to, int size, sqlite3_int64 at)
{
    struct sum_file *file = file_of(base);
    int code = below_of(base)->pMethods->xRead(below_of(base), to, size, at);
    if (code != SQLITE_OK) {
        return code;
    }
    if (at == 0 && size >= HEADER_SIZE) {
        file->has_sums = ((const uint8_t *)to)[TAIL_AT] == PAGE_SUM_TAIL;
    }
    return is_page(size, at) ? page_look(file, to, at) : SQLITE_OK;
}

static int io_write(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 at)
{
    struct sum_file *file = file_of(base);
    sqlite3_file *below = below_of(base);
    uint8_t page[PAGE_SIZE];
    if (at == 0 && size >= HEADER_SIZE) {
        file->has_sums = ((const uint8_t *)bytes)[TAIL_AT] == PAGE_SUM_TAIL;
    }
    if (!file->has_sums || !is_page(size, at)) {
        return below->pMethods->xWrite(below, bytes, size, at);
    }
    memcpy(page, bytes, sizeof page);
    uint64_t sum = sum_of(page, number_of(at));
    for (size_t i = 0; i < PAGE_SUM_TAIL; i++) {
        page[PAGE_SIZE - PAGE_SUM_TAIL + i] = (uint8_t)(sum >> 8 * i);
    }
    return below->pMethods->xWrite(below, page, size, at);
}

static int io_control(sqlite3_file *base, int what, void *argument)
{
    if (what == CONTROL_LOOK) {
        *(bool *)argument = file_of(base)->has_sums;
        return SQLITE_OK;
    }
    if (what == CONTROL_SET) {
        file_of(base)->has_sums = *(const bool *)argument;
        return SQLITE_OK;
    }
    return below_of(base)->pMethods->xFileControl(below_of(base), what, argument);
}

/* ---- what goes through as it is ---- */

static int io_close(sqlite3_file *base)
{
    return below_of(base)->pMethods->xClose(below_of(base));
}

static int io_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    return below_of(base)->pMethods->xTruncate(below_of(base), size);
}

static int io_sync(sqlite3_file *base, int flags)
{
    return below_of(base)->pMethods->xSync(below_of(base), flags);
}

static int io_size(sqlite3_file *base, sqlite3_int64 *size_out)
{
    return below_of(base)->pMethods->xFileSize(below_of(base), size_out);
}

static int io_lock(sqlite3_file *base, int level)
{
    return below_of(base)->pMethods->xLock(below_of(base), level);
}

static int io_unlock(sqlite3_file *base, int level)
{
    return below_of(base)->pMethods->xUnlock(below_of(base), level);
}

static int io_check_lock(sqlite3_file *base, int *is_locked_out)
{
    return below_of(base)->pMethods->xCheckReservedLock(below_of(base), is_locked_out);
}

static int io_sector_size(sqlite3_file *base)
{
    return below_of(base)->pMethods->xSectorSize(below_of(base));
}

static int io_characteristics(sqlite3_file *base)
{
    return below_of(base)->pMethods->xDeviceCharacteristics(below_of(base));
}

static int io_shared_map(sqlite3_file *base, int region, int size, int can_extend,
                         void volatile **to)
{
    return below_of(base)->pMethods->xShmMap(below_of(base), region, size, can_extend, to);
}

static int io_shared_lock(sqlite3_file *base, int offset, int count, int flags)
{
    return below_of(base)->pMethods->xShmLock(below_of(base), offset, count, flags);
}

static void io_shared_barrier(sqlite3_file *base)
{
    below_of(base)->pMethods->xShmBarrier(below_of(base));
}

static int io_shared_unmap(sqlite3_file *base, int is_last)
{
    return below_of(base)->pMethods->xShmUnmap(below_of(base), is_last);
}

/* Version 2: shared memory for the log, but no mapping of the file, which nobody would look at. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
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
    .xShmMap = io_shared_map,
    .xShmLock = io_shared_lock,
    .xShmBarrier = io_shared_barrier,
    .xShmUnmap = io_shared_unmap,
};

/* ---- the VFS ---- */

/* The default one may change between two files: tests put theirs before the system's. */
static sqlite3_vfs *default_vfs(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    CHECK(vfs != NULL && vfs->szOsFile <= BELOW_SIZE);
    return vfs;
}

/* Logs and journals have sums of their own. */
static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                    int *flags_out)
{
    (void)vfs;
    sqlite3_vfs *under = default_vfs();
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
        return under->xOpen(under, name, base, flags, flags_out);
    }
    struct sum_file *file = file_of(base);
    *file = (struct sum_file){.path = name != NULL ? name : ""};
    sqlite3_file *below = below_of(base);
    int code = under->xOpen(under, name, below, flags, flags_out);
    if (code == SQLITE_OK) {
        CHECK(below->pMethods->iVersion >= 2); /* there is shared memory */
        base->pMethods = &methods;
    } else if (below->pMethods != NULL) {
        (void)below->pMethods->xClose(below);
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int is_lasting)
{
    (void)vfs;
    return default_vfs()->xDelete(default_vfs(), name, is_lasting);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int what, int *result_out)
{
    (void)vfs;
    return default_vfs()->xAccess(default_vfs(), name, what, result_out);
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *to)
{
    (void)vfs;
    return default_vfs()->xFullPathname(default_vfs(), name, size, to);
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *to)
{
    (void)vfs;
    return default_vfs()->xRandomness(default_vfs(), size, to);
}

static int vfs_sleep(sqlite3_vfs *vfs, int duration_us)
{
    (void)vfs;
    return default_vfs()->xSleep(default_vfs(), duration_us);
}

static int vfs_time(sqlite3_vfs *vfs, double *now_out)
{
    (void)vfs;
    return default_vfs()->xCurrentTime(default_vfs(), now_out);
}

int page_sum_register(void)
{
    enum { PATH_SIZE = 1024 };
    /* SQLite links it into its list, and so does not take a constant. */
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct sum_file),
        .mxPathname = PATH_SIZE,
        .zName = page_sum_vfs,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
    };
    return sqlite3_vfs_register(&vfs, 0);
}

int page_sum_prepare(sqlite3 *db)
{
    int tail = PAGE_SUM_TAIL;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &tail);
}

bool page_sum_is_on(sqlite3 *db)
{
    bool is_on = false;
    return sqlite3_file_control(db, "main", CONTROL_LOOK, &is_on) == SQLITE_OK && is_on;
}

int page_sum_copy(sqlite3 *db, bool is_on)
{
    return sqlite3_file_control(db, "main", CONTROL_SET, &is_on);
}
