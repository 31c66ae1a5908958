#include "tests/lib/fault_vfs.h"

#include <sqlite3.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct open_file {
    sqlite3_file base;
    struct fault_disk *disk;
    int index;
};

/* One step; what SQLite is told when it does not happen. */
static int step_begin(struct fault_disk *disk, int failure)
{
    if (disk->is_dead) {
        return failure;
    }
    disk->step_count++;
    if (disk->cut_before_step == disk->step_count) {
        disk->is_dead = true;
        return failure;
    }
    if (disk->fail_at_step == disk->step_count) {
        return failure;
    }
    if (disk->full_at_step != 0) {
        uint64_t end = disk->full_at_step + disk->full_steps;
        disk->is_full = disk->step_count >= disk->full_at_step &&
                        (disk->full_steps == 0 || disk->step_count < end);
    }
    return SQLITE_OK;
}

static int step_end(struct fault_disk *disk, int failure)
{
    if (disk->cut_after_step == disk->step_count) {
        disk->is_dead = true;
        return failure;
    }
    return SQLITE_OK;
}

static void resize(struct fault_file *file, size_t size)
{
    file->bytes = realloc(file->bytes, size + 1);
    assert(file->bytes != NULL);
    if (size > file->size) {
        memset(file->bytes + file->size, 0, size - file->size);
    }
    file->size = size;
}

static void flush_file(struct fault_file *file)
{
    file->flushed_bytes = realloc(file->flushed_bytes, file->size + 1);
    assert(file->flushed_bytes != NULL);
    if (file->size > 0) {
        memcpy(file->flushed_bytes, file->bytes, file->size);
    }
    file->flushed_size = file->size;
    file->was_flushed = true;
}

static void drop_file(struct fault_file *file)
{
    free(file->bytes);
    free(file->flushed_bytes);
    memset(file, 0, sizeof *file);
}

static struct fault_file *file_of(sqlite3_file *base)
{
    struct open_file *open = (struct open_file *)base;
    return &open->disk->files[open->index];
}

static int io_close(sqlite3_file *base)
{
    (void)base;
    return SQLITE_OK;
}

static int io_read(sqlite3_file *base, void *to, int size, sqlite3_int64 at)
{
    struct open_file *open = (struct open_file *)base;
    struct fault_file *file = file_of(base);
    if (open->disk->is_dead) {
        return SQLITE_IOERR_READ;
    }
    size_t from = (size_t)at;
    size_t wanted = (size_t)size;
    size_t have = from < file->size ? file->size - from : 0;
    size_t given = have < wanted ? have : wanted;
    if (given > 0) {
        memcpy(to, file->bytes + from, given);
    }
    if (given < wanted) {
        memset((char *)to + given, 0, wanted - given);
        return SQLITE_IOERR_SHORT_READ;
    }
    return SQLITE_OK;
}

static int io_write(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 at)
{
    struct open_file *open = (struct open_file *)base;
    struct fault_disk *disk = open->disk;
    struct fault_file *file = file_of(base);
    int code = step_begin(disk, SQLITE_IOERR_WRITE);
    if (code != SQLITE_OK) {
        return code;
    }
    if (disk->is_full) {
        return SQLITE_FULL;
    }
    disk->write_count++;
    size_t end = (size_t)at + (size_t)size;
    if (end > file->size) {
        resize(file, end);
    }
    memcpy(file->bytes + at, bytes, (size_t)size);
    disk->last_file = open->index;
    disk->last_at = (size_t)at;
    disk->last_size = (size_t)size;
    return step_end(disk, SQLITE_IOERR_WRITE);
}

static int io_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct open_file *open = (struct open_file *)base;
    int code = step_begin(open->disk, SQLITE_IOERR_TRUNCATE);
    if (code != SQLITE_OK) {
        return code;
    }
    resize(file_of(base), (size_t)size);
    return step_end(open->disk, SQLITE_IOERR_TRUNCATE);
}

static int io_sync(sqlite3_file *base, int flags)
{
    struct open_file *open = (struct open_file *)base;
    (void)flags;
    int code = step_begin(open->disk, SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK) {
        return code;
    }
    open->disk->flush_count++;
    flush_file(file_of(base));
    return step_end(open->disk, SQLITE_IOERR_FSYNC);
}

static int io_size(sqlite3_file *base, sqlite3_int64 *size_out)
{
    *size_out = (sqlite3_int64)file_of(base)->size;
    return SQLITE_OK;
}

static int io_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int io_check_lock(sqlite3_file *base, int *is_locked_out)
{
    (void)base;
    *is_locked_out = 0;
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
    return 0;
}

