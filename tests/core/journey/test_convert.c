#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

#include <stdio.h>
#include <stdlib.h>

/* Goal: the plain files of an earlier version are sealed at the first open with a key, and
 * whatever happens on the way the next open has all that they held. */

static const struct store_key key = {{1, 2, 3, 4}};
static const char photo[] = "照片的字节照片的字节照片的字节";

static bool file_has(const struct fault_disk *disk, const char *text)
{
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *file = &disk->files[i];
        if (file->exists && memmem(file->bytes, file->size, text, strlen(text)) != NULL) {
            return true;
        }
    }
    return false;
}

/* A plain tablet with visits, a photo and a log that nobody folded in, as after a cut; an old
 * copy lies beside it. */
static void open_plain(struct tablet *tablet)
{
    struct capture capture;
    tablet_open_bare(tablet);
    store_close(&tablet->store);
    fault_disk_free(&tablet->disk);
    tablet->options.key = NULL;
    EXPECT_OK(tablet_reopen(tablet));
    tablet_fill(tablet, 2);
    tablet_start_visit(tablet, 1);
    EXPECT_OK(journey_attach(&tablet->journey, 1, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                             (struct str){photo, sizeof photo}, "", &capture));
    tablet_draft_promise(tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    EXPECT_OK(store_checkpoint(tablet->store));
    struct fault_disk kept = {0};
    tablet_start_visit(tablet, 2);
    fault_disk_copy(&kept, &tablet->disk);
    store_close(&tablet->store);
    fault_disk_copy(&tablet->disk, &kept);
    fault_disk_free(&kept);
    EXPECT(fault_disk_file(&tablet->disk, "device.db-wal")->size > 0);
}

static const char *dump_of(struct tablet *tablet)
{
    struct str bytes;
    struct chain_hash hash = chain_hash(photo, sizeof photo);
    EXPECT_OK(store_attachment_read(tablet->store, &tablet->task, &hash, &bytes));
    EXPECT(bytes.size == sizeof photo && memcmp(bytes.bytes, photo, sizeof photo) == 0);
    return tablet_dump(tablet);
}

static void expect_sealed(const char *row, struct tablet *tablet)
{
    static const char *const traces[] = {"王建国", "浦东新区",        "310101199001011234",
                                         photo,    "SQLite format 3", "CREATE TABLE"};
    for (size_t i = 0; i < COUNT(traces); i++) {
        EXPECT_ROW(row, !file_has(&tablet->disk, traces[i]));
    }
    static const char *const beside[] = {"device.db.sealed", "device.db.swap",
                                         "device.db.sealed-journal", "device.db.media.sealed",
                                         "device.db.media.swap"};
    for (size_t i = 0; i < COUNT(beside); i++) {
        EXPECT_ROW(beside[i], fault_disk_file(&tablet->disk, beside[i]) == NULL);
    }
}

TEST(test_a_plain_file_is_sealed_with_all_it_held)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    open_plain(tablet);
    EXPECT(file_has(&tablet->disk, "王建国"));
    EXPECT(file_has(&tablet->disk, photo));
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = dump_of(tablet);
    tablet->options.key = &key;
    EXPECT_OK(tablet_reopen(tablet));
    EXPECT_TEXT(before, dump_of(tablet));
    expect_sealed("after it", tablet);
    /* It is used as before, and opens again. */
    tablet_draft_promise(tablet, 700000);
    struct capture capture;
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    before = dump_of(tablet);
    EXPECT_OK(tablet_reopen(tablet));
    EXPECT_TEXT(before, dump_of(tablet));
    expect_sealed("later", tablet);
    tablet_close(tablet);
    free(tablet);
}

/* A thirteenth of all steps and ways by default, each of them with DOORSTEP_FAULTS=all. */
TEST(test_a_cut_or_a_full_disk_at_any_write_loses_nothing_of_a_plain_file)
{
    enum { WAYS = 4, KEEPS = 3 };
    const char *faults = getenv("DOORSTEP_FAULTS");
    uint64_t stride = faults != NULL && strcmp(faults, "all") == 0 ? 1 : 13;
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    open_plain(tablet);
    fault_disk_copy(base, &tablet->disk);
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = dump_of(tablet);
    tablet->options.key = &key;
    fault_disk_copy(&tablet->disk, base);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(tablet_reopen(tablet));
    uint64_t step_count = tablet->disk.step_count;
    EXPECT(step_count > 50);
    for (uint64_t step = 1; step <= step_count; step++) {
        for (uint64_t way = 0; way < WAYS * KEEPS; way++) {
            if ((step * 5 + way) % stride != 0) {
                continue;
            }
            char row[64];
            struct arena_mark mark = arena_mark(&tablet->task);
            snprintf(row, sizeof row, "step %llu way %llu", (unsigned long long)step,
                     (unsigned long long)way);
            store_close(&tablet->store);
            fault_disk_copy(&tablet->disk, base);
            fault_disk_arm(&tablet->disk);
            *(way % WAYS == 0   ? &tablet->disk.cut_before_step
              : way % WAYS == 1 ? &tablet->disk.cut_after_step
              : way % WAYS == 2 ? &tablet->disk.full_at_step
                                : &tablet->disk.fail_at_step) = step;
            enum err err = tablet_reopen(tablet);
            EXPECT_ROW(row, err == OK || err == ERR_io || err == ERR_no_space);
            store_close(&tablet->store);
            fault_disk_restart(&tablet->disk, (enum fault_keep)(way / WAYS));
            EXPECT_ROW(row, tablet_reopen(tablet) == OK);
            EXPECT_ROW(row, strcmp(dump_of(tablet), before) == 0);
            expect_sealed(row, tablet);
            arena_rollback(&tablet->task, mark);
        }
    }
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}

/* Another key neither opens the file nor seals it anew. */
TEST(test_what_was_sealed_opens_with_its_own_key_alone)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    static const struct store_key other = {{9}};
    open_plain(tablet);
    tablet->options.key = &key;
    EXPECT_OK(tablet_reopen(tablet));
    tablet->options.key = &other;
    EXPECT_ERR(ERR_wrong_key, tablet_reopen(tablet));
    tablet->options.key = &key;
    EXPECT_OK(tablet_reopen(tablet));
    tablet_close(tablet);
    free(tablet);
}
