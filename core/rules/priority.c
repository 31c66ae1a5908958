#include "core/rules/priority.h"

#include "core/domain/catalog.h"

/* Spans over which a part grows to its full share. Choices of ours, tuned by weights. */
enum {
    OVERDUE_FULL_DAYS = 180,
    BROKEN_FULL = 3,
    MANDATE_FULL_DAYS = 7,
    MANDATE_SPAN_DAYS = 30,
    UNTOUCHED_FULL_DAYS = 30,
    PROMISE_SOON_DAYS = 3,
    FAILED_VISITS_HARD = 3,
    DIFFICULTY_HIGH = 5,
};

static const struct {
    const char *name;
    const char *key;
    const char *reason_key;
    enum event_value type;
} rows[PRIORITY_COUNT] = {
#define PRIORITY(name, type) \
    [PRIORITY_##name] = {#name, "priority." #name, "priority_reason." #name, EVENT_VALUE_##type},
#include "core/rules/priorities.def"
#undef PRIORITY
};

struct share {
    uint32_t percent; /* 0..100 */
    int64_t value;
};

static uint32_t ratio(int64_t value, int64_t full)
{
    if (value <= 0 || full <= 0) {
        return 0;
    }
    /* The value is cut first, so the product stays inside int64. */
    return value >= full ? 100 : (uint32_t)(value * 100 / full);
}

int32_t priority_days_past_due(const ds_CaseRecord *record, const ds_CaseState *state,
                               int32_t today)
{
    bool is_owed = fold_balance(record, state).owed_minor > 0;
    return is_owed && record->due_day != 0 && today > record->due_day ? today - record->due_day : 0;
}

/* Visits in a row, newest first, at which the debtor was not met. */
static uint32_t failed_visits(const ds_CaseState *state)
{
    uint32_t count = 0;
    for (size_t i = 0; i < state->contacts_count; i++) {
        const ds_Contact *contact = &state->contacts[i];
        if (contact->channel != CONTACT_CHANNEL_visit || contact->is_withdrawn) {
            continue;
        }
        if (outcome_met(contact->outcome) == OUTCOME_MET_debtor) {
            break;
        }
        count++;
    }
    return count;
}

uint32_t priority_difficulty(const ds_CaseRecord *record, const ds_CaseState *state, int32_t today)
{
    enum { ANSWER_no = 1, ANSWER_yes = 3 }; /* ability and willingness of visit_finished */
    int32_t days = priority_days_past_due(record, state, today);
    int32_t points = 1;
    points += days > 90;
    points += days > 365;
    points += fold_promises_broken(record, state) >= 2;
    points += state->willingness == ANSWER_no;
    points += state->ability == ANSWER_no;
    points += failed_visits(state) >= FAILED_VISITS_HARD;
    points -= state->willingness == ANSWER_yes;
    if (points < 1) {
        return 1;
    }
    return points > DIFFICULTY_HIGH ? DIFFICULTY_HIGH : (uint32_t)points;
}

static struct share amount_share(const struct policy *policy, const ds_CaseRecord *record,
                                 const ds_CaseState *state)
{
    uint64_t owed_minor = fold_balance(record, state).owed_minor;
    int64_t bounded =
        owed_minor > (uint64_t)policy->amount_full ? policy->amount_full : (int64_t)owed_minor;
    int64_t shown = owed_minor > INT64_MAX ? INT64_MAX : (int64_t)owed_minor;
    return (struct share){ratio(bounded, policy->amount_full), shown};
}

/* Somebody who was met can be met again; a case never tried is worth a try; every visit
 * in vain lowers the hope. */
static struct share reachable_share(const ds_CaseState *state, int32_t today)
{
    uint32_t percent;
    uint32_t failed = failed_visits(state);
    if (fold_flag(state, STOP_FLAG_lost_contact, today) != NULL) {
        percent = 0;
    } else if (failed > 0) {
        percent = failed >= FAILED_VISITS_HARD ? 10 : 60 - 20 * (failed - 1);
    } else {
        percent = state->met_count > 0 ? 100 : 60;
    }
    return (struct share){percent, state->met_count};
}

static struct share promise_share(const ds_CaseRecord *record, const ds_CaseState *state,
                                  int32_t today)
{
    struct fold_due due;
    if (state->next_day == today) {
        return (struct share){100, today};
    }
    if (!fold_next_due(record, state, &due)) {
        return (struct share){0, 0};
    }
    int64_t days = (int64_t)due.due_day - today;
    uint32_t percent = days <= 0 ? 100 : days <= PROMISE_SOON_DAYS ? 60 : 0;
    return (struct share){percent, due.due_day};
}

static struct share mandate_share(const ds_CaseRecord *record, int32_t today)
{
    if (record->mandate_until_day == 0) {
        return (struct share){0, 0};
    }
    int64_t left = (int64_t)record->mandate_until_day - today;
    if (left < 0) {
        return (struct share){0, left};
    }
    uint32_t percent = left <= MANDATE_FULL_DAYS
                           ? 100
                           : ratio(MANDATE_SPAN_DAYS - left, MANDATE_SPAN_DAYS - MANDATE_FULL_DAYS);
    return (struct share){percent, left};
}

static struct share untouched_share(const struct policy *policy, const ds_CaseState *state,
                                    int32_t today)
{
    if (state->last_touch_day == 0) {
        return (struct share){100, PRIORITY_NEVER}; /* the first pass over a case comes first */
    }
    int64_t days = today > state->last_touch_day ? (int64_t)today - state->last_touch_day : 0;
    if (days < policy->contact_spacing) {
        return (struct share){0, days};
    }
    return (struct share){ratio(days, UNTOUCHED_FULL_DAYS), days};
}

static void set_part(struct priority *priority, enum priority_part part, int64_t weight,
                     struct share share)
{
    uint32_t points = (uint32_t)(weight * share.percent / 100);
    priority->parts[part].points = points;
    priority->parts[part].value = share.value;
    priority->score += points;
}

static void sort_parts(struct priority *priority)
{
    for (size_t part = 0; part < PRIORITY_COUNT; part++) {
        uint32_t points = priority->parts[part].points;
        if (points == 0) {
            continue;
        }
        size_t at = priority->order_count++;
        while (at > 0 && priority->parts[priority->order[at - 1]].points < points) {
            priority->order[at] = priority->order[at - 1];
            at--;
        }
        priority->order[at] = (enum priority_part)part;
    }
}

struct priority priority_score(const struct policy *policy, const ds_CaseRecord *record,
                               const ds_CaseState *state, int32_t today)
{
    struct priority priority = {.difficulty = priority_difficulty(record, state, today)};
    if (fold_balance(record, state).owed_minor == 0 || state->life != CASE_LIFE_open) {
        return priority; /* nothing to visit for */
    }
    int32_t days = priority_days_past_due(record, state, today);
    uint32_t broken = fold_promises_broken(record, state);
    uint32_t ease = (DIFFICULTY_HIGH - priority.difficulty) * 100 / (DIFFICULTY_HIGH - 1);
    set_part(&priority, PRIORITY_amount, policy->weight_amount,
             amount_share(policy, record, state));
    set_part(&priority, PRIORITY_overdue, policy->weight_overdue,
             (struct share){ratio(days, OVERDUE_FULL_DAYS), days});
    set_part(&priority, PRIORITY_broken, policy->weight_broken,
             (struct share){ratio(broken, BROKEN_FULL), broken});
    set_part(&priority, PRIORITY_reachable, policy->weight_reachable,
             reachable_share(state, today));
    set_part(&priority, PRIORITY_promise_due, policy->weight_promise_due,
             promise_share(record, state, today));
    set_part(&priority, PRIORITY_mandate, policy->weight_mandate, mandate_share(record, today));
    set_part(&priority, PRIORITY_untouched, policy->weight_untouched,
             untouched_share(policy, state, today));
    set_part(&priority, PRIORITY_difficulty, policy->weight_difficulty,
             (struct share){ease, priority.difficulty});
    sort_parts(&priority);
    return priority;
}

const char *priority_key(enum priority_part part)
{
    CHECK(part < PRIORITY_COUNT);
    return rows[part].key;
}

const char *priority_reason_key(enum priority_part part, int64_t value)
{
    CHECK(part < PRIORITY_COUNT);
    if (part == PRIORITY_untouched && value == PRIORITY_NEVER) {
        return "priority_reason.never_touched";
    }
    return rows[part].reason_key;
}

enum event_value priority_value_type(enum priority_part part)
{
    CHECK(part < PRIORITY_COUNT);
    return rows[part].type;
}
