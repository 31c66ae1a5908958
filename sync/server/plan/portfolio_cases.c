/* sync/server/plan/portfolio_cases.c -- each case as the gate sees it on the days of a plan. */
#include "sync/server/plan/portfolio_private.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/event/address.h"
#include "core/rules/gate.h"
#include "core/rules/priority.h"

enum { DAY_MINUTES = 1440 };

/* The first rule that stands in the way, NULL: none. That the balance is old by then is not
 * one: until that day the client states it anew, and the tablet looks again at the door. */
static const char *bar_of(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const struct verdict_fired *fired = &verdict->fired[i];
        if (fired->severity == SEVERITY_block && fired->refusal != REFUSAL_balance_too_old) {
            return refusal_key(fired->refusal);
        }
    }
    return NULL;
}

/* Judged at the middle of each day's contact hours: the first day that passes, and those that do
 * not. */
static void judge(struct loading *loading, struct found *found)
{
    const struct policy *policy = &loading->policy;
    int32_t offset = gate_zone_offset(policy, &loading->record);
    struct gate_facts facts = {
        .record = &loading->record,
        .state = &loading->state,
        .visitors = UINT32_MAX,
    };
    found->bar = PORTFOLIO_BAR_rule;
    found->not_before = (int32_t)loading->terms->day_count;
    for (uint32_t d = 0; d < loading->terms->day_count; d++) {
        int32_t day = loading->terms->first_day + (int32_t)d;
        struct gate_hours hours = gate_visit_hours(policy, &loading->record, &loading->state,
                                                   date_instant(day, 0, offset));
        facts.now_ms = date_instant(day, (hours.open_minute + hours.close_minute) / 2, offset);
        facts.synced_at_ms = facts.now_ms;
        facts.policy_at_ms = facts.now_ms;
        struct verdict verdict = gate_check(policy, GATE_plan, &facts);
        const char *bar = bar_of(&verdict);
        if (hours.close_minute <= hours.open_minute) { /* asked to be left alone on that day */
            bar = bar == NULL ? refusal_key(REFUSAL_own_times) : bar;
            found->days_unwished |= UINT32_C(1) << d;
        }
        if (bar != NULL) {
            found->days_barred |= UINT32_C(1) << d;
            found->refusal = d == 0 ? bar : found->refusal;
        } else if (found->bar != PORTFOLIO_BAR_none) {
            bool is_narrow = hours.open_minute > (int32_t)policy->window_open ||
                             hours.close_minute < (int32_t)policy->window_close;
            found->not_before = (int32_t)d;
            found->bar = PORTFOLIO_BAR_none;
            found->open_minute = is_narrow ? hours.open_minute : 0;
            found->close_minute = is_narrow ? hours.close_minute : 0;
        }
    }
}

/* Where the visit goes. */
static void set_place(struct loading *loading, struct found *found)
{
    struct address_list list = address_list(&loading->record, &loading->state);
    const ds_Address *address = address_located(&list);
    if (address != NULL) {
        found->place = (struct geo_point){address->lat_e7, address->lon_e7};
    } else if (list.open_count < list.count) {
        found->place = (struct geo_point){0, 0}; /* it may be that of an address that is over */
    }
    if (address_list_is_over(&list) && found->agreed_day < 0 && found->bar == PORTFOLIO_BAR_none) {
        found->bar = PORTFOLIO_BAR_address;
        found->not_before = (int32_t)loading->terms->day_count;
    }
}

static void set_agreed(struct loading *loading, struct found *found)
{
    const ds_CaseState *state = &loading->state;
    int32_t day = state->next_day - loading->terms->first_day;
    found->agreed_day = -1;
    if (state->next_day == 0 || day < 0) {
        return;
    }
    if (day >= (int32_t)loading->terms->day_count) {
        found->bar = PORTFOLIO_BAR_later;
        found->not_before = (int32_t)loading->terms->day_count;
        return;
    }
    found->not_before = found->not_before > day ? found->not_before : day;
    found->agreed_day = found->bar == PORTFOLIO_BAR_none && found->not_before == day ? day : -1;
    bool has_hours = state->next_until_minute > 0 && state->next_until_minute <= DAY_MINUTES &&
                     state->next_from_minute <= state->next_until_minute;
    found->from_minute = has_hours ? (int32_t)state->next_from_minute : 0;
    found->until_minute = has_hours ? (int32_t)state->next_until_minute : DAY_MINUTES;
}

