#include "app/session/session_door.h"

#include <string.h>

void session_act(struct session *session, const struct intent *intent)
{
    switch (intent->kind) {
    case INTENT_none:
    case INTENT_COUNT:
        return;
#define INTENT(name)                    \
    case INTENT_##name:                 \
        intent_##name(session, intent); \
        break;
#include "app/screens/intents.def"
#undef INTENT
    }
    arena_reset(&session->work);
}

/* ---- moving about ---- */

void intent_open(struct session *session, const struct intent *intent)
{
    session_push(session, &intent->place);
}

void intent_root(struct session *session, const struct intent *intent)
{
    session_root(session, &intent->place);
}

enum err session_draft_put(struct session *session, const struct store_draft *draft)
{
    enum err err = store_draft_put(session->store, draft);
    if (err == ERR_no_space && store_reserve_release(session->store)) {
        err = store_draft_put(session->store, draft);
    }
    return err;
}

void session_form_forget(struct session *session)
{
    if (session->has_form) {
        session->has_form = false;
        enum err err = store_draft_delete(session->store, SESSION_FORM_KEY);
        if (err != OK) { /* it is typed over by the next one */
            session_mend(session, err);
        }
    }
}

void intent_back(struct session *session, const struct intent *intent)
{
    (void)intent;
    session_pop(session);
}

void intent_refresh(struct session *session, const struct intent *intent)
{
    (void)intent;
    session->must_enter = true;
}

/* ---- joining ---- */

void intent_enrol(struct session *session, const struct intent *intent)
{
    enum wire refusal = WIRE_ok;
    enum err err = spool_enrol(&session->spool, str_from(intent->text), &refusal);
    session->settings.enrol_problem = NULL;
    if (err == OK && refusal != WIRE_ok) {
        session->settings.enrol_problem = wire_key(refusal);
    } else if (err == ERR_exists) {
        session->settings.enrol_problem = "error.exists";
    } else if (err != OK) {
        session_fail(session, err);
    } else {
        session->settings.is_enrolling = true;
        session->sync.link = VIEW_LINK_waiting;
        err = spool_wake(&session->spool);
        if (err != OK) {
            session_say_error(session, err);
        }
    }
    session->must_enter = true;
}

/* ---- what becomes a fact ---- */

bool session_recorded(struct session *session, enum err err, const struct capture *capture,
                      const struct intent *intent, bool can_override)
{
    if (err != OK) {
        session_fail(session, err);
        return false;
    }
    if (!capture->is_done) {
        session->has_refusal = true;
        session->can_override = can_override;
        session->refusal = *capture;
        session->refused = *intent;
        if (intent->event != NULL) {
            session->refused_event = *intent->event;
            session->refused.event = &session->refused_event;
        }
        return false;
    }
    if (capture->is_for_hq) {
        session_trouble(session, ICON_info, "trouble.for_hq", "trouble.for_hq_do");
    }
    session->must_enter = true;
    return true;
}

void intent_visit_arrive(struct session *session, const struct intent *intent)
{
    struct visit_start start = intent->start;
    if (intent->number != 0) {
        start.override_reason = (uint32_t)intent->number;
    }
    struct capture capture;
    enum err err = journey_start_visit(&session->journey, &start, &capture);
    if (err == ERR_exists) {
        session_say(session, "visit.other_open", 0);
        return;
    }
    if (!session_recorded(session, err, &capture, intent, true)) {
        return;
    }
    struct screen_place *place = session_top(session);
    place->tab = 0;
    place->seq = 0;
    place->number = 0;
    err = journey_draft_load(&session->journey, &session->draft);
    session->has_draft = err == OK;
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session_door_forget(session);
    session->draft.step = 1;
    session->draft.has_finish = true;
    err = journey_draft_save(&session->journey, &session->draft);
    if (err != OK) {
        session_fail(session, err);
    }
    session_refresh(session);
}

