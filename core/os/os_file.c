/* Files of core/os/os.h. Every write that must last goes through os_file_replace() or
 * os_file_write_at(). */
#include "core/os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static enum err err_from_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_not_found;
    case ENOSPC:
    case EDQUOT:
        return ERR_no_space;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_not_allowed;
    case EEXIST:
        return ERR_exists;
    default:
        return ERR_io;
    }
}

char *os_path(struct arena *arena, const char *folder, const char *name)
{
    return str_format(arena, "%s/%s", folder, name);
}

bool os_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool os_file_is_plain(const char *path)
{
    struct stat state;
    return lstat(path, &state) == 0 && S_ISREG(state.st_mode);
}

bool os_file_is_private(const char *path, bool is_handed)
{
    struct stat state;
    mode_t others = is_handed ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    return stat(path, &state) == 0 && S_ISREG(state.st_mode) && (state.st_mode & others) == 0 &&
           (state.st_uid == geteuid() || state.st_uid == 0 || geteuid() == 0);
}

static enum err fd_read_all(int fd, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t got = read(fd, bytes, size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return ERR_io; /* shorter than fstat said: changed while being read */
        }
        bytes += got;
        size -= (size_t)got;
    }
    return OK;
}

enum err os_file_read(struct arena *arena, const char *path, size_t size_max, struct str *bytes_out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno();
    }
    struct stat status;
    enum err err = OK;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        err = ERR_io;
    } else if ((uint64_t)status.st_size > size_max) {
        err = ERR_too_long;
    } else {
        size_t size = (size_t)status.st_size;
        uint8_t *bytes = arena_alloc(arena, size + 1);
        err = fd_read_all(fd, bytes, size);
        *bytes_out = (struct str){(const char *)bytes, size};
    }
    close(fd);
    return err;
}

static enum err fd_write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return err_from_errno();
        }
        bytes += put;
        size -= (size_t)put;
    }
    return OK;
}

/* Makes a rename or removal in the folder of `path` durable. */
static enum err folder_sync(struct arena *arena, const char *path)
{
    char *folder = arena_text(arena, path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        folder = arena_text(arena, ".");
    } else if (slash == folder) {
        slash[1] = '\0';
    } else {
        *slash = '\0';
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno();
    }
    enum err err = fsync(fd) == 0 ? OK : err_from_errno();
    close(fd);
    return err;
}

static enum err file_write_synced(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_from_errno();
    }
    enum err err = fd_write_all(fd, bytes, size);
    if (err == OK && fsync(fd) != 0) {
        err = err_from_errno();
    }
    if (close(fd) != 0 && err == OK) {
        err = err_from_errno();
    }
    return err;
}

enum err os_file_replace(const char *path, const void *bytes, size_t size)
{
    struct arena arena;
    arena_init(&arena, 8192);
    /* A dot file beside it: os_folder_list() never shows a half-written one. */
    const char *slash = strrchr(path, '/');
    size_t folder_size = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    char *temporary = str_format(&arena, "%.*s.%s.%d.part", (int)folder_size, path,
                                 path + folder_size, (int)getpid());
    enum err err = file_write_synced(temporary, bytes, size);
    if (err == OK && rename(temporary, path) != 0) {
        err = err_from_errno();
    }
    if (err != OK) {
        unlink(temporary);
    } else {
        err = folder_sync(&arena, path);
    }
    arena_deinit(&arena);
    return err;
}

enum err os_file_move(const char *from, const char *to)
{
    struct arena arena;
    arena_init(&arena, 8192);
    enum err err = rename(from, to) == 0 ? OK : err_from_errno();
    if (err == OK) {
        err = folder_sync(&arena, to);
    }
    if (err == OK) {
        err = folder_sync(&arena, from);
    }
    arena_deinit(&arena);
    return err;
}

enum err os_file_write_at(const char *path, uint64_t offset, const void *bytes, size_t size)
{
    bool is_new = !os_file_exists(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_from_errno();
    }
    enum err err = OK;
    if (lseek(fd, (off_t)offset, SEEK_SET) < 0) {
        err = err_from_errno();
    }
    if (err == OK) {
        err = fd_write_all(fd, bytes, size);
    }
    if (err == OK && fsync(fd) != 0) {
        err = err_from_errno();
    }
    if (close(fd) != 0 && err == OK) {
        err = err_from_errno();
    }
    if (err == OK && is_new) {
        struct arena arena;
        arena_init(&arena, 8192);
        err = folder_sync(&arena, path);
        arena_deinit(&arena);
    }
    return err;
}

enum err os_file_read_at(const char *path, uint64_t offset, void *bytes, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno();
    }
    enum err err = OK;
    uint8_t *to = bytes;
    while (err == OK && size > 0) {
        ssize_t got = pread(fd, to, size, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            err = got < 0 ? err_from_errno() : ERR_truncated;
            break;
        }
        to += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    close(fd);
    return err;
}

enum err os_file_filled_size(const char *path, uint64_t size_max, uint64_t *size_out)
{
    *size_out = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno();
    }
    enum err err = OK;
    off_t at = 0;
    while (err == OK && (uint64_t)at < size_max) {
        off_t data_at = lseek(fd, at, SEEK_DATA);
        if (data_at < 0 && errno == ENXIO) {
            break; /* a hole to the end */
        }
        at = data_at < 0 ? -1 : lseek(fd, data_at, SEEK_HOLE);
        err = at < 0 ? err_from_errno() : OK;
        bool is_counted = err == OK && (uint64_t)data_at < size_max;
        *size_out = is_counted ? (uint64_t)at : *size_out;
    }
    *size_out = *size_out < size_max ? *size_out : size_max;
    close(fd);
    return err;
}

