/* What headquarters writes is read and answered once for good: each is a fact, kept with what
 * the tablet shows in one transaction. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

static const int64_t BY_MS = INT64_C(1795400000000);

static void put(struct tablet *tablet, uint64_t message_no, bool wants_answer)
{
    struct store_letter letter = {.message_no = message_no,
                                  .from_name = "林老师",
                                  .text = "请核对地址",
                                  .wants_answer = wants_answer,
                                  .answer_by_at_ms = wants_answer ? BY_MS : 0};
    EXPECT_OK(store_inbox_put(tablet->store, &letter));
}

static struct store_letter get(struct tablet *tablet, uint64_t message_no)
{
    struct store_letter letter;
    EXPECT_OK(store_inbox_get(tablet->store, &tablet->task, message_no, &letter));
    return letter;
}

static uint64_t waiting(struct tablet *tablet)
{
    uint64_t count = 0;
    EXPECT_OK(store_inbox_waiting(tablet->store, &count));
    return count;
}

/* The fact itself, as the journal holds it. */
static ds_Event fact(struct tablet *tablet, uint64_t seq)
{
    struct store_records records;
    ds_Event event;
    EXPECT_OK(store_journal_read(tablet->store, &tablet->task, seq - 1, 1, SIZE_MAX, &records));
    EXPECT_INT(1, records.count);
    EXPECT_OK(event_decode(&event, (const uint8_t *)records.items[0].body.bytes,
                           records.items[0].body.size));
    return event;
}

TEST(test_a_message_is_read_once_however_often_it_is_opened)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 1);
    put(&tablet, 7, false);
    EXPECT_INT(1, waiting(&tablet));
    EXPECT_OK(journey_read_letter(&tablet.journey, 7, &capture));
    EXPECT(capture.is_done);
    ds_Event event = fact(&tablet, capture.first_seq);
    EXPECT_INT(EVENT_message_read, event_kind(&event));
    EXPECT_INT(7, event.kind.message_read.message_no);
    EXPECT_INT(0, event.case_no);
    int64_t read_at_ms = get(&tablet, 7).read_at_ms;
    EXPECT(read_at_ms > 0);
    tablet.sim.now.wall_ms += 60000;
    EXPECT_OK(journey_read_letter(&tablet.journey, 7, &capture));
    EXPECT(!capture.is_done);
    EXPECT_INT(read_at_ms, get(&tablet, 7).read_at_ms);
    EXPECT_INT(0, waiting(&tablet));
    EXPECT_INT(ERR_not_found, journey_read_letter(&tablet.journey, 8, &capture));
    tablet_close(&tablet);
}

TEST(test_the_last_answer_counts_and_every_one_is_a_fact)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 1);
    put(&tablet, 7, true);
    EXPECT_OK(journey_read_letter(&tablet.journey, 7, &capture));
    EXPECT_INT(1, waiting(&tablet)); /* read, and still to be answered */
    EXPECT_OK(journey_answer_letter(&tablet.journey, 7, MESSAGE_ANSWER_will_do, "", &capture));
    EXPECT(capture.is_done);
    ds_Event event = fact(&tablet, capture.first_seq);
    EXPECT_INT(EVENT_message_answered, event_kind(&event));
    EXPECT_INT(BY_MS, event.kind.message_answered.answer_by_at_ms);
    EXPECT_INT(0, waiting(&tablet));
    EXPECT_OK(
        journey_answer_letter(&tablet.journey, 7, MESSAGE_ANSWER_cannot, "门牌已拆", &capture));
    EXPECT(capture.is_done);
    EXPECT_OK(tablet_reopen(&tablet));
    struct store_letter letter = get(&tablet, 7);
    EXPECT_INT(MESSAGE_ANSWER_cannot, letter.answer);
    EXPECT_TEXT("门牌已拆", letter.answer_note);
    EXPECT_INT(letter.answered_at_ms, tablet.sim.now.wall_ms);
    tablet_close(&tablet);
}

TEST(test_an_answer_that_says_nothing_is_not_taken)
{
    static const struct {
        uint32_t answer;
        const char *note;
        bool is_taken;
    } rows[] = {
        {MESSAGE_ANSWER_none, "words", false}, {99, "words", false},
        {MESSAGE_ANSWER_cannot, "", false},    {MESSAGE_ANSWER_question, "", false},
        {MESSAGE_ANSWER_words, "", false},     {MESSAGE_ANSWER_words, "好的", true},
        {MESSAGE_ANSWER_understood, "", true}, {MESSAGE_ANSWER_done, "", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        tablet_open(&tablet, 1);
        put(&tablet, 7, true);
        EXPECT_OK(
            journey_answer_letter(&tablet.journey, 7, rows[i].answer, rows[i].note, &capture));
        EXPECT_INT(rows[i].is_taken, capture.is_done);
        EXPECT_INT(rows[i].is_taken, get(&tablet, 7).answered_at_ms != 0);
        EXPECT_INT(rows[i].is_taken ? 0 : 1, waiting(&tablet));
        tablet_close(&tablet);
    }
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 1);
    EXPECT_INT(ERR_not_found,
               journey_answer_letter(&tablet.journey, 3, MESSAGE_ANSWER_done, "", &capture));
    tablet_close(&tablet);
}

TEST(test_a_message_that_comes_again_keeps_its_answer)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 1);
    put(&tablet, 7, true);
    EXPECT_OK(journey_answer_letter(&tablet.journey, 7, MESSAGE_ANSWER_done, "", &capture));
    put(&tablet, 7, true);
    EXPECT_INT(MESSAGE_ANSWER_done, get(&tablet, 7).answer);
    tablet_close(&tablet);
}
