/* The day: opened when a new one has begun, and its order changed by hand. */
#include "app/session/session_private.h"

void session_day(struct session *session)
{
    if (session->journey.person_no == 0) {
        return;
    }
    int64_t plan_day = 0;
    uint64_t open_count = 0;
    uint64_t in_hand_count = 0;
    if (store_setting_number(session->store, SETTING_plan_day, 0, &plan_day) != OK ||
        store_case_count(session->store, &open_count, &in_hand_count) != OK || open_count == 0) {
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
