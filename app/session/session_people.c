/* The people of this tablet: their vaults, whose place is whose, and what headquarters orders about
 * the keys of those who have not got it now. Who takes it next: session_turn.c. */
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <string.h>

_Static_assert((int)PERSON_PLACES == (int)ROSTER_PLACES, "one number of places");

enum {
    ASK_MS = 5 * 60 * 1000,   /* for orders to who has not got the tablet */
    ASK_AGAIN_MS = 60 * 1000, /* news of theirs that was not taken */
    LOOK_MS = 1000,
};

bool session_place_has(const struct session *session, uint32_t place)
{
    const struct session_holder *holder = &session->holders[place];
    return holder->folder != NULL && !holder->is_vacant && !holder->has_left;
}

static size_t people_count(const struct session *session)
{
    size_t count = 0;
    for (uint32_t place = 0; place < ROSTER_PLACES; place++) {
        count += session_place_has(session, place);
    }
    return count;
}

/* ---- vaults ---- */

/* Nobody joined in it, or who did was wiped and has nothing left to say: no PIN, no number, and no
 * data unless joining goes on there just now. */
static bool is_vacant(struct session *session, uint32_t place)
{
    const struct session_holder *holder = &session->holders[place];
    struct vault_state state;
    if (holder->vault == NULL) {
        return false;
    }
    vault_read(holder->vault, &state);
    bool is_joining = place == session->roster.last &&
                      os_file_exists(os_path(&session->work, holder->folder, "device.db"));
    return state.guard == VAULT_GUARD_none && !state.is_wiped && !is_joining &&
           vault_owner(holder->vault)->device_no == 0;
}

static void holder_close(struct session_holder *holder)
{
    if (holder->vault != NULL) {
        keyhole_close(&holder->keyhole);
        vault_close(&holder->vault);
    }
    *holder = (struct session_holder){0};
}

enum err session_place_open(struct session *session, uint32_t place)
{
    const struct session_options *options = &session->options;
    struct session_holder *holder = &session->holders[place];
    *holder =
        (struct session_holder){.folder = roster_folder(&session->roster, session->program, place)};
    const struct vault_options vault = {.folder = holder->folder,
                                        .clock = options->clock,
                                        .rng = options->rng,
                                        .chip = options->chip,
                                        .stretch_kib = options->stretch_kib};
    TRY(os_folder_make(holder->folder));
    TRY(vault_open(session->program, &vault, &holder->vault));
    struct vault_state state;
    vault_read(holder->vault, &state);
    holder->has_left = state.has_left;
    enum err err = keyhole_open(&holder->keyhole, session->program, holder->vault, holder->folder,
                                options->clock, options->rng);
    if (err != OK) {
        vault_close(&holder->vault);
        return err;
    }
    holder->keyhole.tablet_id = session->roster.tablet_id;
    if (options->watch != NULL &&
        options->watch(options->watch_context, holder->keyhole.in) != OK) {
        log_line(LOG_warning, "session", "place %u is not watched", (unsigned)place);
    }
    return OK;
}

/* Removes a place for good; the first one is the tablet's own, and is made anew. */
enum err session_place_empty(struct session *session, uint32_t place)
{
    holder_close(&session->holders[place]);
    TRY(roster_empty(&session->roster, place));
    if (place > 0) {
        return OK;
    }
    TRY(session_place_open(session, 0));
    session->holders[0].is_vacant = true;
    return OK;
}

void session_place_set(struct session *session, uint32_t place)
{
    struct session_holder *holder = &session->holders[place];
    holder->is_vacant = false; /* who has the tablet joins there, if nobody did */
    session->place = place;
    session->vault = holder->vault;
    session->keyhole = &holder->keyhole;
    session->data_folder = holder->folder;
    session->settings.has_others = people_count(session) > 1;
    session->picture_folder = people_count(session) > 1
                                  ? os_path(session->program, holder->folder, "pictures")
                                  : session->camera_folder;
}

/* Who had the tablet last, else the first who is there and can be opened. */
uint32_t session_place_choose(const struct session *session)
{
    uint32_t last = session->roster.last;
    if (session_place_has(session, last) && session->holders[last].vault != NULL) {
        return last;
    }
    for (uint32_t place = 0; place < ROSTER_PLACES; place++) {
        if (session_place_has(session, place) && session->holders[place].vault != NULL) {
            return place;
        }
    }
    return 0;
}

/* No key of this tablet can be read any more: whoever holds it joins anew, beside what is left. */
static enum err begin_anew(struct session *session, enum err why, uint32_t *place_out)
{
    if (why != ERR_corrupt || !roster_free(&session->roster, place_out)) {
        return why;
    }
    TRY(session_place_open(session, *place_out));
    return roster_use(&session->roster, *place_out);
}

enum err session_people_open(struct session *session)
{
    const struct session_options *options = &session->options;
    enum err first_err = OK;
    TRY(os_folder_make(options->data_folder));
    TRY(os_lock_open(&session->folder_lock,
                     os_path(session->program, options->data_folder, "vault.lock")));
    TRY(roster_open(&session->roster, options->data_folder, options->rng));
    for (uint32_t place = 0; place < ROSTER_PLACES; place++) {
        if (place > 0 && !roster_is_taken(&session->roster, place)) {
            continue;
        }
        enum err err = session_place_open(session, place);
        if (err != OK) {
            log_line(LOG_error, "session", "place %u: %s", (unsigned)place, err_name(err));
            first_err = first_err == OK ? err : first_err;
        }
        session->holders[place].is_vacant = is_vacant(session, place);
        if (place > 0 && session->holders[place].is_vacant) { /* joining was given up there */
            TRY(session_place_empty(session, place));
        }
    }
    arena_reset(&session->work);
    uint32_t place = session_place_choose(session);
    if (session->holders[place].vault == NULL) {
        TRY(begin_anew(session, first_err, &place));
    }
    session_place_set(session, place);
    if (first_err == ERR_corrupt && vault_owner(session->vault)->device_no == 0) {
        session_trouble(session, ICON_error, "anew.lost_key", "anew.lost_key_do");
    }
    return OK;
}

