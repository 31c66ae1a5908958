/* sync/proto/slim_head.h -- the body of a fact taken apart into head and payload, and put together
 * again. Pure.
 *
 * What comes back is the very bytes or it is not used: slim_head_comes_back() is asked of every
 * body before slim.c writes less of it. */
#pragma once

#include "core/base/buf.h"
#include "sync/proto/wire.h"

/* Head of a fact: fields 1..13 of Event. */
struct slim_head {
    uint64_t at_ms, person_no, case_no, uptime_ms, policy, visit_seq, epoch;
    uint64_t clock_quality, override_reason;
    uint64_t clock_offset; /* zigzag, as in the body */
    uint32_t boot;
    bool has_fix;
    uint32_t lat, lon; /* bits of sfixed32 */
    uint64_t accuracy_m, age_s;
    const uint8_t *fired;
    size_t fired_size;
    uint64_t kind; /* field number of the payload */
    const uint8_t *payload;
    size_t payload_size;
};

/* False when the body is not of the known shape. Order and repetition are not looked at: what
 * does not come back the same is written verbatim anyway. `head` points into `body`. */
bool slim_head_read(struct slim_head *head, struct wire_bytes body) MUST_USE;
/* Appends the body. The writer's error says when it did not fit. */
void slim_head_write(const struct slim_head *head, struct buf_writer *writer);
/* Whether `head`, taken from `body`, gives it back byte for byte; no for one above
 * LIMIT_event_size. */
bool slim_head_comes_back(const struct slim_head *head, struct wire_bytes body) MUST_USE;
