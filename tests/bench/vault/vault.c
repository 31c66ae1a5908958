/* tests/bench/vault/vault.c -- what sealing the tablet's files costs: two tablets with 5,000 cases
 * on this machine's disk, one sealed, one plain, that do the same in turns.
 *
 *   [DOORSTEP_BENCH_FOLDER=folder] bench_vault   where the databases lie; else /tmp */
#include "core/os/os.h"
#include "tests/lib/tablet.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { CASES = 5000, VISITS = 600, TAPS = 3, OPENS = 40, TODAY = 50 };

enum side { SIDE_plain, SIDE_sealed, SIDE_COUNT };

struct timing {
    double *durations_us[SIDE_COUNT];
    double cpu_us[SIDE_COUNT];
    size_t count[SIDE_COUNT], capacity;
    double wall_begun_us, cpu_begun_us;
};

static double clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static struct timing timing_make(size_t capacity)
{
    struct timing timing = {.capacity = capacity};
    for (int side = 0; side < SIDE_COUNT; side++) {
        timing.durations_us[side] = calloc(capacity, sizeof(double));
        CHECK(timing.durations_us[side] != NULL);
    }
    return timing;
}

static void timing_begin(struct timing *timing)
{
    timing->cpu_begun_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    timing->wall_begun_us = clock_us(CLOCK_MONOTONIC);
}

static void timing_end(struct timing *timing, enum side side)
{
    double wall_us = clock_us(CLOCK_MONOTONIC) - timing->wall_begun_us;
    timing->cpu_us[side] += clock_us(CLOCK_PROCESS_CPUTIME_ID) - timing->cpu_begun_us;
    CHECK(timing->count[side] < timing->capacity);
    timing->durations_us[side][timing->count[side]++] = wall_us;
}

