/* tests/sim/disk_vfs.c -- the simulated disks under SQLite: files, locks between
 * connections of one process, and the shared memory that readers of a write-ahead log
 * need. All methods as the default VFS of the system has them, so that neither the
 * tablet's nor headquarters' code is told that it is simulated. */
#include "tests/sim/disk.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHARED_REGIONS_MAX = 8, SHARED_LOCKS = SQLITE_SHM_NLOCK };

/* The -shm of a database: lives as long as a connection has it mapped. */
struct disk_shared {
    int use_count;
    void *regions[SHARED_REGIONS_MAX];
    int reader_counts[SHARED_LOCKS];
    int owners[SHARED_LOCKS]; /* handle number; 0 nobody */
};

struct handle {
    sqlite3_file base;
    struct disk *disk;
    struct disk_file *file;
    int number;
    int level;
    bool has_shared;
    unsigned read_locks; /* of the shared memory, one bit each */
};

static int last_number; /* of handles; not part of what happens */

static struct handle *handle_of(sqlite3_file *base)
{
    return (struct handle *)base;
}

static int code_of(enum err err, int io_code)
{
    return err == OK ? SQLITE_OK : err == ERR_no_space ? SQLITE_FULL : io_code;
}

/* ---- locks of the file ---- */

static int io_lock(sqlite3_file *base, int level)
{
    struct handle *handle = handle_of(base);
    struct disk_file *file = handle->file;
    if (handle->level >= level) {
        return SQLITE_OK;
    }
    if (handle->disk->is_off) {
        return SQLITE_IOERR_LOCK;
    }
    if (handle->level == SQLITE_LOCK_NONE) {
        if (file->exclusive != 0 || file->waiting != 0) {
            return SQLITE_BUSY;
        }
        file->shared_count++;
        handle->level = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED && handle->level < SQLITE_LOCK_RESERVED) {
        if (file->reserved != 0) {
            return SQLITE_BUSY;
        }
        file->reserved = handle->number;
        handle->level = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        file->waiting = handle->number;
        handle->level = SQLITE_LOCK_PENDING;
        if (file->shared_count > 1) {
            return SQLITE_BUSY;
        }
        file->exclusive = handle->number;
        handle->level = SQLITE_LOCK_EXCLUSIVE;
    }
    return SQLITE_OK;
}

static int io_unlock(sqlite3_file *base, int level)
{
    struct handle *handle = handle_of(base);
    struct disk_file *file = handle->file;
    if (handle->level <= level) {
        return SQLITE_OK;
    }
    int number = handle->number;
    file->exclusive = file->exclusive == number ? 0 : file->exclusive;
    file->waiting = file->waiting == number ? 0 : file->waiting;
    file->reserved = file->reserved == number ? 0 : file->reserved;
    if (level == SQLITE_LOCK_NONE) {
        file->shared_count--;
    }
    handle->level = level;
    return SQLITE_OK;
}

static int io_check_lock(sqlite3_file *base, int *is_locked_out)
{
    struct handle *handle = handle_of(base);
    *is_locked_out = handle->file->reserved != 0;
    return SQLITE_OK;
}

/* ---- bytes ---- */

static int io_close(sqlite3_file *base)
{
    (void)io_unlock(base, SQLITE_LOCK_NONE);
    handle_of(base)->file = NULL;
    return SQLITE_OK;
}

static int io_read(sqlite3_file *base, void *to, int size, sqlite3_int64 at)
{
    struct handle *handle = handle_of(base);
    if (disk_read_step(handle->disk) != OK) {
        return SQLITE_IOERR_READ;
    }
    return disk_read(handle->file, to, (uint64_t)at, (size_t)size) ? SQLITE_OK
                                                                   : SQLITE_IOERR_SHORT_READ;
}

static int io_write(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 at)
{
    struct handle *handle = handle_of(base);
    return code_of(disk_write(handle->disk, handle->file, bytes, (uint64_t)at, (size_t)size),
                   SQLITE_IOERR_WRITE);
}

static int io_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct handle *handle = handle_of(base);
    return code_of(disk_truncate(handle->disk, handle->file, (uint64_t)size),
                   SQLITE_IOERR_TRUNCATE);
}

static int io_sync(sqlite3_file *base, int flags)
{
    (void)flags;
    struct handle *handle = handle_of(base);
    return code_of(disk_flush(handle->disk, handle->file), SQLITE_IOERR_FSYNC);
}

static int io_size(sqlite3_file *base, sqlite3_int64 *size_out)
{
    *size_out = (sqlite3_int64)handle_of(base)->file->size;
    return SQLITE_OK;
}

