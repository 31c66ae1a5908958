/* A number at which a stranger answered is never again shown as the borrower's. */
#include "core/event/reach.h"
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

static void give_numbers(struct story *story)
{
    story_start(story);
    ds_CaseRecord *record = &story->record;
    record->points_count = 2;
    record->points[0] = (ds_Point){.kind = POINT_KIND_mobile,
                                   .value = "13800000001",
                                   .state = POINT_STATE_used_by_borrower,
                                   .role = ROLE_borrower};
    record->points[1] = (ds_Point){.kind = POINT_KIND_mobile,
                                   .value = "13800000002",
                                   .state = POINT_STATE_unverified,
                                   .role = ROLE_borrower};
}

static struct id call(struct story *story, uint32_t channel, uint32_t index, uint32_t result)
{
    ds_Event event = sample_event(EVENT_contact_attempted);
    event.kind.contact_attempted.channel = channel;
    event.kind.contact_attempted.point_index = index;
    event.kind.contact_attempted.result = result;
    return story_tell(story, event, 1);
}

static void note(struct story *story, const char *value, uint32_t status)
{
    ds_Event event = sample_event(EVENT_contact_point_noted);
    sample_text(event.kind.contact_point_noted.value, value);
    sample_text(event.kind.contact_point_noted.replaces, "");
    event.kind.contact_point_noted.status = status;
    story_tell(story, event, 1);
}

TEST(test_a_call_tells_what_a_number_is)
{
    static const struct {
        const char *name;
        uint32_t channel, index, result, state;
    } rows[] = {
        {"stranger", CONTACT_CHANNEL_call, 0, CONTACT_RESULT_wrong_number,
         POINT_STATE_belongs_to_other},
        {"message to a stranger", CONTACT_CHANNEL_sms, 0, CONTACT_RESULT_wrong_number,
         POINT_STATE_belongs_to_other},
        {"dead number", CONTACT_CHANNEL_call, 0, CONTACT_RESULT_number_invalid,
         POINT_STATE_not_in_use},
        {"nobody answered", CONTACT_CHANNEL_call, 0, CONTACT_RESULT_not_answered,
         POINT_STATE_used_by_borrower},
        {"a letter has no number", CONTACT_CHANNEL_letter, 0, CONTACT_RESULT_wrong_number,
         POINT_STATE_used_by_borrower},
        {"no such number", CONTACT_CHANNEL_call, 2, CONTACT_RESULT_wrong_number,
         POINT_STATE_used_by_borrower},
        {"the other number", CONTACT_CHANNEL_call, 1, CONTACT_RESULT_wrong_number,
         POINT_STATE_used_by_borrower},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        give_numbers(&story);
        call(&story, rows[i].channel, rows[i].index, rows[i].result);
        struct reach_list list = reach_list(&story.record, &story.state);
        EXPECT_INT(2, list.count);
        for (size_t n = 0; n < list.count; n++) {
            const struct reach *point = &list.items[n];
            if (point->index == 0) {
                EXPECT_ROW(rows[i].name, point->state == rows[i].state);
                EXPECT_ROW(rows[i].name, point->is_over == reach_state_is_over(rows[i].state));
                EXPECT_ROW(rows[i].name, !point->is_over || n == 1); /* the good one stands first */
            }
        }
    }
}

TEST(test_a_call_names_its_number_by_its_value)
{
    struct story story;
    give_numbers(&story);
    note(&story, "13900000009", POINT_STATE_unverified);
    ds_Event event = sample_event(EVENT_contact_attempted);
    event.kind.contact_attempted.channel = CONTACT_CHANNEL_call;
    event.kind.contact_attempted.result = CONTACT_RESULT_wrong_number;
    event.kind.contact_attempted.point_index = 0; /* of the record as it was then */
    static const char *const called[] = {"13800000002", "13900000009"};
    for (size_t i = 0; i < COUNT(called); i++) {
        event.kind.contact_attempted.point = reach_tag(called[i]);
        story_tell(&story, event, 1);
    }
    event.kind.contact_attempted.point = reach_tag("13600000000"); /* nobody's here */
    story_tell(&story, event, 1);
    struct reach_list list = reach_list(&story.record, &story.state);
    EXPECT_INT(3, list.count);
    EXPECT_TEXT("13800000001", list.items[0].at->value);
    EXPECT(!list.items[0].is_over && list.items[1].is_over && list.items[2].is_over);
}

TEST(test_a_call_that_is_taken_back_takes_back_what_it_told)
{
    struct story story;
    give_numbers(&story);
    note(&story, "13800000002", POINT_STATE_used_by_borrower);
    struct id first = call(&story, CONTACT_CHANNEL_call, 0, CONTACT_RESULT_wrong_number);
    struct id second = call(&story, CONTACT_CHANNEL_call, 1, CONTACT_RESULT_number_invalid);
    const struct id calls[] = {first, second};
    for (size_t i = 0; i < COUNT(calls); i++) {
        ds_Event event = sample_event(EVENT_correction);
        memcpy(event.kind.correction.target, calls[i].bytes, 16);
        event.kind.correction.which_anew = 0;
        event.kind.correction.is_withdrawn = true;
        story_tell(&story, event, 1);
    }
    struct reach_list list = reach_list(&story.record, &story.state);
    EXPECT_INT(2, list.count);
    EXPECT_INT(POINT_STATE_used_by_borrower, list.items[0].state);
    EXPECT_INT(POINT_STATE_used_by_borrower, list.items[1].state);
}

TEST(test_what_is_noted_later_stands)
{
    struct story story;
    give_numbers(&story);
    struct id wrong = call(&story, CONTACT_CHANNEL_call, 0, CONTACT_RESULT_wrong_number);
    note(&story, "13800000001", POINT_STATE_used_by_borrower);
    note(&story, "13900000009", POINT_STATE_belongs_to_other);
    ds_Event event = sample_event(EVENT_correction);
    memcpy(event.kind.correction.target, wrong.bytes, 16);
    event.kind.correction.which_anew = 0;
    event.kind.correction.is_withdrawn = true;
    story_tell(&story, event, 1);
    struct reach_list list = reach_list(&story.record, &story.state);
    EXPECT_INT(3, list.count);
    EXPECT_INT(POINT_STATE_used_by_borrower, list.items[0].state);
    EXPECT_INT(0, list.items[0].index);
    EXPECT(list.items[2].is_over && list.items[2].is_noted);
    EXPECT_TEXT("13900000009", list.items[2].at->value);
}

TEST(test_a_strangers_number_stays_known_however_many_come_after)
{
    struct story story;
    give_numbers(&story);
    call(&story, CONTACT_CHANNEL_call, 0, CONTACT_RESULT_wrong_number);
    for (int i = 0; i < 40; i++) {
        char value[16];
        snprintf(value, sizeof value, "1370000%04d", i);
        note(&story, value, POINT_STATE_unverified);
    }
    struct reach_list list = reach_list(&story.record, &story.state);
    EXPECT_INT(0, list.items[list.count - 1].index);
    EXPECT_INT(POINT_STATE_belongs_to_other, list.items[list.count - 1].state);
}
