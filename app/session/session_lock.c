/* The shut screen: when it shuts, what opens it, and how the PIN is set. What was recorded goes
 * on being sealed and sent while it is shut. */
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <string.h>

struct screen_place *session_shown(struct session *session)
{
    return session->is_locked ? &session->lock_place : session_top(session);
}

void session_secret_wipe(struct session *session)
{
    int64_t wait_until_ms = session->secret.wait_until_ms;
    explicit_bzero(&session->secret, sizeof session->secret);
    session->secret.wait_until_ms = wait_until_ms;
}

static void shut(struct session *session)
{
    if (session->is_locked || !session->settings.has_pin) {
        return;
    }
    session->is_locked = true;
    session->lock_place = screen_place(SCREEN_lock, 0);
    session->revealed_until_ms = 0; /* a detail shown in clear is masked again */
    session_secret_wipe(session);
    session->must_enter = true;
}

enum err session_lock_load(struct session *session)
{
    struct vault_state state;
    struct clock_reading now = clock_read(session->clock);
    vault_read(session->vault, &state);
    int64_t after_s;
    TRY(store_setting_number(session->store, SETTING_lock_after_s, SESSION_LOCK_AFTER_S, &after_s));
    session->settings.has_pin = state.is_kept && !state.must_set;
    session->settings.lock_after_s = (int32_t)after_s;
    session->secret.wait_until_ms = state.wait_ms > 0 ? now.monotonic_ms + state.wait_ms : 0;
    session->touched_at_ms = now.monotonic_ms;
    session->looked_at_ms = now.monotonic_ms;
    if (state.guard == VAULT_GUARD_adopted) {
        shut(session); /* it was never typed: who opens the program has not shown who they are */
    }
    return OK;
}

void session_lock_tick(struct session *session, struct ui *ui)
{
    int64_t now_ms = session_monotonic_ms(session);
    int64_t slept_ms = now_ms - session->looked_at_ms;
    session->looked_at_ms = now_ms;
    if (!session->settings.has_pin) {
        return;
    }
    if (session->is_locked) {
        if (slept_ms > SESSION_SLEPT_MS) {
            session_seal_away(session, true);
        }
        return;
    }
    if (ui_touched_at_ms(ui) > session->touched_at_ms) {
        session->touched_at_ms = ui_touched_at_ms(ui);
    }
    int64_t shut_at_ms = session->touched_at_ms + (int64_t)session->settings.lock_after_s * 1000;
    if (slept_ms > SESSION_SLEPT_MS) {
        session_seal_away(session, true);
    } else if (now_ms >= shut_at_ms) {
        shut(session);
    } else {
        ui_wake_at(ui, shut_at_ms);
    }
}

bool session_lock_takes(enum intent_kind kind)
{
    return kind == INTENT_unlock || kind == INTENT_lock_alarm || kind == INTENT_key_reset ||
           kind == INTENT_person || kind == INTENT_refresh;
}

void intent_lock(struct session *session, const struct intent *intent)
{
    (void)intent;
    shut(session);
}

void intent_unlock(struct session *session, const struct intent *intent)
{
    if (session->is_locked) {
        session_try(session, intent->text);
    }
}

void intent_pin_check(struct session *session, const struct intent *intent)
{
    session->secret.is_old_right = session_key_try(session, intent->text);
    session->must_enter = true;
}

void intent_pin_set(struct session *session, const struct intent *intent)
{
    CHECK(!session->settings.has_pin || session->secret.is_old_right);
    enum err err = vault_set(session->vault, intent->text);
    session_secret_wipe(session);
    session->next_ask_at_ms = 0; /* headquarters is to keep its half */
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->settings.has_pin = true;
    session->secret.was_set = true;
    session->touched_at_ms = session_monotonic_ms(session);
    if (session_top(session)->screen == SCREEN_pin) {
        session_pop(session);
        session_say(session, "session.pin_set", 0);
    }
    session->must_enter = true;
}

void intent_lock_after(struct session *session, const struct intent *intent)
{
    CHECK(intent->number > 0 && intent->number <= INT32_MAX);
    session->settings.lock_after_s = (int32_t)intent->number;
    enum err err = store_setting_set_number(session->store, SETTING_lock_after_s, intent->number);
    if (err != OK) {
        session_fail(session, err);
    }
    session->must_enter = true;
}

/* Help is asked for while the screen is shut: recorded and sent at once. The visit that is open
 * is named in it for headquarters; nothing of that is shown, and a silent one leaves no trace. */
void intent_lock_alarm(struct session *session, const struct intent *intent)
{
    uint64_t case_no = session->has_draft ? session->draft.case_no : 0;
    struct capture capture = {0};
    enum err err = journey_raise_safety(&session->journey, case_no,
                                        &intent->event->kind.safety_incident, &capture);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->must_enter = true;
    session_seal(session);
}