static bool draft_keep(struct session *session, const ds_VisitDraft *draft)
{
    enum err err = journey_draft_save(&session->journey, draft);
    if (err != OK) {
        session_fail(session, err);
        session->must_enter = true; /* the screen shows what is kept, nothing else */
        return false;
    }
    if (draft != &session->draft) {
        session->draft = *draft;
    }
    return true;
}

void intent_visit_save(struct session *session, const struct intent *intent)
{
    (void)draft_keep(session, intent->draft);
}

void intent_visit_finish(struct session *session, const struct intent *intent)
{
    if (!draft_keep(session, intent->draft)) {
        return; /* the draft before it would become facts, not what is on the screen */
    }
    struct capture capture;
    enum err err = journey_finish_visit(&session->journey, &capture);
    if (!session_recorded(session, err, &capture, intent, true)) {
        return;
    }
    session->has_draft = false;
    session->must_replan = true;
    session_door_forget(session);
    struct screen_place place = screen_place(SCREEN_today, 0);
    session_root(session, &place);
    session_say(session, "session.visit_stored",
                (int64_t)(capture.last_seq - capture.first_seq + 1));
    session_seal(session);
}

void intent_form_save(struct session *session, const struct intent *intent)
{
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    enum err err = event_encode(intent->event, body, sizeof body, &size);
    if (err == OK) {
        struct store_draft draft = {.key = SESSION_FORM_KEY,
                                    .case_no = intent->event->case_no,
                                    .bytes = {(const char *)body, size},
                                    .changed_at_ms = session_now_ms(session)};
        err = session_draft_put(session, &draft);
    }
    if (err != OK) {
        session_fail(session, err);
        session->must_enter = true; /* the form shows what is kept */
        return;
    }
    session->form = *intent->event;
    session->has_form = true;
}

/* Help is asked for: at once, whatever else is open. What the screen then says of it is
 * what is true: kept here, and on its way before everything else. */
void intent_alarm(struct session *session, const struct intent *intent)
{
    const ds_Event *event = intent->event;
    const ds_SafetyIncident *incident = &event->kind.safety_incident;
    struct capture capture = {0};
    session->journey.typed_key = intent->draft == NULL ? SESSION_FORM_KEY : NULL;
    enum err err = journey_raise_safety(&session->journey, event->case_no, incident, &capture);
    session->journey.typed_key = NULL;
    if (!session_recorded(session, err, &capture, intent, false)) {
        return;
    }
    if (intent->draft != NULL) {
        (void)draft_keep(session, intent->draft); /* the visit goes on without it */
        struct screen_place *place = session_top(session);
        place->tab = 0;
        place->seq = 0;
        place->number = 0;
    } else {
        session_form_forget(session);
        session_pop(session);
    }
    if (incident->is_silent) {
        session_say(session, "session.stored", 1); /* as after any other record */
    } else {
        struct screen_place place = screen_place(SCREEN_alarm, 0);
        place.seq = capture.first_seq;
        session_push(session, &place);
    }
    session_seal(session);
}

void intent_capture(struct session *session, const struct intent *intent)
{
    struct journey *journey = &session->journey;
    const ds_Event *event = intent->event;
    uint64_t case_no = event->case_no;
    struct capture capture = {0};
    struct close_day close = {0};
    enum err err = OK;
    bool can_override = false;
    journey->typed_key = SESSION_FORM_KEY;
    switch (event->which_kind) {
    case EVENT_visit_skipped:
        err = journey_skip_visit(journey, case_no, &event->kind.visit_skipped, &capture);
        session->must_replan = true;
        break;
    case EVENT_contact_attempted:
        err = journey_log_contact(journey, case_no, &event->kind.contact_attempted, &capture);
        break;
    case EVENT_payment_noted:
        can_override = true;
        err = journey_note_payment(journey, case_no, &event->kind.payment_noted,
                                   (uint32_t)intent->number, &capture);
        break;
    case EVENT_safety_incident:
        if (store_is_alarm(event)) {
            intent_alarm(session, intent);
            return;
        }
        err = journey_raise_safety(journey, case_no, &event->kind.safety_incident, &capture);
        break;
    case EVENT_complaint_taken:
        err = journey_take_complaint(journey, case_no, &event->kind.complaint_taken, &capture);
        break;
    case EVENT_correction:
        err = journey_correct(journey, &event->kind.correction, &capture);
        break;
    case EVENT_day_closed:
        err = journey_close_day(journey, event->kind.day_closed.distance_m,
                                event->kind.day_closed.note, &close);
        capture = close.capture;
        break;
    default:
        err = journey_capture(journey, case_no, event, &capture);
        break;
    }
    journey->typed_key = NULL;
    if (!session_recorded(session, err, &capture, intent, can_override)) {
        return;
    }
    session_form_forget(session);
    session_pop(session);
    session_say(session, "session.stored", 1);
    session_seal(session);
}

