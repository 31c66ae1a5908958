#include "core/rules/strategy.h"
#include "tests/core/rules/case_sample.h"
#include "tests/lib/test.h"

static void met(ds_CaseState *state)
{
    case_visit(state, case_at_ms(0), OUTCOME_refused_to_pay);
    state->met_count = 1;
}

TEST(test_flags_leave_only_their_own_goal)
{
    static const struct {
        enum stop_flag flag;
        enum strategy_goal goal;
    } rows[] = {
        {STOP_FLAG_deceased, STRATEGY_no_visit},
        {STOP_FLAG_refuses_visits, STRATEGY_no_visit},
        {STOP_FLAG_identity_dispute, STRATEGY_take_declaration},
        {STOP_FLAG_dispute, STRATEGY_take_dispute},
        {STOP_FLAG_hardship, STRATEGY_offer_help},
        {STOP_FLAG_lost_contact, STRATEGY_find_borrower},
        {STOP_FLAG_complaint_open, STRATEGY_collect_in_full}, /* leaves the goal as it is */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ds_CaseRecord record = case_record();
        ds_CaseState state = case_state(&record);
        met(&state);
        case_flag(&state, rows[i].flag);
        struct strategy strategy = strategy_choose(&record, &state, CASE_DAY);
        EXPECT_ROW(catalog_name(CATALOG_stop_flag, rows[i].flag), strategy.goal == rows[i].goal);
    }
}

TEST(test_goals_follow_what_is_known)
{
    ds_CaseRecord record = case_record();
    ds_CaseState state = case_state(&record);
    EXPECT_INT(STRATEGY_first_contact, strategy_choose(&record, &state, CASE_DAY).goal);
    case_visit(&state, case_at_ms(0), OUTCOME_nobody_home);
    EXPECT_TEXT("strategy_reason.not_met", strategy_choose(&record, &state, CASE_DAY).reason_key);
    case_visit(&state, case_at_ms(1), OUTCOME_moved_away);
    EXPECT_INT(STRATEGY_confirm_address, strategy_choose(&record, &state, CASE_DAY).goal);
    met(&state);
    struct strategy strategy = strategy_choose(&record, &state, CASE_DAY);
    EXPECT_INT(STRATEGY_collect_in_full, strategy.goal);
    EXPECT_INT(1200000, strategy.amount_minor);
    state.ability = 2;
    EXPECT_INT(STRATEGY_agree_plan, strategy_choose(&record, &state, CASE_DAY).goal);
    state.ability = 3;
    state.willingness = 1;
    EXPECT_INT(STRATEGY_learn_reason, strategy_choose(&record, &state, CASE_DAY).goal);
    state.broken_count = 1;
    EXPECT_INT(STRATEGY_new_promise, strategy_choose(&record, &state, CASE_DAY).goal);
    record.promises_broken = 1;
    EXPECT_INT(STRATEGY_agree_plan, strategy_choose(&record, &state, CASE_DAY).goal);
    state.arrangements_count = 1;
    state.arrangements[0] = (ds_Arrangement){.kind = ARRANGEMENT_KIND_promise,
                                             .state = ARRANGEMENT_STATE_active,
                                             .amount_minor = 5000,
                                             .due_day = CASE_DAY + 3};
    strategy = strategy_choose(&record, &state, CASE_DAY);
    EXPECT_INT(STRATEGY_remind_of_promise, strategy.goal);
    EXPECT_INT(STRATEGY_new_promise, strategy.fallback);
    EXPECT_INT(5000, strategy.amount_minor);
    state.posted_minor = 1200000;
    EXPECT_INT(STRATEGY_thank, strategy_choose(&record, &state, CASE_DAY).goal);
    state.life = CASE_LIFE_closed;
    EXPECT_INT(STRATEGY_no_visit, strategy_choose(&record, &state, CASE_DAY).goal);
}
