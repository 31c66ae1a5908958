/* The store is shut and its key is nowhere in memory: the lock is shown, orders are heard, help can
 * be called. And what concerns the key while it is open. */
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <string.h>

enum {
    ASK_SEALED_MS = 5 * 60 * 1000, /* for orders, while the tablet is shut */
    ASK_OPEN_MS = 60 * 60 * 1000,  /* … while it is open: other answers come as well */
    ASK_AGAIN_MS = 60 * 1000,      /* news that was not taken */
    OFFLINE_MS = 20 * 1000,        /* then it is said that headquarters does not answer */
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

static void shut_screen(struct session *session)
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
    session->must_enter = true;
}

enum err session_sealed_begin(struct session *session)
{
    session->lang = owner_lang(session);
    session->person_name = vault_owner(session->vault)->person_name;
    session->looked_at_ms = session_monotonic_ms(session);
    shut_screen(session);
    return OK;
}

void session_seal_away(struct session *session, bool keeps_half)
{
    struct vault_state state;
    vault_read(session->vault, &state);
    if (session->store == NULL || !(state.is_kept || state.is_wiped)) {
        return;
    }
    session_seal(session); /* what was recorded goes on its way without the key */
    session_pictures_take(session);
    session_store_close(session);
    arena_reset(&session->task);
    arena_reset(&session->work);
    vault_shut(session->vault, keeps_half);
    shut_screen(session);
    log_line(LOG_info, "session", "shut");
}

/* ---- opening ---- */

/* Help that was called for while it was shut becomes a fact, with the time of then. */
static void record_alarms(struct session *session)
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

/* The key is there: the store opens. */
static void unseal(struct session *session)
{
    struct vault_state state;
    enum err err = session_store_open(session);
    if (session_store_is_damaged(session, err)) {
        vault_shut(session->vault, true);
        shut_screen(session); /* where it is said; the agent goes on */
        return;
    }
    if (err != OK) {
        char key[48];
        (void)str_copy(key, sizeof key, STR("error."));
        (void)str_copy(key + strlen(key), sizeof key - strlen(key), str_from(err_name(err)));
        vault_shut(session->vault, true);
        session->problem = lang_text(session->lang, key);
        session->should_stop = true;
        return;
    }
    session_secret_wipe(session);
    session->is_locked = false;
    session->keys.is_asking = false;
    session->must_show_seen = true;
    session->place_serial++;
    session->touched_at_ms = session_monotonic_ms(session);
    session->next_ask_at_ms = 0;
    record_alarms(session);
    vault_read(session->vault, &state);
    if (state.must_set) {
        struct screen_place place = screen_place(SCREEN_pin, 0);
        session_push(session, &place);
    }
}

static const char *wrong_key(const struct vault_state *state)
{
    return state->is_phrase                         ? "keys.wrong_phrase"
           : state->wrong_count == VAULT_FREE_TRIES ? "lock.wrong_last"
                                                    : "lock.wrong";
}

static void say_wrong(struct session *session)
{
    struct vault_state state;
    vault_read(session->vault, &state);
    session->secret.problem_key = wrong_key(&state);
    session->secret.wait_until_ms =
        state.wait_ms > 0 ? session_monotonic_ms(session) + state.wait_ms : 0;
    log_line(LOG_warning, "session", "a wrong PIN, %u in a row", (unsigned)state.wrong_count);
}

static void ask(struct session *session, bool has_proof, const char *reset_code)
{
    struct chain_public_key own;
    struct chain_public_key hq;
    struct chain_secret_key device;
    struct keyhole_ask asked = {.has_proof = has_proof, .reset_code = reset_code};
    bool is_asked = false;
    if (session->store != NULL && journey_keys(&session->journey, &own, &device, &hq) == OK) {
        asked.device = &device;
    }
    enum err err = keyhole_ask(session->keyhole, &session->work, &asked, &is_asked);
    explicit_bzero(&device, sizeof device);
    arena_reset(&session->work);
    if (err != OK) {
        log_line(LOG_error, "session", "headquarters was not asked: %s", err_name(err));
        session->secret.problem_key =
            has_proof || reset_code != NULL ? "trouble.io" : session->secret.problem_key;
    }
    session->keys.is_asking = err == OK && is_asked && (has_proof || reset_code != NULL);
    session->keys.is_offline = false;
}

