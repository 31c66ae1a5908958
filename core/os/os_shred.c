/* Files that must not be read again by anybody. */
#include "core/os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART_SIZE = 64 * 1024, DEPTH_MAX = 16 };

static enum err overwrite(int fd, uint64_t size, const struct rng *rng)
{
    struct arena arena;
    arena_init(&arena, PART_SIZE + 64);
    uint8_t *part = arena_alloc(&arena, PART_SIZE);
    rng_fill(rng, part, PART_SIZE);
    enum err err = OK;
    for (uint64_t at = 0; err == OK && at < size;) {
        size_t left = size - at < PART_SIZE ? (size_t)(size - at) : PART_SIZE;
        ssize_t put = pwrite(fd, part, left, (off_t)at);
        if (put < 0 && errno != EINTR) {
            err = ERR_io;
        }
        at += put > 0 ? (uint64_t)put : 0;
    }
    if (err == OK && fsync(fd) != 0) {
        err = ERR_io;
    }
    arena_deinit(&arena);
    return err;
}

enum err os_file_shred(const char *path, const struct rng *rng)
{
    struct stat state;
    if (lstat(path, &state) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? OK : ERR_io;
    }
    if (S_ISREG(state.st_mode)) {
        int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0) {
            return ERR_io;
        }
        enum err err = overwrite(fd, (uint64_t)state.st_size, rng);
        if (close(fd) != 0 && err == OK) {
            err = ERR_io;
        }
        TRY(err);
    }
    return os_file_remove(path);
}

/* Cut off before the rename, the old name is a second one of what still counts. */
static enum err shred_old(const char *path, const char *old, const struct rng *rng)
{
    return os_is_same(path, old) ? os_file_remove(old) : os_file_shred(old, rng);
}

enum err os_file_shred_old(const char *path, const struct rng *rng)
{
    struct arena arena;
    arena_init(&arena, 4096);
    enum err err = shred_old(path, str_format(&arena, "%s.old", path), rng);
    arena_deinit(&arena);
    return err;
}

enum err os_file_replace_shred(const char *path, const void *bytes, size_t size,
                               const struct rng *rng)
{
    struct arena arena;
    arena_init(&arena, 4096);
    const char *old = str_format(&arena, "%s.old", path);
    enum err err = shred_old(path, old, rng);
    if (err == OK && link(path, old) != 0 && errno != ENOENT) {
        err = ERR_io;
    }
    if (err == OK) {
        err = os_file_replace(path, bytes, size);
        enum err old_err = shred_old(path, old, rng);
        err = err == OK ? old_err : err;
    }
    arena_deinit(&arena);
    return err;
}

struct walk {
    bool (*is_kept)(const char *path);
    bool does_shred;
    const struct rng *rng;
    uint32_t file_count;
    uint64_t size;
};

static enum err walk_folder(struct walk *walk, const char *folder, const char *below, int depth);

static enum err walk_entry(struct walk *walk, struct arena *arena, const char *folder,
                           const char *path, const char *name, int depth)
{
    const char *full = os_path(arena, folder, name);
    struct stat state;
    if (lstat(full, &state) != 0) {
        return errno == ENOENT ? OK : ERR_io;
    }
    if (S_ISDIR(state.st_mode)) {
        return walk_folder(walk, full, path, depth + 1);
    }
    if (walk->is_kept(path)) {
        return OK;
    }
    walk->file_count++;
    walk->size += S_ISREG(state.st_mode) ? (uint64_t)state.st_size : 0;
    return walk->does_shred ? os_file_shred(full, walk->rng) : OK;
}

/* The names first: shredding while the folder is read would disturb the reading. */
static enum err walk_names(struct walk *walk, struct arena *arena, DIR *dir, const char *folder,
                           const char *below, int depth)
{
    struct name {
        struct name *next;
        const char *text;
    } *first = NULL;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            struct name *name = ARENA_NEW(arena, struct name);
            *name = (struct name){first, arena_text(arena, entry->d_name)};
            first = name;
        }
    }
    for (const struct name *name = first; name != NULL; name = name->next) {
        const char *path =
            below[0] == '\0' ? name->text : str_format(arena, "%s/%s", below, name->text);
        TRY(walk_entry(walk, arena, folder, path, name->text, depth));
    }
    return OK;
}

static enum err walk_folder(struct walk *walk, const char *folder, const char *below, int depth)
{
    if (depth > DEPTH_MAX) {
        return ERR_too_many;
    }
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT ? OK : ERR_io;
    }
    struct arena arena;
    arena_init(&arena, 0);
    enum err err = walk_names(walk, &arena, dir, folder, below, depth);
    arena_deinit(&arena);
    closedir(dir);
    return err;
}

enum err os_tree_shred(const char *folder, bool (*is_kept)(const char *path), bool does_shred,
                       const struct rng *rng, uint32_t *file_count_out, uint64_t *size_out)
{
    struct walk walk = {.is_kept = is_kept, .does_shred = does_shred, .rng = rng};
    enum err err = walk_folder(&walk, folder, "", 0);
    *file_count_out = walk.file_count;
    *size_out = walk.size;
    return err;
}
