/* tests/lib/disk_shim.h -- the real disk under SQLite, made slow or full at will.
 *
 * A VFS over the default one, for what fault_vfs.h cannot be asked: several connections of
 * one process on real files, in write-ahead mode, with threads. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* From now on the default of every connection that is opened. Again: no change. */
void disk_shim_install(void);
/* Every flush takes so much longer. */
void disk_shim_slow(uint32_t flush_us);
/* Writes that make a file longer, and all writes to a log, find no space. */
void disk_shim_full(bool is_full);
/* Flushes since the start. */
uint64_t disk_shim_flush_count(void);
