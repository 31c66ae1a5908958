/* What happens to machines: power, rot, copies. */
#include "tests/sim/disk_parts.h"

#include <stdlib.h>

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
        disk_cut_off(disk, file, pending->at);
        return;
    }
    if (lot != 1) {
        disk_put(disk, file, bytes, pending->at, pending->size);
        return;
    }
    uint64_t from = pending->at;
    uint64_t end = pending->at + pending->size;
    disks.counts.torn_writes++;
    while (from < end) {
        uint64_t sector_end = (from / DISK_SECTOR_SIZE + 1) * DISK_SECTOR_SIZE;
        sector_end = sector_end < end ? sector_end : end;
        if (luck_is(&disk->luck, 500)) {
            disk_put(disk, file, bytes + (from - pending->at), from, (size_t)(sector_end - from));
        }
        from = sector_end;
    }
}

/* Back to what is certain, then each pending write gets its lot. */
static void file_lose(struct disk *disk, struct disk_file *file)
{
    if (file->kept == NULL) { /* nothing of it was ever written over */
        file->kept_capacity = 1;
        file->kept = disk_grown(NULL, file->kept_capacity);
    }
    uint8_t *news = disk_grown(NULL, file->kept_size + 1);
    for (size_t i = file->pending_count; i-- > 0;) {
        const struct disk_pending *pending = &file->pending[i];
        if (pending->is_truncation) {
            disk_cut_off(disk, file, pending->old_size);
            disk_put(disk, file, file->kept + pending->kept_at, pending->at, pending->size);
        } else {
            (void)disk_read(file, news + pending->kept_at, pending->at, pending->size);
            disk_put(disk, file, file->kept + pending->kept_at, pending->at, pending->size);
        }
        disk_cut_off(disk, file, pending->old_size);
    }
    for (size_t i = 0; i < file->pending_count; i++) {
        redo(disk, file, &file->pending[i], news + file->pending[i].kept_at);
    }
    free(news);
    disk_forget_pending(file);
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
            disk_file_free(disk, i);
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
            disk_file_free(disk, i);
            continue;
        }
        disk_forget_pending(file);
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
    disk_put(disk, file, &byte, at, 1);
    disks.counts.flipped_bits++;
}

void disk_copy_file(struct disk *to, const char *to_path, const struct disk_file *from)
{
    struct disk_file *file = disk_find(to, to_path);
    file = file != NULL ? file : disk_make(to, to_path);
    disk_file_empty(to, file);
    disk_reserve(file, from->size);
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
        disk_file_free(disk, disk->file_count - 1);
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
