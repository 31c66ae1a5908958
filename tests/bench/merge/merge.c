/* Facts per second into headquarters' store, durable and with every projection.
 *
 * Cases are loaded and assigned; then 200 tablets send batches of 20 facts (per visit:
 * started, finished, and a promise on every third) in groups of 16 batches to a
 * transaction, as the writer does under load; then the same with a slower disk.
 * Run: bench_merge [cases] [facts] [folder, kept: loaded once, then copy it] */
#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "tests/lib/disk_shim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLETS = 200, BATCH = 20, GROUP = 16, SLOW_FLUSH_US = 8000 };

#define AT_MS INT64_C(1797120000000)
#define RECEIVED_MS (AT_MS + INT64_C(90) * 86400000) /* after every fact */

static void must(enum err err, const char *what)
{
    if (err != OK) {
        fprintf(stderr, "%s: %s\n", what, err_name(err));
        exit(1);
    }
}

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void load_cases(struct hq_store *store, uint64_t case_count)
{
    ds_CaseRecord *record = calloc(1, sizeof *record);
    for (uint64_t i = 0; i < case_count;) {
        struct arena arena;
        arena_init(&arena, 0);
        must(hq_begin(store), "begin");
        struct ingest *ingest = ingest_start(&arena, store, AT_MS - 1000);
        for (uint64_t n = 0; n < 2000 && i < case_count; n++, i++) {
            memset(record, 0, sizeof *record);
            snprintf(record->case_ref, sizeof record->case_ref, "R%09llu", (unsigned long long)i);
            snprintf(record->client, sizeof record->client, "Client");
            snprintf(record->debtor_name, sizeof record->debtor_name, "Debtor %llu",
                     (unsigned long long)i);
            snprintf(record->zone, sizeof record->zone, "Asia/Shanghai");
            record->principal_minor = 100000 + i;
            record->addresses_count = 1;
            snprintf(record->addresses[0].text, sizeof record->addresses[0].text,
                     "Building 12, Some Long Road 345, Some District");
            must(ingest_case(ingest, record, 1), "case");
            ds_Event event = {.at_ms = AT_MS - 1000, .case_no = record->case_no};
            event.which_kind = ds_Event_case_assigned_tag;
            event.kind.case_assigned.owner_no = (uint32_t)(1 + i % TABLETS);
            event.kind.case_assigned.lease_epoch = 1;
            must(ingest_own(ingest, &event, NULL), "assign");
        }
        must(ingest_finish(ingest), "finish");
        must(hq_commit(store), "commit");
        arena_deinit(&arena);
    }
    free(record);
}

static void add_tablets(struct hq_store *store)
{
    must(hq_begin(store), "begin");
    struct chain_link nothing = {{0}};
    for (int64_t t = 1; t <= TABLETS; t++) {
        struct hq_query add = hq_query(store, SQL_HQ_device_add);
        hq_bind_i64(&add, "$device_no", t);
        hq_bind_i64(&add, "$person_no", t);
        hq_bind_bytes(&add, "$public_key", nothing.bytes, sizeof nothing.bytes);
        hq_bind_i64(&add, "$enrolled_at_ms", 1);
        hq_bind_i64(&add, "$app_version", 100);
        hq_bind_text(&add, "$model", STR(""));
        must(hq_run(&add), "device");
        struct hq_query strand = hq_query(store, SQL_HQ_strand_put);
        hq_bind_i64(&strand, "$device_no", t);
        hq_bind_i64(&strand, "$strand", 0);
        hq_bind_i64(&strand, "$parent_strand", 0);
        hq_bind_i64(&strand, "$from_seq", 0);
        hq_bind_i64(&strand, "$seq", 0);
        hq_bind_bytes(&strand, "$link", nothing.bytes, sizeof nothing.bytes);
        hq_bind_i64(&strand, "$order_at_ms", 0);
        hq_bind_i64(&strand, "$told_order_at_ms", 0);
        must(hq_run(&strand), "strand");
    }
    must(hq_commit(store), "commit");
}

struct tablet {
    uint64_t seq;
    uint64_t fact_count;
    struct chain_link link;
    int64_t at_ms;
};

static size_t next_fact(struct tablet *tablet, uint32_t person_no, uint64_t case_count,
                        uint8_t *body)
{
    ds_Event event = ds_Event_init_zero;
    tablet->at_ms += 200000;
    event.at_ms = (uint64_t)tablet->at_ms;
    event.person_no = person_no;
    event.epoch = 1;
    event.uptime_ms = (uint64_t)tablet->at_ms - AT_MS;
    uint64_t visit = tablet->fact_count / 7 * 3 + tablet->fact_count % 7 / 2;
    visit -= tablet->fact_count % 7 == 6;
    event.case_no = (visit * TABLETS * 7 + person_no - 1) % case_count + 1;
    event.has_fix = true;
    event.fix = (ds_Fix){312304000, 1214737000, 8, 2};
    if (tablet->fact_count % 7 == 6) {
        event.which_kind = ds_Event_promise_made_tag;
        event.kind.promise_made.amount_minor = 50000;
        event.kind.promise_made.due_day = 20807;
        event.kind.promise_made.channel = 1;
        event.kind.promise_made.promised_by = 1;
    } else if (tablet->fact_count % 2 == 0) {
        event.which_kind = ds_Event_visit_started_tag;
        event.kind.visit_started.place = 1;
        event.kind.visit_started.visitors = 2;
    } else {
        event.which_kind = ds_Event_visit_finished_tag;
        event.kind.visit_finished.outcome = 8;
        event.kind.visit_finished.role = 1;
        event.kind.visit_finished.dwell_s = 300;
        snprintf(event.kind.visit_finished.note, sizeof event.kind.visit_finished.note,
                 "The borrower says that the wage comes at the end of the month.");
    }
    tablet->fact_count++;
    size_t size = 0;
    must(event_encode(&event, body, LIMIT_event_size, &size), "encode");
    return size;
}

