/* tests/sim/disk.h -- the disks of a run: one per machine, in memory, forgetful.
 *
 * A path "/t0007/spool/out/x" is file "spool/out/x" of machine "t0007". What was
 * written and not flushed is pending. When power is cut each pending write
 * survives, is dropped or is torn at sectors of 512 bytes, each on its own; their
 * order is not kept. When a program is killed all of it stays, still pending.
 *
 * Every write, truncation, flush, removal and replacement is a step of its machine;
 * faults strike at a step. SQLite reaches the disks through a VFS that is the
 * default one (disk_vfs.c), core/os through disk_os.c. One run at a time, one thread. */
#pragma once

#include "core/base/err.h"
#include "tests/sim/luck.h"

enum {
    DISK_PAGE_SIZE = 4096,
    DISK_SECTOR_SIZE = 512,
    DISK_NAME_SIZE = 16,
    DISK_PATH_SIZE = 128,
    DISK_MACHINES_MAX = 8192,
};

struct disk_page;
struct disk_shared;

/* One write that was not flushed: what it put in the place of what. */
struct disk_pending {
    uint64_t at;
    uint64_t old_size;  /* of the file */
    uint32_t size;      /* bytes written; of a truncation, bytes cut off */
    uint32_t kept_at;   /* of the old bytes, in kept */
    bool is_truncation; /* to `at` */
    bool is_orphan;     /* a flush of it failed: no later one makes it last */
    bool is_kept;       /* while a flush goes through the list */
};

struct disk_file {
    char path[DISK_PATH_SIZE]; /* behind the machine's name */
    uint64_t hash;
    bool exists;     /* as programs see it */
    bool is_lasting; /* its name survives a cut */
    bool has_ghost;  /* removed, and a cut may bring it back */
    uint64_t size;
    struct disk_page **pages; /* NULL: zeros */
    size_t page_capacity;
    struct disk_pending *pending;
    size_t pending_count, pending_capacity;
    uint8_t *kept;
    size_t kept_size, kept_capacity;
    int64_t changed_at_ms;
    /* Of disk_vfs.c. */
    int shared_count, reserved, waiting, exclusive; /* locks; the last three 0 or a handle number */
    struct disk_shared *shared;
};

/* What strikes at step `at` of the machine; 0 none. */
struct disk_faults {
    uint64_t cut_at;       /* power */
    uint64_t kill_at;      /* the program */
    uint64_t fail_at;      /* this one step fails (an unfinished write, a failed flush) */
    uint64_t full_at;      /* from here on nothing grows … */
    uint64_t relief_at;    /* … until here; 0 never */
    uint32_t read_fail_at; /* counted in reads */
    uint64_t memory_left;  /* allocations that go well; then … */
    uint64_t memory_fails; /* … as many fail: see memory.h */
};

struct disk {
    char name[DISK_NAME_SIZE];
    struct disk_file **files;
    size_t file_count, file_capacity;
    uint64_t step_count, read_count, flush_count;
    struct disk_faults faults;
    bool is_off;  /* every call fails: power or program is gone */
    bool was_cut; /* it was power */
    bool is_full;
    bool was_starved;    /* an allocation failed since it was started */
    bool is_nearly_full; /* every write still finds its place */
    bool is_lying;       /* flushes do nothing and say nothing: for mutants of the run itself */
    uint64_t used_size;
    struct luck luck;
    const int64_t *now_ms; /* for the time of change */
};

struct disk_counts {
    uint64_t cuts, kills, torn_writes, dropped_writes, failed_steps, failed_flushes, full_steps,
        flipped_bits, failed_allocations, writes;
};

/* Everything about disks in this run. */
struct disks {
    struct disk *items;
    size_t count;
    uint64_t write_hash; /* of every step, in order */
    struct disk_counts counts;
};

extern struct disks disks; /* a run's root; core/os and SQLite have no place for a context */

void disks_reset(void);
/* Makes the machine. It is never moved. */
struct disk *disks_add(const char *name, uint64_t seed);
/* The machine of a path, and the rest of the path; NULL when there is none. */
struct disk *disks_find(const char *path, const char **rest_out);

/* ---- files, by the rest of the path ---- */

struct disk_file *disk_find(struct disk *disk, const char *path);
struct disk_file *disk_make(struct disk *disk, const char *path);
/* As programs see it; the bytes past the end are zeros, false when some were. */
bool disk_read(const struct disk_file *file, void *to, uint64_t at, size_t size);
/* Steps: ERR_io, ERR_no_space. */
enum err disk_write(struct disk *disk, struct disk_file *file, const void *bytes, uint64_t at,
                    size_t size);
enum err disk_truncate(struct disk *disk, struct disk_file *file, uint64_t size);
enum err disk_flush(struct disk *disk, struct disk_file *file);
/* `is_lasting`: the folder is flushed with it. */
enum err disk_remove(struct disk *disk, struct disk_file *file, bool is_lasting);
/* Old or new, whole; lasting when it returns OK. */
enum err disk_replace(struct disk *disk, const char *path, const void *bytes, size_t size);
/* A read that a fault may fail. */
enum err disk_read_step(struct disk *disk);

/* ---- what happens to machines ---- */

/* Every later call fails until disk_start(). */
void disk_stop(struct disk *disk, bool is_cut);
/* On again; after a cut the files are what survived. No faults are armed. */
void disk_start(struct disk *disk);
/* All that was written counts as flushed: a healthy machine that was shut down. */
void disk_settle(struct disk *disk);
/* Flips one bit of a file: any, or those of `mask` in the byte `at`. */
void disk_rot(struct disk *disk, struct disk_file *file);
void disk_rot_at(struct disk *disk, struct disk_file *file, uint64_t at, uint8_t mask);
/* `to` holds what `from` holds, flushed; what `to` held is gone. */
void disk_copy(struct disk *to, const struct disk *from);
/* One file; `to` need not exist. */
void disk_copy_file(struct disk *to, const char *to_path, const struct disk_file *from);
void disk_clear(struct disk *disk);

/* ---- SQLite ---- */

/* Registers the VFS as the default one. Once per process. */
void disk_vfs_register(void);
/* Makes SQLite's own randomness that of this run. */
void disk_vfs_restart(uint64_t seed);