static int io_control(sqlite3_file *base, int what, void *argument)
{
    (void)base;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int io_sector_size(sqlite3_file *base)
{
    (void)base;
    return 4096;
}

static int io_characteristics(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* as the system's VFS says */
}

/* ---- shared memory ---- */

static int io_shared_map(sqlite3_file *base, int region, int size, int is_extending,
                         void volatile **memory_out)
{
    struct handle *handle = handle_of(base);
    *memory_out = NULL;
    if (handle->disk->is_off) {
        return SQLITE_IOERR_SHMMAP;
    }
    CHECK(region < SHARED_REGIONS_MAX);
    if (handle->file->shared == NULL) {
        handle->file->shared = calloc(1, sizeof(struct disk_shared));
        CHECK(handle->file->shared != NULL);
    }
    struct disk_shared *shared = handle->file->shared;
    if (!handle->has_shared) {
        handle->has_shared = true;
        shared->use_count++;
    }
    if (shared->regions[region] == NULL && is_extending) {
        shared->regions[region] = calloc(1, (size_t)size);
        CHECK(shared->regions[region] != NULL);
    }
    *memory_out = shared->regions[region];
    return SQLITE_OK;
}

static int io_shared_lock(sqlite3_file *base, int from, int count, int flags)
{
    struct handle *handle = handle_of(base);
    struct disk_shared *shared = handle->file->shared;
    bool is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int i = from; (flags & SQLITE_SHM_LOCK) != 0 && i < from + count; i++) {
        int own_reads = (handle->read_locks & 1U << i) != 0;
        bool is_taken = shared->owners[i] != 0 && shared->owners[i] != handle->number;
        if (is_taken || (is_exclusive && shared->reader_counts[i] > own_reads)) {
            return SQLITE_BUSY;
        }
    }
    for (int i = from; i < from + count; i++) {
        unsigned bit = 1U << i;
        if ((flags & SQLITE_SHM_LOCK) != 0 && is_exclusive) {
            shared->owners[i] = handle->number;
        } else if ((flags & SQLITE_SHM_LOCK) != 0) {
            shared->reader_counts[i] += (handle->read_locks & bit) == 0;
            handle->read_locks |= bit;
        } else if (is_exclusive) {
            shared->owners[i] = 0;
        } else {
            shared->reader_counts[i] -= (handle->read_locks & bit) != 0;
            handle->read_locks &= ~bit;
        }
    }
    return SQLITE_OK;
}

static void io_shared_barrier(sqlite3_file *base)
{
    (void)base; /* one thread */
}

static int io_shared_unmap(sqlite3_file *base, int is_removing)
{
    (void)is_removing;
    struct handle *handle = handle_of(base);
    struct disk_shared *shared = handle->file->shared;
    if (!handle->has_shared) {
        return SQLITE_OK;
    }
    handle->has_shared = false;
    for (int i = 0; i < SHARED_LOCKS; i++) {
        shared->reader_counts[i] -= (handle->read_locks & 1U << i) != 0;
        shared->owners[i] = shared->owners[i] == handle->number ? 0 : shared->owners[i];
    }
    handle->read_locks = 0;
    if (--shared->use_count == 0) {
        for (int i = 0; i < SHARED_REGIONS_MAX; i++) {
            free(shared->regions[i]);
        }
        free(shared);
        handle->file->shared = NULL;
    }
    return SQLITE_OK;
}

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

/* ---- the system ---- */

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                    int *flags_out)
{
    (void)vfs;
    struct handle *handle = handle_of(base);
    base->pMethods = NULL;
    CHECK(name != NULL); /* temporary files stay in memory: PRAGMA temp_store */
    const char *rest = NULL;
    struct disk *disk = disks_find(name, &rest);
    if (disk == NULL || disk->is_off) {
        return SQLITE_CANTOPEN;
    }
    struct disk_file *file = disk_find(disk, rest);
    if (file == NULL && (flags & SQLITE_OPEN_CREATE) != 0) {
        file = disk_make(disk, rest);
    }
    if (file == NULL) {
        return SQLITE_CANTOPEN;
    }
    *handle =
        (struct handle){.base = {&methods}, .disk = disk, .file = file, .number = ++last_number};
    if (flags_out != NULL) {
        *flags_out = flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int is_lasting)
{
    (void)vfs;
    const char *rest = NULL;
    struct disk *disk = disks_find(name, &rest);
    struct disk_file *file = disk == NULL || disk->is_off ? NULL : disk_find(disk, rest);
    if (disk == NULL || disk->is_off) {
        return SQLITE_IOERR_DELETE;
    }
    if (file == NULL) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    return code_of(disk_remove(disk, file, is_lasting != 0), SQLITE_IOERR_DELETE);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int what, int *result_out)
{
    (void)vfs;
    (void)what;
    const char *rest = NULL;
    struct disk *disk = disks_find(name, &rest);
    struct disk_file *file = disk == NULL || disk->is_off ? NULL : disk_find(disk, rest);
    /* As the system's: an empty file counts as missing where existence is asked. */
    *result_out = file != NULL && (what != SQLITE_ACCESS_EXISTS || file->size > 0);
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *to)
{
    (void)vfs;
    return snprintf(to, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static struct luck random_luck = {4711}; /* SQLite draws from it once, for salts */

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *to)
{
    (void)vfs;
    luck_fill(&random_luck, to, (size_t)size);
    return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int duration_us)
{
    (void)vfs;
    return duration_us; /* waiting helps nobody in one thread */
}

static int vfs_time(sqlite3_vfs *vfs, double *now_out)
{
    (void)vfs;
    *now_out = 2461000.5;
    return SQLITE_OK;
}

void disk_vfs_register(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(struct handle),
        .mxPathname = 1024,
        .zName = "simulated",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
    };
    CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

void disk_vfs_restart(uint64_t seed)
{
    random_luck = luck_make(seed, 3);
    last_number = 0;
    sqlite3_randomness(0, NULL); /* forgets what it drew in the run before */
}
