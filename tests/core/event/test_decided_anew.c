/* A wrong decision of headquarters gives way to a new one, from its own place on. */
#include "core/event/codec.h"
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

enum { DUE = SAMPLE_DAY + 7 };

/* In place of the last decision. */
static void decide_anew(struct story *story, struct id target, uint32_t decision)
{
    ds_Event event = sample_event(EVENT_arrangement_decided);
    memcpy(event.kind.arrangement_decided.target, target.bytes, sizeof target.bytes);
    event.kind.arrangement_decided.decision = decision;
    event.kind.arrangement_decided.replaces = 1;
    story_tell(story, event, 1);
}

static bool has_flag(const struct story *story, uint32_t flag)
{
    return fold_flag(&story->state, flag, 0) != NULL;
}

/* Every earlier decision × every later one, for each kind of request. */
TEST(test_a_decision_in_place_of_another_holds)
{
    static const enum event_kind kinds[] = {EVENT_plan_agreed, EVENT_extension_requested,
                                            EVENT_settlement_requested, EVENT_waiver_requested};
    static const struct {
        uint32_t decision, state;
    } rows[] = {
        {DECISION_approved, ARRANGEMENT_STATE_active},
        {DECISION_rejected, ARRANGEMENT_STATE_rejected},
        {DECISION_returned, ARRANGEMENT_STATE_returned},
        {DECISION_reopened, ARRANGEMENT_STATE_asked},
    };
    for (size_t k = 0; k < COUNT(kinds); k++) {
        for (size_t first = 0; first < 3; first++) {
            for (size_t then = 0; then < COUNT(rows); then++) {
                const char *name = event_kind_name(kinds[k]);
                struct story story;
                story_start(&story);
                struct id id = story_tell(&story, sample_event(kinds[k]), 1);
                story_decide(&story, id, rows[first].decision);
                decide_anew(&story, id, rows[then].decision);
                EXPECT_ROW(name, story_state_of(&story, id) == rows[then].state);
                bool is_reopened = rows[then].decision == DECISION_reopened;
                EXPECT_ROW(name,
                           (story_arrangement(&story, id)->decided_at_ms == 0) == is_reopened);
                bool is_plan_kept = kinds[k] == EVENT_plan_agreed && first != COUNT(rows) &&
                                    rows[then].decision == DECISION_approved;
                EXPECT_ROW(name, has_flag(&story, STOP_FLAG_plan_kept) == is_plan_kept);
                story_decide(&story, id, DECISION_approved); /* what was reopened waits */
                EXPECT_ROW(name,
                           !is_reopened || story_state_of(&story, id) == ARRANGEMENT_STATE_active);
            }
        }
    }
}

/* The plan that a wrong approval had pushed out is in force again, with its stop. */
TEST(test_what_a_wrong_approval_replaced_has_its_place_again)
{
    static const uint32_t decisions[] = {DECISION_rejected, DECISION_returned, DECISION_reopened};
    for (size_t i = 0; i < COUNT(decisions); i++) {
        struct story story;
        story_start(&story);
        struct id older = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
        story_decide(&story, older, DECISION_approved);
        struct id newer = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
        story_decide(&story, newer, DECISION_approved);
        EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, older));
        decide_anew(&story, newer, decisions[i]);
        EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, older));
        EXPECT(has_flag(&story, STOP_FLAG_plan_kept));
        EXPECT(story_arrangement(&story, older)->replaced_by == 0);
        /* and once more the other way */
        decide_anew(&story, newer, DECISION_approved);
        EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, older));
        EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, newer));
    }
}

/* What is over stays so: nobody asks again for what a borrower paid under an approval. */
TEST(test_what_was_kept_or_taken_back_by_its_maker_is_not_decided_away)
{
    struct story story;
    story_start(&story);
    struct id id = story_tell(&story, sample_event(EVENT_settlement_requested), 1);
    story_decide(&story, id, DECISION_approved);
    const ds_Arrangement *settlement = story_arrangement(&story, id);
    story_pay(&story, settlement->amount_minor, settlement->due_day, "paid in full");
    story_check(&story, settlement->due_day, 0);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
    uint64_t paid_minor = story_arrangement(&story, id)->paid_minor;
    decide_anew(&story, id, DECISION_rejected);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
    EXPECT_INT((int64_t)paid_minor, (int64_t)story_arrangement(&story, id)->paid_minor);
}

/* Money that counted toward what is rejected counts toward what has its place again. */
TEST(test_money_goes_with_the_decision)
{
    struct story story;
    story_start(&story);
    struct id older = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, older, DECISION_approved);
    struct id newer = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, newer, DECISION_approved);
    story_pay(&story, 1000, SAMPLE_DAY + 1, "under the wrong one");
    EXPECT_INT(1000, (int64_t)story_arrangement(&story, newer)->paid_minor);
    decide_anew(&story, newer, DECISION_rejected);
    EXPECT_INT(0, (int64_t)story_arrangement(&story, newer)->paid_minor);
    EXPECT_INT(1000, (int64_t)story_arrangement(&story, older)->paid_minor);
}

TEST(test_a_clearing_that_is_taken_back_leaves_the_stop_as_it_was_raised)
{
    struct story story;
    story_start(&story);
    ds_Event raised = sample_event(EVENT_dispute_raised);
    story_tell(&story, raised, 1);
    const ds_Flag *flag = fold_flag(&story.state, STOP_FLAG_dispute, 0);
    EXPECT(flag != NULL);
    uint64_t since_at_ms = flag->since_at_ms;
    ds_Event cleared = sample_event(EVENT_status_cleared);
    cleared.kind.status_cleared = (ds_StatusCleared){.flag = STOP_FLAG_dispute};
    story_tell(&story, cleared, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_dispute, 0) == NULL);
    cleared.kind.status_cleared.has_raised_count = true;
    cleared.kind.status_cleared.is_taken_back = true;
    story_tell(&story, cleared, 1);
    flag = fold_flag(&story.state, STOP_FLAG_dispute, 0);
    EXPECT(flag != NULL && flag->since_at_ms == since_at_ms);
    /* one that was never raised is not raised by it */
    cleared.kind.status_cleared.flag = STOP_FLAG_deceased;
    story_tell(&story, cleared, 1);
    EXPECT(fold_flag(&story.state, STOP_FLAG_deceased, 0) == NULL);
}
