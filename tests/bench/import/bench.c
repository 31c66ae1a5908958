/* How fast a portfolio goes in: makes a sample, imports it, prints the parts.
 *   bench_import [CASES] [FOLDER] */
#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/import/assign.h"
#include "sync/server/import/case_row.h"
#include "sync/server/import/import.h"
#include "sync/server/import/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct watch {
    int64_t wall_ms;
    clock_t cpu;
};

static struct watch watch_start(void)
{
    return (struct watch){clock_read(os_clock()).monotonic_ms, clock()};
}

/* Wall time depends on who else is on the machine; CPU time says what the work costs. */
static void watch_print(const char *what, struct watch watch, int64_t count)
{
    double wall_s = (double)(clock_read(os_clock()).monotonic_ms - watch.wall_ms) / 1000.0;
    double cpu_s = (double)(clock() - watch.cpu) / CLOCKS_PER_SEC;
    printf("%-28s %7.2f s wall %7.2f s CPU %8.1f us CPU each\n", what, wall_s, cpu_s,
           cpu_s * 1e6 / (double)count);
    fflush(stdout);
}

/* Reading and checking alone, without a database. */
static void bench_parse(FILE *file, int32_t today, int64_t count)
{
    struct arena arena;
    arena_init(&arena, 0);
    static struct case_draft draft;
    static struct row_faults faults;
    static uint8_t bytes[LIMIT_case_size];
    struct csv_reader *reader;
    struct csv_row row;
    bool has_row;
    struct column_map map;
    struct heading_answer answer;
    rewind(file);
    struct watch start = watch_start();
    CHECK(csv_reader_open(&arena, file, NULL, &reader) == OK);
    CHECK(csv_reader_next(reader, &row, &has_row) == OK);
    column_bind(&arena, column_table_cases(), row.fields, row.field_count, &map, &answer);
    CHECK(answer.fault == HEADING_ok);
    size_t bytes_total = 0;
    while (csv_reader_next(reader, &row, &has_row) == OK && has_row) {
        if (row.fault != CSV_FAULT_none) {
            continue;
        }
        case_row_read(&map, &row, today, HQ_BRANCH, &draft, &faults);
        size_t size = 0;
        CHECK(case_record_encode(&draft.record, bytes, sizeof bytes, &size) == OK);
        bytes_total += size;
    }
    watch_print("read, check, encode", start, count);
    printf("%-28s %7zu bytes a case\n", "record", bytes_total / (size_t)count);
    csv_reader_close(reader);
    arena_deinit(&arena);
}

int main(int argc, char **argv)
{
    int64_t count = argc > 1 ? atoll(argv[1]) : 100000;
    const char *where = argc > 2 ? argv[2] : "/tmp";
    CHECK(count > 0);
    struct arena arena;
    arena_init(&arena, 0);
    int64_t now_ms = date_instant(date_from_civil(2026, 11, 22), 600, 480);
    const struct sample_options sample = {.case_count = count,
                                          .collector_count = 40,
                                          .seed = 1,
                                          .today = date_from_civil(2026, 11, 22)};
    FILE *file = tmpfile();
    CHECK(file != NULL);
    int64_t planted;
    struct watch start = watch_start();
    CHECK(sample_cases(&arena, file, &sample, &planted) == OK);
    watch_print("make the sample", start, count);
    printf("%-28s %7.1f MB\n", "file", (double)ftell(file) / 1e6);
    bench_parse(file, sample.today, count);

    char *folder = str_format(&arena, "%s/bench-import-XXXXXX", where);
    CHECK(mkdtemp(folder) != NULL);
    struct hq_store *store;
    CHECK(hq_store_open(&store, folder, HQ_ACCESS_write, true) == OK);
    const struct import_options options = {
        .file_name = "bench.csv", .actor = "bench", .now_ms = now_ms};
    struct fault_report report = {.file = NULL, .lang = LANG_en};
    struct import_result result;
    start = watch_start();
    CHECK(import_cases(&arena, store, file, &report, &options, &result) == OK);
    watch_print("import, durable", start, count);
    printf("%-28s %7lld of %lld planted\n", "bad rows", (long long)result.error_count,
           (long long)planted);
    fflush(stdout);
    CHECK(result.is_written && result.error_count == planted);
    start = watch_start();
    CHECK(import_cases(&arena, store, file, &report, &options, &result) == OK);
    CHECK(result.is_known);
    watch_print("the same file again", start, count);

    hq_store_close(store);
    static const char *const names[] = {"hq.db", "hq.db-wal", "hq.db-shm"};
    for (size_t i = 0; i < COUNT(names); i++) {
        unlink(os_path(&arena, folder, names[i]));
    }
    rmdir(folder);
    fclose(file);
    arena_deinit(&arena);
    return 0;
}
