/* sync/server/command/flag_raise.h -- the verb `flag raise`: headquarters states a stop that it
 * learned of itself, with its days and the customer's wishes. */
#pragma once

#include "sync/server/command/command.h"

/* Every option of `flag`, NULL-ended. */
extern const char *const flag_options[];

enum command_exit flag_raise_run(struct command_context *context);