static int by_length(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void timing_print(struct timing *timing, const char *name, const char *goal)
{
    double p50[SIDE_COUNT], p99[SIDE_COUNT], cpu[SIDE_COUNT];
    for (int side = 0; side < SIDE_COUNT; side++) {
        size_t last = timing->count[side] - 1;
        qsort(timing->durations_us[side], last + 1, sizeof(double), by_length);
        p50[side] = timing->durations_us[side][last / 2];
        p99[side] = timing->durations_us[side][last * 99 / 100];
        cpu[side] = timing->cpu_us[side] / (double)(last + 1);
        free(timing->durations_us[side]);
    }
    printf(
        "%-30s p50 %8.3f / %8.3f ms (x %.2f)  p99 %8.3f / %8.3f ms (x %.2f)  CPU %+7.1f us  %s\n",
        name, p50[SIDE_sealed] / 1e3, p50[SIDE_plain] / 1e3, p50[SIDE_sealed] / p50[SIDE_plain],
        p99[SIDE_sealed] / 1e3, p99[SIDE_plain] / 1e3, p99[SIDE_sealed] / p99[SIDE_plain],
        cpu[SIDE_sealed] - cpu[SIDE_plain], goal);
}

static void bench_visits(struct tablet *const tablets[SIDE_COUNT])
{
    struct timing taps = timing_make(VISITS * TAPS);
    struct timing finishes = timing_make(VISITS);
    for (uint64_t case_no = 1; case_no <= VISITS; case_no++) {
        for (int turn = 0; turn < SIDE_COUNT; turn++) {
            enum side side = (enum side)((turn + (int)case_no) % SIDE_COUNT);
            struct tablet *tablet = tablets[side];
            struct capture capture;
            ds_VisitDraft draft;
            tablet_start_visit(tablet, case_no);
            tablet_draft_promise(tablet, 500000);
            EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
            for (uint32_t tap = 0; tap < TAPS; tap++) {
                draft.step = tap;
                timing_begin(&taps);
                EXPECT_OK(journey_draft_save(&tablet->journey, &draft));
                timing_end(&taps, side);
            }
            timing_begin(&finishes);
            EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
            timing_end(&finishes, side);
            CHECK(capture.is_done);
            arena_reset(&tablet->task);
        }
    }
    timing_print(&taps, "accepted tap (draft)", "goal p99 x 1.5, +50 us");
    timing_print(&finishes, "finished visit (2 facts)", "goal p99 x 1.5");
}

static void read_today(struct tablet *tablet)
{
    struct store_case_items items;
    struct store_stop *stops = NULL;
    size_t count = 0;
    EXPECT_OK(store_plan_list(tablet->store, &tablet->task, journey_today(&tablet->journey), &stops,
                              &count));
    EXPECT_OK(store_case_list(tablet->store, &tablet->task, CASE_ORDER_score, 0, TODAY, &items));
    CHECK(items.count == TODAY && count > 0);
    arena_reset(&tablet->task);
}

static void bench_opens(struct tablet *const tablets[SIDE_COUNT])
{
    struct timing cold = timing_make(OPENS);
    struct timing warm = timing_make(OPENS);
    struct timing scan = timing_make(OPENS);
    for (int side = 0; side < SIDE_COUNT; side++) {
        struct open_day result;
        EXPECT_OK(journey_open_day(&tablets[side]->journey, &result));
        arena_reset(&tablets[side]->task);
    }
    for (int i = 0; i < OPENS; i++) {
        for (int turn = 0; turn < SIDE_COUNT; turn++) {
            enum side side = (enum side)((turn + i) % SIDE_COUNT);
            struct tablet *tablet = tablets[side];
            struct store_case_items items;
            timing_begin(&cold);
            EXPECT_OK(tablet_reopen(tablet));
            read_today(tablet);
            timing_end(&cold, side);
            timing_begin(&warm);
            read_today(tablet);
            timing_end(&warm, side);
            EXPECT_OK(tablet_reopen(tablet));
            timing_begin(&scan);
            EXPECT_OK(
                store_case_list(tablet->store, &tablet->task, CASE_ORDER_name, 0, CASES, &items));
            timing_end(&scan, side);
            arena_reset(&tablet->task);
        }
    }
    timing_print(&cold, "database opened, then Today", "goal p50 x 1.3");
    timing_print(&warm, "Today, opened before", "goal p50 x 1.3");
    timing_print(&scan, "all 5,000 cases from the disk", "");
}

TEST(bench_vault)
{
    static const char *const names[SIDE_COUNT] = {"plain", "sealed"};
    const char *wanted = getenv("DOORSTEP_BENCH_FOLDER");
    char folder[256];
    char path[SIDE_COUNT][300];
    struct tablet *tablets[SIDE_COUNT];
    snprintf(folder, sizeof folder, "%s/doorstep-bench-XXXXXX", wanted != NULL ? wanted : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    for (int side = 0; side < SIDE_COUNT; side++) {
        snprintf(path[side], sizeof path[side], "%s/%s.db", folder, names[side]);
        tablets[side] = calloc(1, sizeof *tablets[side]);
        CHECK(tablets[side] != NULL);
        CHECK(side == SIDE_plain ? setenv("DOORSTEP_PLAIN", "1", 1) == 0
                                 : unsetenv("DOORSTEP_PLAIN") == 0);
        tablet_open_file(tablets[side], path[side], CASES);
        CHECK((tablets[side]->options.key == NULL) == (side == SIDE_plain));
    }
    printf("sealed / plain\n");
    bench_visits(tablets);
    bench_opens(tablets);
    uint64_t size[SIDE_COUNT];
    for (int side = 0; side < SIDE_COUNT; side++) {
        tablet_close(tablets[side]);
        EXPECT_OK(os_file_facts(path[side], &size[side], NULL));
        CHECK(unlink(path[side]) == 0);
        strcat(path[side], ".identity");
        unlink(path[side]); /* of the sealed one */
        free(tablets[side]);
    }
    printf("%-30s %.1f / %.1f MB (x %.3f)\n", "the file", (double)size[SIDE_sealed] / 1e6,
           (double)size[SIDE_plain] / 1e6, (double)size[SIDE_sealed] / (double)size[SIDE_plain]);
    CHECK(rmdir(folder) == 0);
}
