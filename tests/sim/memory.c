#include "tests/sim/memory.h"

#include <sqlite3.h>

static struct {
    sqlite3_mem_methods below;
    struct disk *machine;
} memory; /* a run's root: SQLite's allocator has no place for a context */

static bool fails(void)
{
    struct disk *disk = memory.machine;
    if (disk == NULL || disk->is_off || disk->faults.memory_fails == 0) {
        return false;
    }
    if (disk->faults.memory_left > 0) {
        disk->faults.memory_left--;
        return false;
    }
    disk->faults.memory_fails--;
    disk->was_starved = true;
    disks.counts.failed_allocations++;
    return true;
}

static void *memory_malloc(int size)
{
    return fails() ? NULL : memory.below.xMalloc(size);
}

static void *memory_realloc(void *piece, int size)
{
    return fails() ? NULL : memory.below.xRealloc(piece, size);
}

void memory_install(bool is_every_one)
{
    /* One thread: no locks, and nobody reads what would be counted under them. */
    CHECK(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK);
    CHECK(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
    CHECK(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.below) == SQLITE_OK);
    sqlite3_mem_methods own = memory.below;
    own.xMalloc = memory_malloc;
    own.xRealloc = memory_realloc;
    CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &own) == SQLITE_OK);
    if (is_every_one) {
        CHECK(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK);
    }
}

struct disk *memory_of(struct disk *disk)
{
    struct disk *before = memory.machine;
    memory.machine = disk;
    return before;
}

void memory_back(struct disk *const *before)
{
    memory.machine = *before;
}

void memory_arm(struct disk *disk, struct luck *luck)
{
    enum { FAR_BITS = 13, MANY = 40 };
    disk->faults.memory_left = luck_below(luck, UINT64_C(1) << luck_between(luck, 0, FAR_BITS));
    disk->faults.memory_fails = luck_is(luck, 700) ? 1 : luck_below(luck, MANY) + 1;
}
