/* tests/bench/capture/capture.c -- what a collector waits for, on this machine's disk:
 * an accepted tap and a finished visit until they are durable, Today, search by the
 * key, and a case's brief, with 10,000 cases on the tablet.
 *
 *   [DOORSTEP_BENCH_FOLDER=folder] bench_capture   where the database lies; else /tmp
 *
 * Flushes are counted under SQLite, by a VFS that hands everything on. */
#include "core/os/os.h"
#include "core/rules/priority.h"
#include "tests/lib/tablet.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { CASES = 10000, VISITS = 300, TAPS = 1000 };

/* ---- counting flushes ---- */

struct counted_file {
    sqlite3_file base;
    sqlite3_file *real;
};

static uint64_t flush_count;
static uint64_t write_count;
static sqlite3_io_methods counted_methods;
static sqlite3_vfs *real_vfs;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct counted_file *)file)->real;
}

static int counted_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int counted_read(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), to, size, at);
}

static int counted_write(sqlite3_file *file, const void *from, int size, sqlite3_int64 at)
{
    write_count++;
    return real_of(file)->pMethods->xWrite(real_of(file), from, size, at);
}

static int counted_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int counted_sync(sqlite3_file *file, int flags)
{
    flush_count++;
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int counted_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size_out);
}

static int counted_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int counted_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int counted_check(sqlite3_file *file, int *is_locked_out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), is_locked_out);
}

static int counted_control(sqlite3_file *file, int what, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int counted_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int counted_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int counted_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                        int *flags_out)
{
    struct counted_file *counted = (struct counted_file *)file;
    (void)vfs;
    counted->real = (sqlite3_file *)(counted + 1);
    int code = real_vfs->xOpen(real_vfs, name, counted->real, flags, flags_out);
    file->pMethods = code == SQLITE_OK ? &counted_methods : NULL;
    return code;
}

