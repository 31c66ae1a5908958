/* sync/server/http/listen.h -- the socket a server listens on. */
#pragma once

#include "core/base/str.h"

/* "host:port", "[v6]:port" or ":port" (loopback only is "127.0.0.1:port"). When systemd
 * hands in sockets (LISTEN_FDS), the one at `index` is taken instead. Writes where it listens.
 * ERR_bad_text, ERR_not_found, ERR_exists (in use), ERR_not_allowed, ERR_io. */
enum err listen_open(const char *address, int index, int *fd_out, char *where,
                     size_t where_size) MUST_USE;
/* -1 is fine. */
void listen_close(int fd);
