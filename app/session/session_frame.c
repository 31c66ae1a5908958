/* A frame while the store is open: the screen is read when that is due, drawn, and what was asked
 * for on it is done. */
#include "app/session/session_private.h"

#include "app/screens/refusal.h"
#include "app/session/session_door.h"

/* The order that the top of the stack tries, and what it costs; NULL none. */
static const struct plan_move *move_try(struct session *session)
{
    const struct screen_place *place = session_shown(session);
    if (place->screen != SCREEN_reorder || place->case_no == 0 || place->number <= 0) {
        return NULL;
    }
    enum err err = journey_check_move(&session->journey, place->case_no, (size_t)place->number,
                                      &session->move);
    arena_reset(&session->work);
    return err == OK ? &session->move : NULL;
}

static void enter(struct session *session)
{
    session->must_enter = false;
    arena_reset(&session->task);
    struct screen_source source = {
        .store = session->store,
        .policy = &session->journey.policy,
        .lang = session->lang,
        .now_ms = session_now_ms(session),
        .offset_minutes = SESSION_OFFSET_MINUTES,
        .person_no = session->journey.person_no,
        .draft = session->has_draft ? &session->draft : NULL,
        .form = session->has_form ? &session->form : NULL,
        .settings = &session->settings,
        .traffic = &session->traffic,
        .ink = session->ink,
        .secret = &session->secret,
        .keys = &session->keys,
        .chart = session->chart,
        .move = move_try(session),
    };
    int32_t offset;
    if (date_zone_offset(str_from(session->journey.policy.zone), &offset) == OK) {
        source.offset_minutes = offset;
    }
    session->model = NULL;
    session->is_opening_drawn = session_is_opening(session);
    session_traffic_look(session);
    enum err err = screen_enter(&session->task, &source, session_shown(session), &session->model);
    while (err != OK && !session->should_stop) { /* never of the lock: it always comes up */
        bool was_root = session->stack_count == 1;
        if (err != ERR_not_found || was_root) {
            session_say_error(session, err);
        }
        if (was_root && session_top(session)->screen == SCREEN_more) {
            session->should_stop = true; /* not even that can be read */
            session->problem = lang_text(session->lang, "error.corrupt");
            return;
        }
        struct screen_place more = screen_place(SCREEN_more, 0);
        if (was_root) {
            session_root(session, &more);
        } else {
            session_pop(session);
        }
        session->must_enter = false;
        arena_reset(&session->task);
        session_traffic_look(session);
        err = screen_enter(&session->task, &source, session_top(session), &session->model);
    }
}

static struct view view_make(struct session *session, struct ui *ui)
{
    struct view view = {
        .lang = session->lang,
        .arena = ui_arena(ui),
        .now_ms = session_now_ms(session),
        .offset_minutes = SESSION_OFFSET_MINUTES,
        .policy = &session->journey.policy,
        .calendar = date_calendar_cn(),
        .person_name = session->person_name,
        .person_no = session->journey.person_no,
        .synced_at_ms = session->journey.synced_at_ms,
        .policy_at_ms = session->journey.policy_at_ms,
        .credential_until_day = session->journey.credential_until_day,
        .has_fix = session->journey.has_fix,
        .fix = session->journey.fix,
        .sync = session->sync,
        .unread_count = session->unread_count,
        .wait = session_door_wait(session),
        .wait_case_no = session->has_draft ? session->draft.case_no : 0,
        .revealed_case_no = session->revealed_case_no,
        .revealed_detail = session->revealed_detail,
        .revealed_index = session->revealed_index,
        .revealed_until_ms = session->revealed_until_ms,
    };
    int32_t offset;
    if (date_zone_offset(str_from(session->journey.policy.zone), &offset) == OK) {
        view.offset_minutes = offset;
    }
    view.today = date_day_at(view.now_ms, view.offset_minutes);
    return view;
}

void session_trouble_frame(struct session *session, struct ui *ui, const struct view *view)
{
    if (session->trouble_key != NULL &&
        widget_dialog(ui, "trouble",
                      &(struct widget_dialog){.title = view_text(view, session->trouble_key),
                                              .text = view_text(view, session->trouble_do_key),
                                              .icon = session->trouble_icon,
                                              .yes = view_text(view, "trouble.understood")}) !=
            WIDGET_DIALOG_open) {
        session->trouble_key = NULL;
    }
}

static void overlays(struct session *session, struct ui *ui, const struct view *view)
{
    session_door_ask(session, ui, view);
    if (session->has_refusal && !session->is_locked) { /* it may name a borrower */
        uint32_t reason = 0;
        enum refusal_answer answer =
            refusal_frame(ui, view, &session->refusal, session->can_override, &reason);
        if (answer != REFUSAL_ANSWER_open) {
            session->has_refusal = false;
        }
        if (answer == REFUSAL_ANSWER_reason) {
            struct intent again = session->refused;
            again.number = reason;
            if (again.kind == INTENT_visit_finish) {
                session->draft.override_reason = reason;
                again.draft = &session->draft;
            }
            session_act(session, &again);
        }
    }
    session_trouble_frame(session, ui, view);
    if (session->has_toast && !session->must_enter &&
        !session->is_locked) { /* else a new screen would take it away */
        widget_toast_show(
            &session->toast, ui,
            view_fill(view, session->toast_key, lang_value_count("n", session->toast_count)), NULL);
        session->has_toast = false;
    }
    if (widget_toast(ui, &session->toast)) {
        session->toast.until_ms = 0;
    }
}

void session_frame(void *context, struct ui *ui)
{
    struct session *session = context;
    session_turn(session);
    session_rescue_turn(session);
    session_key_tick(session);
    session_people_tick(session);
    if (session->store == NULL || session->keys.opening == SCREEN_OPENING_day) {
        session_sealed_frame(session, ui);
        return;
    }
    session_seen_note(session, ui);
    session_tick(session);
    session_lock_tick(session, ui);
    if (session->store == NULL) { /* shut just now, with all that the screen was made of */
        session_sealed_frame(session, ui);
        return;
    }
    if (session->must_enter) {
        uint32_t before = session->shown;
        enter(session);
        session->shown = session_shown(session)->screen;
        if (session->shown != before) {
            session_secret_wipe(session);
            ui_focus(ui, NULL);
            session->toast.until_ms = 0; /* it spoke of what is gone from the screen */
        }
    }
    if (session->should_stop || session->model == NULL) {
        return;
    }
    session_seen_show(session, ui);
    session->frame_serial = session->place_serial;
    struct view view = view_make(session, ui);
    struct intent intent = {0};
    screen_frame(ui, &view, session->model, session_shown(session), &intent);
    if (intent.kind != INTENT_none && (!session->is_locked || session_lock_takes(intent.kind))) {
        session_act(session, &intent);
    }
    overlays(session, ui, &view);
    session_stack_save(session, ui);
    if (session->must_enter) {
        ui_wake_at(ui, ui_now_ms(ui));
    }
}
