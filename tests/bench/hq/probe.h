/* tests/bench/hq/probe.h -- what the machine itself takes in the same seconds as a load. */
#pragma once

#include <sys/types.h>

struct probe {
    pid_t pid;
    int fd; /* what it found comes from there */
};

/* A process beside the load: every 20 ms it sleeps, appends 4 kB to a file in `folder`, where the
 * database is, and flushes it. No answer can be faster than that flush. */
struct probe probe_begin(const char *folder, int seconds);
/* Waits for it and prints how long flushes took, and how late it was woken:
 * "the machine, WHAT: a flush of 4 kB p50 0.4 ms, p99 1.2 ms, most 3.0 ms; woken p99 0.1 ms late"
 */
void probe_end(struct probe probe, const char *what);
