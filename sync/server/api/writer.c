/* The one writer thread: many requests, one transaction, one flush. */
#include "sync/server/api/api_private.h"

#include "core/os/log.h"

#include <stddef.h>
#include <string.h>

static bool is_group_wanted(const struct api *api)
{
    return api->queue.count > 0 || api->first_task != NULL || api->is_stopping;
}

/* ---- the queue ---- */

static enum turn turn_of(const struct visit *visit)
{
    switch (visit->state) {
    case VISIT_batch:
        if (!visit->is_verified) {
            return TURN_join; /* nobody has proved yet whose it is */
        }
        if (visit->batch.count > 0) {
            return TURN_facts;
        }
        return visit->batch.status.down_cursor == 0 ? TURN_bootstrap : TURN_page;
    case VISIT_alarm:
        return TURN_alarm;
    case VISIT_chunk:
        return TURN_chunk;
    case VISIT_enrol:
    case VISIT_introduce:
        return TURN_join;
    case VISIT_keys: /* somebody stands before a shut tablet, or is in danger there */
        return visit->keyhole->up.alarms_count > 0 ? TURN_alarm : TURN_join;
    case VISIT_refused:
        break;
    }
    UNREACHABLE();
}

/* Seconds, spread so that those told at the same moment do not come back at the same
 * moment; what can wait longer is sent away for longer. */
static int retry_after_s(const struct api *api, enum turn turn)
{
    static const struct {
        int from, spread;
    } waits[TURN_COUNT] = {
        [TURN_alarm] = {1, 2},  [TURN_facts] = {5, 26},      [TURN_join] = {5, 26},
        [TURN_page] = {15, 46}, [TURN_bootstrap] = {30, 91}, [TURN_chunk] = {60, 241},
    };
    return waits[turn].from + (int)rng_below(api->options.rng, (uint64_t)waits[turn].spread);
}

static uint32_t device_of(const struct visit *visit)
{
    if (visit->state == VISIT_batch && visit->is_verified) {
        return visit->batch.device_no;
    }
    if (visit->state == VISIT_alarm) {
        return visit->alarm.device_no;
    }
    return visit->state == VISIT_chunk ? visit->chunk.device_no : 0;
}

bool writer_put(struct api *api, struct visit *visit)
{
    CHECK(!api->options.is_single_thread); /* nobody would take it */
    visit->place = (struct queue_item){
        .turn = turn_of(visit),
        .fact_count = (uint32_t)(visit->state == VISIT_batch ? visit->batch.count : 0),
        .device_no = device_of(visit),
        .size = visit->arena->used_size,
    };
    pthread_mutex_lock(&api->lock);
    enum queue_verdict verdict =
        api->is_stopping ? QUEUE_full : queue_put(&api->queue, &visit->place);
    if (verdict == QUEUE_waits) {
        pthread_cond_signal(&api->has_work);
    }
    pthread_mutex_unlock(&api->lock);
    if (verdict == QUEUE_waits) {
        return true;
    }
    if (verdict == QUEUE_again) {
        api->again_count++;
    } else {
        api->shed_counts[visit->place.turn]++;
    }
    visit->retry_after_s = retry_after_s(api, visit->place.turn);
    return false;
}

static struct visit *visit_of(struct queue_item *item)
{
    return (struct visit *)(void *)((char *)item - offsetof(struct visit, place));
}

/* The next group as a list of visits. */
static struct visit *take_group(struct api *api)
{
    struct visit *first = NULL;
    struct visit **place = &first;
    for (struct queue_item *item = queue_take(&api->queue); item != NULL; item = item->next) {
        struct visit *visit = visit_of(item);
        visit->next = NULL;
        *place = visit;
        place = &visit->next;
    }
    return first;
}

/* ---- groups ---- */

int64_t writer_monotonic_ms(const struct api *api)
{
    return clock_read(api->options.clock).monotonic_ms;
}

