#include "tests/sim/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct disks disks;

/* ---- pages, shared between copies ---- */

struct disk_page {
    uint32_t use_count;
    struct disk_page *next_free;
    uint8_t bytes[DISK_PAGE_SIZE];
};

static struct disk_page *free_pages;

static void *grown(void *items, size_t size)
{
    void *more = realloc(items, size);
    CHECK(more != NULL);
    return more;
}

static struct disk_page *page_make(void)
{
    struct disk_page *page = free_pages;
    if (page != NULL) {
        free_pages = page->next_free;
    } else {
        page = grown(NULL, sizeof *page);
    }
    page->use_count = 1;
    return page;
}

static void page_drop(struct disk_page *page)
{
    if (page != NULL && --page->use_count == 0) {
        page->next_free = free_pages;
        free_pages = page;
    }
}

static void pages_reserve(struct disk_file *file, uint64_t size)
{
    size_t wanted = (size_t)((size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    if (wanted <= file->page_capacity) {
        return;
    }
    size_t capacity = file->page_capacity * 2 > wanted ? file->page_capacity * 2 : wanted;
    file->pages = grown(file->pages, capacity * sizeof(struct disk_page *));
    memset(file->pages + file->page_capacity, 0,
           (capacity - file->page_capacity) * sizeof(struct disk_page *));
    file->page_capacity = capacity;
}

static struct disk_page *page_to_write(struct disk_file *file, size_t index)
{
    struct disk_page *page = file->pages[index];
    if (page != NULL && page->use_count == 1) {
        return page;
    }
    struct disk_page *own = page_make();
    if (page == NULL) {
        memset(own->bytes, 0, sizeof own->bytes);
    } else {
        memcpy(own->bytes, page->bytes, sizeof own->bytes);
        page_drop(page);
    }
    file->pages[index] = own;
    return own;
}

bool disk_read(const struct disk_file *file, void *to, uint64_t at, size_t size)
{
    uint8_t *bytes = to;
    uint64_t end = at + size;
    bool is_whole = end <= file->size;
    uint64_t have = at >= file->size ? 0 : (is_whole ? size : file->size - at);
    if (have < size) {
        memset(bytes + have, 0, size - (size_t)have);
    }
    while (have > 0) {
        size_t in_page = (size_t)(at % DISK_PAGE_SIZE);
        size_t part = DISK_PAGE_SIZE - in_page;
        part = part < have ? part : (size_t)have;
        const struct disk_page *page = file->pages[at / DISK_PAGE_SIZE];
        if (page == NULL) {
            memset(bytes, 0, part);
        } else {
            memcpy(bytes, page->bytes + in_page, part);
        }
        bytes += part;
        at += part;
        have -= part;
    }
    return is_whole;
}

/* No step, nothing pending. */
static void put(struct disk *disk, struct disk_file *file, const uint8_t *bytes, uint64_t at,
                size_t size)
{
    pages_reserve(file, at + size);
    if (at + size > file->size) {
        disk->used_size += at + size - file->size;
        file->size = at + size;
    }
    while (size > 0) {
        size_t in_page = (size_t)(at % DISK_PAGE_SIZE);
        size_t part = DISK_PAGE_SIZE - in_page;
        part = part < size ? part : size;
        memcpy(page_to_write(file, (size_t)(at / DISK_PAGE_SIZE))->bytes + in_page, bytes, part);
        bytes += part;
        at += part;
        size -= part;
    }
}

static void cut_off(struct disk *disk, struct disk_file *file, uint64_t size)
{
    if (size >= file->size) {
        pages_reserve(file, size);
        disk->used_size += size - file->size;
        file->size = size;
        return;
    }
    size_t first = (size_t)((size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    size_t last = (size_t)((file->size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    for (size_t i = first; i < last; i++) {
        page_drop(file->pages[i]);
        file->pages[i] = NULL;
    }
    size_t in_page = (size_t)(size % DISK_PAGE_SIZE);
    if (in_page > 0 && file->pages[size / DISK_PAGE_SIZE] != NULL) {
        struct disk_page *page = page_to_write(file, (size_t)(size / DISK_PAGE_SIZE));
        memset(page->bytes + in_page, 0, DISK_PAGE_SIZE - in_page);
    }
    disk->used_size -= file->size - size;
    file->size = size;
}

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
        disks.items = grown(NULL, DISK_MACHINES_MAX * sizeof(struct disk));
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

static void forget_pending(struct disk_file *file)
{
    file->pending_count = 0;
    file->kept_size = 0;
}

static void file_empty(struct disk *disk, struct disk_file *file)
{
    cut_off(disk, file, 0);
    forget_pending(file);
}

static void file_free(struct disk *disk, size_t index)
{
    struct disk_file *file = disk->files[index];
    file_empty(disk, file);
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
        disk->files = grown(disk->files, disk->file_capacity * sizeof(struct disk_file *));
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
        file->kept = grown(file->kept, file->kept_capacity);
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
        file->pending = grown(file->pending, file->pending_capacity * sizeof(struct disk_pending));
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
    put(disk, file, bytes, at, size);
    file->changed_at_ms = disk->now_ms != NULL ? *disk->now_ms : 0;
    return OK;
}

enum err disk_truncate(struct disk *disk, struct disk_file *file, uint64_t size)
{
    TRY(step(disk));
    log_step(disk, file, 2, size, NULL, 0);
    pend_truncation(file, size);
    cut_off(disk, file, size);
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
        forget_pending(file);
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
            file_free(disk, i);
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
    cut_off(disk, file, 0);
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
        cut_off(disk, file, 0);
        forget_pending(file);
        put(disk, file, bytes, 0, size);
        file->is_lasting = true;
        file->changed_at_ms = disk->now_ms != NULL ? *disk->now_ms : 0;
        disks.counts.writes++;
    }
    TRY(err);
    /* The rename is made; whether it lasts when this step fails is not known, and both
     * are good: the caller was told that it failed. */
    return step(disk);
}

/* ---- machines ---- */

void disk_stop(struct disk *disk, bool is_cut)
{
    if (!disk->is_off) {
        *(is_cut ? &disks.counts.cuts : &disks.counts.kills) += 1;
    }
    disk->was_cut = disk->was_cut || is_cut;
    disk->is_off = true;
}

static void redo(struct disk *disk, struct disk_file *file, const struct disk_pending *pending,
                 const uint8_t *bytes)
{
    uint64_t lot = luck_below(&disk->luck, 4);
    if (lot == 0) {
        disks.counts.dropped_writes++;
        return;
    }
    if (pending->is_truncation) {
        cut_off(disk, file, pending->at);
        return;
    }
    if (lot != 1) {
        put(disk, file, bytes, pending->at, pending->size);
        return;
    }
    uint64_t from = pending->at;
    uint64_t end = pending->at + pending->size;
    disks.counts.torn_writes++;
    while (from < end) {
        uint64_t sector_end = (from / DISK_SECTOR_SIZE + 1) * DISK_SECTOR_SIZE;
        sector_end = sector_end < end ? sector_end : end;
        if (luck_is(&disk->luck, 500)) {
            put(disk, file, bytes + (from - pending->at), from, (size_t)(sector_end - from));
        }
        from = sector_end;
    }
}

/* Back to what is certain, then each pending write gets its lot. */
static void file_lose(struct disk *disk, struct disk_file *file)
{
    if (file->kept == NULL) { /* nothing of it was ever written over */
        file->kept_capacity = 1;
        file->kept = grown(NULL, file->kept_capacity);
    }
    uint8_t *news = grown(NULL, file->kept_size + 1);
    for (size_t i = file->pending_count; i-- > 0;) {
        const struct disk_pending *pending = &file->pending[i];
        if (pending->is_truncation) {
            cut_off(disk, file, pending->old_size);
            put(disk, file, file->kept + pending->kept_at, pending->at, pending->size);
        } else {
            (void)disk_read(file, news + pending->kept_at, pending->at, pending->size);
            put(disk, file, file->kept + pending->kept_at, pending->at, pending->size);
        }
        cut_off(disk, file, pending->old_size);
    }
    for (size_t i = 0; i < file->pending_count; i++) {
        redo(disk, file, &file->pending[i], news + file->pending[i].kept_at);
    }
    free(news);
    forget_pending(file);
}

void disk_start(struct disk *disk)
{
    disk->faults = (struct disk_faults){0};
    disk->is_full = false;
    disk->is_off = false;
    disk->was_starved = false;
    if (!disk->was_cut) {
        return;
    }
    disk->was_cut = false;
    for (size_t i = disk->file_count; i-- > 0;) {
        struct disk_file *file = disk->files[i];
        bool stays = file->exists ? file->is_lasting || luck_is(&disk->luck, 500)
                                  : luck_is(&disk->luck, 500);
        if (!stays) {
            file_free(disk, i);
            continue;
        }
        file_lose(disk, file);
        file->exists = true;
        file->is_lasting = true;
        file->has_ghost = false;
    }
}

void disk_settle(struct disk *disk)
{
    for (size_t i = disk->file_count; i-- > 0;) {
        struct disk_file *file = disk->files[i];
        if (!file->exists) {
            file_free(disk, i);
            continue;
        }
        forget_pending(file);
        file->is_lasting = true;
    }
}

void disk_rot(struct disk *disk, struct disk_file *file)
{
    if (file->size == 0) {
        return;
    }
    uint64_t at = luck_below(&disk->luck, file->size);
    disk_rot_at(disk, file, at, (uint8_t)(1U << luck_below(&disk->luck, 8)));
}

void disk_rot_at(struct disk *disk, struct disk_file *file, uint64_t at, uint8_t mask)
{
    uint8_t byte = 0;
    (void)disk_read(file, &byte, at, 1);
    byte ^= mask;
    put(disk, file, &byte, at, 1);
    disks.counts.flipped_bits++;
}

void disk_copy_file(struct disk *to, const char *to_path, const struct disk_file *from)
{
    struct disk_file *file = disk_find(to, to_path);
    file = file != NULL ? file : disk_make(to, to_path);
    file_empty(to, file);
    pages_reserve(file, from->size);
    size_t count = (size_t)((from->size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    for (size_t i = 0; i < count; i++) {
        file->pages[i] = from->pages[i];
        if (file->pages[i] != NULL) {
            file->pages[i]->use_count++;
        }
    }
    file->size = from->size;
    to->used_size += from->size;
    file->is_lasting = true;
}

void disk_copy(struct disk *to, const struct disk *from)
{
    disk_clear(to);
    for (size_t i = 0; i < from->file_count; i++) {
        if (from->files[i]->exists) {
            disk_copy_file(to, from->files[i]->path, from->files[i]);
        }
    }
}

void disk_clear(struct disk *disk)
{
    while (disk->file_count > 0) {
        file_free(disk, disk->file_count - 1);
    }
    free(disk->files);
    disk->files = NULL;
    disk->file_capacity = 0;
}

void disks_reset(void)
{
    for (size_t i = 0; i < disks.count; i++) {
        disk_clear(&disks.items[i]);
    }
    disks.count = 0;
    disks.write_hash = 1;
    disks.counts = (struct disk_counts){0};
}
