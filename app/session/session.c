#include "app/session/session_place.h"
#include "app/session/session_private.h"

#include "app/session/session_door.h"
#include "core/os/log.h"
#include "core/os/os_battery.h"

#include <stdio.h>

enum {
    SYNC_EVERY_MS = 5 * 60 * 1000,
    CHECK_EVERY_MS = 10 * 1000,
    BATTERY_LOW = 20,         /* percent: below it nothing moves by itself */
    LOOK_EVERY_MS = 3 * 1000, /* while sticks or pictures are shown: a person waits for one */
};

int64_t session_now_ms(struct session *session)
{
    return journey_now_ms(&session->journey);
}

int64_t session_monotonic_ms(const struct session *session)
{
    return clock_read(session->clock).monotonic_ms;
}

void session_say(struct session *session, const char *key, int64_t count)
{
    session->has_toast = str_copy(session->toast_key, sizeof session->toast_key, str_from(key));
    session->toast_count = count;
}

void session_trouble(struct session *session, enum icon icon, const char *key, const char *do_key)
{
    session->trouble_icon = icon;
    session->trouble_key = key;
    session->trouble_do_key = do_key;
}

/* A flush that failed may have left the connection unusable: it is opened anew
 * once. A damaged file is put together anew with the next frame; one that cannot be opened ends
 * the program. */
void session_mend(struct session *session, enum err err)
{
    log_line(LOG_error, "session", "%s: %s", err_name(err), store_error_text(session->store));
    if (store_is_in_transaction(session->store)) {
        store_rollback(session->store);
    }
    if (err == ERR_no_space) {
        store_reserve_release(session->store);
    }
    if (err == ERR_corrupt && session_rescue_begin(session)) {
        return;
    }
    if (err == ERR_io && store_reopen(session->store) != OK) {
        err = ERR_corrupt;
    }
    if (err == ERR_corrupt) {
        session->problem = lang_text(session->lang, "error.corrupt");
        session->should_stop = true;
    }
}

void session_say_error(struct session *session, enum err err)
{
    session_mend(session, err);
    char key[48];
    snprintf(key, sizeof key, "error.%s", err_name(err));
    session_say(session, key, 0);
}

void session_fail(struct session *session, enum err err)
{
    if (err != ERR_no_space && err != ERR_io) {
        session_say_error(session, err);
        return;
    }
    session_mend(session, err);
    if (err == ERR_no_space) {
        session_trouble(session, ICON_error, "trouble.no_space", "trouble.no_space_do");
    } else {
        session_trouble(session, ICON_error, "trouble.io", "trouble.io_do");
    }
}

void session_refresh(struct session *session)
{
    struct store_outbox outbox;
    if (store_outbox_read(session->store, &outbox) == OK) {
        session->sync.made_count = outbox.last_seq;
        session->sync.confirmed_count = outbox.stored_seq;
        session->sync.question_count = outbox.question_count;
    }
    int64_t heard_at_ms = 0;
    if (store_setting_number(session->store, SETTING_last_contact_at_ms, 0, &heard_at_ms) == OK) {
        session->sync.heard_at_ms = heard_at_ms;
    }
    if (store_inbox_waiting(session->store, &session->unread_count) != OK) {
        session->unread_count = 0;
    }
    struct os_battery battery;
    bool is_known = os_battery_read(OS_BATTERY_ROOT, &battery) == OK;
    session->settings.battery_percent = is_known ? battery.percent : -1;
    session->settings.is_charging = is_known && battery.is_charging;
    int64_t failures = session_traffic(session);
    bool is_enrolled = session->journey.person_no != 0;
    session->sync.is_carrying = session->agent.pid != 0 && failures == 0 &&
                                session->sync.made_count > session->sync.confirmed_count &&
                                is_enrolled && session->is_calling;
    if (!is_enrolled && !session->settings.is_enrolling) {
        session->sync.link = VIEW_LINK_none;
    } else if (failures > 0) {
        session->sync.link = VIEW_LINK_offline;
    } else if (session->sync.heard_at_ms == 0) {
        session->sync.link = VIEW_LINK_waiting;
    } else {
        bool is_fresh = session_now_ms(session) - session->sync.heard_at_ms < 3 * SYNC_EVERY_MS;
        session->sync.link = is_fresh ? VIEW_LINK_fine : VIEW_LINK_offline;
    }
}

void session_seal(struct session *session)
{
    struct spool_sealed sealed;
    enum err err = spool_seal(&session->spool, session->wants_ticket, &sealed);
    arena_reset(&session->work);
    session->must_seal = err != OK;
    if (err != OK) { /* the facts are in the journal; only their envelope is not made yet */
        session_mend(session, err);
        session_refresh(session);
        return;
    }
    session->wants_ticket = false;
    if (sealed.envelope_count > 0 || sealed.has_ticket) {
        err = spool_wake(&session->spool);
        if (err != OK) {
            log_line(LOG_warning, "session", "the agent was not woken: %s", err_name(err));
        }
    }
    session_refresh(session);
}