enum err os_file_settle(const char *path)
{
    enum { PART_SIZE = 64 * 1024 };
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? OK : err_from_errno();
    }
    struct arena arena;
    arena_init(&arena, PART_SIZE + 64);
    uint8_t *part = arena_alloc(&arena, PART_SIZE);
    enum err err = OK;
    off_t at = 0;
    for (;;) {
        /* Holes were never written, and writing them would fill the disk. */
        off_t data_at = lseek(fd, at, SEEK_DATA);
        if (data_at < 0 && errno == ENXIO) {
            break; /* nothing behind it */
        }
        at = data_at > at ? data_at : at;
        ssize_t got = pread(fd, part, PART_SIZE, at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            err = got < 0 ? err_from_errno() : OK;
            break;
        }
        ssize_t put = pwrite(fd, part, (size_t)got, at);
        if (put < 0 && errno != EINTR) {
            err = err_from_errno();
            break;
        }
        at += put > 0 ? put : 0;
    }
    if (err == OK && fsync(fd) != 0) {
        err = err_from_errno();
    }
    if (close(fd) != 0 && err == OK) {
        err = err_from_errno();
    }
    arena_deinit(&arena);
    return err;
}

enum err os_file_remove(const char *path)
{
    if (unlink(path) != 0) {
        return errno == ENOENT ? OK : err_from_errno();
    }
    struct arena arena;
    arena_init(&arena, 8192);
    enum err err = folder_sync(&arena, path);
    arena_deinit(&arena);
    return err;
}

enum err os_folder_make(const char *path)
{
    struct arena arena;
    arena_init(&arena, 8192);
    char *part = arena_text(&arena, path);
    enum err err = OK;
    for (char *at = part + 1; err == OK && at[-1] != '\0'; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char kept = *at;
        *at = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            err = err_from_errno();
        }
        *at = kept;
    }
    struct stat status;
    if (err == OK && (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))) {
        err = ERR_io;
    }
    arena_deinit(&arena);
    return err;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum err os_folder_list(struct arena *arena, const char *path, const char ***names_out,
                        size_t *count_out)
{
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return err_from_errno();
    }
    size_t capacity = 64;
    size_t count = 0;
    const char **names = ARENA_ARRAY(arena, capacity, const char *);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (count == capacity) {
            const char **grown = ARENA_ARRAY(arena, capacity * 2, const char *);
            memcpy(grown, names, count * sizeof *names);
            names = grown;
            capacity *= 2;
        }
        names[count++] = arena_text(arena, entry->d_name);
    }
    closedir(dir);
    qsort(names, count, sizeof *names, name_compare);
    *names_out = names;
    *count_out = count;
    return OK;
}

enum err os_file_facts(const char *path, uint64_t *size_out, int64_t *changed_at_ms_out)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return err_from_errno();
    }
    if (!S_ISREG(status.st_mode)) {
        return ERR_io;
    }
    if (size_out != NULL) {
        *size_out = (uint64_t)status.st_size;
    }
    if (changed_at_ms_out != NULL) {
        *changed_at_ms_out =
            (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
    }
    return OK;
}

enum err os_folder_stamp(const char *path, int64_t *stamp_out)
{
    enum { COARSE_NS_MAX = 2000000000 };
    struct stat status;
    struct timespec now;
    if (stat(path, &status) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return err_from_errno();
    }
    int64_t changed_at_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
    int64_t now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    *stamp_out = now_ns - changed_at_ns > COARSE_NS_MAX ? changed_at_ns : 0;
    return OK;
}

static bool is_plugged_in(const char *folder)
{
    return strncmp(folder, "/media/", strlen("/media/")) == 0 ||
           strncmp(folder, "/run/media/", strlen("/run/media/")) == 0;
}

enum err os_mount_list(struct arena *arena, struct os_mount **mounts_out, size_t *count_out)
{
    enum { MOUNTS_MAX = 16, LINE_SIZE = 4096 };
    FILE *table = setmntent("/proc/self/mounts", "re");
    if (table == NULL) {
        return ERR_io;
    }
    struct os_mount *mounts = ARENA_ARRAY(arena, MOUNTS_MAX, struct os_mount);
    size_t count = 0;
    struct mntent entry;
    char line[LINE_SIZE];
    while (count < MOUNTS_MAX && getmntent_r(table, &entry, line, sizeof line) != NULL) {
        if (is_plugged_in(entry.mnt_dir)) {
            mounts[count++] =
                (struct os_mount){.folder = arena_text(arena, entry.mnt_dir),
                                  .is_writable = hasmntopt(&entry, MNTOPT_RO) == NULL &&
                                                 access(entry.mnt_dir, W_OK) == 0};
        }
    }
    endmntent(table);
    *mounts_out = mounts;
    *count_out = count;
    return OK;
}

enum err os_space_free(const char *path, uint64_t *bytes_out)
{
    struct statvfs space;
    if (statvfs(path, &space) != 0) {
        return err_from_errno();
    }
    *bytes_out = (uint64_t)space.f_bavail * space.f_frsize;
    return OK;
}

bool os_is_same(const char *a, const char *b)
{
    struct stat a_facts;
    struct stat b_facts;
    return stat(a, &a_facts) == 0 && stat(b, &b_facts) == 0 && a_facts.st_dev == b_facts.st_dev &&
           a_facts.st_ino == b_facts.st_ino;
}

enum err os_lock_open(struct os_lock *lock_out, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_from_errno();
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        enum err err = errno == EWOULDBLOCK ? ERR_busy : err_from_errno();
        close(fd);
        return err;
    }
    lock_out->fd = fd;
    return OK;
}

void os_lock_close(struct os_lock *lock)
{
    close(lock->fd);
    lock->fd = -1;
}
