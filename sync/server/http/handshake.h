/* sync/server/http/handshake.h -- TLS handshakes that wait for the other end. Private to the room.
 *
 * libmicrohttpd 0.9.75 asks a connection whose handshake waits again and again and never sleeps:
 * one half-open handshake keeps a processor busy. Between GnuTLS and the socket the asking is
 * slowed down: once a thread has moved nothing for HANDSHAKE_BUSY_MS, each vain try to read waits
 * up to HANDSHAKE_NAP_MS for anything that this thread has to do, on whatever connection.
 * Nobody else waits for that: the wait ends with the first event of the thread. */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"

#include <stdbool.h>

enum { HANDSHAKE_BUSY_MS = 20, HANDSHAKE_NAP_MS = 2, HANDSHAKE_THREADS = 64 };

struct MHD_Connection;
struct handshakes;
struct handshake_thread;

/* What GnuTLS reads and writes through; lives as long as the connection does. */
struct handshake {
    int fd;
    bool is_over; /* a request came: libmicrohttpd sleeps by itself from here on */
    struct handshakes *all;
    struct handshake_thread *thread;
};

struct handshakes *handshakes_make(struct arena *arena, const struct clock *clock);
/* For a new connection, before its first byte is read; plain ones are left alone. Called by the
 * thread that serves it, as GnuTLS calls back. */
void handshake_begin(struct handshakes *all, struct MHD_Connection *connection, int fd,
                     struct handshake *handshake);
/* How often a thread has waited, of all. */
uint64_t handshakes_nap_count(const struct handshakes *all);
