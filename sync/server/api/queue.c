#include "sync/server/api/queue.h"

#include "core/base/check.h"

#include <stdbool.h>

/* Per turn: how far the queue may be filled (in 100th of both limits) for one more of it to
 * be let in, and its share of a group. */
static const struct {
    const char *name;
    uint32_t fill_max;
    uint32_t share;
} turns[TURN_COUNT] = {
    [TURN_alarm] = {"alarm", UINT32_MAX, QUEUE_GROUP},
    [TURN_facts] = {"facts", 100, 44},
    [TURN_join] = {"join", 85, 6},
    [TURN_page] = {"page", 70, 8},
    [TURN_bootstrap] = {"bootstrap", 45, 2},
    [TURN_chunk] = {"chunk", 25, 4},
};

const char *turn_name(enum turn turn)
{
    return turns[turn].name;
}

static bool has_room(const struct queue *queue, const struct queue_item *item)
{
    uint32_t fill_max = turns[item->turn].fill_max;
    if (fill_max == UINT32_MAX) {
        return true;
    }
    return (uint64_t)(queue->count + 1) * 100 <= (uint64_t)QUEUE_COUNT_MAX * fill_max &&
           (uint64_t)(queue->size + item->size) * 100 <= (uint64_t)QUEUE_SIZE_MAX * fill_max;
}

static struct queue_item **bucket_of(struct queue *queue, const struct queue_item *item)
{
    return &queue->buckets[item->device_no % QUEUE_BUCKETS];
}

static bool is_waiting(struct queue *queue, const struct queue_item *item)
{
    for (const struct queue_item *other = *bucket_of(queue, item); other != NULL;
         other = other->next_in_bucket) {
        if (item->device_no != 0 && other->device_no == item->device_no &&
            (other->turn == TURN_alarm) == (item->turn == TURN_alarm)) {
            return true;
        }
    }
    return false;
}

enum queue_verdict queue_put(struct queue *queue, struct queue_item *item)
{
    if (is_waiting(queue, item)) {
        return QUEUE_again;
    }
    if (!has_room(queue, item)) {
        return QUEUE_full;
    }
    item->next = NULL;
    if (queue->last[item->turn] != NULL) {
        queue->last[item->turn]->next = item;
    } else {
        queue->first[item->turn] = item;
    }
    queue->last[item->turn] = item;
    struct queue_item **bucket = bucket_of(queue, item);
    item->next_in_bucket = *bucket;
    *bucket = item;
    queue->counts[item->turn]++;
    queue->count++;
    queue->size += item->size;
    return QUEUE_waits;
}

uint32_t queue_pause_s(const struct queue *queue, const struct rng *rng)
{
    enum { BUSY_PART = 8, PAUSE_S = 60, PAUSE_SPREAD_S = 840 };
    if (queue->count < QUEUE_COUNT_MAX / BUSY_PART) {
        return 0;
    }
    return PAUSE_S + (uint32_t)rng_below(rng, PAUSE_SPREAD_S);
}

static struct queue_item *take_one(struct queue *queue, enum turn turn)
{
    struct queue_item *item = queue->first[turn];
    queue->first[turn] = item->next;
    if (item->next == NULL) {
        queue->last[turn] = NULL;
    }
    struct queue_item **place = bucket_of(queue, item);
    while (*place != item) {
        CHECK(*place != NULL);
        place = &(*place)->next_in_bucket;
    }
    *place = item->next_in_bucket;
    queue->counts[turn]--;
    queue->count--;
    queue->size -= item->size;
    item->next = NULL;
    return item;
}

struct queue_item *queue_take(struct queue *queue)
{
    /* First every turn its share, then what is left in the order of turns. */
    uint32_t wanted[TURN_COUNT];
    uint32_t left = QUEUE_GROUP;
    for (size_t i = 0; i < TURN_COUNT; i++) {
        wanted[i] = queue->counts[i] < turns[i].share ? queue->counts[i] : turns[i].share;
        left -= i == TURN_alarm ? 0 : wanted[i];
    }
    for (size_t i = TURN_alarm + 1; i < TURN_COUNT; i++) {
        uint32_t more = queue->counts[i] - wanted[i];
        more = more < left ? more : left;
        wanted[i] += more;
        left -= more;
    }
    wanted[TURN_alarm] = queue->counts[TURN_alarm];

    struct queue_item *first = NULL;
    struct queue_item **place = &first;
    uint32_t fact_count = 0;
    for (size_t i = 0; i < TURN_COUNT; i++) {
        for (; wanted[i] > 0; wanted[i]--) {
            uint32_t next_count = queue->first[i]->fact_count;
            if (i == TURN_facts && fact_count > 0 && fact_count + next_count > QUEUE_GROUP_FACTS) {
                break;
            }
            fact_count += next_count;
            *place = take_one(queue, (enum turn)i);
            place = &(*place)->next;
        }
    }
    return first;
}