/* What the HTTP threads have done when the writer gets a batch. */
static struct ingest_batch make_batch(struct arena *arena, struct tablet *tablet,
                                      uint32_t device_no, uint64_t case_count)
{
    struct str *bodies = ARENA_ARRAY(arena, BATCH, struct str);
    struct id *ids = ARENA_ARRAY(arena, BATCH, struct id);
    struct chain_link *links = ARENA_ARRAY(arena, BATCH, struct chain_link);
    struct ingest_batch batch = {
        .device_no = device_no,
        .first_seq = tablet->seq + 1,
        .before = tablet->link,
        .count = BATCH,
        .bodies = bodies,
        .ids = ids,
        .links = links,
    };
    for (size_t i = 0; i < BATCH; i++) {
        uint8_t body[LIMIT_event_size];
        size_t size = next_fact(tablet, device_no, case_count, body);
        tablet->seq++;
        bodies[i] = (struct str){arena_copy(arena, body, size), size};
        ids[i] = chain_event_id(device_no, tablet->seq, body, size);
        links[i] = chain_next(&tablet->link, device_no, tablet->seq, body, size);
        tablet->link = links[i];
    }
    return batch;
}

struct figures {
    uint64_t fact_count;
    uint64_t flush_count;
    double cpu_s, wall_s;
};

/* `fact_goal` facts from where the tablets stand. */
static struct figures merge_facts(struct hq_store *store, struct tablet *tablets,
                                  uint64_t case_count, uint64_t fact_goal)
{
    struct figures figures = {0};
    uint64_t flush_count = disk_shim_flush_count();
    for (uint32_t turn = 0; figures.fact_count < fact_goal; turn += GROUP) {
        struct arena arena;
        arena_init(&arena, 0);
        struct ingest_batch batches[GROUP];
        for (uint32_t g = 0; g < GROUP; g++) {
            uint32_t t = (turn + g) % TABLETS;
            batches[g] = make_batch(&arena, &tablets[t], t + 1, case_count);
        }
        double cpu_start = seconds(CLOCK_PROCESS_CPUTIME_ID);
        double wall_start = seconds(CLOCK_MONOTONIC);
        must(hq_begin(store), "begin");
        struct ingest *ingest = ingest_start(&arena, store, RECEIVED_MS);
        for (uint32_t g = 0; g < GROUP; g++) {
            struct ingest_result result;
            must(ingest_take(ingest, &batches[g], &result), "take");
            figures.fact_count += result.new_count;
        }
        must(ingest_finish(ingest), "finish");
        must(hq_commit(store), "commit");
        figures.cpu_s += seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
        figures.wall_s += seconds(CLOCK_MONOTONIC) - wall_start;
        arena_deinit(&arena);
    }
    figures.flush_count = disk_shim_flush_count() - flush_count;
    return figures;
}

static void print(const char *what, const struct figures *figures)
{
    double facts = (double)figures->fact_count;
    printf("%s: %llu facts, %d batches of %d a group: %.0f facts/s, %.0f facts a CPU second, "
           "%.1f us CPU a fact, %llu flushes\n",
           what, (unsigned long long)figures->fact_count, GROUP, BATCH, facts / figures->wall_s,
           facts / figures->cpu_s, figures->cpu_s * 1e6 / facts,
           (unsigned long long)figures->flush_count);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    uint64_t case_count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    uint64_t fact_goal = argc > 2 ? strtoull(argv[2], NULL, 10) : 100000;
    char made[] = "/tmp/doorstep-bench-XXXXXX";
    const char *folder = argc > 3 ? argv[3] : mkdtemp(made);
    if (folder == NULL) {
        perror("mkdtemp");
        return 1;
    }
    disk_shim_install();
    struct hq_store *store = NULL;
    must(hq_store_open(&store, folder, HQ_ACCESS_write, true), "open");
    double load_start = seconds(CLOCK_MONOTONIC);
    struct hq_query count = hq_query(store, SQL_HQ_import_case_count);
    int64_t there_count = 0;
    must(hq_one_i64(&count, &there_count), "count");
    if (there_count == 0) {
        add_tablets(store);
        load_cases(store, case_count);
    }
    must(hq_checkpoint(store), "checkpoint");
    printf("%llu cases loaded and assigned in %.1f s\n", (unsigned long long)case_count,
           seconds(CLOCK_MONOTONIC) - load_start);
    fflush(stdout);

    struct tablet *tablets = calloc(TABLETS, sizeof *tablets);
    for (size_t t = 0; t < TABLETS; t++) {
        tablets[t].at_ms = AT_MS + (int64_t)t;
    }
    struct figures figures = merge_facts(store, tablets, case_count, fact_goal);
    print("this disk", &figures);
    disk_shim_slow(SLOW_FLUSH_US);
    figures = merge_facts(store, tablets, case_count, fact_goal / 2);
    print("8 ms more a flush", &figures);
    disk_shim_slow(0);
    struct hq_query query = hq_query(store, SQL_HQ_conflict_count);
    int64_t conflict_count = 0;
    must(hq_one_i64(&query, &conflict_count), "conflicts");
    printf("conflicts found: %lld\n", (long long)conflict_count);
    hq_store_close(store);
    free(tablets);
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return argc > 3 || system(command) == 0 ? 0 : 1;
}