/* ---- what happens without a touch ---- */

void session_applied(struct session *session, const struct spool_applied *applied)
{
    if (applied->answer_count == 0 && applied->quarantined_count == 0) {
        return;
    }
    session->must_replan =
        session->must_replan || applied->case_count > 0 || applied->withdrawn_count > 0;
    if (applied->next_sync_s > 0) {
        session->next_sync_at_ms =
            session_monotonic_ms(session) + (int64_t)applied->next_sync_s * 1000;
    }
    session->sync.trouble_key = NULL;
    session->is_calling = false;
    if (applied->refusal != 0) {
        session->sync.trouble_key = wire_key(applied->refusal);
        if (session->journey.person_no == 0) {
            session->settings.enrol_problem = wire_key(applied->refusal);
        }
    } else if (applied->needs_version != 0) {
        session->sync.trouble_key = "session.update_needed";
    }
    if (applied->was_enrolled || applied->was_replaced || applied->has_new_policy) {
        enum err err = session_person(session);
        if (err != OK) {
            session_mend(session, err);
        }
    }
    session_key_owner(session);
    if (applied->order_no > session->keys.vault.order_no) {
        session->next_ask_at_ms = 0; /* the order itself is asked for */
    }
    if (applied->was_enrolled) {
        session->next_ask_at_ms =
            0; /* the PIN was chosen before: headquarters is to keep its half */
        session->wants_ticket = true;
        session_say(session, "session.enrolled", 0);
    }
    if (session_top(session)->screen == SCREEN_enrol && session->journey.synced_at_ms != 0) {
        struct screen_place place = screen_place(SCREEN_today, 0);
        session_root(session, &place); /* the first data is whole */
    }
    /* After a new number or a demand for chunks there is something to seal as well. */
    if (applied->has_more || session->wants_ticket || applied->was_replaced ||
        applied->was_introduced || applied->lack_count > 0 || applied->held_count > 0) {
        session->wants_ticket = session->wants_ticket || applied->has_more;
        session_seal(session);
    }
    session->must_enter = true;
    session_refresh(session);
    session_day(session);
}

static void apply_answers(struct session *session)
{
    struct spool_applied applied;
    enum err err = spool_apply(&session->spool, &applied);
    arena_reset(&session->work);
    if (err != OK) { /* answers stay in their folder; the next look tries again */
        session_mend(session, err);
        return;
    }
    session_applied(session, &applied);
}

void session_tick(struct session *session)
{
    int64_t now_ms = session_monotonic_ms(session);
    session_place_look(session);
    if (session->must_apply) {
        session->must_apply = false;
        apply_answers(session);
    }
    session_door_tick(session);
    if (now_ms >= session->next_sync_at_ms) {
        session->next_sync_at_ms = now_ms + SYNC_EVERY_MS;
        session->wants_ticket = true;
        session_seal(session);
    }
    if (now_ms >= session->next_check_at_ms) {
        bool is_looking = session_traffic_looks(session_top(session)->screen);
        session->next_check_at_ms = now_ms + (is_looking ? LOOK_EVERY_MS : CHECK_EVERY_MS);
        session->must_enter = session->must_enter || is_looking;
        session->must_apply = true;
        session_agent_tick(session);
        if (session->must_seal) {
            session_seal(session);
        }
        session_refresh(session);
        session_day(session);
        session_replan(session);
    }
    if (session->must_replan) {
        session_replan(session);
    }
}

void session_folder_changed(void *context)
{
    struct session *session = context;
    session->must_apply = true;
}

int64_t session_deadline_ms(void *context)
{
    const struct session *session = context;
    if (session->store == NULL) {
        return session_sealed_deadline_ms(session);
    }
    int64_t deadline_ms = session->next_check_at_ms;
    if (session->must_apply || session->must_enter) {
        deadline_ms = 0;
    }
    int64_t door_ms = session_door_deadline_ms(session);
    deadline_ms = door_ms < deadline_ms ? door_ms : deadline_ms;
    return session->next_sync_at_ms < deadline_ms ? session->next_sync_at_ms : deadline_ms;
}

const bool *session_should_stop(const struct session *session)
{
    return &session->should_stop;
}

const char *session_problem(const struct session *session)
{
    return session->problem;
}

const char *session_answer_folder(const struct session *session)
{
    return session->keyhole->in; /* kept as long as the program runs */
}

struct theme session_theme(void *context, int32_t width_px, int32_t height_px, int32_t ppi)
{
    const struct session *session = context;
    const struct screen_settings *settings = &session->settings;
    bool is_low = settings->battery_percent >= 0 && settings->battery_percent < BATTERY_LOW &&
                  !settings->is_charging;
    return theme_make(&(struct theme_options){.kind = session->settings.theme,
                                              .width_px = width_px,
                                              .height_px = height_px,
                                              .ppi = ppi,
                                              .text_percent = session->settings.text_percent,
                                              .is_glove = session->settings.is_glove,
                                              .is_left_hand = session->settings.is_left_hand,
                                              .is_still = settings->is_reduced_motion || is_low});
}
