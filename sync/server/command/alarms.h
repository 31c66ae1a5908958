/* sync/server/command/alarms.h -- how many people wait for help. */
#pragma once

#include "sync/server/command/command.h"

/* Alarms that nobody has seen and visits without a word (no_word.h), of those whom the caller
 * looks after; 0 for who may see none.
 * A number alone: nobody's data is shown by it. Errors: those of reading. */
enum err alarms_waiting(struct command_context *context, int64_t *count_out) MUST_USE;
