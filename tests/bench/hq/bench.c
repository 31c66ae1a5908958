/* bench_hq: what a running doorstep-hq bears. Run by tests/bench/headquarters, which starts
 * the server and says what to measure:
 *
 *   bench_hq work PORT PID KEY FILE DAYS     FILE: one enrolment code a line, one tablet each;
 *                                           DAYS: folder for envelopes of a day and for JSON
 *   bench_hq post PORT PID PATH FILE CONNS   FILE: one JSON body a line, each of 20 records
 *   bench_hq idle PORT PID COUNT [tls]       connections that have asked once
 *   bench_hq loris PORT COUNT SECONDS        drips heads and bodies; says when all were cut off
 */
#include "core/base/buf.h"
#include "core/os/os.h"
#include "tests/bench/hq/client.h"
#include "tests/bench/hq/collector.h"
#include "tests/bench/hq/crowd.h"
#include "tests/bench/hq/documents.h"
#include "tests/bench/hq/probe.h"

#include <pb_encode.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TABLETS_MAX = 400,
    BATCH = 20,
    PACED_PER_S = 2000,
    PACED_S = 10,
    LORIS = 1000,
    LORIS_S = 20,
    BODY_LINE_MAX = 4 * 1024 * 1024,
};

struct bench {
    uint16_t port;
    long pid;
    size_t tablet_count;
    struct collector *tablets;
    struct arena arena;
};

/* CPU seconds of the server so far. */
static double cpu_s(long pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    char text[1024] = "";
    CHECK(file != NULL && fgets(text, sizeof text, file) != NULL);
    fclose(file);
    unsigned long user = 0;
    unsigned long kernel = 0;
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
           &kernel);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

/* CPU seconds of this process so far. */
static double own_cpu_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* One batch of a tablet on its way. Sealed before the load begins and opened after it, so that
 * the tablets' work is not counted as the server's, and takes no core from it. */
struct turn {
    struct collector *tablet;
    uint64_t request_tag;
    size_t fact_count;
};

static struct load_figures run(const struct bench *bench, struct shot *shots, size_t count,
                               size_t connections)
{
    const struct load load = {.port = bench->port,
                              .path = "/v1/envelope",
                              .type = "application/octet-stream",
                              .connection_count = connections,
                              .is_kept = true};
    return load_run(&load, shots, count);
}

static struct wire_bytes call(const struct bench *bench, struct wire_bytes envelope)
{
    struct shot shot = {.body = envelope.bytes, .body_size = envelope.size};
    struct load_figures figures = run(bench, &shot, 1, 1);
    if (figures.good_count != 1) {
        fprintf(stderr, "the server said %d\n", (int)shot.status);
        exit(1);
    }
    return (struct wire_bytes){shot.answer, shot.answer_size};
}

/* All pages; says how many bytes came. */
static uint64_t fetch(const struct bench *bench, struct collector *tablet, size_t *page_count_out)
{
    uint64_t size = 0;
    *page_count_out = 0;
    for (bool has_more = true; has_more;) {
        struct arena arena;
        arena_init(&arena, 0);
        struct wire_bytes answer = call(bench, collector_batch(tablet, &arena, 0, NULL, NULL));
        has_more = collector_take(tablet, answer);
        size += answer.size;
        ++*page_count_out;
        free((void *)(uintptr_t)answer.bytes);
        arena_deinit(&arena);
    }
    return size;
}

static void enrol_all(struct bench *bench, const struct chain_public_key *hq, FILE *codes)
{
    char code[64];
    char said[200] = "";
    size_t most = 0;
    while (bench->tablet_count < TABLETS_MAX && fgets(code, sizeof code, codes) != NULL) {
        code[strcspn(code, "\n")] = '\0';
        struct collector *tablet = &bench->tablets[bench->tablet_count++];
        collector_init(tablet, hq, 5000 + bench->tablet_count);
        struct wire_bytes answer = call(bench, collector_enrol(tablet, code));
        collector_enrolled(tablet, answer);
        free((void *)(uintptr_t)answer.bytes);
        size_t pages = 0;
        uint64_t size = fetch(bench, tablet, &pages);
        if (tablet->case_count > most) {
            most = tablet->case_count;
            snprintf(said, sizeof said,
                     "bootstrap of %zu cases: %.1f kB in %zu pages, %.1f B a case", most,
                     (double)size / 1e3, pages, (double)size / (double)most);
        }
    }
    printf("%s\n", said); /* of the largest portfolio */
}

/* `count` batches, tablets in turn, in `arena`. An answer repeats what came since the cursor
 * that its tablet had when the load began. */
