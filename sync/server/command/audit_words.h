/* sync/server/command/audit_words.h -- lines of the audit log as people read them. What is stored
 * and chained is never translated: words are found for it when it is shown, old lines too. */
#pragma once

#include "sync/server/command/command.h"

/* "Request approved"; the word itself when this build does not know it. */
const char *audit_words_action(struct command_context *context, struct str action);
/* Staff numbers, tablets and accounts of the machine by name. */
enum err audit_words_actor(struct command_context *context, struct str actor,
                           const char **words_out) MUST_USE;
/* Numbers of people, cases and tablets by name, names of lists and of commands in words; what
 * this build does not know stands as it is. */
enum err audit_words_detail(struct command_context *context, struct str action, struct str detail,
                            const char **words_out) MUST_USE;
