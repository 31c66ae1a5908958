/* sync/server/command/device_revoke.h -- takes a tablet out of service. For the command devices. */
#pragma once

#include "sync/server/command/command.h"

/* From now on it may send and gets nothing; the list beside the database, which outlives a restore,
 * says so too, or it is told where it does not. `*is_known_out` false, and nothing done, for a
 * number that was never given out. */
enum command_exit device_revoke(struct command_context *context, int64_t device_no,
                                bool *is_known_out);
