/* tests/lib/fault_vfs.h -- a disk in memory under SQLite that forgets what was
 * not flushed, fails at a chosen call, or fills up.
 *
 * Every write, truncation, deletion and flush is one step. A power cut before or
 * after step k makes every later call fail; after fault_disk_restart() the files
 * hold what was flushed, or also what the system happened to have written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_keep {
    FAULT_KEEP_flushed, /* only what was flushed survives a cut */
    FAULT_KEEP_all,     /* everything written survives, flushed or not */
    FAULT_KEEP_torn,    /* everything, but the last write only up to its middle */
};

enum { FAULT_FILES_MAX = 12, FAULT_NAME_SIZE = 64 };

struct fault_file {
    char name[FAULT_NAME_SIZE];
    bool exists;      /* as the program sees it */
    bool was_flushed; /* its name survives a cut */
    uint8_t *bytes;   /* as the program sees them */
    size_t size;
    uint8_t *flushed_bytes;
    size_t flushed_size;
};

struct fault_disk {
    struct fault_file files[FAULT_FILES_MAX];
    uint64_t step_count;  /* steps taken since the last fault_disk_arm() */
    uint64_t flush_count; /* of them, flushes */
    uint64_t write_count; /* of them, writes */
    /* Faults; 0 none. */
    uint64_t cut_before_step;
    uint64_t cut_after_step;
    uint64_t fail_at_step; /* this step gives an I/O error … */
    uint64_t full_at_step; /* … or "disk full", as do all later writes */
    uint64_t full_steps;   /* it is full for so many steps; 0: from then on */
    bool is_dead;          /* power was cut */
    bool is_full;
    int last_file; /* of the last write: what is torn */
    size_t last_at, last_size;
};

/* Registers a SQLite VFS `name` (static text) over `disk`, which must outlive it. */
void fault_vfs_register(const char *name, struct fault_disk *disk);
void fault_vfs_unregister(const char *name);

/* Forgets faults and counts steps from zero. */
void fault_disk_arm(struct fault_disk *disk);
/* Power is back: files as `keep` says, no faults. */
void fault_disk_restart(struct fault_disk *disk, enum fault_keep keep);
/* `to` becomes a copy of `from`, without faults. Both usable afterwards. */
void fault_disk_copy(struct fault_disk *to, const struct fault_disk *from);
void fault_disk_free(struct fault_disk *disk);
/* The file of that name, or NULL. */
struct fault_file *fault_disk_file(struct fault_disk *disk, const char *name);