static bool is_held(const struct loading *loading, const struct portfolio_case *one)
{
    const struct portfolio_person *owner = portfolio_person_find(loading->portfolio, one->owner_no);
    if (owner == NULL || !owner->is_collector) {
        return false;
    }
    int32_t touched = loading->state.last_touch_day;
    return owner->is_silent || fold_live_arrangement(&loading->state) != NULL ||
           (touched != 0 && loading->terms->first_day - touched < loading->policy.contact_spacing);
}

static enum err case_read(struct loading *loading, const struct hq_query *query,
                          struct portfolio_case *one, struct found *found)
{
    struct str record = hq_text(query, 8);
    struct str state = hq_text(query, 13);
    TRY(case_record_decode(&loading->record, (const uint8_t *)record.bytes, record.size));
    if (state.size > 0) {
        TRY(case_state_decode(&loading->state, (const uint8_t *)state.bytes, state.size));
    } else {
        fold_start(&loading->state, &loading->record);
    }
    int64_t life = hq_i64(query, 9);
    int64_t mandate_day = hq_i64(query, 5);
    bool is_open = life == CASE_LIFE_none || life == CASE_LIFE_open;
    bool is_over = mandate_day != 0 && mandate_day < loading->terms->first_day;
    *one = (struct portfolio_case){
        .case_no = (uint64_t)hq_i64(query, 0),
        .case_ref = str_text(loading->arena, hq_text(query, 1)),
        .client = str_text(loading->arena, hq_text(query, 2)),
        .product = str_text(loading->arena, hq_text(query, 3)),
        .area = str_from(str_text(loading->arena, hq_text(query, 4))),
        .owner_no = (uint32_t)hq_i64(query, 10),
        .epoch = (uint32_t)hq_i64(query, 11),
        .grade = loading->record.grade,
        .owed_minor = fold_balance(&loading->record, &loading->state).owed_minor,
        .debtor_id = str_from(arena_text(loading->arena, loading->record.id_number)),
        .unit = is_open && !is_over ? 0 : TEAM_NONE,
    };
    if (one->unit == TEAM_NONE) {
        return OK;
    }
    loading->portfolio->open_count++;
    one->score = priority_score(&loading->policy, &loading->record, &loading->state,
                                loading->terms->first_day)
                     .score;
    *found = (struct found){
        .place = {(int32_t)hq_i64(query, 6), (int32_t)hq_i64(query, 7)},
        .is_held = is_held(loading, one),
        .has_two =
            fold_flag(&loading->state, STOP_FLAG_two_visitors, loading->terms->first_day) != NULL,
    };
    judge(loading, found);
    set_agreed(loading, found);
    set_place(loading, found);
    return OK;
}

enum err portfolio_cases_load(struct loading *loading)
{
    struct portfolio *portfolio = loading->portfolio;
    struct hq_query counting = hq_query(loading->store, SQL_HQ_import_case_count);
    int64_t count = 0;
    TRY(hq_one_i64(&counting, &count));
    portfolio->cases = ARENA_ARRAY(loading->arena, (size_t)count + 1, struct portfolio_case);
    loading->found = ARENA_ARRAY(loading->arena, (size_t)count + 1, struct found);
    struct hq_query query = hq_query(loading->store, SQL_HQ_plan_cases);
    enum err err = OK;
    while (err == OK && portfolio->case_count < (size_t)count && hq_next(&query)) {
        size_t at = portfolio->case_count++;
        err = case_read(loading, &query, &portfolio->cases[at], &loading->found[at]);
    }
    TRY(hq_end(&query));
    return err;
}
