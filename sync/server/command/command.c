/* Finding a command, its arguments, its words to the caller. */
#include "sync/server/command/command.h"

#include "core/os/os.h"
#include "sync/server/api/api.h"

#include <string.h>

static const struct command commands[] = {
#define COMMAND(name, access) {#name, COMMAND_ACCESS_##access, name##_command},
#include "sync/server/command/commands.def"
#undef COMMAND
};

const struct command *command_list(size_t *count_out)
{
    *count_out = COUNT(commands);
    return commands;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

const char *command_path(struct command_context *context, const char *name)
{
    return name[0] == '/' ? name : os_path(context->arena, context->cwd, name);
}

struct writer_job {
    const struct command_context *context;
    command_work *work;
    void *given;
    enum err err;
};

static void run_writer_job(void *context, struct hq_store *store)
{
    struct writer_job *job = context;
    const struct command_context *caller = job->context;
    hq_audit_as(store, caller->actor, caller->person.person_no, caller->origin);
    job->err = job->work(job->given, store);
    hq_audit_as(store, NULL, 0, NULL);
    if (hq_is_in_transaction(store)) {
        hq_rollback(store);
    }
}

enum err command_on_writer(struct command_context *context, command_work *work, void *given)
{
    struct writer_job job = {.context = context, .work = work, .given = given};
    if (context->api != NULL) {
        api_on_writer(context->api, run_writer_job, &job);
    } else {
        run_writer_job(&job, context->store);
    }
    return job.err;
}

/* ---- arguments ---- */

/* The value when `word` is `--option=VALUE`. */
static const char *value_inside(const char *word, const char *option)
{
    size_t size = strlen(option);
    return strncmp(word, option, size) == 0 && word[size] == '=' ? word + size + 1 : NULL;
}

const char *command_option(const struct command_context *context, const char *option)
{
    for (int i = 1; i < context->argc; i++) {
        if (strcmp(context->argv[i], option) == 0 && i + 1 < context->argc) {
            return context->argv[i + 1];
        }
        const char *inside = value_inside(context->argv[i], option);
        if (inside != NULL) {
            return inside;
        }
    }
    return NULL;
}

bool command_has(const struct command_context *context, const char *option)
{
    for (int i = 1; i < context->argc; i++) {
        if (strcmp(context->argv[i], option) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const char *const *names, const char *word)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] == '-' && word[2] != '\0';
}

const char *command_word(const struct command_context *context, const char *const *options,
                         size_t index)
{
    for (int i = 1; i < context->argc; i++) {
        if (is_option(context->argv[i])) {
            i += is_listed(options, context->argv[i]); /* its value is no word */
        } else if (index-- == 0) {
            return context->argv[i];
        }
    }
    return NULL;
}

static bool is_known(const char *word, const char *const *options, const char *const *plain)
{
    for (size_t i = 0; options != NULL && options[i] != NULL; i++) {
        if (value_inside(word, options[i]) != NULL) {
            return true;
        }
    }
    return is_listed(options, word) || is_listed(plain, word);
}

bool command_options_are_known(struct command_context *context, const char *const *options,
                               const char *const *plain)
{
    for (int i = 1; i < context->argc; i++) {
        const char *word = context->argv[i];
        if (!is_option(word)) {
            continue;
        }
        bool is_valued = is_listed(options, word);
        if (!is_known(word, options, plain) || (is_valued && i + 1 == context->argc)) {
            const char *key = is_valued ? "command.option_without_value" : "command.option_unknown";
            (void)command_fail(context, COMMAND_usage,
                               COMMAND_TEXT(key, lang_value_text("option", word)));
            (void)command_usage(context);
            return false;
        }
        i += is_valued;
    }
    return true;
}

/* ---- words ---- */

/* A line of the usage text is one way to call the command; an indented line goes on. */
enum command_exit command_usage(struct command_context *context)
{
    const char *name = context->argv[0];
    struct str rest =
        str_from(lang_text(context->lang, str_format(context->arena, "command.%s.usage", name)));
    struct str line;
    fprintf(context->err, "%s\n",
            lang_text(context->lang, str_format(context->arena, "command.%s", name)));
    while (str_split(&rest, '\n', &line)) {
        bool is_more = line.size > 0 && line.bytes[0] == ' ';
        fprintf(context->err, "  %s%.*s\n", is_more ? "" : "doorstep-hq ", (int)line.size,
                line.bytes);
    }
    return COMMAND_usage;
}

enum command_exit command_fail(struct command_context *context, enum command_exit code,
                               const char *key, const struct lang_value *values, size_t count)
{
    fprintf(context->err, "doorstep-hq %s: %s\n", context->argv[0],
            lang_fill_list(context->arena, context->lang, key, values, count));
    return code;
}

enum command_exit command_err(struct command_context *context, enum err err)
{
    enum command_exit code = err == ERR_not_found ? COMMAND_not_found
                             : err == ERR_usage   ? COMMAND_usage
                             : err == ERR_corrupt ? COMMAND_found
                                                  : COMMAND_failed;
    return command_fail(context, code,
                        COMMAND_LINE(str_format(context->arena, "error.%s", err_name(err))));
}

void command_say(struct command_context *context, const char *key, const struct lang_value *values,
                 size_t count)
{
    fprintf(context->out, "%s\n",
            lang_fill_list(context->arena, context->lang, key, values, count));
}
