/* Whoever wrote to collectors sees who has read it, who has answered what, and who is late. */
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "tests/sync/server/command/branch_office.h"

enum { HOUR_MS = 3600000 };

static const char *tomorrow(struct office *office)
{
    char text[DATE_TEXT_SIZE];
    date_to_text(text, date_day_at(office->time.now_ms, 480) + 1);
    return arena_text(&office->arena, text);
}

/* The tablet of person n + 1 says it. */
static struct id arrive(struct office *office, size_t n, ds_Event event)
{
    event.at_ms = (uint64_t)office->time.now_ms;
    event.person_no = (uint32_t)n + 1;
    return office_arrive(office, n, &event);
}

static struct id reads(struct office *office, size_t n, uint32_t message_no)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_message_read_tag;
    event.kind.message_read.message_no = message_no;
    return arrive(office, n, event);
}

static struct id answers(struct office *office, size_t n, uint32_t message_no, uint32_t answer,
                         const char *note, int64_t by_ms)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_message_answered_tag;
    event.kind.message_answered = (ds_MessageAnswered){
        .message_no = message_no, .answer = answer, .answer_by_at_ms = (uint64_t)by_ms};
    EXPECT(str_copy(event.kind.message_answered.note, sizeof event.kind.message_answered.note,
                    str_from(note)));
    return arrive(office, n, event);
}

TEST(test_a_message_is_followed_until_it_is_answered)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "message", "--person", "C1", "--answer", "--by",
                tomorrow(&office), "Please check the address");
    int64_t by_ms = date_instant(date_day_at(office.time.now_ms, 480) + 1, 23 * 60 + 59, 480);
    EXPECT_EXIT(COMMAND_ok, &office, "messages");
    EXPECT(office_says(&office, "answer awaited"));
    EXPECT(office_says(&office, "Collector One"));
    EXPECT(!office_says(&office, "Collector Two"));
    office.time.now_ms += HOUR_MS;
    (void)reads(&office, 0, 1);
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--overdue");
    EXPECT(office_says(&office, "No message needs following up"));
    office.time.now_ms = by_ms + HOUR_MS;
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--overdue");
    EXPECT(office_says(&office, "overdue") && office_says(&office, "Please check the address"));
    (void)answers(&office, 0, 1, MESSAGE_ANSWER_cannot, "the house is gone", by_ms);
    EXPECT_EXIT(COMMAND_ok, &office, "messages");
    EXPECT(office_says(&office, "No message needs following up"));
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--all");
    EXPECT(office_says(&office, "answered late"));
    EXPECT(office_says(&office, "I cannot: the house is gone"));
    office_close(&office);
}

TEST(test_a_message_to_all_is_followed_with_each_of_them)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "message", "--all", "Office closed on Monday");
    EXPECT_EXIT(COMMAND_ok, &office, "messages");
    EXPECT(office_says(&office, "Collector One") && office_says(&office, "Collector Two"));
    EXPECT(office_says(&office, "unread"));
    office.time.now_ms += HOUR_MS;
    (void)reads(&office, 0, 1);
    EXPECT_EXIT(COMMAND_ok, &office, "messages");
    EXPECT(!office_says(&office, "Collector One") && office_says(&office, "Collector Two"));
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--person", "C1", "--all");
    EXPECT(office_says(&office, "Collector One") && !office_says(&office, "Collector Two"));
    /* The last answer counts, whatever came before it. */
    (void)answers(&office, 1, 1, MESSAGE_ANSWER_understood, "", 0);
    office.time.now_ms += HOUR_MS;
    (void)answers(&office, 1, 1, MESSAGE_ANSWER_question, "which Monday?", 0);
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--number", "1");
    EXPECT(office_says(&office, "I have a question: which Monday?"));
    EXPECT(!office_says(&office, "Understood"));
    office_close(&office);
}

TEST(test_a_time_that_cannot_be_met_is_not_asked_for)
{
    static const char *const words[] = {"2020-01-01",       "tomorrow",   "2099-01-01 25:00",
                                        "2099-01-01 10:61", "2099-13-01", "2099-01-01 10"};
    struct office office;
    office_open(&office);
    for (size_t i = 0; i < COUNT(words); i++) {
        EXPECT_EXIT(COMMAND_usage, &office, "message", "--all", "--by", words[i], "text");
        EXPECT_ROW(words[i], office_says(&office, words[i]));
    }
    EXPECT_EXIT(COMMAND_ok, &office, "messages", "--all");
    EXPECT(office_says(&office, "No message"));
    EXPECT_EXIT(COMMAND_usage, &office, "messages", "--all", "word");
    office_close(&office);
}
