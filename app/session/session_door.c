#include "app/session/session_door.h"

#include "app/screens/lock.h"

#define INK_KEY "ink"

enum { MORE_MINUTES = 15, TRY_AGAIN_MS = 5000, ASK_AGAIN_MS = 60000 };

/* ---- the signature being drawn ---- */

/* Strokes of another visit than the open one are nobody's. */
void session_door_open(struct session *session)
{
    struct arena_mark mark = arena_mark(&session->work);
    struct store_draft row;
    *session->ink = (struct widget_signature){0};
    if (session->has_draft &&
        store_draft_get(session->store, &session->work, INK_KEY, &row) == OK &&
        row.case_no == session->draft.case_no &&
        widget_signature_unpack((const uint8_t *)row.bytes.bytes, row.bytes.size, session->ink) !=
            OK) {
        *session->ink = (struct widget_signature){0};
    }
    arena_rollback(&session->work, mark);
}

void session_door_forget(struct session *session)
{
    *session->ink = (struct widget_signature){0};
    enum err err = store_draft_delete(session->store, INK_KEY);
    if (err != OK) { /* it is of a visit that is signed: the next one draws over it */
        session_mend(session, err);
    }
}

void intent_ink(struct session *session, const struct intent *intent)
{
    (void)intent;
    uint8_t *bytes = NULL;
    size_t size = 0;
    widget_signature_pack(&session->work, session->ink, &bytes, &size);
    struct store_draft row = {.key = INK_KEY,
                              .case_no = session->draft.case_no,
                              .bytes = {(const char *)bytes, size},
                              .changed_at_ms = session_now_ms(session)};
    enum err err = session_draft_put(session, &row);
    if (err != OK) {
        session_fail(session, err);
    }
}

static bool keep_draft(struct session *session, const ds_VisitDraft *draft)
{
    enum err err = journey_draft_save(&session->journey, draft);
    if (err != OK) {
        session_fail(session, err);
        session->must_enter = true;
        return false;
    }
    if (draft != &session->draft) {
        session->draft = *draft;
    }
    return true;
}

void intent_sign(struct session *session, const struct intent *intent)
{
    uint8_t *png = NULL;
    size_t size = 0;
    widget_signature_png(&session->work, session->ink, &png, &size);
    struct capture capture = {0};
    enum err err = journey_sign(&session->journey, intent->event->case_no,
                                &intent->event->kind.evidence_attached,
                                (struct str){(const char *)png, size}, &capture);
    if (!session_recorded(session, err, &capture, intent, false)) {
        return;
    }
    session_door_forget(session);
    (void)keep_draft(session, intent->draft);
    session->must_enter = true;
    session_seal(session);
}

void intent_visit_use(struct session *session, const struct intent *intent)
{
    if (keep_draft(session, intent->draft)) {
        session_pop(session);
    }
}

/* ---- somebody waits for a word ---- */

void intent_all_well(struct session *session, const struct intent *intent)
{
    if (!session->has_draft) {
        return;
    }
    struct clock_reading now = clock_read(session->clock);
    ds_VisitDraft *draft = arena_copy(&session->work, &session->draft, sizeof session->draft);
    journey_visit_expect(&now, intent->number, draft);
    session->ask_again_at_ms = 0;
    (void)keep_draft(session, draft);
    session->must_enter = true;
}

struct visit_wait session_door_wait(struct session *session)
{
    if (!session->has_draft) {
        return (struct visit_wait){.state = VISIT_WAIT_none, .next_ms = INT64_MAX};
    }
    struct clock_reading now = clock_read(session->clock);
    return journey_visit_wait(&session->journey.policy, &session->draft, &now);
}

int64_t session_door_deadline_ms(const struct session *session)
{
    if (!session->has_draft) {
        return INT64_MAX;
    }
    struct clock_reading now = clock_read(session->clock);
    struct visit_wait wait = journey_visit_wait(&session->journey.policy, &session->draft, &now);
    if (wait.next_ms == INT64_MAX) {
        return INT64_MAX;
    }
    int64_t next_at_ms = now.monotonic_ms + wait.next_ms;
    bool is_later = wait.state == VISIT_WAIT_over && session->next_overdue_at_ms > next_at_ms;
    if (is_later) {
        return session->next_overdue_at_ms;
    }
    bool is_put_off = wait.state == VISIT_WAIT_asked && session->ask_again_at_ms > now.monotonic_ms;
    return is_put_off && session->ask_again_at_ms < next_at_ms ? session->ask_again_at_ms
                                                               : next_at_ms;
}