bool session_key_try(struct session *session, const char *secret)
{
    enum vault_answer answer = VAULT_ANSWER_wrong;
    enum err err = vault_try(session->vault, secret, &answer);
    session->secret.typed[0] = '\0';
    explicit_bzero(session->secret.phrase, sizeof session->secret.phrase);
    if (err != OK) {
        session->secret.problem_key = err == ERR_no_space ? "trouble.no_space" : "trouble.io";
        return false;
    }
    switch (answer) {
    case VAULT_ANSWER_right:
        session->secret.wait_until_ms = 0;
        return true;
    case VAULT_ANSWER_wrong:
    case VAULT_ANSWER_too_soon:
        say_wrong(session);
        return false;
    case VAULT_ANSWER_ask:
        ask(session, true, NULL);
        return false;
    case VAULT_ANSWER_held:
    case VAULT_ANSWER_lease: /* the screen says it */
        session->next_ask_at_ms = 0;
        return false;
    case VAULT_ANSWER_chip_shut:
        session->secret.problem_key = "keys.chip_shut";
        return false;
    case VAULT_ANSWER_no_chip:
        session->secret.problem_key = "keys.no_chip";
        return false;
    }
    UNREACHABLE();
}

/* ---- headquarters' answers ---- */

static void hear_refusal(struct session *session, const struct keyhole_heard *heard)
{
    if (heard->refusal == WIRE_wrong_pin) {
        say_wrong(session);
    } else if (heard->had_proof || heard->had_reset) {
        session->secret.problem_key = wire_key(heard->refusal);
    }
}

static void hear(struct session *session, const struct keyhole_heard *heard)
{
    if (heard->had_proof || heard->had_reset) {
        session->keys.is_asking = false;
    }
    session->must_enter = true;
    if (heard->must_wipe || heard->must_shut) {
        session_seal_away(session, false);
    }
    if (heard->must_wipe) {
        enum err err = vault_wipe(session->vault);
        if (err != OK) { /* the next start goes on with it */
            log_line(LOG_error, "session", "not wiped: %s", err_name(err));
            session->should_stop = true;
            return;
        }
        shut_screen(session);
        session->next_ask_at_ms = 0;
    } else if (heard->is_opened && session->store == NULL) {
        unseal(session);
    } else if (heard->refusal != WIRE_ok) {
        hear_refusal(session, heard);
    } else if (heard->had_proof && heard->answer == VAULT_ANSWER_wrong) {
        say_wrong(session);
    }
    if (heard->is_heard && keyhole_has_news(session->keyhole, session->store != NULL) &&
        heard->refusal != WIRE_old_words) {
        session->next_ask_at_ms = 0; /* an order was carried out */
    } else if (heard->refusal == WIRE_old_words) {
        ask(session, heard->had_proof, NULL);
    }
}

static void keys_show(struct session *session)
{
    const struct keyhole *keyhole = session->keyhole;
    struct screen_keys *keys = &session->keys;
    vault_read(session->vault, &keys->vault);
    keys->is_sealed = session->store == NULL;
    session_people_show(session);
    session->settings.guard = keys->vault.guard;
    session->settings.is_renewing = keys->vault.is_renewing;
    keys->is_offline =
        keyhole->is_waiting && session_monotonic_ms(session) - keyhole->asked_at_ms > OFFLINE_MS;
    keys->alarm_at_ms = 0;
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        if (!keyhole->alarms[i].is_silent) {
            keys->alarm_at_ms = keyhole->alarms[i].at_ms;
            keys->is_alarm_heard = keyhole->alarms[i].is_heard;
        }
    }
}

/* What somebody waits for is not asked over. */
static bool may_ask(const struct session *session)
{
    const struct keyhole *keyhole = session->keyhole;
    return !keyhole->is_waiting || (!keyhole->has_proof && !keyhole->has_reset);
}

