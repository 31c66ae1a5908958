/* tests/sim/disk_os.c -- core/os over the simulated disks. Every symbol of core/os stands
 * here, so the linker takes none of the real ones: a call that is missing does not link. */
#include "core/os/log.h"
#include "core/os/os.h"
#include "tests/sim/disk.h"
#include "tests/sim/real.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FREE_SIZE = 1 << 30, LITTLE_SIZE = 1 << 20 };

char *os_path(struct arena *arena, const char *folder, const char *name)
{
    return str_format(arena, "%s/%s", folder, name);
}

static struct disk_file *find(const char *path, struct disk **disk_out)
{
    const char *rest = NULL;
    *disk_out = disks_find(path, &rest);
    return *disk_out != NULL ? disk_find(*disk_out, rest) : NULL;
}

bool os_file_exists(const char *path)
{
    struct disk *disk = NULL;
    return find(path, &disk) != NULL && !disk->is_off;
}

/* Folders are no files here, and there are no links. */
bool os_file_is_plain(const char *path)
{
    return os_file_exists(path);
}

enum err os_file_read(struct arena *arena, const char *path, size_t size_max, struct str *bytes_out)
{
    struct disk *disk = NULL;
    struct disk_file *file = find(path, &disk);
    if (disk == NULL || file == NULL) {
        return ERR_not_found;
    }
    TRY(disk_read_step(disk));
    if (file->size > size_max) {
        return ERR_too_long;
    }
    size_t size = (size_t)file->size;
    char *bytes = arena_alloc(arena, size + 1);
    (void)disk_read(file, bytes, 0, size);
    *bytes_out = (struct str){bytes, size};
    return OK;
}

/* One person, one machine: no file has other readers. */
bool os_file_is_private(const char *path, bool is_handed)
{
    (void)is_handed;
    return os_file_exists(path);
}

enum err os_file_read_at(const char *path, uint64_t offset, void *bytes, size_t size)
{
    struct disk *disk = NULL;
    struct disk_file *file = find(path, &disk);
    if (disk == NULL || file == NULL) {
        return ERR_not_found;
    }
    TRY(disk_read_step(disk));
    if (offset > file->size || file->size - offset < size) {
        return ERR_truncated;
    }
    (void)disk_read(file, bytes, offset, size);
    return OK;
}

enum err os_file_replace(const char *path, const void *bytes, size_t size)
{
    const char *rest = NULL;
    struct disk *disk = disks_find(path, &rest);
    return disk == NULL ? ERR_not_found : disk_replace(disk, rest, bytes, size);
}

enum err os_file_write_at(const char *path, uint64_t offset, const void *bytes, size_t size)
{
    struct disk *disk = NULL;
    struct disk_file *file = find(path, &disk);
    const char *rest = NULL;
    if (disk == NULL || disk->is_off) {
        return ERR_io;
    }
    if (file == NULL) {
        (void)disks_find(path, &rest);
        file = disk_make(disk, rest);
    }
    TRY(disk_write(disk, file, bytes, offset, size));
    return disk_flush(disk, file);
}

/* This disk has no holes. */
enum err os_file_filled_size(const char *path, uint64_t size_max, uint64_t *size_out)
{
    struct disk *disk = NULL;
    const struct disk_file *file = find(path, &disk);
    if (disk == NULL || disk->is_off) {
        return ERR_io;
    }
    *size_out = file == NULL ? 0 : file->size < size_max ? file->size : size_max;
    return file == NULL ? ERR_not_found : OK;
}

enum err os_file_settle(const char *path)
{
    struct disk *disk = NULL;
    struct disk_file *file = find(path, &disk);
    if (disk == NULL || disk->is_off) {
        return ERR_io;
    }
    uint8_t part[DISK_PAGE_SIZE];
    for (uint64_t at = 0; file != NULL && at < file->size; at += sizeof part) {
        uint64_t left = file->size - at;
        size_t size = left < sizeof part ? (size_t)left : sizeof part;
        (void)disk_read(file, part, at, size);
        TRY(disk_write(disk, file, part, at, size));
    }
    return file == NULL ? OK : disk_flush(disk, file);
}

enum err os_file_remove(const char *path)
{
    struct disk *disk = NULL;
    struct disk_file *file = find(path, &disk);
    if (disk == NULL || disk->is_off) {
        return ERR_io;
    }
    return file == NULL ? OK : disk_remove(disk, file, true);
}

enum err os_folder_make(const char *path)
{
    const char *rest = NULL;
    struct disk *disk = disks_find(path, &rest);
    return disk == NULL ? ERR_not_found : disk->is_off ? ERR_io : OK; /* a name is enough */
}

