#include "tests/sim/disk_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct disks disks;

/* ---- machines and names ---- */

static uint64_t mixed(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9FB21C651E98DF25);
    return hash ^ hash >> 29;
}

/* Four lanes, so that pages cost little. Not a hash against malice. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    uint64_t lanes[4] = {hash, hash ^ 1, hash ^ 2, hash ^ 3};
    uint64_t words[4];
    hash ^= size;
    while (size >= sizeof words) {
        memcpy(words, from, sizeof words);
        for (size_t i = 0; i < COUNT(lanes); i++) {
            lanes[i] = mixed(lanes[i], words[i]);
        }
        from += sizeof words;
        size -= sizeof words;
    }
    for (size_t i = 0; i < COUNT(lanes); i++) {
        hash = mixed(hash, lanes[i]);
    }
    for (size_t i = 0; i < size; i++) {
        hash = mixed(hash, from[i]);
    }
    return hash;
}

static uint64_t name_hash(const char *name)
{
    return hash_bytes(UINT64_C(0xCBF29CE484222325), name, strlen(name));
}

struct disk *disks_add(const char *name, uint64_t seed)
{
    if (disks.items == NULL) { /* never moved: handles point into it */
        disks.items = disk_grown(NULL, DISK_MACHINES_MAX * sizeof(struct disk));
    }
    CHECK(disks.count < DISK_MACHINES_MAX);
    struct disk *disk = &disks.items[disks.count];
    memset(disk, 0, sizeof *disk);
    snprintf(disk->name, sizeof disk->name, "%s", name);
    disk->luck = luck_make(seed, name_hash(name));
    disks.count++;
    return disk;
}

/* Machines "t<number>" stand at their number, so that five thousand are found at once. */
struct disk *disks_find(const char *path, const char **rest_out)
{
    if (path[0] != '/') {
        return NULL;
    }
    const char *name = path + 1;
    size_t size = strcspn(name, "/");
    *rest_out = name + size + (name[size] == '/');
    size_t first = 0;
    if (name[0] == 't') {
        first = (size_t)strtoul(name + 1, NULL, 10);
    }
    for (size_t i = 0; i < disks.count; i++) {
        struct disk *disk = &disks.items[(first + i) % disks.count];
        if (strncmp(disk->name, name, size) == 0 && disk->name[size] == '\0') {
            return disk;
        }
    }
    return NULL;
}