void session_key_tick(struct session *session)
{
    struct keyhole_heard heard = {0};
    int64_t now_ms = session_monotonic_ms(session);
    bool is_open = session->store != NULL;
    bool was_waiting = session->keyhole->is_waiting;
    enum err err = keyhole_take(session->keyhole, &session->work, &heard);
    arena_reset(&session->work);
    if (err != OK) {
        log_line(LOG_error, "session", "an answer about the key: %s", err_name(err));
    } else if (was_waiting && !session->keyhole->is_waiting) {
        hear(session, &heard);
    }
    is_open = session->store != NULL;
    if (is_open && vault_lease_is_over(session->vault)) {
        session_seal_away(session, false);
        is_open = false;
    }
    if (may_ask(session) && now_ms >= session->next_ask_at_ms) {
        struct vault_state state;
        vault_read(session->vault, &state);
        bool has_news = keyhole_has_news(session->keyhole, is_open);
        session->next_ask_at_ms = now_ms + (has_news  ? ASK_AGAIN_MS
                                            : is_open ? ASK_OPEN_MS
                                                      : ASK_SEALED_MS);
        if (has_news || state.is_kept || state.is_wiped) {
            ask(session, false, NULL);
        }
    }
    bool was_asking = session->keys.vault.is_arming;
    bool was_offline = session->keys.is_offline;
    keys_show(session);
    session->must_enter = session->must_enter || was_asking != session->keys.vault.is_arming ||
                          (!is_open && was_offline != session->keys.is_offline);
}

void session_key_owner(struct session *session)
{
    struct chain_public_key own;
    struct chain_secret_key device;
    struct vault_owner owner = {.device_no = session->journey.device_no,
                                .person_no = (int32_t)session->journey.person_no};
    struct chain_public_key hq;
    int64_t hq_at_ms = 0;
    if (session->journey.device_no == 0 ||
        journey_keys(&session->journey, &own, &device, &hq) != OK) {
        return;
    }
    explicit_bzero(&device, sizeof device);
    memcpy(owner.hq_key, hq.bytes, sizeof owner.hq_key);
    (void)str_copy(
        owner.person_name, sizeof owner.person_name,
        str_from(session->shown_name[0] != '\0' ? session->shown_name : session->person_name));
    (void)str_copy(owner.lang, sizeof owner.lang, str_from(lang_name(session->lang)));
    enum err err = vault_set_owner(session->vault, &owner);
    if (err == OK) {
        err = store_setting_number(session->store, SETTING_hq_time_ms, 0, &hq_at_ms);
    }
    if (err == OK && hq_at_ms > 0) {
        err =
            vault_contact(session->vault, hq_at_ms, (uint32_t)session->journey.policy.device_lease);
    }
    if (err != OK) { /* with the next answer again */
        log_line(LOG_warning, "session", "the vault was not told: %s", err_name(err));
    }
}

/* ---- what a person asks for ---- */

void intent_key_reset(struct session *session, const struct intent *intent)
{
    if (session->store == NULL) {
        ask(session, false, intent->text);
    }
    explicit_bzero(session->secret.phrase, sizeof session->secret.phrase);
    session->must_enter = true;
}

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
    ask(session, has_proof, NULL);
    session->next_ask_at_ms = session_monotonic_ms(session) + ASK_AGAIN_MS;
    session->must_enter = true;
}

static void sealed_act(struct session *session, const struct intent *intent)
{
    if (intent->kind == INTENT_unlock) {
        if (session_key_try(session, intent->text)) {
            unseal(session);
        }
        session->must_enter = true;
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
    session->looked_at_ms = now_ms;
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
        if (is_new) {     /* an answer of headquarters takes nobody's half-typed code away */
            ui_focus(ui, NULL);
        }
    }
    struct intent intent = {0};
    screen_frame(ui, &view, session->model, &session->lock_place, &intent);
    session_trouble_frame(session, ui, &view);
    sealed_act(session, &intent);
    if (session->must_enter || session->store != NULL) {
        ui_wake_at(ui, ui_now_ms(ui));
    }
}
