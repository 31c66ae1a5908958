/* tests/lib/nth_call.h -- makes the n-th call of a kind fail, so that a test can try
 * every n until nothing fails any more.
 *
 *   nth_call_install("unix");
 *   for (uint64_t n = 1;; n++) {
 *       nth_call_arm(NTH_CALL_io, n, false);
 *       ... the work under test ...
 *       if (!nth_call_disarm()) break;      every call went well: all were tried
 *   }
 *
 * Flushes that do not fail do nothing: this is about calls, not about power (fault_vfs.h).
 * Arena memory is seen only in programs linked with --wrap=malloc (CMake target
 * testcalls does it). One thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum nth_call {
    NTH_CALL_none,
    NTH_CALL_arena,  /* malloc of an arena: the program ends by CHECK, as when it is killed */
    NTH_CALL_memory, /* SQLite's malloc and realloc */
    NTH_CALL_io,     /* SQLite's open, access, read, write, truncate, sync, size, delete, locks
                        and shared memory; what failed was not done */
};

/* Puts a VFS "nth" over VFS `base` and makes it the default. Again: another base. */
void nth_call_install(const char *base);

/* Call `n` (1 ...) of the kind fails from now on; with `is_lasting` every later one too. */
void nth_call_arm(enum nth_call kind, uint64_t n, bool is_lasting);
/* Nothing fails any more. True when a call failed since nth_call_arm(). */
bool nth_call_disarm(void);
/* Calls of the armed kind since nth_call_arm(). */
uint64_t nth_call_count(void);

/* How far to go on after each n. `usual` where every call takes too long for the suite; more
 * in an instrumented build, which looks for other mistakes; 1 with DOORSTEP_FAULTS=all in
 * the environment. */
uint64_t nth_call_stride(uint64_t usual);