struct disk_file *disk_find(struct disk *disk, const char *path)
{
    uint64_t hash = name_hash(path);
    for (size_t i = disk->file_count; i-- > 0;) {
        struct disk_file *file = disk->files[i];
        if (file->hash == hash && file->exists && strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

void disk_forget_pending(struct disk_file *file)
{
    file->pending_count = 0;
    file->kept_size = 0;
}

void disk_file_empty(struct disk *disk, struct disk_file *file)
{
    disk_cut_off(disk, file, 0);
    disk_forget_pending(file);
}

void disk_file_free(struct disk *disk, size_t index)
{
    struct disk_file *file = disk->files[index];
    disk_file_empty(disk, file);
    free(file->pages);
    free(file->pending);
    free(file->kept);
    free(file);
    memmove(disk->files + index, disk->files + index + 1,
            (disk->file_count - index - 1) * sizeof(struct disk_file *));
    disk->file_count--;
}

static struct disk_file *file_new(struct disk *disk, const char *path)
{
    CHECK(strlen(path) < DISK_PATH_SIZE);
    if (disk->file_count == disk->file_capacity) {
        disk->file_capacity = disk->file_capacity == 0 ? 16 : disk->file_capacity * 2;
        disk->files = disk_grown(disk->files, disk->file_capacity * sizeof(struct disk_file *));
    }
    struct disk_file *file = calloc(1, sizeof *file);
    CHECK(file != NULL);
    snprintf(file->path, sizeof file->path, "%s", path);
    file->hash = name_hash(path);
    file->exists = true;
    disk->files[disk->file_count++] = file;
    return file;
}

static struct disk_file *ghost_find(struct disk *disk, const char *path)
{
    uint64_t hash = name_hash(path);
    for (size_t i = 0; i < disk->file_count; i++) {
        struct disk_file *file = disk->files[i];
        if (file->has_ghost && !file->exists && file->hash == hash &&
            strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

/* ---- pending ---- */

static uint32_t keep(struct disk_file *file, uint64_t at, uint32_t size)
{
    if (file->kept_size + size > file->kept_capacity) {
        file->kept_capacity = (file->kept_size + size) * 2;
        file->kept = disk_grown(file->kept, file->kept_capacity);
    }
    uint32_t kept_at = (uint32_t)file->kept_size;
    (void)disk_read(file, file->kept + kept_at, at, size);
    file->kept_size += size;
    return kept_at;
}

static struct disk_pending *pend(struct disk_file *file)
{
    if (file->pending_count == file->pending_capacity) {
        file->pending_capacity = file->pending_capacity == 0 ? 16 : file->pending_capacity * 2;
        file->pending =
            disk_grown(file->pending, file->pending_capacity * sizeof(struct disk_pending));
    }
    struct disk_pending *pending = &file->pending[file->pending_count++];
    *pending = (struct disk_pending){.old_size = file->size};
    return pending;
}

static void pend_truncation(struct disk_file *file, uint64_t size)
{
    struct disk_pending *pending = pend(file);
    pending->is_truncation = true;
    pending->at = size;
    pending->size = size < file->size ? (uint32_t)(file->size - size) : 0;
    pending->kept_at = pending->size > 0 ? keep(file, size, pending->size) : 0;
}

/* ---- steps ---- */

static void log_step(struct disk *disk, const struct disk_file *file, uint64_t what, uint64_t at,
                     const void *bytes, size_t size)
{
    uint64_t head[4] = {name_hash(disk->name), file != NULL ? file->hash : 0, what, at};
    disks.write_hash = hash_bytes(disks.write_hash, head, sizeof head);
    if (size > 0) {
        disks.write_hash = hash_bytes(disks.write_hash, bytes, size);
    }
}

/* ERR_io when the step does not happen. */
static enum err step(struct disk *disk)
{
    if (disk->is_off) {
        return ERR_io;
    }
    struct disk_faults *faults = &disk->faults;
    uint64_t count = ++disk->step_count;
    if (faults->full_at != 0 && count >= faults->full_at) {
        disk->is_full = faults->relief_at == 0 || count < faults->relief_at;
    }
    if (count == faults->cut_at || count == faults->kill_at) {
        disk_stop(disk, count == faults->cut_at);
        return ERR_io;
    }
    if (count == faults->fail_at) {
        disks.counts.failed_steps++;
        return ERR_io;
    }
    return OK;
}

enum err disk_read_step(struct disk *disk)
{
    if (disk->is_off) {
        return ERR_io;
    }
    if (++disk->read_count == disk->faults.read_fail_at) {
        disks.counts.failed_steps++;
        return ERR_io;
    }
    return OK;
}

static enum err grow(struct disk *disk, const struct disk_file *file, uint64_t end)
{
    if (disk->is_full && end > file->size) {
        disks.counts.full_steps++;
        return ERR_no_space;
    }
    return OK;
}

enum err disk_write(struct disk *disk, struct disk_file *file, const void *bytes, uint64_t at,
                    size_t size)
{
    TRY(step(disk));
    TRY(grow(disk, file, at + size));
    disks.counts.writes++;
    log_step(disk, file, 1, at, bytes, size);
    struct disk_pending *pending = pend(file);
    pending->at = at;
    pending->size = (uint32_t)size;
    pending->kept_at = keep(file, at, (uint32_t)size);
    disk_put(disk, file, bytes, at, size);
    file->changed_at_ms = disk->now_ms != NULL ? *disk->now_ms : 0;
    return OK;
}

enum err disk_truncate(struct disk *disk, struct disk_file *file, uint64_t size)
{
    TRY(step(disk));
    log_step(disk, file, 2, size, NULL, 0);
    pend_truncation(file, size);
    disk_cut_off(disk, file, size);
    return OK;
}

/* What a failed flush left behind is not written by the next one either: the system
 * forgot that it is not on the disk. */
static void orphan_pending(struct disk_file *file)
{
    for (size_t i = 0; i < file->pending_count; i++) {
        file->pending[i].is_orphan = true;
    }
}

/* The part of a failed write that lies in pages which were written again since then is on
 * the disk now. True when that is all of it. */
static bool is_written_again(struct disk_file *file, size_t index)
{
    struct disk_pending *orphan = &file->pending[index];
    uint64_t covered = 0;
    for (size_t i = index + 1; i < file->pending_count; i++) {
        const struct disk_pending *later = &file->pending[i];
        if (later->is_orphan || later->is_truncation) {
            continue;
        }
        uint64_t from = later->at / DISK_PAGE_SIZE * DISK_PAGE_SIZE;
        uint64_t end =
            (later->at + later->size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE * DISK_PAGE_SIZE;
        uint64_t later_end = later->at + later->size;
        orphan->old_size = orphan->old_size > later_end ? orphan->old_size : later_end;
        from = from > orphan->at ? from : orphan->at;
        end = end < orphan->at + orphan->size ? end : orphan->at + orphan->size;
        if (from < end) {
            (void)disk_read(file, file->kept + orphan->kept_at + (from - orphan->at), from,
                            (size_t)(end - from));
            covered += end - from;
        }
    }
    return covered >= orphan->size; /* pages counted twice only make it forgotten earlier */
}

/* A flush that went well: all lasts but what an earlier one failed to write. */
static void settle(struct disk_file *file)
{
    size_t kept = 0;
    for (size_t i = 0; i < file->pending_count; i++) {
        struct disk_pending *pending = &file->pending[i];
        if (pending->is_orphan && !pending->is_truncation && !is_written_again(file, i)) {
            pending->is_kept = true;
            kept++;
        }
    }
    if (kept == 0) {
        disk_forget_pending(file);
    } else {
        size_t count = 0;
        for (size_t i = 0; i < file->pending_count; i++) {
            if (file->pending[i].is_kept) {
                file->pending[count] = file->pending[i];
                file->pending[count++].is_kept = false;
            }
        }
        file->pending_count = count;
    }
    file->is_lasting = true;
}

enum err disk_flush(struct disk *disk, struct disk_file *file)
{
    enum err err = step(disk);
    if (err != OK) {
        if (!disk->is_off) {
            disks.counts.failed_flushes++;
            orphan_pending(file);
        }
        return err;
    }
    disk->flush_count++;
    log_step(disk, file, 3, 0, NULL, 0);
    if (!disk->is_lying) {
        settle(file);
    }
    return OK;
}

static void file_vanish(struct disk *disk, struct disk_file *file)
{
    for (size_t i = 0; i < disk->file_count; i++) {
        if (disk->files[i] == file) {
            disk_file_free(disk, i);
            return;
        }
    }
}

enum err disk_remove(struct disk *disk, struct disk_file *file, bool is_lasting)
{
    TRY(step(disk));
    log_step(disk, file, 4, 0, NULL, 0);
    if (is_lasting || !file->is_lasting) {
        file_vanish(disk, file);
    } else {
        file->exists = false;
        file->has_ghost = true;
    }
    return OK;
}

struct disk_file *disk_make(struct disk *disk, const char *path)
{
    struct disk_file *file = ghost_find(disk, path);
    if (file == NULL) {
        return file_new(disk, path);
    }
    /* A new file in the place of one whose removal is not certain. */
    file->exists = true;
    file->has_ghost = false;
    pend_truncation(file, 0);
    disk_cut_off(disk, file, 0);
    return file;
}

/* write, fsync, rename, fsync of the folder: four steps, as core/os does it. */
enum err disk_replace(struct disk *disk, const char *path, const void *bytes, size_t size)
{
    struct disk_file *file = disk_find(disk, path);
    static const struct disk_file none; /* the temporary file beside it */
    TRY(step(disk));
    TRY(grow(disk, &none, size));
    TRY(step(disk));
    enum err err = step(disk);
    if (err == OK) {
        file = file != NULL ? file : disk_make(disk, path);
        log_step(disk, file, 5, 0, bytes, size);
        disk_cut_off(disk, file, 0);
        disk_forget_pending(file);
        disk_put(disk, file, bytes, 0, size);
        file->is_lasting = true;
        file->changed_at_ms = disk->now_ms != NULL ? *disk->now_ms : 0;
        disks.counts.writes++;
    }
    TRY(err);
    /* The rename is made; whether it lasts when this step fails is not known, and both
     * are good: the caller was told that it failed. */
    return step(disk);
}
