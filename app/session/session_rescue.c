/* A store that is damaged is put together anew from what is still whole, by itself: nobody has to
 * decide anything, the damaged files stay aside, and what came of it is said until it was read. */
#include "app/session/session_private.h"

#include "core/os/log.h"

enum err session_rescue(struct session *session, const struct store_options *options, enum err err)
{
    if (err != ERR_corrupt && err != ERR_bad_link) {
        return err;
    }
    log_line(LOG_error, "session", "the store is damaged (%s)", err_name(err));
    enum err rescue_err = store_rescue(options, clock_now_ms(session->clock));
    if (rescue_err == ERR_no_space || rescue_err == ERR_io) {
        return rescue_err; /* of now: the next start tries again */
    }
    /* Where nothing can be saved it stays what it was: damaged. */
    return rescue_err == OK ? store_open(&session->opened, options, &session->store) : err;
}

bool session_rescue_begin(struct session *session)
{
    enum { AGAIN_MS = 60 * 1000 };
    int64_t now_ms = session_monotonic_ms(session);
    bool was_just_done =
        session->reopened_at_ms != 0 && now_ms - session->reopened_at_ms < AGAIN_MS;
    session->must_reopen = session->must_reopen || !was_just_done;
    return session->must_reopen;
}

/* The screen stays as locked as it is. */
void session_rescue_turn(struct session *session)
{
    if (!session->must_reopen || session->store == NULL) {
        session->must_reopen = false;
        return;
    }
    session->must_reopen = false;
    session->reopened_at_ms = session_monotonic_ms(session);
    session_store_close(session);
    arena_reset(&session->task);
    arena_reset(&session->work);
    enum err err = session_store_open(session);
    if (session_store_is_damaged(session, err)) {
        vault_shut(session->vault, true);
        err = session_sealed_begin(session);
    }
    if (err != OK) {
        session->problem = lang_text(session->lang, "error.corrupt");
        session->should_stop = true;
    }
}

void session_rescue_tell(struct session *session)
{
    struct store_rescue rescue = {0};
    enum err err = journey_rescued(&session->journey);
    err = err == OK ? store_rescue_read(session->store, &rescue) : err;
    if (err != OK) { /* nobody is kept from working by it: the next start says it */
        log_line(LOG_error, "session", "a rescue is not told yet: %s", err_name(err));
    }
    session->must_tell_rescue =
        err == OK && rescue.number > 0 && rescue.told == STORE_RESCUE_TOLD_hq;
}

void session_rescue_show(struct session *session)
{
    if (session->must_tell_rescue && session_top(session)->screen != SCREEN_rescued) {
        struct screen_place place = screen_place(SCREEN_rescued, 0);
        session_push(session, &place);
    }
}

void intent_rescue_seen(struct session *session, const struct intent *intent)
{
    (void)intent;
    enum err err =
        store_setting_set_number(session->store, SETTING_rescue_told, STORE_RESCUE_TOLD_all);
    if (err != OK) {
        session_fail(session, err);
        return;
    }
    session->must_tell_rescue = false;
    session_pop(session);
}
