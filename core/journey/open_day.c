/* core/journey/open_day.c -- scores every open case and plans the day. */
#include "core/journey/journey_private.h"

#include "core/rules/plan.h"
#include "core/rules/priority.h"

#include <stdlib.h>
#include <string.h>

struct candidate {
    struct plan_stop stop;
    bool has_window; /* an appointment for today or before */
};

struct day_work {
    int32_t day;
    int64_t now_ms;
    struct candidate *candidates;
    size_t count;
    struct store_stop *before; /* the plan as it was */
    size_t before_count;
};

static bool is_done_before(const struct day_work *work, uint64_t case_no)
{
    for (size_t i = 0; i < work->before_count; i++) {
        const struct store_stop *stop = &work->before[i];
        if (stop->case_no == case_no &&
            (stop->state == STOP_visited || stop->state == STOP_skipped)) {
            return true;
        }
    }
    return false;
}

/* Where the case stands in the plan as it was, among what is still to do. */
static void set_shown(const struct day_work *work, struct plan_stop *stop)
{
    uint32_t position = 0;
    for (size_t i = 0; i < work->before_count; i++) {
        const struct store_stop *before = &work->before[i];
        if (before->state != STOP_planned) {
            continue;
        }
        position++;
        if (before->case_no == stop->case_no) {
            stop->shown_position = position;
            stop->shown_at_ms = before->arrive_at_ms;
        }
    }
}

/* A fact of a clock that was years ahead hides no case for years; one that was set back meanwhile
 * makes today's touch tomorrow's. */
static bool is_touched(const ds_CaseState *state, int32_t day)
{
    return state->last_touch_day == day || state->last_touch_day == day + 1;
}

static struct geo_point place_of(const ds_CaseRecord *record)
{
    for (size_t i = 0; i < record->addresses_count; i++) {
        struct geo_point place = {record->addresses[i].lat_e7, record->addresses[i].lon_e7};
        if (geo_is_located(place)) {
            return place;
        }
    }
    return (struct geo_point){0, 0};
}

/* Scores the case, and puts it among the candidates unless a rule keeps it off the plan,
 * it was touched today, or another day was agreed. */
static enum err consider(struct journey *journey, struct day_work *work, uint64_t case_no)
{
    struct store_case subject;
    TRY(store_case_load(journey->store, journey->arena, case_no, &subject));
    const ds_CaseState *state = subject.state;
    struct store_rank rank = journey_rank_of(journey, subject.record, state);
    TRY(store_case_rank(journey->store, case_no, &rank));
    if (is_done_before(work, case_no) || is_touched(state, work->day) ||
        state->next_day > work->day) {
        return OK;
    }
    struct gate_facts facts = journey_gate_facts(journey, &subject, 0, UINT32_MAX, 0, 0);
    facts.now_ms = gate_next_open_at_ms(&journey->policy, subject.record, work->now_ms);
    if (!gate_check(&journey->policy, GATE_plan, &facts).is_allowed) {
        return OK;
    }
    struct candidate *candidate = &work->candidates[work->count++];
    *candidate = (struct candidate){
        .stop = {.case_no = case_no, .score = rank.score, .place = place_of(subject.record)},
        .has_window = state->next_day != 0,
    };
    if (state->next_day == work->day && state->next_until_minute != 0) {
        int32_t offset = gate_zone_offset(&journey->policy, subject.record);
        candidate->stop.window_from_ms =
            date_instant(work->day, (int32_t)state->next_from_minute, offset);
        candidate->stop.window_until_ms =
            date_instant(work->day, (int32_t)state->next_until_minute, offset);
    }
    set_shown(work, &candidate->stop);
    return OK;
}

/* Appointments first, then the highest score, then the number: the same every time. */
static int by_worth(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;
    if (left->has_window != right->has_window) {
        return left->has_window ? -1 : 1;
    }
    if (left->stop.score != right->stop.score) {
        return left->stop.score > right->stop.score ? -1 : 1;
    }
    return left->stop.case_no < right->stop.case_no ? -1 : 1;
}

static enum err order_stops(struct journey *journey, const struct day_work *work,
                            struct store_stop *stops, size_t *count_out)
{
    struct plan_stop wanted[PLAN_STOPS_MAX];
    struct plan_entry entries[PLAN_STOPS_MAX];
    size_t count = work->count < PLAN_STOPS_MAX ? work->count : PLAN_STOPS_MAX;
    for (size_t i = 0; i < count; i++) {
        wanted[i] = work->candidates[i].stop;
    }
    int32_t offset = 0;
    CHECK(date_zone_offset(str_from(journey->policy.zone), &offset) == OK);
    int64_t open_at_ms = date_instant(work->day, (int32_t)journey->policy.window_open, offset);
    struct plan_terms terms = {
        .start_at_ms = work->now_ms > open_at_ms ? work->now_ms : open_at_ms,
        .close_at_ms = date_instant(work->day, (int32_t)journey->policy.window_close, offset),
    };
    if (journey->has_fix) {
        terms.start_place = (struct geo_point){journey->fix.lat_e7, journey->fix.lon_e7};
    }
    TRY(plan_order(journey->arena, &journey->policy, &terms, wanted, count, entries, NULL));
    for (size_t i = 0; i < count; i++) {
        stops[i] = (struct store_stop){
            .case_no = entries[i].case_no,
            .state = entries[i].is_planned ? STOP_planned : STOP_left_out,
            .reason = entries[i].reason,
            .arrive_at_ms = entries[i].is_planned ? entries[i].arrive_at_ms : 0,
            .travel_m = entries[i].travel_m,
        };
    }
    *count_out = count;
    return OK;
}

