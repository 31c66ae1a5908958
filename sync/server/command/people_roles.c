/* Roles and accounts of people: by an administrator, never one's own. */
#include "sync/server/command/people_roles.h"

#include "sync/server/command/guard.h"
#include "sync/server/command/lookup.h"
#include "sync/server/staff/account.h"
#include "sync/server/staff/member.h"

#include <string.h>

static const char *const options[] = {"--code",  "--name",     "--role",   "--team",
                                      "--areas", "--capacity", "--branch", NULL};

enum command_exit people_roles_check(struct command_context *context, uint32_t person_no,
                                     bool loses_admin)
{
    const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = person_no};
    if (permit_decide(PERMIT_roles_change, &context->person, &object) == PERMIT_ANSWER_self) {
        return command_fail(context, COMMAND_refused, COMMAND_LINE("office.fail.own_role"));
    }
    bool has_other = true;
    enum err err = loses_admin ? member_has_other_admin(context->store, person_no, &has_other) : OK;
    if (err != OK) {
        return command_err(context, err);
    }
    return has_other
               ? COMMAND_ok
               : command_fail(context, COMMAND_refused, COMMAND_LINE("office.fail.last_admin"));
}

static enum command_exit read_person(struct command_context *context, uint32_t *person_no_out)
{
    const char *word = command_word(context, options, 1);
    return word == NULL ? command_usage(context) : lookup_person(context, word, person_no_out);
}

static enum command_exit read_grant(struct command_context *context, struct permit_grant *grant_out)
{
    const char *word = command_word(context, options, 2);
    const char *branch = command_option(context, "--branch");
    int64_t branch_no = HQ_BRANCH;
    if (word == NULL) {
        return command_usage(context);
    }
    uint32_t role = staff_role_code(str_from(word));
    if (role == STAFF_ROLE_none) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fault.role"));
    }
    if (branch != NULL && strcmp(branch, "all") == 0) {
        branch_no = 0;
    } else if (branch != NULL) {
        enum command_exit code = lookup_number(context, branch, 1, INT32_MAX, &branch_no);
        if (code != COMMAND_ok) {
            return code;
        }
    }
    *grant_out = (struct permit_grant){role, (uint32_t)branch_no};
    return COMMAND_ok;
}

static const char *grant_text(struct command_context *context, uint32_t person_no,
                              const struct permit_grant *grant)
{
    return str_format(context->arena, "person %u %s branch %u", person_no,
                      staff_role_name(grant->role), grant->branch_no);
}

/* Sessions end with every change: what a page shows was decided by the roles of before. */
static enum err change(struct command_context *context, uint32_t person_no,
                       const struct permit_grant *grant, bool is_given)
{
    TRY(hq_begin(context->store));
    TRY(is_given ? member_grant(context->store, person_no, grant)
                 : member_take(context->store, person_no, grant));
    TRY(session_close_all(context->store, person_no));
    TRY(hq_audit(context->store, clock_now_ms(context->clock), context->actor,
                 is_given ? "role given" : "role taken", grant_text(context, person_no, grant)));
    return hq_commit(context->store);
}

static enum command_exit change_role(struct command_context *context, bool is_given)
{
    uint32_t person_no = 0;
    struct permit_grant grant = {0};
    enum command_exit code = read_person(context, &person_no);
    if (code == COMMAND_ok) {
        code = read_grant(context, &grant);
    }
    if (code == COMMAND_ok) {
        code = people_roles_check(context, person_no, !is_given && grant.role == STAFF_ROLE_admin);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = change(context, person_no, &grant, is_given);
    if (err != OK) {
        hq_rollback(context->store);
    }
    if (err == ERR_not_found) {
        return command_fail(context, COMMAND_not_found, COMMAND_LINE("office.fail.no_such_role"));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE(is_given ? "office.say.granted" : "office.say.taken"));
    return COMMAND_ok;
}

enum command_exit people_roles_grant(struct command_context *context)
{
    return change_role(context, true);
}

enum command_exit people_roles_take(struct command_context *context)
{
    return change_role(context, false);
}

static enum err renew(struct command_context *context, uint32_t person_no, char *code)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    TRY(account_renew(context->store, context->rng, person_no, now_ms, code));
    TRY(hq_audit(context->store, now_ms, context->actor, "account code",
                 str_format(context->arena, "person %u", person_no)));
    return hq_commit(context->store);
}

enum command_exit people_roles_account(struct command_context *context)
{
    uint32_t person_no = 0;
    enum command_exit exit_code = read_person(context, &person_no);
    if (exit_code == COMMAND_ok) {
        const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = person_no};
        exit_code = guard_object(context, &object);
    }
    if (exit_code != COMMAND_ok) {
        return exit_code;
    }
    char code[ACCOUNT_CODE_SIZE];
    enum err err = renew(context, person_no, code);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    /* The code alone on the first line, for scripts. */
    fprintf(context->out, "%s\n", code);
    command_say(context, COMMAND_TEXT("office.say.code", lang_value_count("n", 72)));
    return COMMAND_ok;
}

static enum err lock(struct command_context *context, uint32_t person_no, bool is_locked)
{
    TRY(hq_begin(context->store));
    TRY(account_lock(context->store, person_no, is_locked));
    TRY(hq_audit(context->store, clock_now_ms(context->clock), context->actor,
                 is_locked ? "account locked" : "account opened",
                 str_format(context->arena, "person %u", person_no)));
    return hq_commit(context->store);
}

enum command_exit people_roles_lock(struct command_context *context, bool is_locked)
{
    uint32_t person_no = 0;
    enum command_exit code = read_person(context, &person_no);
    if (code == COMMAND_ok) {
        const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = person_no};
        code = guard_object(context, &object);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = lock(context, person_no, is_locked);
    if (err != OK) {
        hq_rollback(context->store);
    }
    if (err == ERR_not_found) {
        return command_fail(context, COMMAND_not_found, COMMAND_LINE("office.fail.no_account"));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE(is_locked ? "office.say.locked" : "office.say.opened"));
    return COMMAND_ok;
}