static struct shot *turns_make(struct bench *bench, struct arena *arena, size_t count,
                               size_t connections, int64_t period_us)
{
    struct shot *shots = ARENA_ARRAY(arena, count, struct shot);
    struct turn *turns = ARENA_ARRAY(arena, count, struct turn);
    for (size_t i = 0; i < count; i++) {
        struct collector *tablet = &bench->tablets[i % bench->tablet_count];
        struct arena making;
        arena_init(&making, 0);
        struct wire_bytes envelope =
            collector_batch(tablet, &making, BATCH, NULL, &turns[i].fact_count);
        turns[i].tablet = tablet;
        turns[i].request_tag = tablet->request_tag;
        shots[i] = (struct shot){
            .body = arena_copy(arena, envelope.bytes, envelope.size),
            .body_size = envelope.size,
            .connection = i % bench->tablet_count % connections,
            .due_us = period_us == 0 ? 0 : 1 + (int64_t)i * period_us,
            .context = &turns[i],
        };
        arena_deinit(&making);
    }
    return shots;
}

/* Every answer is opened and its receipt checked; says how many facts went. */
static size_t turns_end(struct shot *shots, size_t count)
{
    size_t fact_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct turn *turn = shots[i].context;
        if (shots[i].status == 200) {
            turn->tablet->request_tag = turn->request_tag;
            (void)collector_take(turn->tablet,
                                 (struct wire_bytes){shots[i].answer, shots[i].answer_size});
        }
        free(shots[i].answer);
        fact_count += turn->fact_count;
    }
    return fact_count;
}

static void check_good(const char *what, const struct load_figures *figures)
{
    if (figures->bad_count > 0) {
        printf("%s: %zu requests were not answered with 200\n", what, figures->bad_count);
    }
}

static void rate(struct bench *bench, size_t connections, size_t count)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct shot *shots = turns_make(bench, &arena, count, connections, 0);
    double cpu = cpu_s(bench->pid);
    double own_cpu = own_cpu_s();
    struct load_figures figures = run(bench, shots, count, connections);
    cpu = cpu_s(bench->pid) - cpu;
    own_cpu = own_cpu_s() - own_cpu;
    double p99_ms = (double)load_percentile(shots, count, 0.99) / 1e3;
    double facts = (double)turns_end(shots, count);
    printf("rate, %zu connections: %.0f facts/s, %.1f us CPU a fact, client %.1f us, p99 %.1f ms, "
           "%.1f bytes a fact\n",
           connections, facts / figures.wall_s, cpu * 1e6 / facts, own_cpu * 1e6 / facts, p99_ms,
           (double)(figures.sent_size + figures.received_size) / facts);
    check_good("rate", &figures);
    arena_deinit(&arena);
    fflush(stdout);
}

static void paced(struct bench *bench, const char *folder, const char *what, int seconds)
{
    struct arena arena;
    arena_init(&arena, 0);
    size_t count = (size_t)(PACED_PER_S * seconds / BATCH);
    size_t connections = bench->tablet_count;
    struct shot *shots =
        turns_make(bench, &arena, count, connections, INT64_C(1000000) * BATCH / PACED_PER_S);
    double cpu = cpu_s(bench->pid);
    struct probe probe = probe_begin(folder, seconds);
    struct load_figures figures = run(bench, shots, count, connections);
    cpu = cpu_s(bench->pid) - cpu;
    probe_end(probe, what);
    double p50_ms = (double)load_percentile(shots, count, 0.5) / 1e3;
    double p99_ms = (double)load_percentile(shots, count, 0.99) / 1e3;
    double most_ms = (double)load_percentile(shots, count, 1) / 1e3;
    double facts = (double)turns_end(shots, count);
    printf("%s: %zu tablets, %.0f facts/s, p50 %.1f ms, p99 %.1f ms, most %.1f ms, "
           "%.0f %% of a core\n",
           what, connections, facts / figures.wall_s, p50_ms, p99_ms, most_ms,
           cpu * 100 / figures.wall_s);
    check_good(what, &figures);
    arena_deinit(&arena);
    fflush(stdout);
}

static void write_bytes(const char *folder, const char *name, const void *bytes, size_t size)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK(os_file_replace(path, bytes, size) == OK);
}

/* A day of the last tablet: 30 visits to the cases that it has, in one envelope, as the app
 * leaves it in the spool. Tomorrow's cases, which it is given meanwhile, come down with the
 * answer. The same facts as documents beside it. */
