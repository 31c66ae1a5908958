/* core/journey/move_stop.c -- the collector orders the day by hand: what that costs, and the fact.
 * What was ordered by hand stands until it is undone by hand; see journey.h. */
#include "core/journey/journey_private.h"

enum { FIXED_STEPS = 100 }; /* every place is fixed: there is nothing to search for */

static size_t find_todo(const struct day_plan *plan, uint64_t case_no)
{
    size_t at = 0;
    while (at < plan->planned_count && plan->todo[at].case_no != case_no) {
        at++;
    }
    return at;
}

/* What stands shall be. */
static void todo_as_before(struct journey *journey, struct day_plan *plan)
{
    plan->todo = ARENA_ARRAY(journey->arena, plan->before_count + 1, struct store_stop);
    for (size_t i = 0; i < plan->before_count; i++) {
        if (plan->before[i].state == STOP_planned) {
            plan->todo[plan->planned_count++] = plan->before[i];
        }
    }
    plan->todo_count = plan->planned_count;
    for (size_t i = 0; i < plan->before_count; i++) {
        if (plan->before[i].state == STOP_left_out) {
            plan->todo[plan->todo_count++] = plan->before[i];
        }
    }
}

static enum err fixed_stop(const struct journey *journey, const struct day_plan *plan,
                           const struct store_stop *stop, struct plan_stop *fixed_out)
{
    const struct store_case_item *item = &stop->item;
    struct plan_stop fixed = {.case_no = stop->case_no,
                              .score = item->rank.score,
                              .place = journey_stop_place(stop),
                              .is_locked = true};
    if (item->next_day == plan->day && item->next_until_minute != 0) {
        int32_t offset = 0;
        CHECK(date_zone_offset(str_from(journey->policy.zone), &offset) == OK);
        fixed.window_from_ms = date_instant(plan->day, (int32_t)item->next_from_minute, offset);
        fixed.window_until_ms = date_instant(plan->day, (int32_t)item->next_until_minute, offset);
    }
    if (item->case_no != 0) { /* else the case is gone */
        struct arena_mark mark = arena_mark(journey->arena);
        struct store_case subject;
        enum err err = store_case_load(journey->store, journey->arena, stop->case_no, &subject);
        if (err == OK) {
            journey_day_plan_hours(journey, plan, &subject, &fixed);
        }
        arena_rollback(journey->arena, mark);
        TRY(err);
    }
    (void)journey_day_plan_at_door(journey, plan, &fixed);
    *fixed_out = fixed;
    return OK;
}

/* When each of `todo` will be reached in this order; 0 where it cannot be any more. */
static enum err estimate(struct journey *journey, struct day_plan *plan,
                         struct plan_summary *summary_out)
{
    struct plan_stop *fixed = ARENA_ARRAY(journey->arena, PLAN_STOPS_MAX, struct plan_stop);
    struct plan_entry *entries = ARENA_ARRAY(journey->arena, PLAN_STOPS_MAX, struct plan_entry);
    struct day_terms terms;
    journey_day_plan_terms(journey, plan, &terms);
    terms.terms.steps = FIXED_STEPS;
    terms.terms.chance = NULL; /* the hours of an order that is fixed are what they are */
    for (size_t i = 0; i < plan->planned_count; i++) {
        TRY(fixed_stop(journey, plan, &plan->todo[i], &fixed[i]));
    }
    TRY(plan_order(journey->arena, &journey->policy, &terms.terms, fixed, plan->planned_count,
                   entries, summary_out));
    for (size_t i = 0; i < plan->planned_count; i++) {
        struct store_stop *stop = &plan->todo[entries[i].stop_index];
        struct store_stop fresh = journey_day_plan_stop(plan, &entries[i], summary_out);
        fresh.state = STOP_planned;
        fresh.reason = stop->reason;
        fresh.is_locked = stop->is_locked;
        fresh.item = stop->item;
        *stop = fresh;
    }
    journey_day_plan_ways(journey, plan, terms.terms.start_place);
    return OK;
}

static void count_missed(const struct day_plan *plan, struct plan_move *move)
{
    for (size_t i = 0; i < plan->planned_count; i++) {
        if (plan->todo[i].arrive_at_ms == 0) {
            move->missed_count++;
            move->missed_case_no = plan->todo[i].case_no;
        }
    }
}

