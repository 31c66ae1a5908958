/* doorstep-hq passwd: one's own password and second factor. */
#include "core/base/check.h"
#include "sync/server/command/key_file.h"
#include "sync/server/command/qr_picture.h"
#include "sync/server/command/secret.h"
#include "sync/server/staff/account.h"
#include "sync/server/staff/recovery.h"
#include "sync/server/staff/totp.h"

#include <sodium.h>
#include <string.h>

static const char *const options[] = {"--password-file", "--new-password-file", "--totp", NULL};

struct change {
    struct command_context *context;
    char verifier[PASSWORD_VERIFIER_SIZE];
    char token[SESSION_TEXT_SIZE];
    uint8_t secret[TOTP_SECRET_SIZE];
    struct recovery_codes recovery;
    struct str code; /* of the app */
    enum err answer;
};

static enum err set_password(void *given, struct hq_store *store)
{
    struct change *change = given;
    const struct command_context *context = change->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    TRY(account_set_password(store, context->person.person_no, change->verifier, now_ms));
    /* All sessions end, also a thief's; this one goes on under a new token. */
    TRY(session_open(store, context->rng, context->person.person_no,
                     (enum session_door)context->door, context->origin, now_ms, change->token));
    TRY(hq_audit(store, now_ms, context->actor, "password changed", ""));
    return hq_commit(store);
}

struct guess {
    const struct rng *rng;
    struct account_try *try;
};

static enum err count_guess(void *given, struct hq_store *store)
{
    struct guess *guess = given;
    enum account_answer answer = ACCOUNT_wrong;
    return account_enter(store, guess->rng, guess->try, &answer);
}

/* The present password is asked for again: a session left open must not be worth an account. */
static enum command_exit check_present(struct command_context *context)
{
    bool must_change = false;
    enum err err = account_must_change(context->store, context->person.person_no, &must_change);
    if (err != OK || must_change) {
        return err == OK ? COMMAND_ok : command_err(context, err);
    }
    const char *present = NULL;
    err = secret_read(context, "--password-file", "office.prompt.present", &present);
    struct account_try try = {
        .code = str_from(context->person.code),
        .password = str_from(present),
        .origin = context->origin,
        .now_ms = clock_now_ms(context->clock),
    };
    if (err == OK) {
        err = account_begin(context->store, &try);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    account_prove(&try);
    if (try.is_proven) {
        return COMMAND_ok;
    }
    struct guess guess = {.rng = context->rng, .try = &try}; /* counted like one at the door */
    err = command_on_writer(context, count_guess, &guess);
    return err != OK ? command_err(context, err)
                     : command_fail(context, COMMAND_refused, COMMAND_LINE("office.login.wrong"));
}

static enum command_exit change_password(struct command_context *context)
{
    enum command_exit code = check_present(context);
    if (code != COMMAND_ok) {
        return code;
    }
    const char *password = NULL;
    enum err err = secret_read(context, "--new-password-file", "office.prompt.new", &password);
    if (err != OK) {
        return command_err(context, err);
    }
    const char *fault = password_fault(str_from(password), str_from(context->person.code),
                                       str_from(context->person.name));
    if (fault != NULL) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE(fault));
    }
    struct change change = {.context = context};
    err = password_keep(str_from(password), change.verifier);
    if (err == OK) {
        err = command_on_writer(context, set_password, &change);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    fprintf(context->out, "token %s\n", change.token);
    command_say(context, COMMAND_LINE("office.say.password"));
    return COMMAND_ok;
}

static enum err make_totp(void *given, struct hq_store *store)
{
    struct change *change = given;
    const struct command_context *context = change->context;
    TRY(hq_begin(store));
    TRY(account_totp_make(store, context->rng, context->person.person_no, change->secret));
    TRY(hq_audit(store, clock_now_ms(context->clock), context->actor, "second factor made", ""));
    return hq_commit(store);
}

static enum err drop_totp(void *given, struct hq_store *store)
{
    const struct change *change = given;
    const struct command_context *context = change->context;
    TRY(hq_begin(store));
    TRY(account_totp_drop(store, context->person.person_no));
    TRY(hq_audit(store, clock_now_ms(context->clock), context->actor, "second factor dropped", ""));
    return hq_commit(store);
}

static enum err confirm_totp(void *given, struct hq_store *store)
{
    struct change *change = given;
    const struct command_context *context = change->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    change->answer = account_totp_confirm(store, context->person.person_no, change->code, now_ms);
    if (change->answer == ERR_not_allowed || change->answer == ERR_not_found) {
        return OK; /* nothing to keep */
    }
    TRY(change->answer);
    TRY(hq_audit(store, now_ms, context->actor, "second factor on", ""));
    return hq_commit(store);
}

static enum err keep_recovery(void *given, struct hq_store *store)
{
    struct change *change = given;
    const struct command_context *context = change->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    TRY(recovery_keep(store, context->person.person_no, &change->recovery, now_ms));
    TRY(hq_audit(store, now_ms, context->actor, "recovery codes made", ""));
    return hq_commit(store);
}

/* They come with the second factor, and are shown this once. */
static enum command_exit give_recovery(struct command_context *context, struct change *change)
{
    enum err err = recovery_make(context->rng, &change->recovery);
    if (err == OK) {
        err = command_on_writer(context, keep_recovery, change);
    }
    if (err == OK) {
        command_say(context, COMMAND_LINE("office.recovery.made"));
        for (size_t i = 0; i < RECOVERY_CODES; i++) {
            fprintf(context->out, "%s\n", change->recovery.texts[i]);
        }
    }
    sodium_memzero(&change->recovery, sizeof change->recovery);
    return err == OK ? COMMAND_ok : command_err(context, err);
}

static void show_secret(struct command_context *context, const char *uri)
{
    fprintf(context->out, "%s\n", uri);
    bool has_picture =
        context->is_page ? qr_picture_svg(context->out, uri) : qr_picture_print(context->out, uri);
    CHECK(has_picture); /* staff numbers are short */
}

/* `--totp new` shows a secret, `--totp 123456` confirms it, `--totp off` drops it. */
static enum command_exit change_totp(struct command_context *context, const char *word)
{
    struct change change = {.context = context, .code = str_from(word)};
    bool is_new = strcmp(word, "new") == 0, is_off = strcmp(word, "off") == 0;
    enum command_exit code = is_new || is_off ? check_present(context) : COMMAND_ok;
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = command_on_writer(context,
                                     is_new   ? make_totp
                                     : is_off ? drop_totp
                                              : confirm_totp,
                                     &change);
    if (err == OK && change.answer != OK) {
        return command_fail(context, COMMAND_refused,
                            COMMAND_LINE(change.answer == ERR_not_found ? "office.totp.none"
                                                                        : "office.totp.wrong"));
    }
    if (err != OK) {
        return key_file_err(context, err);
    }
    if (is_new) {
        show_secret(context, totp_uri(context->arena, change.secret, STR("Doorstep"),
                                      str_from(context->person.code)));
        sodium_memzero(change.secret, sizeof change.secret);
    }
    command_say(context, COMMAND_LINE(is_new   ? "office.totp.made"
                                      : is_off ? "office.totp.off"
                                               : "office.totp.on"));
    return is_new || is_off ? COMMAND_ok : give_recovery(context, &change);
}

enum command_exit passwd_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    if (command_word(context, options, 0) != NULL) {
        return command_usage(context);
    }
    const char *totp = command_option(context, "--totp");
    return totp != NULL ? change_totp(context, totp) : change_password(context);
}
