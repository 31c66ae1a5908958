/* The tablet changes hands: who takes it next, who comes and who leaves. Nothing that was read for
 * one of them is there any more when the next one has it. */
#include "app/screens/lock.h"
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <string.h>

/* What the one before left in memory is wiped: all but what is the tablet's. */
static void forget(struct session *session)
{
    struct session *fresh = ARENA_NEW(&session->task, struct session);
    fresh->program = session->program;
    fresh->work = session->work;
    fresh->opened = session->opened;
    fresh->options = session->options;
    fresh->options.enrol_text = NULL; /* it was for who had the tablet at the start */
    fresh->folder_lock = session->folder_lock;
    fresh->roster = session->roster;
    memcpy(fresh->holders, session->holders, sizeof fresh->holders);
    fresh->clock = session->clock;
    fresh->version = session->version;
    fresh->camera_folder = session->camera_folder;
    fresh->usb_folder = session->usb_folder;
    fresh->agent = session->agent;
    fresh->lang = session->lang;
    fresh->problem = session->problem;
    fresh->should_stop = session->should_stop;
    fresh->next_check_at_ms = session->next_check_at_ms;
    fresh->place_serial = session->place_serial + 1;
    fresh->toast = session->toast;
    fresh->toast.until_ms = 0;
    struct arena task = session->task;
    explicit_bzero(session, sizeof *session);
    *session = *fresh;
    explicit_bzero(fresh, sizeof *fresh);
    session->task = task;
    arena_reset(&session->task);
    session_defaults(session);
}

/* The tablet changes hands: nothing is open when it does. */
static void hand_over(struct session *session, uint32_t place, bool shows_people)
{
    forget(session);
    session_place_set(session, place);
    session->holders[place].next_ask_at_ms = 0;
    enum err err = roster_use(&session->roster, place);
    if (err != OK) { /* after a start another one's lock is shown: a tap more */
        log_line(LOG_warning, "session", "who has the tablet was not kept: %s", err_name(err));
    }
    err = session_place_begin(session);
    if (err != OK) {
        session->problem =
            lang_text(session->lang, str_format(session->program, "error.%s", err_name(err)));
        session->should_stop = true;
    }
    if (session->store == NULL && shows_people) {
        session->lock_place.tab = LOCK_TAB_people;
    }
    session_people_show(session);
    log_line(LOG_info, "session", "place %u has the tablet", (unsigned)place);
}

static void put_down(struct session *session)
{
    session_seal_away(session, true);
    if (session->store != NULL) { /* no PIN yet: joining is left as it is */
        session_store_close(session);
    }
}

static void leave(struct session *session)
{
    uint32_t place = session->place;
    struct session_holder *holder = &session->holders[place];
    if (session->store != NULL) {
        session_store_close(session);
    }
    /* Who joined is known to headquarters: it is told, by what is left of the place until then. */
    bool is_told = vault_owner(session->vault)->device_no != 0 && !holder->has_left;
    enum err err = is_told ? vault_leave(session->vault) : session_place_empty(session, place);
    holder->has_left = is_told;
    holder->next_ask_at_ms = 0;
    if (err != OK) { /* the next start goes on with it */
        log_line(LOG_error, "session", "place %u: %s", (unsigned)place, err_name(err));
        session->problem =
            lang_text(session->lang, str_format(session->program, "error.%s", err_name(err)));
        session->should_stop = true;
        return;
    }
    hand_over(session, session_place_choose(session), true);
}

/* A place for one more; false, and said why, when there is none. */
static bool place_add(struct session *session, uint32_t *place_out)
{
    if (session->holders[0].is_vacant) {
        *place_out = 0;
        return true;
    }
    if (!roster_free(&session->roster, place_out)) {
        session_trouble(session, ICON_people, "people.full", "people.full_do");
        return false;
    }
    enum err err = session_place_open(session, *place_out);
    if (err != OK) {
        log_line(LOG_error, "session", "no place for one more: %s", err_name(err));
        session->holders[*place_out] = (struct session_holder){0};
        session_trouble(session, ICON_error,
                        err == ERR_no_space ? "trouble.no_space" : "trouble.io",
                        err == ERR_no_space ? "trouble.no_space_do" : "trouble.io_do");
        return false;
    }
    return true;
}

void session_turn(struct session *session)
{
    int64_t next_place = session->next_place;
    bool must_leave = session->must_leave;
    session->next_place = SESSION_NOBODY;
    session->must_leave = false;
    if (must_leave) {
        leave(session);
        return;
    }
    if (next_place == SESSION_NOBODY) {
        return;
    }
    uint32_t place = 0;
    if (next_place == PERSON_PLACE_new) {
        put_down(session);
        if (!place_add(session, &place)) {
            return;
        }
    } else {
        CHECK(next_place >= 0 && next_place < ROSTER_PLACES);
        place = (uint32_t)next_place;
        if (!session_place_has(session, place) || session->holders[place].vault == NULL) {
            return; /* gone since it was shown */
        }
        put_down(session);
    }
    hand_over(session, place, false);
}

/* ---- what a person asks for ---- */

void intent_person(struct session *session, const struct intent *intent)
{
    session->lock_place.tab = LOCK_TAB_keys;
    session->must_enter = true;
    if (intent->number != (int64_t)session->place) {
        session->next_place = intent->number;
    }
}

/* All that was recorded has to be at headquarters first, photos and alarms too. */
static enum err is_all_sent(struct session *session, bool *is_sent_out)
{
    struct store_outbox outbox;
    struct spool_outlook outlook;
    TRY(store_outbox_read(session->store, &outbox));
    TRY(spool_outlook(&session->spool, &outlook));
    *is_sent_out = outbox.stored_seq >= outbox.last_seq && outlook.photo_count == 0 &&
                   session->keyhole->alarm_count == 0 && !session->has_draft;
    return OK;
}

void intent_person_leave(struct session *session, const struct intent *intent)
{
    (void)intent;
    bool is_joined = session->journey.person_no != 0;
    bool is_sent = !is_joined && !session->settings.is_enrolling;
    if (is_joined) {
        enum err err = is_all_sent(session, &is_sent);
        if (err != OK) {
            session_fail(session, err);
            return;
        }
    }
    session->must_leave = is_sent;
    session->must_enter = true;
    if (!is_sent) {
        session_trouble(session, ICON_cloud_off, "people.not_sent", "people.not_sent_do");
    }
}

void intent_name_person(struct session *session, const struct intent *intent)
{
    (void)str_copy(session->shown_name, sizeof session->shown_name,
                   str_trim(str_from(intent->text)));
    session_keep(session,
                 store_setting_set_text(session->store, SETTING_shown_name, session->shown_name));
    session_key_owner(session);
}
