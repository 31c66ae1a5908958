/* Goal: whatever the power does at whatever moment of a journey, afterwards the
 * tablet is either as before it or as after it, and never in between; doing the
 * journey again (only when it has not happened) gives the same end.
 *
 * Method: the steps of the disk (writes, flushes, truncations) are counted for
 * an undisturbed run. Then power is cut before and after each step k, with three
 * things the disk may have kept; the tablet is opened again, the journey resumed,
 * and the end compared with the undisturbed one, twice. */
#include "tests/core/journey/journeys.h"
#include "tests/lib/effort.h"

#include <stdio.h>
#include <stdlib.h>

static void cut_once(struct tablet *tablet, const struct journey_sample *journey,
                     const struct fault_disk *base, const char *before, const char *after,
                     uint64_t step, bool is_after, enum fault_keep keep)
{
    char row[96];
    snprintf(row, sizeof row, "%s cut %s step %llu, keep %d", journey->name,
             is_after ? "after" : "before", (unsigned long long)step, (int)keep);
    struct arena_mark mark = arena_mark(&tablet->task);
    store_close(&tablet->store);
    fault_disk_copy(&tablet->disk, base);
    EXPECT_ROW(row, tablet_reopen(tablet) == OK);
    fault_disk_arm(&tablet->disk);
    *(is_after ? &tablet->disk.cut_after_step : &tablet->disk.cut_before_step) = step;
    bool was_accepted = journey->run(tablet) == OK;
    EXPECT_ROW(row, tablet->disk.is_dead);

    fault_disk_restart(&tablet->disk, keep);
    EXPECT_ROW(row, tablet_reopen(tablet) == OK);
    bool has_happened = strcmp(tablet_dump(tablet), before) != 0;
    EXPECT_ROW(row, has_happened || !was_accepted); /* what was accepted is there */
    EXPECT_ROW(row, strcmp(tablet_dump(tablet), has_happened ? after : before) == 0);
    if (!has_happened) {
        EXPECT_ROW(row, journey->run(tablet) == OK);
    }
    EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
    EXPECT_ROW(row, tablet_reopen(tablet) == OK);
    EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
    arena_rollback(&tablet->task, mark);
}

static void cut_everywhere(const struct journey_sample *journey)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    tablet_open(tablet, JOURNEY_CASES);
    journey->prepare(tablet);
    store_close(&tablet->store); /* so that the base is one file */
    fault_disk_copy(base, &tablet->disk);

    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(journey->run(tablet));
    uint64_t step_count = tablet->disk.step_count;
    uint64_t flush_count = tablet->disk.flush_count;
    const char *after = tablet_dump(tablet);
    EXPECT(step_count >= 2); /* at least the log and its flush */
    EXPECT(flush_count >= 1);

    for (uint64_t step = 1; step <= step_count; step++) {
        /* Before this step the disk is as it was after the last one; the program is told less. */
        if (effort_is_whole() || step % 2 == 0) {
            cut_once(tablet, journey, base, before, after, step, false, FAULT_KEEP_flushed);
        }
        for (int keep = FAULT_KEEP_flushed; keep <= FAULT_KEEP_torn; keep++) {
            if (effort_is_whole() || (uint64_t)(keep - FAULT_KEEP_flushed) == step % 3) {
                cut_once(tablet, journey, base, before, after, step, true, (enum fault_keep)keep);
            }
        }
    }
    print_message("%s: %llu steps, %llu flushes\n", journey->name, (unsigned long long)step_count,
                  (unsigned long long)flush_count);
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}

TEST(test_power_cut_at_any_step_leaves_before_or_after)
{
    for (size_t i = 0; i < COUNT(journey_samples); i++) {
        cut_everywhere(&journey_samples[i]);
    }
}

/* An I/O error or a full disk at any step: nothing of the journey is saved or all
 * of it, the store says so, and goes on from the disk. */
TEST(test_failing_disk_at_any_step_loses_nothing)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    tablet_open(tablet, JOURNEY_CASES);
    prepare_promise(tablet);
    store_close(&tablet->store);
    fault_disk_copy(base, &tablet->disk);
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(run_finish_visit(tablet));
    uint64_t step_count = tablet->disk.step_count;
    const char *after = tablet_dump(tablet);
    for (uint64_t step = 1; step <= step_count; step++) {
        for (int is_full = 0; is_full < 2; is_full++) {
            char row[64];
            snprintf(row, sizeof row, "step %llu %s", (unsigned long long)step,
                     is_full ? "full" : "error");
            store_close(&tablet->store);
            fault_disk_copy(&tablet->disk, base);
            EXPECT_ROW(row, tablet_reopen(tablet) == OK);
            fault_disk_arm(&tablet->disk);
            *(is_full ? &tablet->disk.full_at_step : &tablet->disk.fail_at_step) = step;
            enum err err = run_finish_visit(tablet);
            EXPECT_ROW(row, err == OK || err == (is_full ? ERR_no_space : ERR_io));
            if (err == ERR_io) { /* nothing is believed until the disk was read again */
                struct store_outbox outbox;
                EXPECT_ROW(row, store_outbox_read(tablet->store, &outbox) == ERR_io);
            }
            fault_disk_arm(&tablet->disk);
            if (err == ERR_io) {
                EXPECT_ROW(row, store_reopen(tablet->store) == OK);
            }
            const char *now = tablet_dump(tablet);
            EXPECT_ROW(row, strcmp(now, before) == 0 || strcmp(now, after) == 0);
            EXPECT_ROW(row, err != OK || strcmp(now, after) == 0);
            if (strcmp(now, before) == 0) {
                EXPECT_ROW(row, run_finish_visit(tablet) == OK);
            }
            EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
        }
    }
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}
