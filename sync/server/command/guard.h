/* sync/server/command/guard.h -- who calls a command, whether they may, and what is kept of it.
 *
 * Every command passes here once, with the writer's store, before it runs: the session that
 * the caller brought is looked up, the permission matrix is asked for the verb (verbs.def),
 * and what the audit log keeps by itself is written. A command that is refused leaves a
 * line, too. Nobody's name is taken on trust. */
#pragma once

#include "sync/server/command/command.h"

struct command_verb {
    const char *word; /* "" the command alone, "*" any */
    enum permit_action action;
    bool is_of_one;  /* about one thing, which the command finds and asks guard_object() about */
    bool is_of_team; /* whoever reaches a team alone gets that part: guard_shows() */
};

/* What the words of `context` do. False: no such verb, or options stand before it in a way
 * that could be read in two ways. */
bool guard_action(const struct command_context *context, const struct command *command,
                  struct command_verb *verb_out);

/* Fills person, actor and action of `context` and makes `store` name them in the audit log
 * until guard_leave(). No transaction is open before or after. `can_write`: it is the writer's;
 * a reader's is enough for what leaves no line. Anything but COMMAND_ok: told to the caller,
 * and nothing may be done. */
enum command_exit guard_enter(struct command_context *context, const struct command *command,
                              struct hq_store *store, bool can_write);
void guard_leave(struct hq_store *store);

/* For what is about somebody: the action that guard_enter() allowed, asked again with the
 * object. Tells the caller when it is refused. */
enum command_exit guard_object(struct command_context *context, const struct permit_object *object);

/* Whether a list of a verb of VERB_OF_TEAM shows what belongs to this person (0: to nobody) to the
 * caller: everything, or what is of the caller's team. ERR_io, as queries do. */
enum err guard_shows(struct command_context *context, int64_t person_no, bool *shows_out) MUST_USE;

/* Refuses what guard_shows() would not show. Tells the caller. */
enum command_exit guard_owner(struct command_context *context, int64_t person_no);

/* Whether borrowers' names, numbers, addresses and words are masked for the caller: the line
 * "case_contact" of the permission matrix. */
bool guard_is_masked(const struct command_context *context);

/* Reads the token of the caller's session file into `context`; without one there is none. */
void guard_read_session(struct command_context *context);
