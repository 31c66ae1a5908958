/* The log into the database, by a thread of its own: those who wait for a commit do not wait
 * for the flush of scattered pages, which takes ten times as long as theirs and, on a disk
 * that others use too, a hundred times. */
#include "sync/server/api/api_private.h"

#include "core/os/log.h"

static void tell(struct api *api, int64_t start_ms, enum err err)
{
    if (err != OK) { /* the log grows on and nothing is lost */
        log_line(LOG_warning, "writer", "no checkpoint: %s", err_name(err));
    }
    histogram_add(&api->checkpoint_ms, (uint64_t)(writer_monotonic_ms(api) - start_ms));
}

static void *folder_run(void *context)
{
    struct api *api = context;
    pthread_mutex_lock(&api->lock);
    for (;;) {
        while (api->fold_state != FOLD_runs && !api->is_folder_stopping) {
            pthread_cond_wait(&api->has_fold, &api->lock);
        }
        if (api->fold_state != FOLD_runs) {
            break;
        }
        pthread_mutex_unlock(&api->lock);
        int64_t start_ms = writer_monotonic_ms(api);
        enum err err = hq_fold_run(api->options.store);
        tell(api, start_ms, err);
        pthread_mutex_lock(&api->lock);
        api->fold_err = err;
        api->fold_state = FOLD_done;
        pthread_cond_signal(&api->has_work);
    }
    pthread_mutex_unlock(&api->lock);
    return NULL;
}

void folder_start(struct api *api)
{
    pthread_cond_init(&api->has_fold, NULL);
    api->has_folder = pthread_create(&api->folder, NULL, folder_run, api) == 0;
    if (api->has_folder) {
        hq_log_take(api->options.store);
    } else { /* each commit that fills the log folds it */
        log_line(LOG_warning, "writer", "no thread for the log");
    }
}

static void collect(struct api *api)
{
    if (api->fold_state == FOLD_done) {
        hq_fold_end(api->options.store, api->fold_err);
        api->fold_state = FOLD_none;
    }
}

void folder_finish(struct api *api)
{
    while (api->fold_state == FOLD_runs) {
        pthread_cond_wait(&api->has_work, &api->lock);
    }
    collect(api);
}

void folder_stop(struct api *api)
{
    folder_finish(api);
    if (api->has_folder) {
        api->is_folder_stopping = true;
        pthread_cond_signal(&api->has_fold);
        pthread_mutex_unlock(&api->lock);
        pthread_join(api->folder, NULL);
        pthread_mutex_lock(&api->lock);
    }
    pthread_cond_destroy(&api->has_fold);
}

bool folder_is_due(struct api *api)
{
    collect(api);
    return api->fold_state == FOLD_none && hq_log(api->options.store) != HQ_LOG_short;
}

void folder_begin(struct api *api)
{
    CHECK(api->fold_state == FOLD_none);
    int64_t start_ms = writer_monotonic_ms(api);
    pthread_mutex_unlock(&api->lock);
    enum err err = hq_fold_begin(api->options.store);
    pthread_mutex_lock(&api->lock);
    if (err != OK) {
        tell(api, start_ms, err);
        return;
    }
    api->fold_state = FOLD_runs;
    pthread_cond_signal(&api->has_fold);
}

static void fold_here(struct api *api)
{
    int64_t start_ms = writer_monotonic_ms(api);
    tell(api, start_ms, hq_checkpoint(api->options.store));
}

void folder_after_group(struct api *api)
{
    collect(api);
    enum hq_log log = hq_log(api->options.store);
    if (log == HQ_LOG_over) {
        folder_finish(api);
    }
    if (api->fold_state != FOLD_none || log < HQ_LOG_long) {
        return;
    }
    if (log == HQ_LOG_long) {
        folder_begin(api);
        return;
    }
    pthread_mutex_unlock(&api->lock);
    fold_here(api);
    pthread_mutex_lock(&api->lock);
}

void folder_between(struct api *api)
{
    if (hq_log(api->options.store) >= HQ_LOG_long) {
        fold_here(api);
    }
}
