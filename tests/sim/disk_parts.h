/* tests/sim/disk_parts.h -- what the files of the simulated disks ask of each other. */
#pragma once

#include "tests/sim/disk.h"

/* ---- disk_bytes.c ---- */

struct disk_page {
    uint32_t use_count;
    struct disk_page *next_free;
    uint8_t bytes[DISK_PAGE_SIZE];
};

/* realloc() that always succeeds. */
void *disk_grown(void *items, size_t size);
void disk_reserve(struct disk_file *file, uint64_t size);
/* No step, nothing pending. */
void disk_put(struct disk *disk, struct disk_file *file, const uint8_t *bytes, uint64_t at,
              size_t size);
/* Shorter, or longer by zeros; the same. */
void disk_cut_off(struct disk *disk, struct disk_file *file, uint64_t size);

/* ---- disk.c ---- */

void disk_forget_pending(struct disk_file *file);
void disk_file_empty(struct disk *disk, struct disk_file *file);
void disk_file_free(struct disk *disk, size_t index);
