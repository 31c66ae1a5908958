/* From the last digit to the first screen. What takes long on a tablet is done a stage at a time,
 * each after the frame that says so is on the glass: trying the secret, opening the records, and
 * planning the day. Help can be called for all the while. */
#include "app/session/session_private.h"

#include <string.h>

bool session_is_opening(const struct session *session)
{
    return session->keys.opening != SCREEN_OPENING_none;
}

void session_opening_end(struct session *session)
{
    explicit_bzero(session->tried, sizeof session->tried);
    session->keys.opening = SCREEN_OPENING_none;
    session->keys.case_count = 0;
}

static void stage(struct session *session, enum screen_opening opening)
{
    session->keys.opening = opening;
    session->is_opening_drawn = false;
    session->must_enter = true;
}

void session_try(struct session *session, const char *secret)
{
    (void)str_copy(session->tried, sizeof session->tried, str_from(secret));
    stage(session, SCREEN_OPENING_key);
}

void session_unseal(struct session *session)
{
    session_opening_end(session);
    stage(session, SCREEN_OPENING_store);
}

/* The shut screen goes, and the stack is where it was. */
static void show_stack(struct session *session)
{
    session_opening_end(session);
    session_secret_wipe(session);
    session->is_locked = false;
    session->must_show_seen = true;
    session->place_serial++;
    session->touched_at_ms = session_monotonic_ms(session);
    session->ask_again_at_ms = 0; /* now they can say whether all is well */
    session->must_enter = true;
}

static void key_stage(struct session *session)
{
    bool is_right = session_key_try(session, session->tried);
    session_opening_end(session);
    if (!is_right) {
        return;
    }
    if (session->store == NULL) {
        session_unseal(session);
    } else {
        show_stack(session); /* it was only the screen that was shut */
    }
}

static void store_stage(struct session *session)
{
    enum err err = session_store_open(session);
    if (session_store_is_damaged(session, err)) {
        vault_shut(session->vault, true);
        session_shut_screen(session); /* where it is said; the agent goes on */
        return;
    }
    if (err != OK) {
        session_opening_end(session);
        vault_shut(session->vault, true);
        session->problem =
            lang_text(session->lang, str_format(session->program, "error.%s", err_name(err)));
        session->should_stop = true;
        return;
    }
    session->is_locked = true; /* until the day is there, too */
    session->keys.is_asking = false;
    stage(session, SCREEN_OPENING_day);
    uint64_t open_count;
    if (store_case_count(session->store, &open_count, &session->keys.case_count) != OK) {
        session->keys.case_count = 0; /* it is only said */
    }
}

static void day_stage(struct session *session)
{
    struct vault_state state;
    show_stack(session);
    session->next_ask_at_ms = 0;
    session_sealed_alarms(session);
    vault_read(session->vault, &state);
    if (state.must_set) {
        struct screen_place place = screen_place(SCREEN_pin, 0);
        session_push(session, &place);
    }
    session_tick(session);
}

void session_presented(void *context)
{
    struct session *session = context;
    if (!session->is_opening_drawn) {
        return;
    }
    session->is_opening_drawn = false;
    session->must_enter = true;
    if (session_monotonic_ms(session) - session->looked_at_ms > SESSION_SLEPT_MS) {
        session_seal_away(session, true); /* whoever wakes it may be somebody else */
        session_opening_end(session);
    }
    switch (session->keys.opening) {
    case SCREEN_OPENING_none:
        break;
    case SCREEN_OPENING_key:
        key_stage(session);
        break;
    case SCREEN_OPENING_store:
        store_stage(session);
        break;
    case SCREEN_OPENING_day:
        day_stage(session);
        break;
    }
    session->looked_at_ms = session_monotonic_ms(session); /* however long the stage took */
}
