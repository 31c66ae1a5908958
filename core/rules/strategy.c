#include "core/rules/strategy.h"

#include "core/domain/catalog.h"

static const char *const keys[STRATEGY_COUNT] = {
    "strategy.none",
#define STRATEGY(name) [STRATEGY_##name] = "strategy." #name,
#include "core/rules/strategies.def"
#undef STRATEGY
};

/* What a flag leaves to aim for; the first that is raised decides. */
static const struct {
    enum stop_flag flag;
    enum strategy_goal goal, fallback;
    const char *reason_key;
} flag_rows[] = {
    {STOP_FLAG_deceased, STRATEGY_no_visit, STRATEGY_no_visit, "strategy_reason.stopped"},
    {STOP_FLAG_incapacity, STRATEGY_no_visit, STRATEGY_no_visit, "strategy_reason.stopped"},
    {STOP_FLAG_moratorium, STRATEGY_no_visit, STRATEGY_no_visit, "strategy_reason.stopped"},
    {STOP_FLAG_refuses_visits, STRATEGY_no_visit, STRATEGY_no_visit, "strategy_reason.stopped"},
    {STOP_FLAG_represented, STRATEGY_no_visit, STRATEGY_no_visit, "strategy_reason.stopped"},
    {STOP_FLAG_identity_dispute, STRATEGY_take_declaration, STRATEGY_no_visit,
     "strategy_reason.identity"},
    {STOP_FLAG_legality_in_doubt, STRATEGY_no_visit, STRATEGY_take_dispute,
     "strategy_reason.stopped"},
    {STOP_FLAG_dispute, STRATEGY_take_dispute, STRATEGY_learn_reason, "strategy_reason.dispute"},
    {STOP_FLAG_acute_hardship, STRATEGY_no_visit, STRATEGY_offer_help, "strategy_reason.hardship"},
    {STOP_FLAG_hardship, STRATEGY_offer_help, STRATEGY_agree_plan, "strategy_reason.hardship"},
    {STOP_FLAG_vulnerable, STRATEGY_offer_help, STRATEGY_agree_plan, "strategy_reason.hardship"},
    {STOP_FLAG_lost_contact, STRATEGY_find_borrower, STRATEGY_confirm_address,
     "strategy_reason.lost"},
};

static struct strategy choose(enum strategy_goal goal, enum strategy_goal fallback,
                              const char *reason_key, uint64_t amount_minor)
{
    return (struct strategy){goal, fallback, reason_key, amount_minor};
}

/* The newest visit said that the address is no good. */
static bool is_address_in_doubt(const ds_CaseState *state)
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        const ds_Contact *contact = &state->contacts[i];
        if (contact->channel == CONTACT_CHANNEL_visit && !contact->is_withdrawn) {
            return outcome_needs(contact->outcome) == OUTCOME_NEEDS_address;
        }
    }
    return false;
}

static struct strategy by_history(const ds_CaseRecord *record, const ds_CaseState *state,
                                  uint64_t owed_minor)
{
    enum { ANSWER_no = 1, ANSWER_partly = 2 }; /* ability and willingness of visit_finished */
    uint32_t broken = fold_promises_broken(record, state);
    if (state->contacts_count == 0) {
        return choose(STRATEGY_first_contact, STRATEGY_leave_notice, "strategy_reason.first",
                      owed_minor);
    }
    if (is_address_in_doubt(state)) {
        return choose(STRATEGY_confirm_address, STRATEGY_find_borrower, "strategy_reason.address",
                      0);
    }
    if (state->met_count == 0) {
        return choose(STRATEGY_first_contact, STRATEGY_leave_notice, "strategy_reason.not_met",
                      owed_minor);
    }
    if (broken >= 2) {
        return choose(STRATEGY_agree_plan, STRATEGY_learn_reason, "strategy_reason.broken_often",
                      owed_minor);
    }
    if (broken == 1) {
        return choose(STRATEGY_new_promise, STRATEGY_agree_plan, "strategy_reason.broken",
                      owed_minor);
    }
    if (state->ability == ANSWER_no || state->ability == ANSWER_partly) {
        return choose(STRATEGY_agree_plan, STRATEGY_new_promise, "strategy_reason.ability",
                      owed_minor);
    }
    if (state->willingness == ANSWER_no) {
        return choose(STRATEGY_learn_reason, STRATEGY_leave_notice, "strategy_reason.unwilling",
                      owed_minor);
    }
    return choose(STRATEGY_collect_in_full, STRATEGY_new_promise, "strategy_reason.able",
                  owed_minor);
}

struct strategy strategy_choose(const ds_CaseRecord *record, const ds_CaseState *state,
                                int32_t today)
{
    enum { REMIND_DAYS = 3 }; /* before the day: a reminder, not a demand */
    if (state->life != CASE_LIFE_open) {
        return choose(STRATEGY_no_visit, STRATEGY_no_visit, "strategy_reason.stopped", 0);
    }
    uint64_t owed_minor = fold_balance(record, state).askable_minor;
    if (owed_minor == 0) {
        return choose(STRATEGY_thank, STRATEGY_no_visit, "strategy_reason.paid", 0);
    }
    for (size_t i = 0; i < COUNT(flag_rows); i++) {
        if (fold_flag(state, flag_rows[i].flag, today) != NULL) {
            return choose(flag_rows[i].goal, flag_rows[i].fallback, flag_rows[i].reason_key, 0);
        }
    }
    struct fold_due due;
    if (fold_next_due(record, state, &due)) {
        bool is_plan = due.kind == ARRANGEMENT_KIND_plan;
        uint64_t due_minor = due.amount_minor < owed_minor ? due.amount_minor : owed_minor;
        if (is_plan) {
            return choose(STRATEGY_plan_reminder, STRATEGY_learn_reason, "strategy_reason.plan",
                          due_minor);
        }
        bool is_soon = (int64_t)due.due_day - today <= REMIND_DAYS;
        return choose(STRATEGY_remind_of_promise,
                      is_soon ? STRATEGY_new_promise : STRATEGY_learn_reason,
                      "strategy_reason.promise", due_minor);
    }
    return by_history(record, state, owed_minor);
}

const char *strategy_key(enum strategy_goal goal)
{
    CHECK(goal < STRATEGY_COUNT);
    return keys[goal];
}