/* No time passes within a step, so that every change here may have the time of another one. */
enum err os_folder_stamp(const char *path, int64_t *stamp_out)
{
    const char *rest = NULL;
    struct disk *disk = disks_find(path, &rest);
    *stamp_out = 0;
    return disk == NULL ? ERR_not_found : disk->is_off ? ERR_io : OK;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum err os_folder_list(struct arena *arena, const char *path, const char ***names_out,
                        size_t *count_out)
{
    const char *rest = NULL;
    struct disk *disk = disks_find(path, &rest);
    if (disk == NULL) {
        return ERR_not_found;
    }
    if (disk->is_off) {
        return ERR_io;
    }
    size_t size = strlen(rest);
    const char **names = ARENA_ARRAY(arena, disk->file_count + 1, const char *);
    size_t count = 0;
    for (size_t i = 0; i < disk->file_count; i++) {
        const struct disk_file *file = disk->files[i];
        if (file->exists && strncmp(file->path, rest, size) == 0 && file->path[size] == '/' &&
            strchr(file->path + size + 1, '/') == NULL && file->path[size + 1] != '.') {
            names[count++] = arena_text(arena, file->path + size + 1);
        }
    }
    qsort(names, count, sizeof *names, name_compare);
    *names_out = names;
    *count_out = count;
    return OK;
}

enum err os_space_free(const char *path, uint64_t *bytes_out)
{
    const char *rest = NULL;
    struct disk *disk = disks_find(path, &rest);
    if (disk == NULL) {
        return ERR_not_found;
    }
    *bytes_out = disk->is_full ? 0 : disk->is_nearly_full ? LITTLE_SIZE : FREE_SIZE;
    return OK;
}

/* No links here: a path is what it says. */
bool os_is_same(const char *a, const char *b)
{
    const char *a_rest = NULL;
    const char *b_rest = NULL;
    struct disk *disk = disks_find(a, &a_rest);
    return disk != NULL && disk == disks_find(b, &b_rest) && strcmp(a_rest, b_rest) == 0;
}

enum err os_file_facts(const char *path, uint64_t *size_out, int64_t *changed_at_ms_out)
{
    struct disk *disk = NULL;
    struct disk_file *file = find(path, &disk);
    if (file == NULL) {
        return ERR_not_found;
    }
    if (size_out != NULL) {
        *size_out = file->size;
    }
    if (changed_at_ms_out != NULL) {
        *changed_at_ms_out = file->changed_at_ms;
    }
    return OK;
}

enum err os_mount_list(struct arena *arena, struct os_mount **mounts_out, size_t *count_out)
{
    *mounts_out = ARENA_ARRAY(arena, 1, struct os_mount);
    *count_out = 0;
    return OK;
}

enum err os_lock_open(struct os_lock *lock_out, const char *path)
{
    (void)path; /* programs of one machine are never started twice here */
    lock_out->fd = 0;
    return OK;
}

void os_lock_close(struct os_lock *lock)
{
    lock->fd = -1;
}

/* ---- what no simulated program may use ---- */

static struct clock_reading clock_none(void *context)
{
    (void)context;
    check_failed("the clock is handed in", __FILE__, __LINE__);
}

static void rng_none(void *context, void *bytes, size_t size)
{
    (void)context;
    (void)bytes;
    (void)size;
    check_failed("randomness is handed in", __FILE__, __LINE__);
}

const struct clock *os_clock(void)
{
    static const struct clock clock = {clock_none, NULL};
    return &clock;
}

const struct rng *os_rng(void)
{
    static const struct rng rng = {rng_none, NULL};
    return &rng;
}

void os_sleep_ms(int64_t duration_ms)
{
    (void)duration_ms;
}

enum err os_child_start(const char *const *argv, int32_t *pid_out)
{
    (void)argv;
    *pid_out = 0;
    return ERR_not_found;
}

bool os_child_is_running(int32_t pid)
{
    (void)pid;
    return false;
}

void os_child_stop(int32_t pid)
{
    (void)pid;
}

char *os_program_folder(struct arena *arena)
{
    return arena_text(arena, "/");
}

/* ---- log and broken promises ---- */

bool real_is_verbose;
void (*real_failed)(const char *sentence);

void log_line(enum log_level level, const char *module, const char *format, ...)
{
    if (!real_is_verbose) {
        return;
    }
    va_list list;
    va_start(list, format);
    fprintf(stderr, "        %d %s: ", (int)level, module);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
}

void check_failed(const char *promise, const char *file, int line)
{
    char sentence[512];
    snprintf(sentence, sizeof sentence, "broken promise: %s at %s:%d", promise, file, line);
    if (real_failed != NULL) {
        real_failed(sentence);
    }
    fprintf(stderr, "%s\n", sentence);
    abort();
}
