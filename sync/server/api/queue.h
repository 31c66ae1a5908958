/* sync/server/api/queue.h -- whose turn it is at the one writer. Pure; the caller locks.
 *
 * A tablet waits with one envelope at a time (and with one alarm beside it), so within a
 * turn first come is round-robin: a tablet with a thousand envelopes stands in the queue
 * once, like every other. Turns are served in their order, but each has its share of a
 * group, so that none waits for ever. When the queue fills, the last turns are told first
 * to come again; alarms never are. */
#pragma once

#include "core/base/err.h"
#include "core/base/rng.h"

#include <stddef.h>
#include <stdint.h>

enum turn {
    TURN_alarm,     /* a person in danger */
    TURN_facts,     /* a batch with facts */
    TURN_join,      /* enrolments, introductions, batches that do not check */
    TURN_page,      /* what is new, for a tablet that has a page */
    TURN_bootstrap, /* all of it, for one that has none */
    TURN_chunk,     /* pieces of photos */
    TURN_COUNT,
};
/* "alarm": as metrics name it. Static. */
const char *turn_name(enum turn turn);

enum {
    QUEUE_COUNT_MAX = 1024,             /* a second of work at 20 facts each */
    QUEUE_SIZE_MAX = 192 * 1024 * 1024, /* memory of all that waits */
    QUEUE_GROUP = 64,                   /* envelopes to a transaction, alarms not counted */
    QUEUE_GROUP_FACTS = 2000,           /* 80 ms: so long an alarm waits for the group before */
    QUEUE_BUCKETS = 256,
};

struct queue_item {
    struct queue_item *next;           /* of its turn; of the group once it was taken */
    struct queue_item *next_in_bucket; /* by device */
    enum turn turn;
    uint32_t device_no; /* 0: of no tablet yet; these do not hinder one another */
    uint32_t fact_count;
    size_t size; /* memory that it holds */
};

struct queue {
    struct queue_item *first[TURN_COUNT];
    struct queue_item *last[TURN_COUNT];
    struct queue_item *buckets[QUEUE_BUCKETS];
    uint32_t counts[TURN_COUNT];
    uint32_t count;
    size_t size;
};

enum queue_verdict {
    QUEUE_waits,
    QUEUE_full,  /* for its turn */
    QUEUE_again, /* the same tablet waits already */
};
/* Takes `item` (borrowed until it comes out) or leaves it. */
enum queue_verdict queue_put(struct queue *queue, struct queue_item *item);

/* What a tablet that is answered now should wait before it asks again unasked, in seconds,
 * spread over a quarter of an hour while an eighth of the queue is taken: the evening, when a
 * whole city closes its day. 0: no need. */
uint32_t queue_pause_s(const struct queue *queue, const struct rng *rng);

/* The next group, linked by `next` in the order of turns; NULL when nothing waits. */
struct queue_item *queue_take(struct queue *queue);
