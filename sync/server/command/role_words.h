/* sync/server/command/role_words.h -- the roles of a person in words. */
#pragma once

#include "sync/server/command/command.h"

/* "主管、财务@2" for people, "supervisor finance@2" for programs: in the branch of this
 * installation without a number, in every branch with "@all". In the command's arena. */
const char *role_words(struct command_context *context, const struct permit_person *person);
