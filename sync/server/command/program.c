/* Global options, help, and where a command runs: here, or in the working server. */
#include "sync/server/command/program.h"

#include "core/os/os.h"
#include "sync/server/command/control.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/key_file.h"
#include "sync/server/staff/session.h"

#include <stdlib.h>
#include <string.h>

/* Takes the global options out of the words, wherever they stand. False with the
 * word that makes no sense. */
static bool take_globals(struct command_context *context, int argc, const char *const *argv,
                         const char **words, const char **fault_out)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        *fault_out = argv[i];
        if (strcmp(argv[i], "--json") == 0) {
            context->is_json = true;
        } else if (strcmp(argv[i], "--data") == 0) {
            if (value == NULL) {
                return false;
            }
            context->data_folder = value;
            i++;
        } else if (strcmp(argv[i], "--lang") == 0) {
            if (value == NULL || !lang_from_text(str_from(value), &context->lang)) {
                return false;
            }
            i++;
        } else {
            words[count++] = argv[i];
        }
    }
    context->argc = count;
    context->argv = words;
    return true;
}

static int help(const struct command_context *context, FILE *to)
{
    size_t count = 0;
    const struct command *list = command_list(&count);
    fprintf(to, "%s\n\n", lang_text(context->lang, "hq.help.head"));
    for (size_t i = 0; i < count; i++) {
        const char *key = str_format(context->arena, "command.%s", list[i].name);
        fprintf(to, "  %-10s %s\n", list[i].name, lang_text(context->lang, key));
    }
    fprintf(to, "\n%s\n", lang_text(context->lang, "hq.help.foot"));
    return COMMAND_ok;
}

static enum command_exit no_folder(struct command_context *context)
{
    return command_fail(
        context, COMMAND_not_found,
        COMMAND_TEXT("hq.fail.no_folder", lang_value_text("folder", context->data_folder)));
}

static enum command_exit hand_over(struct command_context *context)
{
    const struct control_call call = {
        .streams = {fileno(context->in), fileno(context->out), fileno(context->err)},
        .cwd = context->cwd,
        .session = context->session,
        .lang = context->lang,
        .is_json = context->is_json,
        .argc = context->argc,
        .argv = context->argv,
    };
    int code = COMMAND_failed;
    fflush(context->out);
    enum err err = control_send(context->arena, context->data_folder, &call, &code);
    if (err == ERR_not_found) {
        return command_fail(
            context, COMMAND_busy,
            COMMAND_TEXT("hq.fail.busy", lang_value_text("folder", context->data_folder)));
    }
    if (err == ERR_io) {
        return command_fail(context, COMMAND_failed, COMMAND_LINE("hq.fail.server_gone"));
    }
    return err == OK ? (enum command_exit)code : command_err(context, err);
}

