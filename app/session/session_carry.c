/* Intents that move files: sticks, what was quarantined, pictures of the camera. */
#include "app/session/session_private.h"

#include "core/os/log.h"

#include <stdio.h>
#include <string.h>

/* ---- by stick ---- */

static void tell(struct session *session, const char *key, int64_t count, int64_t size,
                 const char *path, const char *why_key)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    str_copy(session->carried_name, sizeof session->carried_name,
             str_from(slash != NULL  ? slash + 1
                      : path != NULL ? path
                                     : ""));
    bool is_trouble = why_key != NULL;
    struct traffic_carried *carried = &session->traffic.carried;
    CHECK(carried != NULL);
    carried->key = key;
    carried->count = count;
    carried->size = size;
    carried->name = session->carried_name;
    carried->why_key = is_trouble ? why_key : "error.ok";
    carried->is_trouble = is_trouble;
    carried->at_ms = session_now_ms(session);
    session->must_enter = true;
}

/* "error.<name>", for as long as the program runs. */
static const char *error_key(struct session *session, enum err err)
{
    snprintf(session->carried_why, sizeof session->carried_why, "error.%s", err_name(err));
    log_line(LOG_warning, "session", "by stick: %s", err_name(err));
    return session->carried_why;
}

/* "doorstep-7-20261123-093005.dsb": whose it is and when, so that nothing is replaced. */
static const char *bundle_path(struct session *session, const char *folder, const char *stem)
{
    int64_t now_ms = session_now_ms(session);
    struct date_civil civil = date_to_civil(date_day_at(now_ms, SESSION_OFFSET_MINUTES));
    int32_t minute = date_minute_at(now_ms, SESSION_OFFSET_MINUTES);
    const char *name =
        str_format(&session->work, "%s%u-%04d%02d%02d-%02d%02d%02d.dsb", stem,
                   session->journey.device_no, (int)civil.year, (int)civil.month, (int)civil.day,
                   minute / 60, minute % 60, (int)(now_ms / 1000 % 60));
    return os_path(&session->work, folder, name);
}

void intent_carry_out(struct session *session, const struct intent *intent)
{
    const char *path = bundle_path(session, intent->text, "doorstep-");
    struct spool_carried carried = {0};
    enum err err = spool_export(&session->spool, path, &carried);
    uint64_t size = 0;
    if (err == OK) {
        err = os_file_facts(path, &size, NULL); /* is it really there? */
    }
    if (err == ERR_not_found && carried.envelope_count == 0) {
        tell(session, "carry.nothing", 0, 0, intent->text, NULL);
    } else if (err != OK) {
        tell(session, "carry.out_failed", 0, 0, intent->text, error_key(session, err));
    } else {
        tell(session, "carry.out_done", (int64_t)carried.envelope_count, (int64_t)size, path, NULL);
    }
    session_refresh(session);
}

void intent_carry_in(struct session *session, const struct intent *intent)
{
    enum wire refusal = WIRE_ok;
    struct spool_carried carried = {0};
    struct spool_applied applied = {0};
    enum err err = spool_import(&session->spool, intent->text, &refusal, &carried, &applied);
    if (err != OK) {
        tell(session, "carry.in_failed", 0, 0, intent->text, error_key(session, err));
    } else if (refusal != WIRE_ok) {
        tell(session, "carry.in_failed", 0, 0, intent->text, wire_key(refusal));
    } else if (carried.answer_count > 0) {
        tell(session, "carry.in_done", (int64_t)carried.answer_count, 0, intent->text, NULL);
    } else {
        tell(session,
             carried.foreign_count > 0    ? "carry.in_foreign"
             : carried.envelope_count > 0 ? "carry.in_way_out"
                                          : "carry.in_nothing",
             (int64_t)carried.foreign_count, 0, intent->text, NULL);
    }
    if (err == OK) {
        session_applied(session, &applied);
    }
    session_refresh(session);
}

/* ---- quarantine ---- */

