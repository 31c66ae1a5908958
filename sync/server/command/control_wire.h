/* sync/server/command/control_wire.h -- the bytes of a command on DIR/hq.sock, at both ends.
 * Private to the room: control.c.
 *
 *   u32  size of what follows; with it the caller's three streams (SCM_RIGHTS)
 *   u8   language, u8 is_json, word cwd, word session, u32 count, count words
 *
 * where a word is u32 size and its bytes. The answer is one byte, the exit code. */
#pragma once

#include "sync/server/command/control.h"

#include <sys/un.h>

/* ERR_too_long: a socket's path has room for about a hundred bytes. */
enum err control_wire_address(struct sockaddr_un *address, const char *path) MUST_USE;

/* Sends `call`, at most CONTROL_WORDS_MAX words, with its streams, which stay the caller's, and
 * waits for the answer. ERR_io; what the writer says of more than CONTROL_SIZE_MAX. */
enum err control_wire_send(struct arena *arena, int fd, const struct control_call *call,
                           int *exit_code_out) MUST_USE;

/* The first part of a call. With OK the three streams are the server's to close, otherwise none is
 * left open. ERR_malformed, ERR_truncated, ERR_too_long. */
enum err control_wire_head(int fd, uint32_t *size_out, int streams[CONTROL_STREAMS]) MUST_USE;
/* The rest, of `size` bytes; lives in `arena`. Sets no stream. ERR_io; ERR_malformed,
 * ERR_truncated. */
enum err control_wire_call(struct arena *arena, int fd, uint32_t size,
                           struct control_call *call_out) MUST_USE;
enum err control_wire_answer(int fd, uint8_t exit_code) MUST_USE;
