/* sync/server/command/people_credential.h -- `doorstep-hq people credential CODE DAY|none`: until
 * when a collector may go out. */
#pragma once

#include "sync/server/command/command.h"

enum command_exit people_credential(struct command_context *context, const char *code,
                                    const char *day);
