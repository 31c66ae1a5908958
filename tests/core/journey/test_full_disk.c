/* Goal: a full disk loses nothing. Photos are refused first; facts go on in the reserve; when
 * that is gone too an accepted tap is refused and nothing is half; with room everything goes on
 * and the reserve is made again. */
#include "tests/core/journey/journeys.h"

#include <stdio.h>
#include <stdlib.h>

enum { RESERVE_SIZE = 256 * 1024 };

static struct store_health health_of(struct tablet *tablet)
{
    struct store_health health;
    EXPECT_OK(store_health_read(tablet->store, &health));
    return health;
}

static struct tablet *open_with_reserve(struct fault_disk *base)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    tablet_open(tablet, JOURNEY_CASES);
    tablet->options.reserve_size = RESERVE_SIZE;
    prepare_promise(tablet);
    EXPECT_OK(tablet_reopen(tablet));
    EXPECT(!health_of(tablet).is_reserve_gone);
    EXPECT_INT(RESERVE_SIZE, fault_disk_file(&tablet->disk, "device.db.reserve")->size);
    store_close(&tablet->store);
    fault_disk_copy(base, &tablet->disk);
    EXPECT_OK(tablet_reopen(tablet));
    return tablet;
}

static void close_all(struct tablet *tablet, struct fault_disk *base)
{
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}

/* Full at every step, for ever or until the reserve is gone: the visit is saved whole or
 * refused whole, and with room again it is saved. */
TEST(test_a_disk_that_fills_up_at_any_step_of_a_visit)
{
    struct fault_disk *base = calloc(1, sizeof *base);
    struct tablet *tablet = open_with_reserve(base);
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(run_finish_visit(tablet));
    uint64_t step_count = tablet->disk.step_count;
    const char *after = tablet_dump(tablet);
    size_t saved_count = 0;
    size_t refused_count = 0;
    for (uint64_t step = 1; step <= step_count; step++) {
        for (uint64_t steps = 0; steps <= 1; steps++) { /* 0: from then on */
            char row[64];
            snprintf(row, sizeof row, "full at step %llu, %s", (unsigned long long)step,
                     steps == 0 ? "for ever" : "until the reserve is gone");
            struct arena_mark mark = arena_mark(&tablet->task);
            store_close(&tablet->store);
            fault_disk_copy(&tablet->disk, base);
            EXPECT_ROW(row, tablet_reopen(tablet) == OK);
            fault_disk_arm(&tablet->disk);
            tablet->disk.full_at_step = step;
            tablet->disk.full_steps = steps;
            enum err err = run_finish_visit(tablet);
            EXPECT_ROW(row, err == OK || err == ERR_no_space);
            EXPECT_ROW(row, err == OK || steps == 0);
            const char *now = tablet_dump(tablet);
            EXPECT_ROW(row, strcmp(now, err == OK ? after : before) == 0);
            bool is_gone = fault_disk_file(&tablet->disk, "device.db.reserve") == NULL;
            EXPECT_ROW(row, is_gone == health_of(tablet).is_reserve_gone);
            EXPECT_ROW(row, err == OK || is_gone);
            saved_count += err == OK;
            refused_count += err != OK;
            fault_disk_arm(&tablet->disk); /* somebody made room */
            if (err != OK) {
                EXPECT_ROW(row, run_finish_visit(tablet) == OK);
            }
            EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
            EXPECT_ROW(row, store_reserve_restore(tablet->store));
            EXPECT_ROW(row, !health_of(tablet).is_reserve_gone);
            EXPECT_ROW(row,
                       fault_disk_file(&tablet->disk, "device.db.reserve")->size == RESERVE_SIZE);
            arena_rollback(&tablet->task, mark);
        }
    }
    EXPECT(saved_count >= step_count);
    EXPECT(refused_count > 0);
    close_all(tablet, base);
}