static void write_day(struct bench *bench, const char *folder)
{
    enum { VISITS_A_DAY = 30 };
    struct collector *tablet = &bench->tablets[bench->tablet_count - 1];
    struct arena arena;
    arena_init(&arena, 0);
    printf("day: the tablet has %zu cases\n", tablet->case_count);
    tablet->visits.visits_today = 0;
    ds_Event *events = ARENA_ARRAY(&arena, COLLECTOR_BATCH_MAX, ds_Event);
    char path[600];
    snprintf(path, sizeof path, "%s/day.jsonl", folder);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    uint64_t seq = tablet->seq;
    size_t count = 0;
    struct wire_bytes envelope =
        collector_batch(tablet, &arena, VISITS_A_DAY * 7 / 3, events, &count);
    size_t visits = 0;
    for (size_t i = 0; i < count; i++) {
        visits += events[i].which_kind == ds_Event_visit_finished_tag;
        documents_put(file, tablet, seq + 1 + i, &events[i]);
        fputc('\n', file);
    }
    CHECK(fclose(file) == 0);
    write_bytes(folder, "day.env", envelope.bytes, envelope.size);
    printf("day: %zu visits, %zu facts, %zu bytes sealed\n", visits, count, envelope.size);
    fflush(stdout);
    arena_deinit(&arena);
}

static int work(int argc, char **argv)
{
    CHECK(argc == 7);
    struct bench *bench = calloc(1, sizeof *bench);
    bench->port = (uint16_t)strtoul(argv[2], NULL, 10);
    bench->pid = strtol(argv[3], NULL, 10);
    bench->tablets = calloc(TABLETS_MAX, sizeof *bench->tablets);
    arena_init(&bench->arena, 0);
    struct chain_public_key hq;
    CHECK(buf_from_hex(hq.bytes, sizeof hq.bytes, argv[4]) == OK);
    FILE *codes = fopen(argv[5], "r");
    CHECK(codes != NULL);
    enrol_all(bench, &hq, codes);
    fclose(codes);
    printf("%zu tablets\n", bench->tablet_count);
    fflush(stdout);
    write_day(bench, argv[6]);
    bench->tablet_count -= 2; /* the last is the day's, the one before has a whole portfolio */
    rate(bench, 1, 250);
    rate(bench, 8, 1500);
    rate(bench, 64, 1500);
    paced(bench, argv[6], "paced", PACED_S);
    pid_t child = fork();
    if (child == 0) {
        crowd_drip(bench->port, LORIS, LORIS_S);
        _exit(0);
    }
    paced(bench, argv[6], "paced beside slow clients", LORIS_S - 5);
    waitpid(child, NULL, 0);
    documents_write(bench->tablets, bench->tablet_count, BATCH, argv[6]);
    return 0;
}

static int post(int argc, char **argv)
{
    CHECK(argc == 7);
    FILE *file = fopen(argv[5], "r");
    CHECK(file != NULL);
    struct arena arena;
    arena_init(&arena, 0);
    size_t count = 0;
    size_t connections = strtoul(argv[6], NULL, 10);
    struct shot *shots = calloc(100000, sizeof *shots);
    char *line = malloc(BODY_LINE_MAX);
    while (count < 100000 && fgets(line, BODY_LINE_MAX, file) != NULL) {
        size_t size = strcspn(line, "\n");
        shots[count] = (struct shot){.body = arena_copy(&arena, line, size),
                                     .body_size = size,
                                     .connection = count % connections};
        count++;
    }
    fclose(file);
    free(line);
    const struct load load = {.port = (uint16_t)strtoul(argv[2], NULL, 10),
                              .path = argv[4],
                              .type = "application/json",
                              .connection_count = connections};
    double cpu = cpu_s(strtol(argv[3], NULL, 10));
    double own_cpu = own_cpu_s();
    struct load_figures figures = load_run(&load, shots, count);
    cpu = cpu_s(strtol(argv[3], NULL, 10)) - cpu;
    own_cpu = own_cpu_s() - own_cpu;
    double facts = (double)count * BATCH;
    printf("documents, %zu connections: %.0f facts/s, %.1f us CPU a fact, client %.1f us, "
           "p99 %.1f ms, %.1f bytes a fact, %zu refused\n",
           connections, facts / figures.wall_s, cpu * 1e6 / facts, own_cpu * 1e6 / facts,
           (double)load_percentile(shots, count, 0.99) / 1e3,
           (double)(figures.sent_size + figures.received_size) / facts, figures.bad_count);
    return 0;
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "work") == 0) {
        return work(argc, argv);
    }
    if (strcmp(what, "post") == 0) {
        return post(argc, argv);
    }
    if (strcmp(what, "idle") == 0 && argc >= 5) {
        crowd_idle((uint16_t)strtoul(argv[2], NULL, 10), strtol(argv[3], NULL, 10),
                   strtoul(argv[4], NULL, 10), argc > 5);
        return 0;
    }
    if (strcmp(what, "loris") == 0 && argc == 5) {
        crowd_drip((uint16_t)strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
                   (int)strtol(argv[4], NULL, 10));
        return 0;
    }
    fprintf(stderr, "see the head of tests/bench/hq/bench.c\n");
    return 2;
}
