/* doorstep-hq init: a new headquarters in a folder. */
#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/secret.h"
#include "sync/server/staff/account.h"
#include "sync/server/staff/member.h"

#include <string.h>

static const char *const options[] = {"--name",  "--url",           "--zone",
                                      "--admin", "--password-file", NULL};

/* The first person of a new headquarters. */
struct founder {
    const char *code;
    char verifier[PASSWORD_VERIFIER_SIZE]; /* empty: a one-time code is given */
    char one_time[ACCOUNT_CODE_SIZE];
    char token[SESSION_TEXT_SIZE];
};

/* Somebody has to begin: they hold every role of the office but those that watch it, and hand
 * them on. What takes two pairs of eyes takes two people all the same. */
static enum err found(struct command_context *context, struct founder *founder)
{
    static const uint32_t roles[] = {STAFF_ROLE_supervisor, STAFF_ROLE_finance, STAFF_ROLE_legal};
    struct hq_store *store = context->store;
    int64_t now_ms = clock_now_ms(context->clock), person_no = 0;
    struct hq_query next = hq_query(store, SQL_HQ_person_next);
    TRY(hq_one_i64(&next, &person_no));
    struct hq_query put = hq_query(store, SQL_HQ_person_put);
    hq_bind_i64(&put, "$person_no", person_no);
    hq_bind_text(&put, "$code", str_from(founder->code));
    hq_bind_text(&put, "$name", str_from(founder->code));
    hq_bind_i64(&put, "$role", STAFF_ROLE_admin);
    hq_bind_i64(&put, "$team_no", 0);
    hq_bind_i64(&put, "$is_active", 1);
    hq_bind_text(&put, "$areas", STR(""));
    hq_bind_i64(&put, "$capacity", 0);
    hq_bind_i64(&put, "$made_at_ms", now_ms);
    TRY(hq_run(&put));
    for (size_t i = 0; i < COUNT(roles); i++) {
        const struct permit_grant grant = {roles[i], HQ_BRANCH};
        TRY(member_grant(store, (uint32_t)person_no, &grant));
    }
    TRY(founder->verifier[0] != '\0'
            ? account_set_password(store, (uint32_t)person_no, founder->verifier, now_ms)
            : account_renew(store, context->rng, (uint32_t)person_no, now_ms, founder->one_time));
    return session_open(store, context->rng, (uint32_t)person_no, SESSION_DOOR_console,
                        context->origin != NULL ? context->origin : "", now_ms, founder->token);
}

static enum err write_settings(struct command_context *context, const char *name, const char *url,
                               const char *zone, struct founder *founder)
{
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_branch_set);
    hq_bind_text(&query, "$name", str_from(name));
    TRY(hq_run(&query));
    TRY(hq_setting_set(context->store, "zone", zone));
    if (url != NULL) {
        TRY(hq_setting_set(context->store, "server.url", url));
    }
    TRY(hq_audit(context->store, clock_now_ms(context->clock), context->actor, "init",
                 founder->code));
    TRY(found(context, founder));
    return hq_commit(context->store);
}

static enum err make(struct command_context *context, const char *name, const char *url,
                     const char *zone, struct founder *founder)
{
    struct envelope_keys keys;
    TRY(api_keys(context->arena, context->data_folder, true, context->rng, &keys));
    TRY(hq_store_open(&context->store, context->data_folder, HQ_ACCESS_write, true));
    enum err err = write_settings(context, name, url, zone, founder);
    hq_store_close(context->store);
    context->store = NULL;
    return err;
}

static enum command_exit read_founder(struct command_context *context, struct founder *founder)
{
    const char *code = command_option(context, "--admin");
    founder->code = code != NULL ? code : "admin";
    if (founder->code[0] == '\0' || strlen(founder->code) >= PERMIT_CODE_SIZE ||
        !str_is_utf8(str_from(founder->code))) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fault.code"));
    }
    if (command_option(context, "--password-file") == NULL) {
        return COMMAND_ok;
    }
    const char *password = NULL;
    enum err err = secret_read(context, "--password-file", "office.prompt.new", &password);
    if (err != OK) {
        return command_err(context, err);
    }
    const char *fault =
        password_fault(str_from(password), str_from(founder->code), str_from(founder->code));
    if (fault != NULL) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE(fault));
    }
    err = password_keep(str_from(password), founder->verifier);
    return err == OK ? COMMAND_ok : command_err(context, err);
}

enum command_exit init_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *name = command_option(context, "--name");
    const char *zone = command_option(context, "--zone");
    zone = zone != NULL ? zone : "Asia/Shanghai";
    int32_t offset_minutes = 0;
    if (command_word(context, options, 0) != NULL) {
        return command_usage(context);
    }
    if (date_zone_offset(str_from(zone), &offset_minutes) != OK) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hq.fail.zone", lang_value_text("zone", zone)));
    }
    struct founder founder = {0};
    enum command_exit code = read_founder(context, &founder);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = os_folder_make(context->data_folder);
    if (err != OK) {
        return command_err(context, err);
    }
    if (os_file_exists(os_path(context->arena, context->data_folder, "hq.db"))) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("hq.fail.init_again", lang_value_text("folder", context->data_folder)));
    }
    struct os_lock lock;
    err = os_lock_open(&lock, os_path(context->arena, context->data_folder, "hq.lock"));
    if (err == OK) {
        err = make(context, name != NULL ? name : "", command_option(context, "--url"), zone,
                   &founder);
        os_lock_close(&lock);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (context->has_token_out) {
        fprintf(context->out, "token %s\n", founder.token);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.init", lang_value_text("folder", context->data_folder)));
    if (founder.one_time[0] != '\0') {
        command_say(context,
                    COMMAND_TEXT("office.say.founder", lang_value_text("name", founder.code),
                                 lang_value_text("code", founder.one_time)));
    }
    return COMMAND_ok;
}
