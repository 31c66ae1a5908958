#include "sync/server/import/row_feed.h"

#include <pthread.h>

enum {
    BATCH_ROWS = 48,
    BATCHES = 3, /* one being filled, one being written, one in between */
};

struct batch {
    struct row_slot *slots;
    size_t count;
    bool is_last;
    enum err err; /* after the slots */
};

struct row_feed {
    struct csv_reader *reader;
    const struct column_map *map;
    int32_t today;
    uint32_t branch_no;
    struct batch batches[BATCHES];
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    /* Under the mutex: batches filled and given back since the start. */
    size_t filled, freed;
    bool is_stopped;
    /* The reader of the feed alone. */
    size_t at; /* next slot of batch `freed` */
};

static void batch_fill(struct row_feed *feed, struct batch *batch)
{
    batch->count = 0;
    batch->err = OK;
    while (batch->count < BATCH_ROWS && !batch->is_last) {
        struct csv_row row;
        bool has_row = false;
        batch->err = csv_reader_next(feed->reader, &row, &has_row);
        batch->is_last = batch->err != OK || !has_row;
        if (batch->is_last) {
            break;
        }
        struct row_slot *slot = &batch->slots[batch->count++];
        slot->line = row.line;
        slot->fault = row.fault;
        if (row.fault == CSV_FAULT_none) {
            case_row_read(feed->map, &row, feed->today, feed->branch_no, &slot->draft,
                          &slot->faults);
        }
    }
}

static void *feed_run(void *context)
{
    struct row_feed *feed = context;
    for (size_t number = 0;; number++) {
        pthread_mutex_lock(&feed->mutex);
        while (number - feed->freed >= BATCHES && !feed->is_stopped) {
            pthread_cond_wait(&feed->moved, &feed->mutex);
        }
        bool is_stopped = feed->is_stopped;
        pthread_mutex_unlock(&feed->mutex);
        if (is_stopped) {
            return NULL;
        }
        struct batch *batch = &feed->batches[number % BATCHES];
        batch_fill(feed, batch);
        bool is_last = batch->is_last;
        pthread_mutex_lock(&feed->mutex);
        feed->filled++;
        pthread_cond_signal(&feed->moved);
        pthread_mutex_unlock(&feed->mutex);
        if (is_last) {
            return NULL;
        }
    }
}

enum err row_feed_start(struct arena *arena, struct csv_reader *reader,
                        const struct column_map *map, int32_t today, uint32_t branch_no,
                        struct row_feed **feed_out)
{
    struct row_feed *feed = ARENA_NEW(arena, struct row_feed);
    feed->reader = reader;
    feed->map = map;
    feed->today = today;
    feed->branch_no = branch_no;
    for (size_t i = 0; i < BATCHES; i++) {
        feed->batches[i].slots = ARENA_ARRAY(arena, BATCH_ROWS, struct row_slot);
    }
    CHECK(pthread_mutex_init(&feed->mutex, NULL) == 0);
    CHECK(pthread_cond_init(&feed->moved, NULL) == 0);
    if (pthread_create(&feed->thread, NULL, feed_run, feed) != 0) {
        pthread_cond_destroy(&feed->moved);
        pthread_mutex_destroy(&feed->mutex);
        return ERR_overloaded;
    }
    *feed_out = feed;
    return OK;
}

/* Waits until batch `freed` is filled. */
static struct batch *batch_wait(struct row_feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    while (feed->filled == feed->freed) {
        pthread_cond_wait(&feed->moved, &feed->mutex);
    }
    struct batch *batch = &feed->batches[feed->freed % BATCHES];
    pthread_mutex_unlock(&feed->mutex);
    return batch;
}

enum err row_feed_next(struct row_feed *feed, struct row_slot **slot_out)
{
    for (;;) {
        struct batch *batch = batch_wait(feed);
        if (feed->at < batch->count) {
            *slot_out = &batch->slots[feed->at++];
            return OK;
        }
        if (batch->is_last) {
            *slot_out = NULL;
            return batch->err;
        }
        feed->at = 0;
        pthread_mutex_lock(&feed->mutex);
        feed->freed++;
        pthread_cond_signal(&feed->moved);
        pthread_mutex_unlock(&feed->mutex);
    }
}

void row_feed_stop(struct row_feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    feed->is_stopped = true;
    pthread_cond_signal(&feed->moved);
    pthread_mutex_unlock(&feed->mutex);
    pthread_join(feed->thread, NULL);
    pthread_cond_destroy(&feed->moved);
    pthread_mutex_destroy(&feed->mutex);
}
