/* The day: opened when a new one has begun, and its order changed by hand. */
#include "app/session/session_private.h"

enum { REPLAN_REST_MS = 3 * 60 * 1000 }; /* between two that nobody asked for */

void session_day(struct session *session)
{
    if (session->journey.person_no == 0) {
        return;
    }
    int64_t plan_day = 0;
    uint64_t open_count = 0;
    if (store_setting_number(session->store, SETTING_plan_day, 0, &plan_day) != OK ||
        store_case_open_count(session->store, &open_count) != OK || open_count == 0) {
        return;
    }
    int32_t today = journey_today(&session->journey);
    /* A plan that came out empty is tried again when there are other cases. */
    if (session->planned_day == today && session->planned_case_count == open_count) {
        return;
    }
    struct store_stop *stops;
    size_t stop_count = 0;
    enum err err = store_plan_list(session->store, &session->work, today, &stops, &stop_count);
    arena_reset(&session->work);
    if (err == OK && (plan_day != today || stop_count == 0)) {
        struct open_day result;
        err = journey_open_day(&session->journey, &result);
        arena_reset(&session->work);
        session->must_enter = true;
        session_seal(session);
    }
    session->planned_day = today;
    session->planned_case_count = open_count;
    if (err != OK) {
        session_mend(session, err);
    }
}

/* A plan that changes under the collector's eyes is said; the order of the next stop only when it
 * is another one. */
static uint64_t next_case_no(struct session *session)
{
    struct store_stop *stops;
    size_t count = 0;
    uint64_t case_no = 0;
    if (store_plan_list(session->store, &session->work, journey_today(&session->journey), &stops,
                        &count) == OK) {
        for (size_t i = count; i-- > 0;) {
            case_no = stops[i].state == STOP_planned ? stops[i].case_no : case_no;
        }
    }
    arena_reset(&session->work);
    return case_no;
}

void session_plan_again(struct session *session)
{
    struct open_day result;
    enum err err = journey_open_day(&session->journey, &result);
    arena_reset(&session->work);
    session->must_enter = true;
    session->must_replan = false;
    session->replanned_at_ms = session_monotonic_ms(session);
    if (err != OK) {
        session_mend(session, err);
        return;
    }
    session_seal(session);
}

/* The order that stands at new times, or a better one where that is worth the change. */
static void replan(struct session *session)
{
    struct open_day result;
    enum err err = journey_replan(&session->journey, &result);
    arena_reset(&session->work);
    session->must_enter = true;
    if (err != OK) {
        session_mend(session, err);
    } else if (result.has_new_order) {
        session_seal(session);
    }
}

void session_replan(struct session *session)
{
    int64_t plan_day = 0;
    enum plan_stale stale = PLAN_STALE_none;
    int64_t now_ms = session_monotonic_ms(session);
    bool was_asked = session->must_replan;
    session->must_replan = false;
    if (session->journey.person_no == 0 ||
        (!was_asked && session->replanned_at_ms != 0 &&
         now_ms - session->replanned_at_ms < REPLAN_REST_MS) ||
        store_setting_number(session->store, SETTING_plan_day, 0, &plan_day) != OK ||
        plan_day != journey_today(&session->journey)) {
        return;
    }
    enum err err = journey_plan_stale(&session->journey, &stale);
    arena_reset(&session->work);
    if (err != OK || (stale == PLAN_STALE_none && !was_asked)) {
        return;
    }
    session->replanned_at_ms = now_ms;
    uint64_t before = next_case_no(session);
    replan(session);
    if (next_case_no(session) != before && before != 0 && !was_asked) {
        session_say(session, "session.next_changed", 0);
    }
}

void intent_plan_again(struct session *session, const struct intent *intent)
{
    (void)intent;
    struct open_day result;
    enum err err = journey_open_day(&session->journey, &result);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->must_enter = true;
    session_say(session, "session.planned", (int64_t)result.planned_count);
    session_seal(session);
}

void intent_defer(struct session *session, const struct intent *intent)
{
    bool was_moved = false;
    enum err err = journey_defer_stop(&session->journey, (uint64_t)intent->number, &was_moved);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->must_enter = true;
    session_say(session, was_moved ? "session.deferred" : "session.defer_last", 0);
    session_seal(session);
}

void intent_move_stop(struct session *session, const struct intent *intent)
{
    struct plan_move move;
    enum err err = journey_move_stop(&session->journey, (uint64_t)intent->number,
                                     (size_t)intent->place.number, &move);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->must_enter = true;
    session_say(session, move.is_possible ? "session.moved" : "session.move_nothing", 0);
    session_seal(session);
}

void intent_lock_stop(struct session *session, const struct intent *intent)
{
    bool was_changed = false;
    bool is_locked = intent->place.number != 0;
    enum err err =
        journey_lock_stop(&session->journey, (uint64_t)intent->number, is_locked, &was_changed);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session_say(session, is_locked ? "session.locked" : "session.unlocked", 0);
    session_plan_again(session);
}