/* An answer of headquarters needs room too, and brings the reserve back when there is. */
TEST(test_an_answer_takes_the_reserve_and_relief_brings_it_back)
{
    struct fault_disk *base = calloc(1, sizeof *base);
    struct tablet *tablet = open_with_reserve(base);
    fault_disk_arm(&tablet->disk);
    tablet->disk.full_at_step = 1;
    tablet->disk.full_steps = 1;
    EXPECT_OK(run_apply_download(tablet)); /* made again within: the disk had room */
    EXPECT(!health_of(tablet).is_reserve_gone);
    store_close(&tablet->store);
    fault_disk_copy(&tablet->disk, base);
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    tablet->disk.full_at_step = 1;
    EXPECT_ERR(ERR_no_space, run_apply_download(tablet));
    EXPECT_TEXT(before, tablet_dump(tablet));
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(run_apply_download(tablet));
    EXPECT(!health_of(tablet).is_reserve_gone);
    close_all(tablet, base);
}

/* Photos are refused while the reserve is gone; the visit goes on. */
TEST(test_photos_are_refused_first_and_the_visit_goes_on)
{
    struct fault_disk *base = calloc(1, sizeof *base);
    struct tablet *tablet = open_with_reserve(base);
    struct capture capture;
    uint64_t seq = 0;
    uint64_t now_seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    EXPECT(store_reserve_release(tablet->store));
    EXPECT(health_of(tablet).is_reserve_gone);
    EXPECT_ERR(ERR_no_space, journey_attach(&tablet->journey, 2, EVIDENCE_KIND_door,
                                            MEDIA_TYPE_jpeg, photo_make(tablet, 1), "", &capture));
    EXPECT_OK(store_journal_last(tablet->store, &now_seq, NULL, NULL));
    EXPECT_INT(seq, now_seq);
    EXPECT_OK(run_finish_visit(tablet));
    EXPECT(store_reserve_restore(tablet->store));
    EXPECT_OK(run_attach(tablet));
    close_all(tablet, base);
}

/* A photo that finds the disk full never takes the reserve, and leaves nothing of itself. */
TEST(test_a_photo_never_takes_the_reserve)
{
    struct fault_disk *base = calloc(1, sizeof *base);
    struct tablet *tablet = open_with_reserve(base);
    EXPECT_OK(run_attach(tablet));
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(attach_photo(tablet, 2, 2));
    uint64_t step_count = tablet->disk.step_count;
    for (uint64_t step = 1; step <= step_count; step++) {
        store_close(&tablet->store);
        fault_disk_copy(&tablet->disk, base);
        EXPECT_OK(tablet_reopen(tablet));
        EXPECT_OK(run_attach(tablet));
        fault_disk_arm(&tablet->disk);
        tablet->disk.full_at_step = step;
        enum err err = attach_photo(tablet, 2, 2);
        EXPECT(err == OK || err == ERR_no_space);
        fault_disk_arm(&tablet->disk);
        if (err != OK) {
            EXPECT_TEXT(before, tablet_dump(tablet));
        }
        EXPECT_OK(run_finish_visit(tablet));
    }
    close_all(tablet, base);
}

/* Every tap that is accepted while the disk is full is there after a start. */
TEST(test_the_open_visit_is_typed_on_in_the_reserve)
{
    struct fault_disk *base = calloc(1, sizeof *base);
    struct tablet *tablet = open_with_reserve(base);
    ds_VisitDraft draft;
    fault_disk_arm(&tablet->disk);
    tablet->disk.full_at_step = 1;
    tablet->disk.full_steps = 1;
    EXPECT_OK(run_draft_save(tablet));
    EXPECT(health_of(tablet).is_reserve_gone);
    fault_disk_restart(&tablet->disk, FAULT_KEEP_flushed);
    EXPECT_OK(tablet_reopen(tablet));
    EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
    EXPECT_INT(3, draft.step);
    EXPECT(!health_of(tablet).is_reserve_gone); /* made again at the start */
    close_all(tablet, base);
}
