/* sync/spool/keyhole_alarms.h -- the list of alarms of a shut tablet, for the rest of the keyhole.
 * Private to the room. */
#pragma once

#include "sync/spool/keyhole.h"

/* What cannot be read is left out: help must be at hand all the same. ERR_io. */
enum err keyhole_alarms_read(struct keyhole *keyhole, struct arena *arena) MUST_USE;
/* Headquarters has those up to this one, of the envelope that was answered: after a clock was set
 * back a later call can have an earlier time. ERR_io, ERR_no_space. */
enum err keyhole_alarms_heard(struct keyhole *keyhole, uint64_t alarm_at_ms) MUST_USE;
