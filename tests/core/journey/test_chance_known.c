#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

static struct chance known(struct tablet *tablet)
{
    struct chance chance;
    EXPECT_OK(journey_chance(tablet->store, &tablet->task, journey_now_ms(&tablet->journey), 480,
                             &chance));
    return chance;
}

static uint32_t tried(const struct chance *chance)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < CHANCE_DAY_COUNT * CHANCE_BANDS; i++) {
        sum += chance->counts[i / CHANCE_BANDS][i % CHANCE_BANDS].tried;
    }
    return sum;
}

static void receive(struct tablet *tablet, const char *text)
{
    struct download_result result;
    struct download download = {.next_cursor = tablet->feed_seq,
                                .next_tag = {"t", 1},
                                .chance = text,
                                .hq_at_ms = tablet->sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet->journey, &download, &result));
}

static void visit(struct tablet *tablet, uint64_t case_no)
{
    struct capture capture;
    tablet_start_visit(tablet, case_no);
    tablet_draft_promise(tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    EXPECT(capture.is_done);
}

/* The test's day is a Monday, ten o'clock: band 1 of working days. */
TEST(test_own_visits_are_counted_beside_those_of_headquarters)
{
    struct tablet tablet;
    tablet_open(&tablet, 3);
    struct chance chance = known(&tablet);
    EXPECT_INT(0, tried(&chance));
    visit(&tablet, 1);
    chance = known(&tablet);
    EXPECT_INT(1, tried(&chance));
    EXPECT_INT(1, chance.counts[CHANCE_DAY_working][1].met);

    struct chance counted = {0};
    char text[CHANCE_TEXT_SIZE];
    counted.counts[CHANCE_DAY_working][1] = (struct chance_count){.tried = 131, .met = 81};
    counted.counts[CHANCE_DAY_free][4] = (struct chance_count){.tried = 7, .met = 2};
    sim_clock_pass(&tablet.sim, 60000);
    chance_write(text, &counted, tablet.sim.now.wall_ms);
    receive(&tablet, text);
    chance = known(&tablet);
    EXPECT_INT(138, tried(&chance)); /* the visit before is among them */
    sim_clock_pass(&tablet.sim, 60000);
    visit(&tablet, 2);
    chance = known(&tablet);
    EXPECT_INT(139, tried(&chance));
    EXPECT_INT(82, chance.counts[CHANCE_DAY_working][1].met);
    tablet_close(&tablet);
}

TEST(test_counts_that_cannot_be_read_leave_those_that_are_there)
{
    static const char *const texts[] = {"", "1 2 3", "x"};
    struct tablet tablet;
    struct chance counted = {0};
    char text[CHANCE_TEXT_SIZE];
    tablet_open(&tablet, 1);
    counted.counts[CHANCE_DAY_working][3] = (struct chance_count){.tried = 9, .met = 3};
    chance_write(text, &counted, tablet.sim.now.wall_ms);
    receive(&tablet, text);
    for (size_t i = 0; i < COUNT(texts); i++) {
        receive(&tablet, texts[i]);
        struct chance chance = known(&tablet);
        EXPECT(memcmp(&counted, &chance, sizeof chance) == 0);
    }
    receive(&tablet, NULL);
    struct chance chance = known(&tablet);
    EXPECT(memcmp(&counted, &chance, sizeof chance) == 0);
    tablet_close(&tablet);
}

TEST(test_a_visit_that_was_taken_back_is_not_counted)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    visit(&tablet, 1);
    struct store_records records;
    struct fact fact;
    struct capture capture;
    EXPECT_OK(store_journal_list(tablet.store, &tablet.task, EVENT_visit_finished, 0, INT64_MAX, 0,
                                 1, &records));
    EXPECT_OK(store_journal_fact(tablet.store, records.items[0].seq, &fact));
    ds_Correction correction = {
        .reason = CORRECTION_REASON_wrong_case, .note = "不是这一户", .is_withdrawn = true};
    memcpy(correction.target, fact.id.bytes, sizeof correction.target);
    EXPECT_OK(journey_correct(&tablet.journey, &correction, &capture));
    EXPECT(capture.is_done);
    struct chance chance = known(&tablet);
    EXPECT_INT(0, tried(&chance));
    tablet_close(&tablet);
}
