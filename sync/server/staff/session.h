/* sync/server/staff/session.h -- who is signed in.
 *
 * A session is known by 256 random bits, of which headquarters keeps the hash alone. It ends
 * when nobody used it for a while, at the latest after a day's work (doors.def, or settings),
 * when its person signs out, and with every change of the person's password, roles or lock. */
#pragma once

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "sync/server/staff/permit.h"

enum session_door {
#define DOOR(code, name, idle_minutes, session_minutes) SESSION_DOOR_##name = (code),
#include "sync/server/staff/doors.def"
#undef DOOR
};

enum {
    SESSION_TOKEN_SIZE = 32,
    SESSION_TEXT_SIZE = 65,   /* hex digits and a NUL */
    SESSION_ORIGIN_SIZE = 64, /* "192.0.2.7", "uid 1000" */
    SESSION_TOUCH_MS = 60000, /* how exactly the last use is kept */
};

struct session {
    uint32_t person_no;
    uint32_t door; /* enum session_door */
    int64_t made_at_ms, seen_at_ms;
    int64_t ends_at_ms; /* if it is not used again */
    bool is_to_touch;   /* session_touch() is due */
};

/* A new session inside a transaction of the writer; those of anybody that have ended are
 * forgotten. `text_out`: the token in hex, to be given to the person and forgotten. */
enum err session_open(struct hq_store *store, const struct rng *rng, uint32_t person_no,
                      enum session_door door, const char *origin, int64_t now_ms,
                      char text_out[SESSION_TEXT_SIZE]) MUST_USE;
/* The session of a token. Any store. ERR_not_allowed: there is none, it has ended, or the
 * clock stands before it was made. */
enum err session_find(struct arena *arena, struct hq_store *store, struct str text, int64_t now_ms,
                      struct session *session_out) MUST_USE;
/* Notes that it was used; inside a transaction of the writer. */
enum err session_touch(struct hq_store *store, struct str text, int64_t now_ms) MUST_USE;
/* Ends one; ok when there is none. */
enum err session_close(struct hq_store *store, struct str text) MUST_USE;
/* Ends all of a person; person_no 0: all of everybody, as after a restore. */
enum err session_close_all(struct hq_store *store, uint32_t person_no) MUST_USE;

/* What a form must carry so that it is known to come from a page of this session: a keyed hash
 * of the token, which only who has the token can make. */
void session_form_mark(struct str text, char mark_out[SESSION_TEXT_SIZE]);
/* Compares in constant time. */
bool session_is_form_mark(struct str text, struct str mark);
