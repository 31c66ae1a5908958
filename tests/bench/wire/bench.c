/* bench_wire: bytes per visit on the wire, and what packing costs.
 * Visits are of tablets, cities and partly words that no dictionary was trained on. */
#include "core/base/limits.h"
#include "tests/bench/wire/frames.h"
#include "tests/bench/wire/pages.h"

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

/* ---- answers ---- */

struct down {
    size_t cases, envelopes, plain_size, sealed_size;
    double seal_us;
};

/* As many rows a page as headquarters puts into one, or `per_page`. */
static void seal_pages(struct arena *arena, const struct pages *pages, uint64_t seed,
                       size_t per_page, uint32_t format, struct down *down)
{
    enum { PAGE_MARGIN = 8 * 1024 };
    for (size_t at = 0; at < pages->count;) {
        struct arena_mark mark = arena_mark(arena);
        size_t count = 0;
        for (size_t size = 0;
             at + count < pages->count && count < per_page && size + PAGE_MARGIN <= LIMIT_page_size;
             count++) {
            size += answer_row_size(&pages->rows[at + count]);
        }
        double start_us = now_us();
        down->sealed_size += pages_seal(arena, pages, seed, at, count, format).size;
        down->seal_us += now_us() - start_us;
        down->envelopes++;
        at += count;
        arena_rollback(arena, mark);
    }
    down->cases += pages->count;
    down->plain_size += pages->record_size + pages->state_size;
}

static void down_row(struct arena *arena, const char *what, uint64_t seeds, size_t cases,
                     size_t per_page, uint32_t visited_percent)
{
    struct down by_format[2] = {{0}, {0}};
    for (uint64_t seed = 900000; seed < 900000 + seeds; seed++) {
        arena_reset(arena);
        struct pages pages;
        pages_make(arena, seed, cases, 1, visited_percent, &pages);
        seal_pages(arena, &pages, seed, per_page, 1, &by_format[0]);
        seal_pages(arena, &pages, seed, per_page, 2, &by_format[1]);
    }
    double count = (double)by_format[0].cases;
    printf("%-28s %9.1f %10.1f %10.1f %10.1f %10.0f %10.0f\n", what,
           (double)by_format[0].plain_size / count, (double)by_format[0].sealed_size / count,
           (double)by_format[1].sealed_size / count,
           (double)by_format[1].sealed_size / (double)seeds / 1000,
           by_format[0].seal_us / (double)by_format[0].envelopes,
           by_format[1].seal_us / (double)by_format[1].envelopes);
}

static void answers(struct arena *arena)
{
    printf("\nbytes per case in answers, portfolios that no dictionary was trained on\n");
    printf("%-28s %9s %10s %10s %10s %10s %10s\n", "page", "rows", "format 1", "format 2",
           "kB in all", "seal 1 us", "seal 2 us");
    down_row(arena, "1 case", 20, 40, 1, 0);
    down_row(arena, "1 case, visited", 20, 40, 1, 100);
    down_row(arena, "40 cases", 50, 40, 40, 0);
    down_row(arena, "40 cases, 40 % visited", 50, 40, 40, 40);
    down_row(arena, "full, 5,000 cases", 2, 5000, SIZE_MAX, 0);
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
    answers(&task);
    arena_deinit(&task);
    arena_deinit(&program);
    return 0;
}