/* One transaction over `visits`. Nothing is kept when it fails. */
static enum err group_store(struct api *api, struct visit *visits)
{
    struct hq_store *store = api->options.store;
    struct arena arena;
    arena_init(&arena, 0);
    enum err err = hq_begin(store);
    if (err == OK) {
        struct ingest *ingest = ingest_start(&arena, store, clock_now_ms(api->options.clock));
        for (struct visit *visit = visits; err == OK && visit != NULL; visit = visit->next) {
            err = client_key_check(api, visit);
            err = err == OK ? push_take(api, visit, ingest) : err;
        }
        enum err finish_err = ingest_finish(ingest);
        err = err != OK ? err : finish_err;
    }
    for (struct visit *visit = visits; err == OK && visit != NULL; visit = visit->next) {
        if (visit->state == VISIT_batch) {
            err = pull_page(api, visit);
            pthread_mutex_lock(&api->lock);
            visit->answer.next_sync_s = queue_pause_s(&api->queue, api->options.rng);
            pthread_mutex_unlock(&api->lock);
        }
    }
    int64_t commit_at_ms = writer_monotonic_ms(api);
    if (err == OK) {
        err = hq_commit(store);
        api->last_commit_ms = writer_monotonic_ms(api) - commit_at_ms;
        histogram_add(&api->commit_ms, (uint64_t)api->last_commit_ms);
    } else {
        hq_rollback(store);
    }
    arena_deinit(&arena);
    return err;
}

/* Those who were answered a moment ago come again: with a slow disk it pays to wait for them
 * with the flush that others wait for already. Never longer than half a flush, and not at all
 * where one came alone. The lock is held. */
static void wait_for_more(struct api *api)
{
    enum { WAIT_MS_MAX = 5 };
    int64_t wait_ms = api->last_commit_ms / 2 < WAIT_MS_MAX ? api->last_commit_ms / 2 : WAIT_MS_MAX;
    uint32_t wanted = api->queue.count + api->last_group;
    if (api->last_group < 2 || api->queue.count == 0 || wait_ms == 0) {
        return;
    }
    wanted = wanted < QUEUE_GROUP ? wanted : QUEUE_GROUP;
    int64_t until_ms = clock_now_ms(api->options.clock) + wait_ms;
    const struct timespec until = {until_ms / 1000, (long)(until_ms % 1000) * 1000000};
    while (api->queue.count < wanted && api->queue.counts[TURN_alarm] == 0 &&
           api->first_task == NULL && !api->is_stopping &&
           pthread_cond_timedwait(&api->has_work, &api->lock, &until) == 0) {
    }
    api->last_group = 0; /* once for each group */
}

static void count_group(struct api *api, const struct visit *visits)
{
    uint64_t count = 0;
    for (const struct visit *visit = visits; visit != NULL; visit = visit->next) {
        count++;
        api->fact_count += visit->result.new_count;
        api->fork_count += visit->result.is_forked;
    }
    histogram_add(&api->group_visits, count);
    api->last_group = (uint32_t)count;
}

static void wake_all(struct visit *visits)
{
    while (visits != NULL) {
        struct visit *next = visits->next; /* the visit may be gone once it is awake */
        visits->wake(visits);
        visits = next;
    }
}

static void visit_fail(struct visit *visit)
{
    visit->state = VISIT_refused;
    visit->refusal = WIRE_hq_failed;
}

/* A request that makes the whole group fail must not take the others with it: they
 * are tried once more, each in a transaction of its own. */
static void group_alone(struct api *api, struct visit *visits)
{
    while (visits != NULL) {
        struct visit *next = visits->next;
        visits->next = NULL;
        enum err err = group_store(api, visits);
        api->is_ready = err == OK;
        if (err != OK) {
            log_line(LOG_error, "writer", "request refused: %s", err_name(err));
            visit_fail(visits);
        } else {
            count_group(api, visits);
        }
        visits->wake(visits);
        visits = next;
    }
}

void writer_group(struct api *api, struct visit *visits)
{
    int64_t start_ms = writer_monotonic_ms(api);
    enum err err = group_store(api, visits);
    if (err != OK) {
        api->failed_group_count++;
        log_line(LOG_error, "writer", "group failed: %s", err_name(err));
        group_alone(api, visits);
        return;
    }
    api->is_ready = true;
    count_group(api, visits);
    histogram_add(&api->group_ms, (uint64_t)(writer_monotonic_ms(api) - start_ms));
    wake_all(visits);
}