void session_people_close(struct session *session)
{
    for (uint32_t place = 0; place < ROSTER_PLACES; place++) {
        holder_close(&session->holders[place]);
    }
    session->vault = NULL;
    os_lock_close(&session->folder_lock);
}

/* ---- those who have not got the tablet ---- */

static void ask_for(struct session *session, struct session_holder *holder)
{
    const struct keyhole_ask asked = {0};
    bool is_asked = false;
    enum err err = keyhole_ask(&holder->keyhole, &session->work, &asked, &is_asked);
    arena_reset(&session->work);
    if (err != OK) {
        log_line(LOG_error, "session", "headquarters was not asked for another: %s", err_name(err));
    }
}

/* An order is carried out; a half that comes after its collector has gone opens nothing: it is kept
 * as after any other lock. */
static void hear_for(struct session *session, struct session_holder *holder,
                     const struct keyhole_heard *heard)
{
    struct vault_state state;
    session->must_enter = session->must_enter || session->is_locked;
    if (heard->must_wipe) {
        enum err err = vault_wipe(holder->vault);
        if (err != OK) { /* the next start goes on with it */
            log_line(LOG_error, "session", "not wiped: %s", err_name(err));
            session->should_stop = true;
        }
    } else {
        vault_read(holder->vault, &state);
        if (state.is_open && (state.is_kept || heard->must_shut)) {
            vault_shut(holder->vault, !heard->must_shut);
        }
    }
    if (heard->refusal == WIRE_old_words ||
        (heard->is_heard && keyhole_has_news(&holder->keyhole, false))) {
        holder->next_ask_at_ms = 0;
    }
}

/* Wiped, headquarters knows it, and nothing of theirs waits to be sent. */
static bool is_gone(struct session *session, struct session_holder *holder)
{
    struct vault_state state;
    struct vault_done done;
    struct keyhole_left left;
    vault_read(holder->vault, &state);
    if (!state.is_wiped || vault_done(holder->vault, &done)) {
        return false;
    }
    enum err err = keyhole_left(&holder->keyhole, &session->work, &left);
    arena_reset(&session->work);
    return err == OK && left.waiting_count == 0;
}

static void look_after(struct session *session, uint32_t place)
{
    struct session_holder *holder = &session->holders[place];
    struct keyhole_heard heard = {0};
    struct vault_state state;
    int64_t now_ms = session_monotonic_ms(session);
    bool was_waiting = holder->keyhole.is_waiting;
    enum err err = keyhole_take(&holder->keyhole, &session->work, &heard);
    arena_reset(&session->work);
    if (err != OK) {
        log_line(LOG_error, "session", "an answer about another's key: %s", err_name(err));
    } else if (was_waiting && !holder->keyhole.is_waiting) {
        hear_for(session, holder, &heard);
        session_people_show(session);
    }
    if ((place > 0 || holder->has_left) && is_gone(session, holder)) {
        err = session_place_empty(session, place);
        if (err != OK) { /* the next start goes on with it */
            log_line(LOG_error, "session", "place %u: %s", (unsigned)place, err_name(err));
        }
        session_people_show(session);
        session->must_enter = true;
        return;
    }
    vault_read(holder->vault, &state);
    if (now_ms >= holder->next_ask_at_ms && (state.is_kept || state.is_wiped || state.is_known)) {
        holder->next_ask_at_ms =
            now_ms + (keyhole_has_news(&holder->keyhole, false) ? ASK_AGAIN_MS : ASK_MS);
        ask_for(session, holder);
    }
}

void session_people_tick(struct session *session)
{
    int64_t now_ms = session_monotonic_ms(session);
    if (now_ms < session->next_people_at_ms) {
        return;
    }
    session->next_people_at_ms = now_ms + LOOK_MS;
    for (uint32_t place = 0; place < ROSTER_PLACES; place++) {
        struct session_holder *holder = &session->holders[place];
        if (place == session->place && holder->has_left && is_gone(session, holder)) {
            session->must_leave = true; /* who was alone on it has left: it is joined anew */
        }
        if (place != session->place && holder->vault != NULL &&
            (session_place_has(session, place) || holder->has_left)) {
            look_after(session, place);
        }
    }
}

/* ---- who they are ---- */

void session_people_show(struct session *session)
{
    struct screen_keys *keys = &session->keys;
    uint32_t free_place = 0;
    keys->people_count = 0;
    for (uint32_t place = 0; place < ROSTER_PLACES; place++) {
        const struct session_holder *holder = &session->holders[place];
        if (!session_place_has(session, place)) {
            continue;
        }
        struct screen_person *person = &keys->people[keys->people_count++];
        *person = (struct screen_person){.place = place,
                                         .is_here = place == session->place,
                                         .is_damaged = holder->vault == NULL};
        if (holder->vault != NULL) {
            struct vault_state state;
            const struct vault_owner *owner = vault_owner(holder->vault);
            vault_read(holder->vault, &state);
            (void)str_copy(person->name, sizeof person->name, str_from(owner->person_name));
            person->device_no = owner->device_no;
            person->is_held = state.is_held;
            person->is_wiped = state.is_wiped || state.must_wipe;
        }
    }
    keys->is_full = !session->holders[0].is_vacant && !roster_free(&session->roster, &free_place);
    session->settings.has_others = keys->people_count > 1;
}
