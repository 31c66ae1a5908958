/* tests/sync/server/import/store_folder.h -- headquarters in a folder of its own,
 * and files for it. */
#pragma once

#include "core/domain/date.h"
#include "core/event/chain.h"
#include "core/event/event.h"
#include "sync/server/import/import.h"
#include "sync/server/store/hq_store.h"
#include "sync/server/store/ingest.h"

#include "tests/lib/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct world {
    struct arena arena;
    struct hq_store *store;
    char folder[256];
    int64_t now_ms; /* 2026-11-22 10:00 in Shanghai */
};

static inline void world_open(struct world *world)
{
    arena_init(&world->arena, 0);
    snprintf(world->folder, sizeof world->folder, "%s/import-XXXXXX", BUILD_FOLDER);
    EXPECT(mkdtemp(world->folder) != NULL);
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    world->now_ms = date_instant(date_from_civil(2026, 11, 22), 600, 480);
}

static inline void world_close(struct world *world)
{
    hq_store_close(world->store);
    DIR *folder = opendir(world->folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", world->folder, entry->d_name);
        if (entry->d_name[0] != '.') {
            unlink(path);
        }
    }
    closedir(folder);
    rmdir(world->folder);
    arena_deinit(&world->arena);
}

static inline FILE *file_of(const char *text)
{
    FILE *file = tmpfile();
    EXPECT(file != NULL && fputs(text, file) >= 0);
    rewind(file);
    return file;
}

/* What an import leaves: its result and the report it wrote. */
struct imported {
    struct import_result result;
    char report[16384];
};

static inline void report_read(struct imported *imported, FILE *file)
{
    rewind(file);
    size_t size = fread(imported->report, 1, sizeof imported->report - 1, file);
    imported->report[size] = '\0';
    fclose(file);
}

static inline void world_import(struct world *world, struct imported *imported, const char *text,
                                bool is_dry_run, bool is_all_or_nothing)
{
    FILE *in = file_of(text);
    struct fault_report report = {.file = tmpfile(), .lang = LANG_en};
    const struct import_options options = {.file_name = "cases.csv",
                                           .actor = "test",
                                           .now_ms = world->now_ms,
                                           .is_dry_run = is_dry_run,
                                           .is_all_or_nothing = is_all_or_nothing};
    EXPECT_OK(import_cases(&world->arena, world->store, in, &report, &options, &imported->result));
    fclose(in);
    report_read(imported, report.file);
}

/* Cases, facts and batches as a text: what a change would show in. */
static inline const char *world_print(struct world *world)
{
    struct str_builder out;
    str_builder_init(&out, &world->arena);
    str_add_text(&out, "");
    struct hq_query query = hq_query(world->store, SQL_HQ_assign_cases);
    while (hq_next(&query)) {
        struct str record = hq_text(&query, 4);
        str_add_format(&out, "%lld owner %lld epoch %lld owed %lld %016llx\n",
                       (long long)hq_i64(&query, 0), (long long)hq_i64(&query, 6),
                       (long long)hq_i64(&query, 7), (long long)hq_i64(&query, 8),
                       (unsigned long long)chain_short_hash(record.bytes, record.size));
    }
    EXPECT_OK(hq_end(&query));
    int64_t batch_next;
    struct hq_query batches = hq_query(world->store, SQL_HQ_import_batch_next);
    EXPECT_OK(hq_one_i64(&batches, &batch_next));
    str_add_format(&out, "next batch %lld\n", (long long)batch_next);
    return out.text;
}

/* The record of a case of the client "B". */
static inline bool world_record(struct world *world, const char *ref, ds_CaseRecord *record_out)
{
    struct hq_query query = hq_query(world->store, SQL_HQ_import_case_by_ref);
    hq_bind_text(&query, "$client", STR("B"));
    hq_bind_text(&query, "$case_ref", str_from(ref));
    bool is_there = hq_next(&query);
    if (is_there) {
        struct str bytes = hq_text(&query, 1);
        EXPECT_OK(case_record_decode(record_out, (const uint8_t *)bytes.bytes, bytes.size));
        EXPECT_INT(hq_i64(&query, 0), record_out->case_no);
    }
    EXPECT_OK(hq_end(&query));
    return is_there;
}

/* How many facts of a kind the case has in the journal. */
static inline int64_t world_fact_count(struct world *world, int64_t case_no, int64_t kind)
{
    int64_t count = 0;
    struct hq_query query = hq_query(world->store, SQL_HQ_payments_posted_of_case);
    hq_bind_i64(&query, "$case_no", case_no);
    hq_bind_i64(&query, "$kind", kind);
    while (hq_next(&query)) {
        count++;
    }
    EXPECT_OK(hq_end(&query));
    return count;
}

#define HEADING \
    "case_ref,client,product,debtor_name,principal,interest,balance_date,due_date,phone1\n"
#define ROW(ref, principal, day) \
    ref ",B,card,赵示例," principal ",10," day ",2026-08-05,19900001234\n"