/* Numbers of the stops that a plan_made names: what is done, then what is to do. */
static size_t plan_numbers(const struct day_work *work, const struct store_stop *stops,
                           size_t count, uint64_t numbers[PLAN_STOPS_MAX])
{
    size_t number_count = 0;
    for (size_t i = 0; i < work->before_count && number_count < PLAN_STOPS_MAX; i++) {
        const struct store_stop *stop = &work->before[i];
        bool is_done = stop->state == STOP_visited || stop->state == STOP_skipped;
        if (is_done && stop->is_planned) {
            numbers[number_count++] = stop->case_no;
        }
    }
    for (size_t i = 0; i < count && number_count < PLAN_STOPS_MAX; i++) {
        if (stops[i].state == STOP_planned) {
            numbers[number_count++] = stops[i].case_no;
        }
    }
    return number_count;
}

static bool is_same_plan(const struct day_work *work, const uint64_t *numbers, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < work->before_count; i++) {
        if (!work->before[i].is_planned || work->before[i].state == STOP_left_out) {
            continue;
        }
        if (at == count || numbers[at] != work->before[i].case_no) {
            return false;
        }
        at++;
    }
    return at == count;
}

static enum err append(struct journey *journey, const ds_Event *event)
{
    struct fact fact;
    struct row_sink sink = store_rows_sink(journey->store);
    TRY(store_journal_append(journey->store, event, &fact));
    return rows_emit(&fact, NULL, NULL, &sink);
}

/* In the transaction: scores, plan, facts. */
static enum err open_day(struct journey *journey, struct journey_batch *batch,
                         struct open_day *result)
{
    struct day_work work = {.day = result->day, .now_ms = journey_now_ms(journey)};
    struct store *store = journey->store;
    uint64_t *case_nos = NULL;
    size_t case_count = 0;
    TRY(store_plan_list(store, journey->arena, work.day, &work.before, &work.before_count));
    TRY(store_case_numbers(store, journey->arena, true, &case_nos, &case_count));
    work.candidates = ARENA_ARRAY(journey->arena, case_count + 1, struct candidate);
    for (size_t i = 0; i < case_count; i++) {
        struct arena_mark mark = arena_mark(journey->arena);
        enum err err = consider(journey, &work, case_nos[i]);
        arena_rollback(journey->arena, mark);
        TRY(err);
    }
    qsort(work.candidates, work.count, sizeof *work.candidates, by_worth);
    struct store_stop stops[PLAN_STOPS_MAX];
    size_t count = 0;
    TRY(order_stops(journey, &work, stops, &count));
    uint64_t numbers[PLAN_STOPS_MAX];
    size_t number_count = plan_numbers(&work, stops, count, numbers);
    bool is_same = result->was_open && is_same_plan(&work, numbers, number_count);
    TRY(store_plan_set(store, work.day, stops, count));

    if (!result->was_open) {
        ds_Event *event = journey_batch_add(journey, batch, 0);
        event->which_kind = ds_Event_day_opened_tag;
        event->kind.day_opened.day = work.day;
        TRY(append(journey, event));
        TRY(store_setting_set_number(store, SETTING_plan_day, work.day));
    }
    if (!is_same) {
        ds_Event *event = journey_batch_add(journey, batch, 0);
        event->which_kind = ds_Event_plan_made_tag;
        event->kind.plan_made.day = work.day;
        event->kind.plan_made.stops_count = (pb_size_t)number_count;
        memcpy(event->kind.plan_made.stops, numbers, number_count * sizeof numbers[0]);
        TRY(append(journey, event));
    }
    for (size_t i = 0; i < count; i++) {
        *(stops[i].state == STOP_planned ? &result->planned_count : &result->left_out_count) += 1;
    }
    return OK;
}

static enum err open_day_whole(struct journey *journey, struct open_day *result_out)
{
    struct journey_batch batch;
    int64_t plan_day = 0;
    TRY(journey_batch_start(journey, 0, &batch));
    *result_out = (struct open_day){.day = journey_today(journey)};
    TRY(store_setting_number(journey->store, SETTING_plan_day, 0, &plan_day));
    result_out->was_open = plan_day == result_out->day;
    TRY(store_begin(journey->store));
    enum err err = open_day(journey, &batch, result_out);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    return store_commit(journey->store);
}

enum err journey_open_day(struct journey *journey, struct open_day *result_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = open_day_whole(journey, result_out);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = open_day_whole(journey, result_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
