/* bench_wire: bytes per visit on the wire, and what packing costs.
 * Visits are of tablets, cities and partly words that no dictionary was trained on. */
#include "tests/bench/wire/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    TABLETS = 200,
    VISITS_PER_TABLET = 40,
    /* Bytes per visit in the box, before it is sealed: signature and packed batch. */
    GOAL_SINGLE = 145,
    GOAL_BATCH = 100,
    /* crypto_box_SEALBYTES: ephemeral key and authenticator. */
    BOX_SIZE = 48,
};

static int by_size(const void *a, const void *b)
{
    size_t left = *(const size_t *)a;
    size_t right = *(const size_t *)b;
    return (left > right) - (left < right);
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void row(struct arena *arena, struct frames *frames, size_t per_batch, size_t goal)
{
    size_t raw = 0;
    size_t frame_size = 0;
    size_t plain = 0;
    size_t sealed = 0;
    size_t envelopes = 0;
    static size_t sizes[TABLETS * VISITS_PER_TABLET];
    double seal_us = 0;
    double open_us = 0;
    for (uint64_t tablet = 0; tablet < TABLETS; tablet++) {
        frames_start(frames, 900000 + tablet, true);
        for (size_t done = 0; done < VISITS_PER_TABLET; done += per_batch) {
            arena_reset(arena);
            size_t raw_size = 0;
            struct batch_before before = frames_before(frames, arena);
            double start_us = now_us();
            struct wire_bytes envelope = frames_seal(frames, arena, per_batch, &raw_size);
            double sealed_us = now_us();
            struct batch batch;
            struct batch_facts facts;
            CHECK(batch_open(arena, envelope, &frames->hq, &batch) == WIRE_ok &&
                  batch_check(arena, &batch, &before, &frames->device.public_key, &facts) ==
                      WIRE_ok);
            open_us += now_us() - sealed_us;
            seal_us += sealed_us - start_us;
            frame_size += frames_unpacked(frames, arena, envelope).size;
            struct envelope_head head;
            CHECK(envelope_read_head(envelope, &head) == WIRE_ok);
            raw += raw_size;
            plain += envelope.size - head.size - BOX_SIZE;
            sealed += envelope.size;
            sizes[envelopes++] = envelope.size;
        }
    }
    qsort(sizes, envelopes, sizeof sizes[0], by_size);
    double visits = (double)(envelopes * per_batch);
    char goal_text[16] = "-";
    if (goal > 0) {
        snprintf(goal_text, sizeof goal_text, "%zu", goal);
    }
    printf("%9zu %12.1f %12.1f %12.1f %10.1f %12.1f %8s %10.1f %10.0f %10.0f\n", per_batch,
           (double)raw / visits, (double)frame_size / visits, (double)sealed / visits,
           (double)sizes[envelopes / 2] / (double)per_batch, (double)plain / visits, goal_text,
           (double)sizes[envelopes - 1] / (double)per_batch, seal_us / (double)envelopes,
           open_us / (double)envelopes);
}

int main(void)
{
    struct arena program = {0};
    struct arena task = {0};
    arena_init(&program, 0);
    arena_init(&task, 0);
    struct frames *frames = ARENA_NEW(&program, struct frames);
    printf("bytes per visit, %d visits each row; µs per envelope (generator included)\n",
           TABLETS * VISITS_PER_TABLET);
    printf("%9s %12s %12s %12s %10s %12s %8s %10s %10s %10s\n", "per batch", "events", "unpacked",
           "sealed", "median", "before seal", "goal", "largest", "seal µs", "open µs");
    row(&task, frames, 1, GOAL_SINGLE);
    row(&task, frames, 5, 0);
    row(&task, frames, 20, GOAL_BATCH);
    row(&task, frames, 40, 0);
    arena_deinit(&task);
    arena_deinit(&program);
    return 0;
}