/* Puts `todo` in the new order, and says what that costs. Nothing possible: as it was. */
static enum err try_move(struct journey *journey, uint64_t case_no, size_t place,
                         struct day_plan *plan, struct plan_move *move)
{
    struct plan_summary before;
    struct plan_summary after;
    *move = (struct plan_move){0};
    TRY(journey_day_plan_load(journey, plan));
    todo_as_before(journey, plan);
    size_t from = find_todo(plan, case_no);
    size_t to = place > 0 ? place - 1 : 0;
    to = to < plan->planned_count ? to : plan->planned_count - 1;
    bool is_at_door =
        plan->open_case_no != 0 && plan->planned_count > 0 &&
        (case_no == plan->open_case_no || (to == 0 && plan->todo[0].case_no == plan->open_case_no));
    if (from == plan->planned_count || from == to || is_at_door ||
        plan->planned_count > PLAN_STOPS_MAX) {
        return OK;
    }
    TRY(estimate(journey, plan, &before));
    struct store_stop moved = plan->todo[from];
    for (; from < to; from++) {
        plan->todo[from] = plan->todo[from + 1];
    }
    for (; from > to; from--) {
        plan->todo[from] = plan->todo[from - 1];
    }
    moved.is_locked = true;
    plan->todo[to] = moved;
    /* Between its neighbours, wherever these go; the first needs nobody before it. */
    if (to > 0) {
        plan->todo[to - 1].is_locked = plan->todo[to - 1].case_no != plan->open_case_no;
        if (to + 1 < plan->planned_count) {
            plan->todo[to + 1].is_locked = true;
        }
    }
    TRY(estimate(journey, plan, &after));
    *move = (struct plan_move){.is_possible = true,
                               .end_before_ms = before.end_at_ms,
                               .end_after_ms = after.end_at_ms,
                               .travel_before_s = before.travel_s,
                               .travel_after_s = after.travel_s,
                               .is_estimated = after.is_estimated};
    count_missed(plan, move);
    return OK;
}

static enum err record(struct journey *journey, const struct day_plan *plan, uint64_t moved,
                       int64_t cost_ms)
{
    enum { COST_MAX_S = 86400 };
    struct journey_batch batch;
    TRY(journey_batch_start(journey, 0, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_plan_made_tag;
    ds_PlanMade *made = &event->kind.plan_made;
    journey_day_plan_made(plan, made);
    made->moved = moved;
    int64_t cost_s = cost_ms / 1000;
    made->cost_s = (int32_t)(cost_s > COST_MAX_S    ? COST_MAX_S
                             : cost_s < -COST_MAX_S ? -COST_MAX_S
                                                    : cost_s);
    TRY(store_plan_set(journey->store, plan->day, plan->todo, plan->todo_count));
    return journey_append_plain(journey, event);
}

static enum err record_whole(struct journey *journey, const struct day_plan *plan, uint64_t moved,
                             int64_t cost_ms)
{
    TRY(store_begin(journey->store));
    enum err err = record(journey, plan, moved, cost_ms);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    return store_commit(journey->store);
}

static enum err record_with_reserve(struct journey *journey, const struct day_plan *plan,
                                    uint64_t moved, int64_t cost_ms)
{
    enum err err = record_whole(journey, plan, moved, cost_ms);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = record_whole(journey, plan, moved, cost_ms);
    }
    return err;
}

enum err journey_check_move(struct journey *journey, uint64_t case_no, size_t place,
                            struct plan_move *move_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct day_plan plan;
    enum err err = try_move(journey, case_no, place, &plan, move_out);
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_move_stop(struct journey *journey, uint64_t case_no, size_t place,
                           struct plan_move *move_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct day_plan plan;
    enum err err = try_move(journey, case_no, place, &plan, move_out);
    if (err == OK && move_out->is_possible) {
        plan.todo[find_todo(&plan, case_no)].reason = PLAN_REASON_locked;
        err = record_with_reserve(journey, &plan, case_no,
                                  move_out->end_after_ms - move_out->end_before_ms);
    }
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_defer_stop(struct journey *journey, uint64_t case_no, bool *was_moved_out)
{
    struct plan_move move;
    *was_moved_out = false;
    TRY(journey_move_stop(journey, case_no, PLAN_STOPS_MAX, &move));
    *was_moved_out = move.is_possible;
    return OK;
}

static enum err lock_stop(struct journey *journey, uint64_t case_no, bool is_locked,
                          bool *was_changed)
{
    struct day_plan plan;
    TRY(journey_day_plan_load(journey, &plan));
    todo_as_before(journey, &plan);
    size_t at = 0;
    while (at < plan.todo_count && plan.todo[at].case_no != case_no) {
        at++;
    }
    if (at == plan.todo_count || plan.todo[at].is_locked == is_locked ||
        case_no == plan.open_case_no) {
        return OK;
    }
    plan.todo[at].is_locked = is_locked;
    *was_changed = true;
    return record_with_reserve(journey, &plan, case_no, 0);
}

enum err journey_lock_stop(struct journey *journey, uint64_t case_no, bool is_locked,
                           bool *was_changed_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    *was_changed_out = false;
    enum err err = lock_stop(journey, case_no, is_locked, was_changed_out);
    arena_rollback(journey->arena, mark);
    return err;
}
