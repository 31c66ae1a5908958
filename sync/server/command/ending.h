/* sync/server/command/ending.h -- ending the work on a case: what recall and close share. */
#pragma once

#include "sync/server/command/lookup.h"

/* Reads the case and its reason from the arguments, books `event` (its kind is set;
 * `reason` points into it) and says so. `life` is the text key of what it becomes. */
enum command_exit ending_run(struct command_context *context, ds_Event *event, uint32_t *reason,
                             const char *action, const char *life);
