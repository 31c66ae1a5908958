/* tests/bench/hq/crowd.h -- many connections that do little: idle tablets, slow attackers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens `count` connections, asks /healthz on each, again when all stand, and prints how many
 * answered then and what each adds to the resident memory of process `pid`. */
void crowd_idle(uint16_t port, long pid, size_t count, bool is_tls);
/* Drips one byte a second into `count` connections, half into heads, half into bodies, for
 * `seconds`; prints how many were cut off and after how long the last. */
void crowd_drip(uint16_t port, size_t count, int seconds);