void intent_reveal(struct session *session, const struct intent *intent)
{
    const ds_DetailRevealed *detail = &intent->event->kind.detail_revealed;
    const char *text = NULL;
    enum err err = journey_reveal_detail(&session->journey, &session->work, intent->event->case_no,
                                         detail->detail, detail->index, &text);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->revealed_case_no = intent->event->case_no;
    session->revealed_detail = detail->detail;
    session->revealed_index = detail->index;
    session->revealed_until_ms = session_monotonic_ms(session) + SESSION_REVEAL_MS;
    session_refresh(session);
}

/* ---- headquarters ---- */

void intent_sync_now(struct session *session, const struct intent *intent)
{
    (void)intent;
    session->wants_ticket = true;
    session_seal(session);
    enum err err = spool_wake(&session->spool);
    if (err != OK) {
        session_say_error(session, err);
    }
    session->is_calling = session->agent.is_wanted;
    session_refresh(session);
    session_say(session, session->agent.is_wanted ? "session.carrying" : "session.no_agent", 0);
    session->must_enter = true;
}

void intent_settle(struct session *session, const struct intent *intent)
{
    session_keep(session, store_question_settle(session->store, (uint64_t)intent->number));
    session_refresh(session);
}

/* That it was read is told to headquarters with the next records; reading it must not wait. */
void intent_letter_read(struct session *session, const struct intent *intent)
{
    struct capture capture = {0};
    enum err err = journey_read_letter(&session->journey, (uint64_t)intent->number, &capture);
    session_keep(session, err == ERR_not_found ? OK : err); /* it left with its case */
    if (capture.is_done) {
        session_seal(session);
    }
    session_refresh(session);
    session->must_enter = true;
}

void intent_letter_answer(struct session *session, const struct intent *intent)
{
    const ds_MessageAnswered *answer = &intent->event->kind.message_answered;
    struct capture capture = {0};
    session->journey.typed_key = SESSION_FORM_KEY;
    enum err err = journey_answer_letter(&session->journey, answer->message_no, answer->answer,
                                         answer->note, &capture);
    session->journey.typed_key = NULL;
    if (!session_recorded(session, err, &capture, intent, false)) {
        return;
    }
    session_form_forget(session);
    session_say(session, "session.stored", 1);
    session_seal(session);
    session_refresh(session);
}

/* Makes every projection anew and compares: what the tablet shows must follow
 * from its facts alone. */
void intent_check_store(struct session *session, const struct intent *intent)
{
    (void)intent;
    struct str before;
    struct str after;
    enum err err = store_rows_dump(session->store, &session->work, &before);
    if (err == OK) {
        err = journey_rebuild(&session->journey);
    }
    if (err == OK) {
        err = store_rows_dump(session->store, &session->work, &after);
    }
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->settings.check_result =
        str_equal(before, after) ? SCREEN_CHECK_equal : SCREEN_CHECK_differs;
    session->settings.checked_at_ms = session_now_ms(session);
    session->must_enter = true;
}
