/* app/session/session_place.h -- where the tablet is, for the journeys and the screens. */
#pragma once

#include "app/session/session_private.h"

/* Takes what the receiver has told since the last look. What it tells of the time is one more
 * witness for the clock; a place goes into facts about a case and into alarms, and nowhere else. */
void session_place_look(struct session *session);
