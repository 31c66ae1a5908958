#include "tests/lib/nth_call.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static struct {
    enum nth_call kind;
    uint64_t fail_at, count;
    bool is_lasting;
    bool was_hit;
    bool is_installed;
    sqlite3_mem_methods memory;
    sqlite3_vfs *base;
    sqlite3_vfs vfs;
} nth;

static bool fails(enum nth_call kind)
{
    if (nth.kind != kind) {
        return false;
    }
    nth.count++;
    bool is_now = nth.count == nth.fail_at || (nth.is_lasting && nth.count > nth.fail_at);
    nth.was_hit = nth.was_hit || is_now;
    return is_now;
}

/* ---- memory ---- */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return fails(NTH_CALL_arena) ? NULL : __real_malloc(size);
}

static void *memory_malloc(int size)
{
    return fails(NTH_CALL_memory) ? NULL : nth.memory.xMalloc(size);
}

static void *memory_realloc(void *bytes, int size)
{
    return fails(NTH_CALL_memory) ? NULL : nth.memory.xRealloc(bytes, size);
}

/* ---- files ---- */

struct nth_file {
    sqlite3_file base;
    sqlite3_file *real; /* follows in the same memory */
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct nth_file *)file)->real;
}

static int io_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int io_read(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
    return fails(NTH_CALL_io) ? SQLITE_IOERR_READ
                              : real_of(file)->pMethods->xRead(real_of(file), to, size, at);
}

static int io_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    return fails(NTH_CALL_io) ? SQLITE_IOERR_WRITE
                              : real_of(file)->pMethods->xWrite(real_of(file), bytes, size, at);
}

static int io_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return fails(NTH_CALL_io) ? SQLITE_IOERR_TRUNCATE
                              : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

/* Calls fail here and programs end, but power is never cut: thousands of real flushes would
 * only take time. */
static int io_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return fails(NTH_CALL_io) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int io_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    return fails(NTH_CALL_io) ? SQLITE_IOERR_FSTAT
                              : real_of(file)->pMethods->xFileSize(real_of(file), size_out);
}

static int io_lock(sqlite3_file *file, int level)
{
    return fails(NTH_CALL_io) ? SQLITE_IOERR_LOCK
                              : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int io_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int io_check_lock(sqlite3_file *file, int *is_locked_out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), is_locked_out);
}

static int io_control(sqlite3_file *file, int what, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int io_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int io_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int io_shm_map(sqlite3_file *file, int page, int size, int can_extend,
                      void volatile **memory_out)
{
    if (fails(NTH_CALL_io)) {
        *memory_out = NULL;
        return SQLITE_IOERR_SHMMAP;
    }
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, can_extend, memory_out);
}

static int io_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0 && fails(NTH_CALL_io)) {
        return SQLITE_IOERR_SHMLOCK;
    }
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void io_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int io_shm_unmap(sqlite3_file *file, int has_to_delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), has_to_delete);
}

#define METHODS_1                                                                       \
    .xClose = io_close, .xRead = io_read, .xWrite = io_write, .xTruncate = io_truncate, \
    .xSync = io_sync, .xFileSize = io_size, .xLock = io_lock, .xUnlock = io_unlock,     \
    .xCheckReservedLock = io_check_lock, .xFileControl = io_control,                    \
    .xSectorSize = io_sector_size, .xDeviceCharacteristics = io_characteristics

/* A file without shared memory must not promise any. */
static const sqlite3_io_methods methods_private = {.iVersion = 1, METHODS_1};
static const sqlite3_io_methods methods_shared = {
    .iVersion = 2,
    METHODS_1,
    .xShmMap = io_shm_map,
    .xShmLock = io_shm_lock,
    .xShmBarrier = io_shm_barrier,
    .xShmUnmap = io_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                    int *flags_out)
{
    struct nth_file *file = (struct nth_file *)base;
    (void)vfs;
    base->pMethods = NULL;
    if (fails(NTH_CALL_io)) {
        return SQLITE_CANTOPEN;
    }
    file->real = (sqlite3_file *)(file + 1);
    int code = nth.base->xOpen(nth.base, name, file->real, flags, flags_out);
    if (file->real->pMethods != NULL) {
        base->pMethods = file->real->pMethods->iVersion > 1 ? &methods_shared : &methods_private;
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int has_to_last)
{
    (void)vfs;
    (void)has_to_last;
    return fails(NTH_CALL_io) ? SQLITE_IOERR_DELETE : nth.base->xDelete(nth.base, name, 0);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int what, int *result_out)
{
    (void)vfs;
    return fails(NTH_CALL_io) ? SQLITE_IOERR_ACCESS
                              : nth.base->xAccess(nth.base, name, what, result_out);
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *to)
{
    (void)vfs;
    return nth.base->xFullPathname(nth.base, name, size, to);
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *to)
{
    (void)vfs;
    return nth.base->xRandomness(nth.base, size, to);
}

static int vfs_sleep(sqlite3_vfs *vfs, int duration_us)
{
    (void)vfs;
    return nth.base->xSleep(nth.base, duration_us);
}

static int vfs_time(sqlite3_vfs *vfs, double *now_out)
{
    (void)vfs;
    return nth.base->xCurrentTime(nth.base, now_out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *text)
{
    (void)vfs;
    return nth.base->xGetLastError != NULL ? nth.base->xGetLastError(nth.base, size, text) : 0;
}

/* Before main: SQLite takes an allocator only until it is used. */
__attribute__((constructor)) static void install_memory(void)
{
    assert(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &nth.memory) == SQLITE_OK);
    sqlite3_mem_methods own = nth.memory;
    own.xMalloc = memory_malloc;
    own.xRealloc = memory_realloc;
    assert(sqlite3_config(SQLITE_CONFIG_MALLOC, &own) == SQLITE_OK);
    /* Every small piece from the allocator too, or most would never fail. */
    assert(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK);
}

void nth_call_install(const char *base)
{
    if (nth.is_installed) {
        sqlite3_vfs_unregister(&nth.vfs);
    }
    nth.base = sqlite3_vfs_find(base);
    assert(nth.base != NULL);
    nth.vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct nth_file) + nth.base->szOsFile,
        .mxPathname = nth.base->mxPathname,
        .zName = "nth",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
    };
    assert(sqlite3_vfs_register(&nth.vfs, 1) == SQLITE_OK);
    nth.is_installed = true;
}

void nth_call_arm(enum nth_call kind, uint64_t n, bool is_lasting)
{
    nth.fail_at = n;
    nth.is_lasting = is_lasting;
    nth.count = 0;
    nth.was_hit = false;
    nth.kind = kind;
}

bool nth_call_disarm(void)
{
    nth.kind = NTH_CALL_none;
    return nth.was_hit;
}

uint64_t nth_call_count(void)
{
    return nth.count;
}

#if defined(__has_feature)
#define IS_INSTRUMENTED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define IS_INSTRUMENTED 1
#else
#define IS_INSTRUMENTED 0
#endif

uint64_t nth_call_stride(uint64_t usual)
{
    enum { SLOWNESS = IS_INSTRUMENTED ? 5 : 1 };
    const char *wanted = getenv("DOORSTEP_FAULTS");
    return wanted != NULL && strcmp(wanted, "all") == 0 ? 1 : usual * SLOWNESS;
}
