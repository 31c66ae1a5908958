/* The store is shut and its key is nowhere in memory, or it is just being opened: the lock is
 * shown, orders are heard, help can be called. */
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <string.h>

enum {
    ASK_AGAIN_MS = 60 * 1000, /* help that was called for, unheard */
    LOOK_MS = 1000,
    CHECK_MS = 10 * 1000,
};

static struct screen_place lock_place(void)
{
    return screen_place(SCREEN_lock, 0);
}

static enum lang owner_lang(const struct session *session)
{
    enum lang lang = session->lang; /* of the lock before it */
    (void)lang_from_text(str_from(vault_owner(session->vault)->lang), &lang);
    return session->options.has_lang ? session->options.lang : lang;
}

void session_shut_screen(struct session *session)
{
    struct vault_state state;
    vault_read(session->vault, &state);
    session->is_locked = true;
    session->lock_place = lock_place();
    session->settings.has_pin = state.is_kept;
    session->revealed_until_ms = 0;
    session_secret_wipe(session);
    session->secret.wait_until_ms =
        state.wait_ms > 0 ? session_monotonic_ms(session) + state.wait_ms : 0;
    session->keys.is_asking = false;
    session_opening_end(session);
    session->must_enter = true;
}

enum err session_sealed_begin(struct session *session)
{
    session->lang = owner_lang(session);
    session->person_name = vault_owner(session->vault)->person_name;
    session->looked_at_ms = session_monotonic_ms(session);
    session_shut_screen(session);
    return OK;
}

void session_seal_away(struct session *session, bool keeps_half)
{
    struct vault_state state;
    vault_read(session->vault, &state);
    bool is_shut = session->store == NULL && !session_is_opening(session);
    if (is_shut || !(state.is_kept || state.is_wiped || state.is_held)) {
        return;
    }
    if (session->store != NULL) {
        session_seal(session); /* what was recorded goes on its way without the key */
        session_pictures_take(session);
        session_store_close(session);
        arena_reset(&session->task);
        arena_reset(&session->work);
    }
    vault_shut(session->vault, keeps_half);
    session_shut_screen(session);
    log_line(LOG_info, "session", "shut");
}

/* ---- opening ---- */

void session_sealed_alarms(struct session *session)
{
    const struct keyhole *keyhole = session->keyhole;
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        const struct keyhole_alarm *alarm = &keyhole->alarms[i];
        if (alarm->is_recorded) {
            continue;
        }
        ds_SafetyIncident incident = {
            .incident = SAFETY_KIND_other, .severity = 3, .is_silent = alarm->is_silent};
        int32_t offset;
        if (date_zone_offset(str_from(session->journey.policy.zone), &offset) != OK) {
            offset = SESSION_OFFSET_MINUTES;
        }
        int32_t minute = date_minute_at(alarm->at_ms, offset);
        char day[DATE_TEXT_SIZE];
        (void)date_to_text(day, date_day_at(alarm->at_ms, offset));
        const char *time =
            str_format(&session->work, "%s %02d:%02d", day, (int)(minute / 60), (int)(minute % 60));
        (void)str_copy(incident.note, sizeof incident.note,
                       str_from(lang_fill(&session->work, session->lang, "keys.alarm_note",
                                          lang_value_text("time", time))));
        struct capture capture = {0};
        enum err err = journey_raise_safety(&session->journey, 0, &incident, &capture);
        if (err != OK) {
            session_fail(session, err);
            return; /* they stay: the next opening tries again */
        }
    }
    if (keyhole->alarm_count > 0) {
        enum err err = keyhole_recorded(session->keyhole);
        if (err != OK) {
            session_fail(session, err);
        }
        session_seal(session);
    }
}

bool session_store_is_damaged(struct session *session, enum err err)
{
    session->keys.is_damaged = err == ERR_corrupt || err == ERR_bad_link || err == ERR_wrong_key;
    return session->keys.is_damaged;
}