static void task_run(struct api *api, api_work *work, void *context)
{
    work(context, api->options.store);
    hq_rollback(api->options.store); /* of a task that left one open */
}

/* ---- the thread ---- */

/* Waits until there is work. A pause is used for a fold, so that under an even load the log
 * stays short. The lock is held. */
static void wait_for_work(struct api *api)
{
    enum { PAUSE_MS = 3 };
    while (!is_group_wanted(api)) {
        if (!folder_is_due(api)) {
            pthread_cond_wait(&api->has_work, &api->lock);
            continue;
        }
        /* By the wall clock: when it jumps the fold comes at another time. */
        int64_t until_ms = clock_now_ms(api->options.clock) + PAUSE_MS;
        const struct timespec until = {until_ms / 1000, (long)(until_ms % 1000) * 1000000};
        if (pthread_cond_timedwait(&api->has_work, &api->lock, &until) != 0) {
            folder_begin(api);
        }
    }
}

static void *writer_run(void *context)
{
    struct api *api = context;
    folder_start(api);
    pthread_mutex_lock(&api->lock);
    for (;;) {
        wait_for_work(api);
        wait_for_more(api);
        struct visit *visits = take_group(api);
        struct api_task *task = api->first_task;
        if (task != NULL) {
            api->first_task = task->next;
            api->last_task = api->first_task == NULL ? NULL : api->last_task;
        }
        if (visits == NULL && task == NULL) {
            break; /* stopping, and all is answered */
        }
        if (task != NULL) {
            folder_finish(api); /* a task has the database for itself */
        }
        pthread_mutex_unlock(&api->lock);
        api->busy_since_ms = writer_monotonic_ms(api);
        if (visits != NULL) {
            writer_group(api, visits);
        }
        if (task != NULL) {
            task_run(api, task->work, task->context);
        }
        pthread_mutex_lock(&api->lock);
        folder_after_group(api);
        api->busy_since_ms = 0;
        if (task != NULL) {
            task->is_done = true;
            pthread_cond_broadcast(&api->task_done);
        }
    }
    folder_stop(api);
    pthread_mutex_unlock(&api->lock);
    return NULL;
}

void api_between(struct api *api)
{
    CHECK(!hq_is_in_transaction(api->options.store));
    pthread_mutex_lock(&api->lock);
    struct visit *visits = take_group(api);
    pthread_mutex_unlock(&api->lock);
    api->busy_since_ms = writer_monotonic_ms(api);
    if (visits != NULL) {
        writer_group(api, visits);
    }
    folder_between(api);
}

void api_on_writer(struct api *api, api_work *work, void *context)
{
    if (api->options.is_single_thread) {
        task_run(api, work, context);
        return;
    }
    struct api_task task = {.work = work, .context = context};
    pthread_mutex_lock(&api->lock);
    if (api->last_task != NULL) {
        api->last_task->next = &task;
    } else {
        api->first_task = &task;
    }
    api->last_task = &task;
    pthread_cond_signal(&api->has_work);
    while (!task.is_done) {
        pthread_cond_wait(&api->task_done, &api->lock);
    }
    pthread_mutex_unlock(&api->lock);
}

enum err writer_start(struct api *api)
{
    api->is_ready = true;
    pthread_mutex_init(&api->lock, NULL);
    pthread_cond_init(&api->has_work, NULL);
    pthread_cond_init(&api->task_done, NULL);
    if (api->options.is_single_thread) {
        return OK;
    }
    return pthread_create(&api->writer, NULL, writer_run, api) == 0 ? OK : ERR_io;
}

void writer_drain(struct api *api)
{
    if (api->is_drained) {
        return;
    }
    api->is_drained = true;
    pthread_mutex_lock(&api->lock);
    api->is_stopping = true;
    pthread_cond_signal(&api->has_work);
    pthread_mutex_unlock(&api->lock);
    if (!api->options.is_single_thread) {
        pthread_join(api->writer, NULL);
    }
}

void writer_stop(struct api *api)
{
    writer_drain(api);
    pthread_cond_destroy(&api->task_done);
    pthread_cond_destroy(&api->has_work);
    pthread_mutex_destroy(&api->lock);
}