void intent_try_again(struct session *session, const struct intent *intent)
{
    struct spool_applied applied = {0};
    bool is_taken = false;
    enum err err = spool_retry(&session->spool, intent->text, &is_taken, &applied);
    if (err != OK) {
        session_say_error(session, err);
        return;
    }
    session_applied(session, &applied);
    if (is_taken) {
        session_pop(session);
    }
    session_say(session, is_taken ? "quarantine.taken" : "quarantine.still", 0);
    session->wants_ticket = true; /* headquarters may have better bytes by now */
    session_seal(session);
    session->must_enter = true;
}

void intent_set_aside(struct session *session, const struct intent *intent)
{
    const char *folder = intent->place.text;
    enum err err = OK;
    if (folder[0] == '\0') {
        folder = os_path(&session->work, session->data_folder, "export");
        err = os_folder_make(folder);
    }
    const char *path = bundle_path(session, folder, SESSION_ASIDE);
    if (err == OK) {
        err = spool_export_quarantined(&session->spool, intent->text, path);
    }
    if (err == OK) {
        session_say(session, "quarantine.was_set_aside", 0);
    } else {
        session_say_error(session, err);
    }
    session->must_enter = true;
}

void intent_let_go(struct session *session, const struct intent *intent)
{
    enum err err = store_quarantine_discard(session->store, intent->text);
    if (err != OK) {
        session_say_error(session, err);
        return;
    }
    session_pop(session);
    session->wants_ticket = true;
    session_seal(session);
    session_say(session, "quarantine.gone", 0);
}

/* ---- photos ---- */

void intent_photo_rule(struct session *session, const struct intent *intent)
{
    enum err err =
        spool_set_photos(&session->spool, intent->number == PHOTO_RULE_always ? LAYOUT_PHOTOS_always
                                                                              : LAYOUT_PHOTOS_wifi);
    if (err == ERR_not_enrolled) {
        session_say(session, "error.not_enrolled", 0);
    } else if (err != OK) {
        session_fail(session, err);
    } else if (spool_wake(&session->spool) != OK) {
        log_line(LOG_warning, "session", "the agent was not woken");
    }
    session_refresh(session);
}

/* The picture is kept sealed from here on; the camera's own file would tell it to whoever finds the
 * tablet. One that cannot be written to (a card that is locked) stays, and is said in the log. */
static void camera_file_shred(struct session *session, struct arena *arena, const char *name)
{
    const char *path = os_path(arena, session->picture_folder, name);
    enum err err = os_file_shred(path, session->journey.rng);
    if (err != OK) {
        log_line(LOG_warning, "session", "a picture stays with the camera: %s", err_name(err));
    }
}

/* The bytes are read here and are durable before the fact is: journey_attach(). */
void intent_attach(struct session *session, const struct intent *intent)
{
    const ds_EvidenceAttached *evidence = &intent->event->kind.evidence_attached;
    struct arena bytes_arena; /* up to 8 MiB: not kept after this */
    arena_init(&bytes_arena, 0);
    struct str bytes;
    struct capture capture = {0};
    enum err err =
        os_file_read(&bytes_arena, os_path(&bytes_arena, session->picture_folder, intent->text),
                     LIMIT_attachment_size, &bytes);
    if (err == OK) {
        err = journey_attach(&session->journey, intent->event->case_no, evidence->evidence,
                             evidence->media, bytes, evidence->note, &capture);
    }
    if (err == OK && capture.is_done) {
        camera_file_shred(session, &bytes_arena, intent->text);
    }
    arena_deinit(&bytes_arena);
    if (err == ERR_no_space) {
        session_trouble(session, ICON_error, "trouble.photo_no_space", "trouble.photo_no_space_do");
    } else if (err == ERR_not_found || err == ERR_too_long || err == ERR_out_of_range) {
        session_trouble(session, ICON_error, "trouble.photo_unread", "trouble.photo_unread_do");
    } else if (session_recorded(session, err, &capture, intent, false)) {
        session_form_forget(session);
        session_pop(session);
        session_say(session, "session.photo_stored", 0);
        session_seal(session);
    }
    session->must_enter = true;
}
