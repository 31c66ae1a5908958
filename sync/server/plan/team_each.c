#include "sync/server/plan/team_private.h"

#include <pthread.h>
#include <stdatomic.h>

struct crew {
    enum err (*job)(void *context, size_t worker, size_t index);
    void *context;
    size_t count;
    atomic_size_t next;
    enum err *errs; /* [index] */
};

struct hand {
    struct crew *crew;
    size_t worker;
    pthread_t thread;
    bool is_started;
};

static void *work_on(void *given)
{
    struct hand *hand = given;
    struct crew *crew = hand->crew;
    for (;;) {
        size_t index = atomic_fetch_add(&crew->next, 1);
        if (index >= crew->count) {
            return NULL;
        }
        crew->errs[index] = crew->job(crew->context, hand->worker, index);
    }
}

enum err team_each(struct arena *arena, size_t worker_count, size_t count,
                   enum err (*job)(void *context, size_t worker, size_t index), void *context)
{
    struct crew crew = {.job = job,
                        .context = context,
                        .count = count,
                        .errs = ARENA_ARRAY(arena, count + 1, enum err)};
    struct hand *hands = ARENA_ARRAY(arena, worker_count + 1, struct hand);
    atomic_init(&crew.next, 0);
    for (size_t w = 0; w < worker_count; w++) {
        hands[w] = (struct hand){.crew = &crew, .worker = w};
    }
    /* The caller is the first worker; a thread that cannot be had is one worker less. */
    for (size_t w = 1; w < worker_count && w < count; w++) {
        hands[w].is_started = pthread_create(&hands[w].thread, NULL, work_on, &hands[w]) == 0;
    }
    (void)work_on(&hands[0]);
    for (size_t w = 1; w < worker_count; w++) {
        if (hands[w].is_started) {
            (void)pthread_join(hands[w].thread, NULL);
        }
    }
    for (size_t i = 0; i < count; i++) {
        TRY(crew.errs[i]);
    }
    return OK;
}
