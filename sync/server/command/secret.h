/* sync/server/command/secret.h -- passwords and codes that a caller types or brings in a file. */
#pragma once

#include "sync/server/command/command.h"

/* The first line of the file that `option` names ("-": of the input), or, without the option,
 * what is typed after the text `prompt_key`, unseen on a terminal. ERR_not_found: no such file;
 * ERR_usage: nothing was given. Lives in the command's arena, which ends with the command. */
enum err secret_read(struct command_context *context, const char *option, const char *prompt_key,
                     const char **secret_out) MUST_USE;
