#include "tests/lib/disk_shim.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* One per process, as SQLite's list of VFSs is. */
static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *base;
    atomic_uint flush_us;
    atomic_bool is_full;
    atomic_uint_fast64_t flush_count;
} shim;

struct file {
    sqlite3_file head;
    bool is_log;
    sqlite3_file real[]; /* as large as the base wants it */
};

#define REAL(file) (((struct file *)(file))->real)

static int file_close(sqlite3_file *file)
{
    return REAL(file)->pMethods->xClose(REAL(file));
}

static int file_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
    return REAL(file)->pMethods->xRead(REAL(file), bytes, size, at);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    return REAL(file)->pMethods->xFileSize(REAL(file), size_out);
}

static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    if (shim.is_full) {
        sqlite3_int64 end = 0;
        if (file_size(file, &end) != SQLITE_OK || at + size > end ||
            ((struct file *)file)->is_log) {
            return SQLITE_FULL;
        }
    }
    return REAL(file)->pMethods->xWrite(REAL(file), bytes, size, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return REAL(file)->pMethods->xTruncate(REAL(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    uint32_t flush_us = shim.flush_us;
    shim.flush_count++;
    if (flush_us > 0) {
        const struct timespec wait = {flush_us / 1000000, (long)(flush_us % 1000000) * 1000};
        nanosleep(&wait, NULL);
    }
    return REAL(file)->pMethods->xSync(REAL(file), flags);
}

static int file_lock(sqlite3_file *file, int level)
{
    return REAL(file)->pMethods->xLock(REAL(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return REAL(file)->pMethods->xUnlock(REAL(file), level);
}

static int file_check_lock(sqlite3_file *file, int *is_out)
{
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), is_out);
}

static int file_control(sqlite3_file *file, int what, void *value)
{
    return REAL(file)->pMethods->xFileControl(REAL(file), what, value);
}

static int file_sector(sqlite3_file *file)
{
    return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int file_traits(sqlite3_file *file)
{
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int can_extend,
                        void volatile **to)
{
    return REAL(file)->pMethods->xShmMap(REAL(file), region, size, can_extend, to);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int file_shm_unmap(sqlite3_file *file, int has_to_delete)
{
    return REAL(file)->pMethods->xShmUnmap(REAL(file), has_to_delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                    int *flags_out)
{
    (void)vfs;
    int code = shim.base->xOpen(shim.base, name, REAL(file), flags, flags_out);
    ((struct file *)file)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    file->pMethods = REAL(file)->pMethods != NULL ? &methods : NULL;
    return code;
}

void disk_shim_install(void)
{
    if (shim.base != NULL) {
        return;
    }
    shim.base = sqlite3_vfs_find(NULL);
    shim.vfs = *shim.base; /* what is no file goes to the base as it is */
    shim.vfs.zName = "shim";
    shim.vfs.pNext = NULL;
    shim.vfs.szOsFile = (int)sizeof(struct file) + shim.base->szOsFile;
    shim.vfs.xOpen = vfs_open;
    assert(sqlite3_vfs_register(&shim.vfs, 1) == SQLITE_OK);
}

void disk_shim_slow(uint32_t flush_us)
{
    shim.flush_us = flush_us;
}

void disk_shim_full(bool is_full)
{
    shim.is_full = is_full;
}

uint64_t disk_shim_flush_count(void)
{
    return shim.flush_count;
}
