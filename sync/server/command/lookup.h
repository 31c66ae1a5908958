/* sync/server/command/lookup.h -- what callers name: people, cases, codes of lists. */
#pragma once

#include "core/domain/catalog.h"
#include "core/event/event.h"
#include "sync/server/command/command.h"

/* Each gives COMMAND_ok, or tells the caller what is wrong and gives the exit code. */

/* A staff number, or a person's number. */
enum command_exit lookup_person(struct command_context *context, const char *word,
                                uint32_t *person_no_out);
/* The person who signed in. --by, where a command has it, must name the same: it is kept so
 * that scripts say whom they expect to be. */
enum command_exit lookup_caller(struct command_context *context, uint32_t *person_no_out);
/* The client's case number (option --client NAME tells equal ones apart), or "#17",
 * headquarters' own. */
enum command_exit lookup_case(struct command_context *context, const char *word,
                              uint64_t *case_no_out);
/* The case as its facts leave it, in the command's arena; all zero when nothing is
 * known of it yet. */
enum command_exit lookup_state(struct command_context *context, uint64_t case_no,
                               const ds_CaseState **state_out);
/* A name of a closed list; the message lists them all. */
enum command_exit lookup_code(struct command_context *context, enum catalog list, const char *word,
                              uint32_t *code_out);
/* The first hex digits of an id: the ids from `from_out` to `until_out` begin with them. */
enum command_exit lookup_id(struct command_context *context, const char *word, struct id *from_out,
                            struct id *until_out);
/* A whole number within bounds. */
enum command_exit lookup_number(struct command_context *context, const char *word, int64_t low,
                                int64_t high, int64_t *number_out);
/* Minutes east of UTC of headquarters' zone. */
enum err lookup_offset(struct command_context *context, int32_t *offset_minutes_out) MUST_USE;

/* Copies an argument into a field of a fact. Too long is told. */
enum command_exit lookup_text(struct command_context *context, const char *word, char *to,
                              size_t size);

/* Books one fact of headquarters in a transaction of its own, with a line in the
 * audit log. Tells what failed. */
enum command_exit lookup_book(struct command_context *context, const ds_Event *event,
                              const char *action);
