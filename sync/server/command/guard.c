/* The door of every command. */
#include "sync/server/command/guard.h"

#include "core/base/check.h"
#include "core/os/os.h"
#include "sync/server/staff/account.h"
#include "sync/server/staff/member.h"

#include <string.h>

enum { WORDS_SHOWN = 3, WORD_SIZE_SHOWN = 40 };

#define VERB(word, action) {(word), PERMIT_##action, false, false},
#define VERB_OF_ONE(word, action) {(word), PERMIT_##action, true, false},
#define VERB_OF_TEAM(word, action) {(word), PERMIT_##action, false, true},
#define VERBS(command, ...) static const struct command_verb command##_verbs[] = {__VA_ARGS__};
#include "sync/server/command/verbs.def"
#undef VERBS
#undef VERB
#undef VERB_OF_ONE
#undef VERB_OF_TEAM

static const struct {
    const char *name;
    const struct command_verb *verbs;
    size_t count;
} lists[] = {
#define VERBS(command, ...) {#command, command##_verbs, COUNT(command##_verbs)},
#include "sync/server/command/verbs.def"
#undef VERBS
};

/* A command that is not in verbs.def does not compile. */
#define COMMAND(name, access) _Static_assert(COUNT(name##_verbs) > 0, "has verbs");
#include "sync/server/command/commands.def"
#undef COMMAND

static const struct command_verb *verb_find(const char *command, const char *word)
{
    for (size_t i = 0; i < COUNT(lists); i++) {
        for (size_t v = 0; strcmp(lists[i].name, command) == 0 && v < lists[i].count; v++) {
            if (strcmp(lists[i].verbs[v].word, word) == 0) {
                return &lists[i].verbs[v];
            }
        }
    }
    return NULL;
}

bool guard_action(const struct command_context *context, const struct command *command,
                  struct command_verb *verb_out)
{
    const struct command_verb *verb = verb_find(command->name, "*");
    const char *first = context->argc > 1 ? context->argv[1] : NULL;
    bool is_word = first != NULL && strncmp(first, "--", 2) != 0;
    if (verb == NULL && is_word) {
        verb = verb_find(command->name, first);
    } else if (verb == NULL) {
        /* "alarms --all" is a list. "approvals --note list approve 12" is two things. */
        verb = verb_find(command->name, "list");
        verb = verb != NULL ? verb : verb_find(command->name, "show");
        for (int i = 1; i < context->argc; i++) {
            if (verb_find(command->name, context->argv[i]) != NULL) {
                verb = NULL;
            }
        }
    }
    if (verb != NULL) {
        *verb_out = *verb;
    }
    return verb != NULL;
}

void guard_read_session(struct command_context *context)
{
    struct str text;
    context->session = "";
    if (context->session_path != NULL &&
        os_file_read(context->arena, context->session_path, 2 * SESSION_TEXT_SIZE, &text) == OK) {
        context->session = str_text(context->arena, str_trim(text));
    }
}

/* What was called, without anything that could be a debtor's: plain words and numbers. */
static const char *words_shown(struct command_context *context)
{
    struct str_builder text;
    str_builder_init(&text, context->arena);
    str_add_text(&text, context->argv[0]);
    for (int i = 1, shown = 0; i < context->argc && shown < WORDS_SHOWN; i++) {
        const char *word = context->argv[i];
        if (strncmp(word, "--", 2) == 0) {
            break; /* what follows is somebody's text */
        }
        if (strlen(word) <= WORD_SIZE_SHOWN &&
            word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789#-_.")] == '\0') {
            str_add_format(&text, " %s", word);
            shown++;
        }
    }
    return text.text;
}

static const char *trace_word(enum permit_trace trace)
{
    switch (trace) {
    case PERMIT_TRACE_view:
        return "view";
    case PERMIT_TRACE_export:
        return "export";
    case PERMIT_TRACE_change:
        return "change";
    case PERMIT_TRACE_none:
        break;
    }
    return NULL;
}

/* The session's person; nobody when there is no session that counts. */
static enum err find_person(struct command_context *context, struct hq_store *store,
                            struct session *session, struct permit_person *person,
                            bool *must_change_out)
{
    *must_change_out = false;
    if (context->session == NULL || context->session[0] == '\0') {
        return ERR_not_allowed;
    }
    TRY(session_find(context->arena, store, str_from(context->session),
                     clock_now_ms(context->clock), session));
    TRY(member_load(store, session->person_no, person));
    return account_must_change(store, person->person_no, must_change_out);
}

static enum err keep(struct command_context *context, struct hq_store *store, const char *action,
                     bool is_to_touch)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    enum err err = OK;
    if (is_to_touch) {
        err = session_touch(store, str_from(context->session), now_ms);
    }
    if (err == OK && action != NULL) {
        err = hq_audit(store, now_ms, context->actor, action, words_shown(context));
    }
    if (err == OK) {
        return hq_commit(store);
    }
    hq_rollback(store);
    return err;
}