/* Version 1: no shared memory, so WAL works only for a single exclusive owner. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = io_close,
    .xRead = io_read,
    .xWrite = io_write,
    .xTruncate = io_truncate,
    .xSync = io_sync,
    .xFileSize = io_size,
    .xLock = io_lock,
    .xUnlock = io_lock,
    .xCheckReservedLock = io_check_lock,
    .xFileControl = io_control,
    .xSectorSize = io_sector_size,
    .xDeviceCharacteristics = io_characteristics,
};

static int find(const struct fault_disk *disk, const char *name)
{
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        if (disk->files[i].exists && strcmp(disk->files[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

struct fault_file *fault_disk_file(struct fault_disk *disk, const char *name)
{
    int index = find(disk, name);
    return index < 0 ? NULL : &disk->files[index];
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                    int *flags_out)
{
    struct fault_disk *disk = vfs->pAppData;
    struct open_file *open = (struct open_file *)base;
    const char *wanted = name != NULL ? name : "unnamed";
    base->pMethods = NULL;
    if (disk->is_dead) {
        return SQLITE_CANTOPEN;
    }
    int index = find(disk, wanted);
    for (int i = 0; index < 0 && i < FAULT_FILES_MAX; i++) {
        if (!disk->files[i].exists && (flags & SQLITE_OPEN_CREATE) != 0) {
            assert(strlen(wanted) < FAULT_NAME_SIZE);
            drop_file(&disk->files[i]);
            strcpy(disk->files[i].name, wanted);
            disk->files[i].exists = true;
            index = i;
        }
    }
    if (index < 0) {
        return SQLITE_CANTOPEN;
    }
    *open = (struct open_file){.base = {&methods}, .disk = disk, .index = index};
    if (flags_out != NULL) {
        *flags_out = flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int has_to_last)
{
    struct fault_disk *disk = vfs->pAppData;
    (void)has_to_last;
    int code = step_begin(disk, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK) {
        return code;
    }
    int index = find(disk, name);
    if (index >= 0) {
        drop_file(&disk->files[index]);
    }
    return step_end(disk, SQLITE_IOERR_DELETE);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int what, int *result_out)
{
    (void)what;
    *result_out = find(vfs->pAppData, name) >= 0;
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *to)
{
    (void)vfs;
    assert((int)strlen(name) < size);
    strcpy(to, name);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *to)
{
    (void)vfs;
    sqlite3_vfs *real = sqlite3_vfs_find("unix");
    return real->xRandomness(real, size, to);
}

static int vfs_sleep(sqlite3_vfs *vfs, int duration_us)
{
    (void)vfs;
    return duration_us;
}

static int vfs_time(sqlite3_vfs *vfs, double *now_out)
{
    (void)vfs;
    *now_out = 2461000.5;
    return SQLITE_OK;
}

void fault_vfs_register(const char *name, struct fault_disk *disk)
{
    sqlite3_vfs *vfs = calloc(1, sizeof *vfs);
    assert(vfs != NULL);
    *vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct open_file),
        .mxPathname = FAULT_NAME_SIZE,
        .zName = name,
        .pAppData = disk,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
    };
    assert(sqlite3_vfs_register(vfs, 0) == SQLITE_OK);
}

void fault_vfs_unregister(const char *name)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(name);
    if (vfs != NULL) {
        sqlite3_vfs_unregister(vfs);
        free(vfs);
    }
}

void fault_disk_arm(struct fault_disk *disk)
{
    disk->step_count = disk->flush_count = disk->write_count = 0;
    disk->cut_before_step = disk->cut_after_step = 0;
    disk->fail_at_step = disk->full_at_step = disk->full_steps = 0;
    disk->is_full = false;
    disk->last_size = 0;
}

/* The second half of the last write never reached the disk. */
static void tear(struct fault_disk *disk)
{
    struct fault_file *file = &disk->files[disk->last_file];
    size_t torn_at = disk->last_at + disk->last_size / 2;
    size_t end = disk->last_at + disk->last_size;
    if (disk->last_size == 0 || !file->exists || end > file->size) {
        return;
    }
    for (size_t i = torn_at; i < end; i++) {
        file->bytes[i] = i < file->flushed_size ? file->flushed_bytes[i] : 0;
    }
}

void fault_disk_restart(struct fault_disk *disk, enum fault_keep keep)
{
    if (keep == FAULT_KEEP_torn) {
        tear(disk);
    }
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        struct fault_file *file = &disk->files[i];
        if (!file->exists) {
            continue;
        }
        if (keep != FAULT_KEEP_flushed) {
            flush_file(file);
        } else if (!file->was_flushed) {
            drop_file(file);
        } else {
            resize(file, file->flushed_size);
            if (file->flushed_size > 0) {
                memcpy(file->bytes, file->flushed_bytes, file->flushed_size);
            }
        }
    }
    disk->is_dead = false;
    fault_disk_arm(disk);
}

void fault_disk_copy(struct fault_disk *to, const struct fault_disk *from)
{
    fault_disk_free(to);
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *source = &from->files[i];
        struct fault_file *file = &to->files[i];
        if (!source->exists) {
            continue;
        }
        strcpy(file->name, source->name);
        file->exists = true;
        resize(file, source->size);
        if (source->size > 0) {
            memcpy(file->bytes, source->bytes, source->size);
        }
        flush_file(file);
    }
}

void fault_disk_free(struct fault_disk *disk)
{
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        drop_file(&disk->files[i]);
    }
    memset(disk, 0, sizeof *disk);
}
