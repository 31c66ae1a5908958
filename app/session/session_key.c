/* The key of the store between the vault and headquarters: what is tried, asked and answered,
 * whether the store is open or shut. */
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <string.h>

enum {
    ASK_SEALED_MS = 5 * 60 * 1000, /* for orders, while the tablet is shut */
    ASK_OPEN_MS = 60 * 60 * 1000,  /* … while it is open: other answers come as well */
    ASK_AGAIN_MS = 60 * 1000,      /* news that was not taken */
    OFFLINE_MS = 20 * 1000,        /* then it is said that headquarters does not answer */
};

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

void session_key_ask(struct session *session, bool has_proof, const char *reset_code)
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
        session_key_ask(session, true, NULL);
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
        session_shut_screen(session);
        session->next_ask_at_ms = 0;
    } else if (heard->is_opened && session->store == NULL) {
        session_unseal(session);
    } else if (heard->refusal != WIRE_ok) {
        hear_refusal(session, heard);
    } else if (heard->had_proof && heard->answer == VAULT_ANSWER_wrong) {
        say_wrong(session);
    }
    if (heard->is_heard && keyhole_has_news(session->keyhole, session->store != NULL) &&
        heard->refusal != WIRE_old_words) {
        session->next_ask_at_ms = 0; /* an order was carried out */
    } else if (heard->refusal == WIRE_old_words) {
        session_key_ask(session, heard->had_proof, NULL);
    }
}

/* What of a damaged store is sealed, and goes its way without it. */
static void left_show(struct session *session)
{
    struct screen_keys *keys = &session->keys;
    struct keyhole_left left;
    enum err err = keyhole_left(session->keyhole, &session->work, &left);
    arena_reset(&session->work);
    if (err == OK &&
        (left.waiting_count != keys->waiting_count || left.given_count != keys->given_count)) {
        keys->waiting_count = left.waiting_count;
        keys->given_count = left.given_count;
        session->must_enter = true;
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
    if (keys->is_damaged && keys->is_sealed) {
        left_show(session);
    }
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
        if (has_news || state.is_kept || state.is_wiped || state.is_known) {
            session_key_ask(session, false, NULL);
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
        session_key_ask(session, false, intent->text);
    }
    explicit_bzero(session->secret.phrase, sizeof session->secret.phrase);
    session->must_enter = true;
}
