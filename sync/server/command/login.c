/* doorstep-hq login: a session for the command line, by password or one-time code. */
#include "sync/server/command/key_file.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/secret.h"
#include "sync/server/staff/account.h"

#include <string.h>

static const char *const options[] = {"--person", "--password-file", "--totp", NULL};

struct entry {
    struct command_context *context;
    struct account_try *try;
    enum account_answer answer;
};

static enum err enter(void *given, struct hq_store *store)
{
    struct entry *entry = given;
    return account_enter(store, entry->context->rng, entry->try, &entry->answer);
}

static enum command_exit refused(struct command_context *context, const struct entry *entry)
{
    switch (entry->answer) {
    case ACCOUNT_entered:
        return COMMAND_ok;
    case ACCOUNT_wrong:
        return command_fail(context, COMMAND_refused, COMMAND_LINE("office.login.wrong"));
    case ACCOUNT_paused:
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("office.login.paused",
                         lang_value_count("n", (entry->try->pause_ms + 999) / 1000)));
    case ACCOUNT_locked:
        return command_fail(context, COMMAND_refused, COMMAND_LINE("office.login.locked"));
    case ACCOUNT_needs_totp:
        return command_fail(context, COMMAND_refused, COMMAND_LINE("office.login.needs_totp"));
    }
    return COMMAND_failed;
}

enum command_exit login_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *code = command_option(context, "--person");
    if (code == NULL || command_word(context, options, 0) != NULL) {
        return command_usage(context);
    }
    const char *password = NULL;
    enum err err = secret_read(context, "--password-file", "office.prompt.password", &password);
    if (err != OK) {
        return command_err(context, err);
    }
    struct account_try try = {
        .code = str_from(code),
        .password = str_from(password),
        .totp = str_from(command_option(context, "--totp")),
        .door = (enum session_door)context->door,
        .origin = context->origin,
        .now_ms = clock_now_ms(context->clock),
    };
    struct entry entry = {.context = context, .try = &try, .answer = ACCOUNT_wrong};
    err = account_begin(context->store, &try);
    if (err == OK) {
        account_prove(&try);
        err = command_on_writer(context, enter, &entry);
    }
    if (err != OK) {
        return key_file_err(context, err);
    }
    if (entry.answer != ACCOUNT_entered) {
        return refused(context, &entry);
    }
    fprintf(context->out, "token %s\n", try.token);
    command_say(context, COMMAND_TEXT(try.must_change ? "office.say.choose" : "office.say.entered",
                                      lang_value_text("name", code)));
    return COMMAND_ok;
}