/* Runs it here, past the guard. */
static enum command_exit run_with(struct command_context *context, const struct command *command,
                                  enum hq_access access)
{
    enum err err = hq_store_open(&context->store, context->data_folder, access, false);
    if (err == ERR_not_found) {
        return no_folder(context);
    }
    if (err == ERR_corrupt) { /* not even the schema can be read */
        return command_fail(context, COMMAND_found, COMMAND_LINE("hq.verify.file"));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    enum command_exit code = access == HQ_ACCESS_write ? key_file_lend(context) : COMMAND_ok;
    if (code == COMMAND_ok) {
        code = guard_enter(context, command, context->store, access == HQ_ACCESS_write);
    }
    bool is_reader = command->access == COMMAND_ACCESS_reads && access == HQ_ACCESS_write;
    if (code == COMMAND_ok && is_reader) { /* the writer was for the line of the log alone */
        hq_store_close(context->store);
        err = hq_store_open(&context->store, context->data_folder, HQ_ACCESS_read, false);
        if (err != OK) {
            return command_err(context, err);
        }
    }
    if (code == COMMAND_ok) {
        code = command->run(context);
        guard_leave(context->store);
    }
    hq_store_close(context->store);
    return code;
}

static enum command_exit run_writing(struct command_context *context, const struct command *command)
{
    if (!os_file_exists(os_path(context->arena, context->data_folder, "hq.db"))) {
        return no_folder(context);
    }
    struct os_lock lock;
    enum err err = os_lock_open(&lock, os_path(context->arena, context->data_folder, "hq.lock"));
    if (err == ERR_busy) {
        return hand_over(context);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    enum command_exit code = run_with(context, command, HQ_ACCESS_write);
    os_lock_close(&lock);
    return code;
}

static enum command_exit run(struct command_context *context, const struct command *command)
{
    if (context->action == PERMIT_nobodys) { /* knows no folder, or makes one */
        return command->run(context);
    }
    switch (command->access) {
    case COMMAND_ACCESS_alone:
        return command->run(context);
    case COMMAND_ACCESS_reads:
        if (permit_trace(context->action) == PERMIT_TRACE_none) {
            return run_with(context, command, HQ_ACCESS_read);
        }
        break; /* a line of the audit log comes first */
    case COMMAND_ACCESS_writes:
    case COMMAND_ACCESS_beside:
        break;
    }
    return run_writing(context, command);
}

static bool gives_token(const struct command *command)
{
    return strcmp(command->name, "login") == 0 || strcmp(command->name, "passwd") == 0 ||
           strcmp(command->name, "init") == 0;
}

/* The first line that such a command says is the new session's token when it begins with
 * "token ": it goes to the caller's own file, written by the caller, and is not shown. */
static enum command_exit keep_token(struct command_context *context, FILE *said, FILE *out)
{
    static const char head[] = "token ";
    char line[sizeof head + SESSION_TEXT_SIZE + 1];
    bool is_first = true;
    enum err err = OK;
    rewind(said);
    while (fgets(line, sizeof line, said) != NULL) {
        if (is_first && strncmp(line, head, sizeof head - 1) == 0) {
            const char *token = line + sizeof head - 1;
            err = context->session_path != NULL
                      ? os_file_replace(context->session_path, token, strlen(token))
                      : OK;
        } else {
            fputs(line, out);
        }
        is_first = false;
    }
    return err == OK ? COMMAND_ok
                     : command_fail(context, COMMAND_failed,
                                    COMMAND_TEXT("office.fail.session_file",
                                                 lang_value_text("file", context->session_path)));
}

static int run_signing_in(struct command_context *context, const struct command *command)
{
    FILE *out = context->out;
    FILE *said = tmpfile();
    if (said == NULL) {
        return (int)command_err(context, ERR_io);
    }
    context->out = said;
    context->has_token_out = true;
    enum command_exit code = run(context, command);
    context->out = out;
    enum command_exit kept = keep_token(context, said, out);
    fclose(said);
    return (int)(code != COMMAND_ok ? code : kept);
}

int program_run(struct arena *arena, const struct command_context *world, int argc,
                const char *const *argv)
{
    struct command_context context = *world;
    context.arena = arena;
    const char **words = ARENA_ARRAY(arena, (size_t)argc + 1, const char *);
    const char *fault = NULL;
    if (!take_globals(&context, argc, argv, words, &fault)) {
        fprintf(context.err, "doorstep-hq: %s\n",
                lang_fill(arena, context.lang, "command.option_without_value",
                          lang_value_text("option", fault)));
        return COMMAND_usage;
    }
    if (context.argc == 0) {
        (void)help(&context, context.err);
        return COMMAND_usage;
    }
    if (strcmp(context.argv[0], "help") == 0 || strcmp(context.argv[0], "--help") == 0) {
        return help(&context, context.out);
    }
    const struct command *command = command_find(context.argv[0]);
    if (command == NULL) {
        fprintf(context.err, "doorstep-hq: %s\n",
                lang_fill(arena, context.lang, "hq.fail.command",
                          lang_value_text("name", context.argv[0])));
        return COMMAND_usage;
    }
    if (context.argc == 2 && strcmp(context.argv[1], "--help") == 0) {
        context.err = context.out;
        (void)command_usage(&context);
        return COMMAND_ok;
    }
    struct command_verb verb = {0};
    if (!guard_action(&context, command, &verb)) {
        return (int)command_usage(&context);
    }
    context.action = verb.action;
    context.actor = context.origin;
    context.door = SESSION_DOOR_console;
    guard_read_session(&context);
    return gives_token(command) ? run_signing_in(&context, command) : (int)run(&context, command);
}