void session_door_tick(struct session *session)
{
    int64_t now_ms = session_monotonic_ms(session);
    if (session_door_wait(session).state != VISIT_WAIT_over ||
        now_ms < session->next_overdue_at_ms) {
        return;
    }
    session->next_overdue_at_ms = now_ms + TRY_AGAIN_MS;
    bool was_raised = false;
    struct capture capture;
    enum err err = journey_raise_overdue(&session->journey, &was_raised, &capture);
    if (err != OK) { /* tried again soon, and said until then */
        session_fail(session, err);
        return;
    }
    if (!was_raised) {
        return;
    }
    session->draft.was_alarmed = true;
    struct screen_place place = screen_place(SCREEN_alarm, 0);
    place.seq = capture.first_seq;
    session_push(session, &place);
    session_seal(session);
}

/* There it is asked on the screen itself, or help is at hand already. */
static bool is_answering(struct session *session)
{
    uint32_t screen = session_shown(session)->screen;
    return screen == SCREEN_safety || screen == SCREEN_alarm ||
           (session->is_locked && session->lock_place.tab == LOCK_TAB_help);
}

/* Whoever holds a shut tablet may call for help; that all is well says only who opens it, and is
 * asked then. */
static void answer_locked(struct session *session, enum widget_dialog_answer answer)
{
    session->lock_place.tab = answer == WIDGET_DIALOG_no ? LOCK_TAB_help : LOCK_TAB_keys;
    session->ask_again_at_ms = session_monotonic_ms(session) + ASK_AGAIN_MS;
    session->must_enter = true;
}

void session_door_ask(struct session *session, struct ui *ui, const struct view *view)
{
    if (view->wait.state != VISIT_WAIT_asked || is_answering(session) ||
        session_monotonic_ms(session) < session->ask_again_at_ms) {
        return;
    }
    int64_t until_ms = view->now_ms + view->wait.next_ms;
    const char *well = session->is_locked ? view_text(view, "safety.unlock_to_answer")
                                          : view_fill(view, "safety.all_well_more",
                                                      lang_value_count("n", MORE_MINUTES));
    enum widget_dialog_answer answer =
        widget_dialog(ui, "all_well",
                      &(struct widget_dialog){
                          .title = view_text(view, "safety.time_is_up"),
                          .text = view_fill(view, "safety.time_is_up_note",
                                            lang_value_text("time", view_clock(view, until_ms))),
                          .icon = ICON_health_and_safety,
                          .yes = well,
                          .no = view_text(view, "safety.need_help"),
                          .can_wait = true});
    if (answer == WIDGET_DIALOG_open) {
        return;
    }
    if (session->is_locked) {
        answer_locked(session, answer);
    } else if (answer == WIDGET_DIALOG_yes) {
        struct intent intent = {.kind = INTENT_all_well, .number = MORE_MINUTES};
        session_act(session, &intent);
    } else if (answer == WIDGET_DIALOG_no) {
        struct screen_place place = screen_place(SCREEN_safety, session->draft.case_no);
        session_push(session, &place);
    } else { /* a sleeve on the key must neither calm nor call */
        session->ask_again_at_ms = session_monotonic_ms(session) + ASK_AGAIN_MS;
        widget_toast_show(
            &session->toast, ui,
            view_fill(view, "safety.put_off", lang_value_text("time", view_clock(view, until_ms))),
            NULL);
    }
}

/* ---- what was not visited ---- */

void intent_skip_stop(struct session *session, const struct intent *intent)
{
    session->must_replan = true;
    struct capture capture = {0};
    enum err err = journey_skip_visit(&session->journey, intent->event->case_no,
                                      &intent->event->kind.visit_skipped, &capture);
    if (session_recorded(session, err, &capture, intent, false)) {
        session_seal(session); /* the row itself says that it is done */
    }
}
