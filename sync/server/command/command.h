/* sync/server/command/command.h -- a subcommand of doorstep-hq and what it is given.
 *
 * A command runs in the process that was called or, while a server works on the
 * same folder, inside that server with the caller's streams: so it writes only to
 * `out` and `err`, opens files through command_path(), and never exits. */
#pragma once

#include "app/i18n/lang.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/rng.h"
#include "sync/server/staff/permit.h"
#include "sync/server/store/hq_store.h"

#include <stdbool.h>
#include <stdio.h>

/* Exit codes, documented in sync/server/README.md. */
enum command_exit {
    COMMAND_ok = 0,
    COMMAND_failed = 1,    /* an operation failed: disk, database, network */
    COMMAND_usage = 2,     /* the arguments make no sense */
    COMMAND_found = 3,     /* it worked and found something wrong: bad rows, broken chain */
    COMMAND_not_found = 4, /* no such person, case, device, folder … */
    COMMAND_busy = 5,      /* another process holds the folder and does not answer */
    COMMAND_refused = 6,   /* this person may not do this */
};

enum command_access {
    COMMAND_ACCESS_alone,
    COMMAND_ACCESS_reads,
    COMMAND_ACCESS_writes,
    COMMAND_ACCESS_beside,
};

struct api;

struct command_context {
    struct hq_store *store; /* see commands.def; NULL for `alone`. No transaction is open:
                             * a writing command begins and commits its own, short ones */
    struct api *api;        /* of the working server in which a `beside` command runs; else NULL */
    struct arena *arena;    /* freed after the command */
    FILE *in, *out, *err;
    const char *data_folder;
    const char *cwd; /* of the caller */
    enum lang lang;
    bool has_token_out; /* login, passwd, init: the first line of `out` is a session's token */
    bool is_page;       /* lists as a table of HTML, for a page of the office */
    bool is_page_pick;  /* with a mark in each row that a form sends: what the first cell shows */
    bool is_quiet;      /* no person asks, but a page that looks again by itself */
    uint32_t door;      /* enum session_door: which kind of session a sign-in opens */
    bool is_json;       /* --json: print lists as JSON */
    const struct clock *clock;
    const struct rng *rng;
    const char *session_path; /* file with the caller's session; NULL: none */
    const char *session;      /* the token in it; see guard_read_session() */
    const char *origin;       /* from where, for the audit log: "uid 1000" */
    /* Who calls, as guard_enter() found out; all of them only inside a command. */
    struct permit_person person;
    enum permit_action action; /* what the matrix allowed */
    uint32_t only_team_no;     /* a list shows rows of this team alone: guard_shows(); 0: all */
    const char *actor;         /* staff number, or the origin of who has not signed in */
    /* To be called by a long writing command between its transactions, so that a server
     * serves tablets meanwhile. NULL: no server. */
    void (*between)(void *context);
    void *between_context;
    int argc;                /* arguments after the global options (--data, --lang, --json) */
    const char *const *argv; /* argv[0] is the command's name */
};

struct command {
    const char *name;
    enum command_access access;
    enum command_exit (*run)(struct command_context *context);
};

#define COMMAND(name, access) enum command_exit name##_command(struct command_context *context);
#include "sync/server/command/commands.def"
#undef COMMAND

/* All commands in the order of commands.def. */
const struct command *command_list(size_t *count_out);
/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* Runs `work` with the writer's store, between two groups of facts when a server works,
 * and gives what it gave. For `beside` commands; `work` begins and commits its own, short
 * transaction, or leaves none open. */
typedef enum err command_work(void *given, struct hq_store *store);
enum err command_on_writer(struct command_context *context, command_work *work,
                           void *given) MUST_USE;

/* ---- what command files need again and again ---- */

/* `name` as the caller means it: relative paths start at the caller's folder. */
const char *command_path(struct command_context *context, const char *name);

/* Value of `--option VALUE` or `--option=VALUE`, NULL when absent. */
const char *command_option(const struct command_context *context, const char *option);
/* `--option` without a value. */
bool command_has(const struct command_context *context, const char *option);
/* Number `index` (0 the first) of the arguments that are no option, NULL past the end.
 * `options` names those that take a value, NULL-ended (NULL: none). */
const char *command_word(const struct command_context *context, const char *const *options,
                         size_t index);
/* False, with a message and the usage printed, when an argument is an option that
 * is in neither list. `plain`: options without a value, NULL-ended. */
bool command_options_are_known(struct command_context *context, const char *const *options,
                               const char *const *plain);

/* Prints the usage of the command to `err` and gives COMMAND_usage. */
enum command_exit command_usage(struct command_context *context);
/* Prints `key` with its values as an error line and gives `code`. */
enum command_exit command_fail(struct command_context *context, enum command_exit code,
                               const char *key, const struct lang_value *values, size_t count);
/* Prints the text of an error ("error.<name>") and gives the exit code that suits it. */
enum command_exit command_err(struct command_context *context, enum err err);
/* Prints a line to `out`. */
void command_say(struct command_context *context, const char *key, const struct lang_value *values,
                 size_t count);
/* command_say(context, COMMAND_TEXT("key", lang_value_count("n", 3))) */
#define COMMAND_TEXT(key, ...)                       \
    (key), (const struct lang_value[]){__VA_ARGS__}, \
        sizeof((const struct lang_value[]){__VA_ARGS__}) / sizeof(struct lang_value)
/* command_say(context, COMMAND_LINE("key")) */
#define COMMAND_LINE(key) (key), NULL, 0
