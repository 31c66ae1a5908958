/* sync/proto/slim.h -- event bodies written as what differs from the one before. Pure.
 *
 * The heads of neighbouring facts are nearly equal: same boot, person, policy,
 * case; clocks that move together; a place some metres off. Here each body is
 * taken apart into head and payload, and only what cannot be foretold is
 * written. Reading gives back the very bytes that were hashed and signed: the
 * writer puts what it took apart together again, and a body that would not come back
 * byte for byte (a newer tablet's, or a damaged one) is written verbatim. */
#pragma once

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "sync/proto/slim_head.h"
#include "sync/proto/wire.h"

/* What the next fact is foretold from: slim_start(), then `seq` is set to that of
 * the fact at hand before each call. */
struct slim {
    struct slim_head last;
    uint64_t last_seq;
    uint64_t seq;
};

/* `before` is the fact before the first, which both ends hold (no bytes when there
 * is none, or when it is not of the known shape: nothing is foretold then). It is
 * borrowed as long as `slim` is used. */
void slim_start(struct slim *slim, uint64_t first_seq, struct wire_bytes before);
/* Appends one body. The writer's error says when it did not fit. */
void slim_write(struct slim *slim, struct buf_writer *writer, struct wire_bytes body);
/* Takes one body off `reader`; it lives in `arena`, as does what `slim` points
 * to. truncated, malformed, too_long past LIMIT_event_size. */
enum wire slim_read(struct arena *arena, struct slim *slim, struct buf_reader *reader,
                    struct wire_bytes *body_out) MUST_USE;
