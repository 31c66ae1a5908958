/* tests/sim/memory.h -- memory that runs out: of a machine's calls of SQLite, the n-th allocation
 * from an arming on fails, and some after it.
 *
 * What an arena cannot get ends the program (CHECK), as the steps that kill it do. What SQLite
 * cannot get is an error of the call, after which the program goes on: that is looked at here.
 * The oracle's own queries never fail. One run at a time, one thread. */
#pragma once

#include "tests/sim/disk.h"

/* Before SQLite is used. `is_every_one`: small pieces come from the allocator too, as else few of
 * them do; some 10 % slower. */
void memory_install(bool is_every_one);

/* The machine whose allocations count from now on, NULL none; gives the one before. */
struct disk *memory_of(struct disk *disk);
void memory_back(struct disk *const *before);

/* Until the end of the block. */
#define MEMORY_OF(machine)                                                            \
    __attribute__((cleanup(memory_back), unused)) struct disk *const memory_before_ = \
        memory_of(machine)

/* Arms the machine. */
void memory_arm(struct disk *disk, struct luck *luck);