static void count_flushes(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "counted";
    vfs.szOsFile = (int)sizeof(struct counted_file) + real_vfs->szOsFile;
    vfs.xOpen = counted_open;
    vfs.pNext = NULL;
    counted_methods = (sqlite3_io_methods){
        1,
        counted_close,
        counted_read,
        counted_write,
        counted_truncate,
        counted_sync,
        counted_size,
        counted_lock,
        counted_unlock,
        counted_check,
        counted_control,
        counted_sector,
        counted_characteristics,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
    };
    CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

/* ---- timing ---- */

struct timing {
    int64_t *durations_us;
    size_t count, capacity;
    int64_t begun_us;
    uint64_t flushes, writes;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void timing_begin(struct timing *timing)
{
    timing->begun_us = now_us();
    timing->flushes -= flush_count;
    timing->writes -= write_count;
}

static void timing_end(struct timing *timing)
{
    int64_t passed_us = now_us() - timing->begun_us;
    timing->flushes += flush_count;
    timing->writes += write_count;
    if (timing->count == timing->capacity) {
        timing->capacity = timing->capacity == 0 ? 256 : timing->capacity * 2;
        timing->durations_us =
            realloc(timing->durations_us, timing->capacity * sizeof *timing->durations_us);
        CHECK(timing->durations_us != NULL);
    }
    timing->durations_us[timing->count++] = passed_us;
}

static int by_length(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void timing_print(struct timing *timing, const char *name, const char *goal)
{
    qsort(timing->durations_us, timing->count, sizeof *timing->durations_us, by_length);
    size_t last = timing->count - 1;
    double count = (double)timing->count;
    printf("%-34s p50 %8.2f ms  p99 %8.2f ms  max %8.2f ms  %5.2f flushes  %6.1f writes  %s\n",
           name, (double)timing->durations_us[last / 2] / 1000,
           (double)timing->durations_us[last * 99 / 100] / 1000,
           (double)timing->durations_us[last] / 1000, (double)timing->flushes / count,
           (double)timing->writes / count, goal);
    free(timing->durations_us);
    *timing = (struct timing){0};
}

/* ---- what is measured ---- */

static void bench_visits(struct tablet *tablet)
{
    struct timing starts = {0};
    struct timing taps = {0};
    struct timing finishes = {0};
    for (uint64_t case_no = 1; case_no <= VISITS; case_no++) {
        struct capture capture;
        timing_begin(&starts);
        tablet_start_visit(tablet, case_no);
        timing_end(&starts);
        tablet_draft_promise(tablet, 500000);
        ds_VisitDraft draft;
        EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
        for (uint32_t tap = 0; tap < TAPS / VISITS + 1; tap++) {
            draft.step = tap;
            timing_begin(&taps);
            EXPECT_OK(journey_draft_save(&tablet->journey, &draft));
            timing_end(&taps);
        }
        timing_begin(&finishes);
        EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
        timing_end(&finishes);
        CHECK(capture.is_done);
        arena_reset(&tablet->task);
    }
    timing_print(&starts, "check-in", "");
    timing_print(&taps, "accepted tap (draft)", "");
    timing_print(&finishes, "finished visit (2 facts)", "goal 50 ms on the slowest target");
}

static void bench_lists(struct tablet *tablet)
{
    struct timing first = {0};
    struct timing whole = {0};
    struct timing stops = {0};
    struct timing brief = {0};
    for (size_t i = 0; i < 50; i++) {
        struct store_case_items items;
        struct store_stop *plan = NULL;
        size_t count = 0;
        timing_begin(&first);
        EXPECT_OK(store_case_list(tablet->store, &tablet->task, CASE_ORDER_score, 0, 50, &items));
        timing_end(&first);
        timing_begin(&whole);
        EXPECT_OK(
            store_case_list(tablet->store, &tablet->task, CASE_ORDER_score, 0, CASES, &items));
        timing_end(&whole);
        CHECK(items.count == CASES);
        timing_begin(&stops);
        EXPECT_OK(store_plan_list(tablet->store, &tablet->task, journey_today(&tablet->journey),
                                  &plan, &count));
        timing_end(&stops);
        struct store_case subject;
        struct store_records records;
        timing_begin(&brief);
        EXPECT_OK(store_case_load(tablet->store, &tablet->task, i + 1, &subject));
        EXPECT_OK(store_journal_case(tablet->store, &tablet->task, i + 1, 0, &records));
        timing_end(&brief);
        arena_reset(&tablet->task);
    }
    timing_print(&stops, "Today: the day's stops", "goal 100 ms");
    timing_print(&first, "Today: first 50 of 10,000 cases", "goal 100 ms");
    timing_print(&whole, "all 10,000 cases by score", "");
    timing_print(&brief, "brief with own facts", "goal 100 ms");
}

static void bench_search(struct tablet *tablet)
{
    static const char *const typed[] = {"张",
                                        "张小",
                                        "张小明",
                                        "1",
                                        "13",
                                        "138",
                                        "1380",
                                        "浦东",
                                        "张杨",
                                        "zxm",
                                        "路12",
                                        "d",
                                        "dh2",
                                        "dh2026-009",
                                        "王 路",
                                        "没有",
                                        "张小明 张杨路 100"};
    struct timing keys = {0};
    for (size_t i = 0; i < 20; i++) {
        for (size_t at = 0; at < COUNT(typed); at++) {
            struct store_case_items items;
            timing_begin(&keys);
            EXPECT_OK(store_search(tablet->store, &tablet->task, typed[at], 50, &items));
            timing_end(&keys);
            arena_reset(&tablet->task);
        }
    }
    timing_print(&keys, "search, one key, 10,000 cases", "goal 50 ms");
}

static void bench_days(struct tablet *tablet)
{
    struct timing open = {0};
    struct timing rebuild = {0};
    struct timing reopen = {0};
    struct open_day result;
    for (size_t i = 0; i < 3; i++) {
        timing_begin(&open);
        EXPECT_OK(journey_open_day(&tablet->journey, &result));
        timing_end(&open);
        arena_reset(&tablet->task);
    }
    timing_print(&open, "open the day: rank 10,000, plan", "");
    for (size_t i = 0; i < 3; i++) {
        timing_begin(&reopen);
        EXPECT_OK(tablet_reopen(tablet));
        timing_end(&reopen);
    }
    timing_print(&reopen, "close and open the database", "");
    timing_begin(&rebuild);
    EXPECT_OK(journey_rebuild(&tablet->journey));
    timing_end(&rebuild);
    timing_print(&rebuild, "rebuild every projection", "");
}

TEST(bench_capture)
{
    const char *wanted = getenv("DOORSTEP_BENCH_FOLDER");
    char folder[256];
    snprintf(folder, sizeof folder, "%s/doorstep-bench-XXXXXX", wanted != NULL ? wanted : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    char path[300];
    snprintf(path, sizeof path, "%s/device.db", folder);
    count_flushes();
    struct tablet *tablet = calloc(1, sizeof *tablet);
    CHECK(tablet != NULL);
    int64_t begun_us = now_us();
    tablet_open_file(tablet, path, CASES);
    printf("10,000 cases received in %.2f s (pages of 100)\n",
           (double)(now_us() - begun_us) / 1000000);
    bench_days(tablet);
    bench_visits(tablet);
    bench_lists(tablet);
    bench_search(tablet);
    tablet_close(tablet);
    free(tablet);
    CHECK(unlink(path) == 0);
    strcat(path, ".identity");
    unlink(path); /* of a sealed store */
    CHECK(rmdir(folder) == 0);
}
