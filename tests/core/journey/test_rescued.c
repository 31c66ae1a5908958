#include "core/store/store_rescue.h"
#include "tests/lib/tablet.h"

#include <stdlib.h>

/* Goal: after a damaged store was put together anew the collector goes on where they were, and
 * headquarters is told once what was saved and what was not. */

static const struct store_key key = {{4, 2}};

static struct tablet *open_sealed(void)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    tablet_open_bare(tablet);
    store_close(&tablet->store);
    fault_disk_free(&tablet->disk);
    tablet->options.key = &key;
    EXPECT_OK(tablet_reopen(tablet));
    tablet_fill(tablet, 4);
    return tablet;
}

static void close_sealed(struct tablet *tablet)
{
    tablet_close(tablet);
    free(tablet);
}

static void rescue(struct tablet *tablet)
{
    store_close(&tablet->store);
    EXPECT_OK(store_rescue(&tablet->options, tablet_start_ms()));
    EXPECT_OK(tablet_reopen(tablet));
}

static const char *rows_of(struct tablet *tablet)
{
    struct str text;
    EXPECT_OK(store_rows_dump(tablet->store, &tablet->task, &text));
    return text.bytes;
}

TEST(test_what_the_collector_saw_is_there_after_a_rescue)
{
    struct tablet *tablet = open_sealed();
    struct capture capture;
    ds_VisitDraft draft;
    tablet_start_visit(tablet, 1);
    tablet_draft_promise(tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    tablet_start_visit(tablet, 2);
    tablet_draft_promise(tablet, 300000);
    const char *before = rows_of(tablet);
    rescue(tablet);
    EXPECT_TEXT(before, rows_of(tablet));
    EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
    EXPECT_INT(2, draft.case_no);
    EXPECT_INT(300000, draft.promise.amount_minor);
    EXPECT_OK(journey_rescued(&tablet->journey)); /* the open visit stays open */
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    EXPECT(capture.is_done);
    close_sealed(tablet);
}

TEST(test_a_rescue_is_told_once)
{
    struct tablet *tablet = open_sealed();
    struct capture capture;
    struct fact fact;
    uint64_t seq = 0;
    tablet_start_visit(tablet, 1);
    tablet_draft_promise(tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    EXPECT_OK(journey_rescued(&tablet->journey)); /* it never was */
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    rescue(tablet);
    for (int i = 0; i < 3; i++) {
        EXPECT_OK(journey_rescued(&tablet->journey));
    }
    uint64_t last_seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &last_seq, NULL, NULL));
    EXPECT_INT(seq + 1, last_seq);
    EXPECT_OK(store_journal_fact(tablet->store, last_seq, &fact));
    EXPECT_INT(EVENT_store_rescued, event_kind(&fact.event));
    EXPECT_INT(seq, fact.event.kind.store_rescued.saved_count);
    EXPECT_INT(0, fact.event.kind.store_rescued.lost_count);
    EXPECT_INT(1, fact.event.kind.store_rescued.rescue_no);
    close_sealed(tablet);
}

/* The newest page of drafts was damaged, so the draft is of a page from before the visit ended. */
TEST(test_a_visit_that_was_finished_is_not_taken_up_again)
{
    struct tablet *tablet = open_sealed();
    struct capture capture;
    struct store_draft row;
    ds_VisitDraft draft;
    tablet_start_visit(tablet, 1);
    tablet_draft_promise(tablet, 500000);
    EXPECT_OK(store_draft_get(tablet->store, &tablet->task, "visit", &row));
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    EXPECT_OK(store_draft_put(tablet->store, &row));
    rescue(tablet);
    EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
    EXPECT_OK(journey_rescued(&tablet->journey));
    EXPECT_ERR(ERR_not_found, journey_draft_load(&tablet->journey, &draft));
    close_sealed(tablet);
}

/* A cut between the new store and its fact: the fact comes with the next start. */
TEST(test_a_cut_before_it_was_told_loses_no_word_of_it)
{
    struct tablet *tablet = open_sealed();
    struct store_rescue found;
    uint64_t step_count = 0;
    tablet_start_visit(tablet, 1);
    rescue(tablet);
    struct fault_disk base = {0};
    fault_disk_copy(&base, &tablet->disk);
    fault_disk_arm(&tablet->disk);
    EXPECT_OK(journey_rescued(&tablet->journey));
    step_count = tablet->disk.step_count;
    for (uint64_t step = 1; step <= step_count; step++) {
        uint64_t seq = 0;
        store_close(&tablet->store);
        fault_disk_copy(&tablet->disk, &base);
        EXPECT_OK(tablet_reopen(tablet));
        fault_disk_arm(&tablet->disk);
        tablet->disk.cut_after_step = step;
        enum err err = journey_rescued(&tablet->journey);
        EXPECT(err == OK || err == ERR_io);
        store_close(&tablet->store);
        fault_disk_restart(&tablet->disk, FAULT_KEEP_flushed);
        EXPECT_OK(tablet_reopen(tablet));
        EXPECT_OK(journey_rescued(&tablet->journey));
        EXPECT_OK(store_rescue_read(tablet->store, &found));
        EXPECT_INT(STORE_RESCUE_TOLD_hq, found.told);
        EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
        EXPECT_INT(found.saved_count + found.lost_count + 1, seq);
    }
    fault_disk_free(&base);
    close_sealed(tablet);
}