static enum command_exit refuse(struct command_context *context, enum permit_answer answer)
{
    const char *key = NULL;
    switch (answer) {
    case PERMIT_ANSWER_yes:
        return COMMAND_ok;
    case PERMIT_ANSWER_signed_out:
        key = "office.fail.signed_out";
        break;
    case PERMIT_ANSWER_role:
        key = "office.fail.role";
        break;
    case PERMIT_ANSWER_reach:
        key = "office.fail.reach";
        break;
    case PERMIT_ANSWER_self:
        key = "office.fail.self";
        break;
    }
    return command_fail(context, COMMAND_refused,
                        COMMAND_TEXT(key, lang_value_text("name", context->person.name)));
}

enum command_exit guard_object(struct command_context *context, const struct permit_object *object)
{
    return refuse(context, permit_decide(context->action, &context->person, object));
}

enum command_exit guard_enter(struct command_context *context, const struct command *command,
                              struct hq_store *store, bool can_write)
{
    struct command_verb verb = {0};
    if (!guard_action(context, command, &verb)) {
        return command_usage(context);
    }
    context->action = verb.action;
    struct session session = {0};
    struct permit_person person = {0};
    bool must_change = false;
    enum err err = find_person(context, store, &session, &person, &must_change);
    if (err != OK && err != ERR_not_allowed && err != ERR_not_found) {
        return command_err(context, err);
    }
    bool is_known = err == OK;
    /* Whoever opened the folder is its owner; whoever opened a page is not. */
    bool is_owner = context->door != SESSION_DOOR_web;
    context->person = is_known ? person : (struct permit_person){.is_operator = is_owner};
    if (is_known) {
        context->actor = arena_text(context->arena, person.code);
    }
    bool is_own = context->action == PERMIT_account_own || context->action == PERMIT_sign_in;
    /* One's own account is where one's roles are. */
    uint32_t home_no = context->person.grant_count > 0 ? context->person.grants[0].branch_no : 0;
    bool is_for_team = verb.is_of_one || verb.is_of_team;
    enum permit_reach reach = permit_reach(context->action, &context->person, HQ_BRANCH);
    context->only_team_no =
        verb.is_of_team && reach == PERMIT_REACH_team ? context->person.team_no : 0;
    const struct permit_object object = {.branch_no = is_own && home_no != 0 ? home_no : HQ_BRANCH,
                                         .team_no = is_for_team ? context->person.team_no : 0,
                                         .person_no = is_own ? context->person.person_no : 0};
    enum permit_answer answer =
        permit_decide(context->action, is_known || is_owner ? &context->person : NULL, &object);
    bool is_owners = is_owner && permit_is_operators(context->action);
    if (answer != PERMIT_ANSWER_yes && is_owners) {
        answer = PERMIT_ANSWER_yes; /* a person without the right does not lose the owner's */
    }
    hq_audit_as(store, context->actor, context->person.person_no, context->origin);
    if (answer == PERMIT_ANSWER_yes && must_change && !is_own && !is_owners) {
        guard_leave(store);
        return command_fail(context, COMMAND_refused, COMMAND_LINE("office.fail.must_change"));
    }
    enum permit_trace trace = permit_trace(context->action);
    bool is_refused = answer != PERMIT_ANSWER_yes;
    const char *kept = is_refused                     ? "refused"
                       : trace == PERMIT_TRACE_change ? NULL /* the command says it itself */
                                                      : trace_word(trace);
    /* A page that nobody looks at any more ends with its session. */
    bool is_to_touch = is_known && session.is_to_touch && !context->is_quiet;
    CHECK(can_write || is_refused || kept == NULL);
    err = can_write && (kept != NULL || is_to_touch) ? keep(context, store, kept, is_to_touch) : OK;
    if (err != OK) { /* what cannot be written down is not shown either */
        guard_leave(store);
        return command_err(context, err);
    }
    if (is_refused) {
        guard_leave(store);
        return refuse(context, answer);
    }
    return COMMAND_ok;
}

enum err guard_shows(struct command_context *context, int64_t person_no, bool *shows_out)
{
    *shows_out = context->only_team_no == 0;
    if (*shows_out || person_no == 0) {
        return OK;
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_member_team);
    hq_bind_i64(&query, "$person_no", person_no);
    *shows_out = hq_next(&query) && hq_i64(&query, 0) == context->only_team_no;
    return hq_end(&query);
}

enum command_exit guard_owner(struct command_context *context, int64_t person_no)
{
    bool shows = true;
    enum err err = guard_shows(context, person_no, &shows);
    return err != OK ? command_err(context, err)
                     : refuse(context, shows ? PERMIT_ANSWER_yes : PERMIT_ANSWER_reach);
}

bool guard_is_masked(const struct command_context *context)
{
    const struct permit_object object = {.branch_no = HQ_BRANCH};
    return permit_decide(PERMIT_case_contact, &context->person, &object) != PERMIT_ANSWER_yes;
}

void guard_leave(struct hq_store *store)
{
    hq_audit_as(store, NULL, 0, NULL);
}
