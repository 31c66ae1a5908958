/* sync/server/command/program.h -- from a command line to a command. */
#pragma once

#include "sync/server/command/command.h"

/* The whole of doorstep-hq but for the real clock and streams, which come in.
 * Returns the exit code. */
int program_run(struct arena *arena, const struct command_context *world, int argc,
                const char *const *argv);