/* ---- what a person asks for ---- */

static void sealed_alarm(struct session *session, const struct intent *intent)
{
    enum err err = keyhole_alarm(session->keyhole, intent->event->kind.safety_incident.is_silent);
    if (err == ERR_too_many) {
        err = OK; /* as many wait already: headquarters will hear of those */
    }
    if (err != OK) {
        session_trouble(session, ICON_error, "trouble.io", "trouble.io_do");
    }
    bool has_proof = session->keys.is_asking && session->keyhole->has_proof;
    session_key_ask(session, has_proof, NULL);
    session->next_ask_at_ms = session_monotonic_ms(session) + ASK_AGAIN_MS;
    session->must_enter = true;
}

static void sealed_act(struct session *session, const struct intent *intent)
{
    if (intent->kind == INTENT_unlock) {
        session_try(session, intent->text);
    } else if (intent->kind == INTENT_key_reset) {
        intent_key_reset(session, intent);
    } else if (intent->kind == INTENT_lock_alarm) {
        sealed_alarm(session, intent);
    } else if (intent->kind == INTENT_person) {
        intent_person(session, intent);
    } else if (intent->kind == INTENT_refresh) {
        session->must_enter = true;
    }
}

/* ---- the frame ---- */

int64_t session_sealed_deadline_ms(const struct session *session)
{
    if (session->must_enter) {
        return 0;
    }
    int64_t look_ms = session->keyhole->is_waiting ? LOOK_MS : CHECK_MS;
    int64_t deadline_ms = session_monotonic_ms(session) + look_ms;
    return session->next_ask_at_ms < deadline_ms && !session->keyhole->is_waiting
               ? session->next_ask_at_ms
               : deadline_ms;
}

void session_sealed_frame(struct session *session, struct ui *ui)
{
    int64_t now_ms = session_monotonic_ms(session);
    if (!session_is_opening(session)) { /* else its stages look at the clock */
        session->looked_at_ms = now_ms;
    }
    if (now_ms >= session->next_check_at_ms) {
        session->next_check_at_ms = now_ms + CHECK_MS;
        session_agent_tick(session);
    }
    struct view view = {
        .lang = session->lang,
        .arena = ui_arena(ui),
        .now_ms = clock_now_ms(session->clock),
        .offset_minutes = SESSION_OFFSET_MINUTES,
        .policy = &session->journey.policy,
        .calendar = date_calendar_cn(),
        .person_name = session->person_name,
    };
    view.today = date_day_at(view.now_ms, view.offset_minutes);
    if (session->must_enter || session->model == NULL) {
        bool is_new = session->model == NULL || session->shown != SCREEN_lock;
        session->must_enter = false;
        arena_reset(&session->task);
        struct screen_source source = {
            .policy = &session->journey.policy,
            .lang = session->lang,
            .now_ms = view.now_ms,
            .offset_minutes = SESSION_OFFSET_MINUTES,
            .settings = &session->settings,
            .traffic = &session->traffic,
            .secret = &session->secret,
            .keys = &session->keys,
        };
        session->shown = SCREEN_lock;
        enum err err = screen_enter(&session->task, &source, &session->lock_place, &session->model);
        CHECK(err == OK); /* it reads nothing while the store is shut */
        session->is_opening_drawn = session_is_opening(session);
        if (is_new) { /* an answer of headquarters takes nobody's half-typed code away */
            ui_focus(ui, NULL);
        }
    }
    struct intent intent = {0};
    screen_frame(ui, &view, session->model, &session->lock_place, &intent);
    session_trouble_frame(session, ui, &view);
    session->toast.until_ms = 0; /* what it said was for the one who had unlocked */
    (void)widget_toast(ui, &session->toast);
    sealed_act(session, &intent);
    if (session->must_enter) {
        ui_wake_at(ui, ui_now_ms(ui));
    }
}
