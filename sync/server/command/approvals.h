/* sync/server/command/approvals.h -- decisions about requests that were made already. */
#pragma once

#include "sync/server/command/command.h"

/* The borrower's name as the caller may see it (guard_is_masked()); in the command's arena. */
const char *approvals_debtor(struct command_context *context, const char *name);
/* approvals list --decided: of the last 90 days, the newest first: what, by whom, how it stands. */
enum command_exit approvals_list_decided(struct command_context *context);
/* A wrong decision is put right by a new fact in its place; the old one stays on record.
 * `decision_word`: approve, reject, return; by another person than who decided, and the collector
 * gets a letter. Or withdraw: the request waits again, as long as no tablet with the case has
 * called since. Both need --note. Refused where a borrower has paid under the decision, and where
 * the arrangement has run its course. Tells the caller. */
enum command_exit approvals_put_right(struct command_context *context, const char *id_word,
                                      const char *decision_word);
