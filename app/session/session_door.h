/* app/session/session_door.h -- what a session does for somebody who stands at a door: the
 * signature being drawn, and the waiting for a word. Part of session_private.h. */
#pragma once

#include "app/session/session_private.h"

/* Reads back the ink of the open visit after a start; a session without a visit has none. */
void session_door_open(struct session *session);
/* Another visit began or this one ended: nothing is being drawn. */
void session_door_forget(struct session *session);
/* How the waiting stands now, for the view. */
struct visit_wait session_door_wait(struct session *session);
/* Raises the alarm of a visit that is over its time. */
void session_door_tick(struct session *session);
/* Monotonic instant at which the waiting changes by itself; INT64_MAX never. */
int64_t session_door_deadline_ms(const struct session *session);
/* Asks whether all is well when the time is up, over any screen. The back key puts the question
 * off for a minute; it answers nothing and the way to the automatic alarm goes on. */
void session_door_ask(struct session *session, struct ui *ui, const struct view *view);
