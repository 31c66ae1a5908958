/* Stored words of the audit log, told again in the reader's language. */
#include "sync/server/command/audit_words.h"

#include "sync/server/command/who.h"

static const struct {
    const char *word, *key;
} actions[] = {
#define AUDIT(word, key) {word, "audit.action." #key},
#include "sync/server/command/audit_actions.def"
#undef AUDIT
};

const char *audit_words_action(struct command_context *context, struct str action)
{
    for (size_t i = 0; i < COUNT(actions); i++) {
        if (str_is(action, actions[i].word)) {
            return lang_text(context->lang, actions[i].key);
        }
    }
    return str_text(context->arena, action);
}

enum err audit_words_actor(struct command_context *context, struct str actor,
                           const char **words_out)
{
    if (str_is(actor, "tablet")) {
        *words_out = lang_text(context->lang, "audit.actor.tablet");
        return OK;
    }
    struct str rest = actor;
    struct str first;
    if (str_split(&rest, ' ', &first) && str_is(first, "uid")) {
        *words_out = lang_fill(context->arena, context->lang, "audit.actor.operator",
                               lang_value_text("uid", str_text(context->arena, actor)));
        return OK;
    }
    return who_staff(context, actor, words_out);
}

/* ---- details ---- */

/* A number after a word that says what it counts. */
static enum err number_words(struct command_context *context, struct str before, struct str word,
                             const char **words_out)
{
    int64_t number = 0;
    *words_out = NULL;
    if (str_is(before, "staff")) {
        return who_staff(context, word, words_out);
    }
    if (str_to_i64(word, &number) != OK || number <= 0) {
        return OK;
    }
    if (str_is(before, "person") || str_is(before, "by")) {
        return who_person(context, number, words_out);
    }
    if (str_is(before, "case")) {
        return who_case(context, (uint64_t)number, words_out);
    }
    if (str_is(before, "device")) {
        *words_out = lang_fill(context->arena, context->lang, "hq.word.tablet",
                               lang_value_count("number", number));
    }
    return OK;
}

/* A name of a closed list, or a word that details are made of. */
static const char *name_words(struct command_context *context, struct str word)
{
    const char *name = str_text(context->arena, word);
    const char *const keys[] = {
        str_format(context->arena, "audit.word.%s", name),
        str_format(context->arena, "decision.%s", name),
        str_format(context->arena, "conflict.%s", name),
        str_format(context->arena, "review.%s", name),
        str_format(context->arena, "staff_role.%s", name),
    };
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (lang_has(keys[i])) {
            return lang_text(context->lang, keys[i]);
        }
    }
    return name;
}

/* These stand before a number that is told by name. */
static bool is_said_by_name(struct str word)
{
    return str_is(word, "person") || str_is(word, "case") || str_is(word, "device") ||
           str_is(word, "staff");
}

static enum err told(struct command_context *context, struct str detail, const char **words_out)
{
    struct str_builder text;
    str_builder_init(&text, context->arena);
    str_add_text(&text, "");
    struct str rest = detail;
    struct str before = STR("");
    struct str word;
    while (str_split(&rest, ' ', &word)) {
        struct str bare = word;
        while (bare.size > 0 &&
               (bare.bytes[bare.size - 1] == ',' || bare.bytes[bare.size - 1] == ':')) {
            bare.size--;
        }
        const char *words = NULL;
        TRY(number_words(context, before, bare, &words));
        if (words == NULL && !(is_said_by_name(bare) && rest.size > 0)) {
            words = name_words(context, bare);
        }
        if (words != NULL) {
            str_add_format(&text, "%s%s%.*s", text.size == 0 ? "" : " ", words,
                           (int)(word.size - bare.size), word.bytes + bare.size);
        }
        before = bare;
    }
    *words_out = text.text;
    return OK;
}

/* What was looked at or refused: the command, with what it is. */
static const char *command_words(struct command_context *context, struct str detail)
{
    struct str rest = detail;
    struct str first;
    const char *command = str_text(context->arena, detail);
    if (!str_split(&rest, ' ', &first)) {
        return command;
    }
    const char *key = str_format(context->arena, "command.%s", str_text(context->arena, first));
    return !lang_has(key) ? command
                          : lang_fill(context->arena, context->lang, "audit.asked",
                                      lang_value_text("words", lang_text(context->lang, key)),
                                      lang_value_text("command", command));
}

enum err audit_words_detail(struct command_context *context, struct str action, struct str detail,
                            const char **words_out)
{
    if (str_is(action, "view") || str_is(action, "export") || str_is(action, "change") ||
        str_is(action, "refused")) {
        *words_out = command_words(context, detail);
        return OK;
    }
    const char *seen =
        str_format(context->arena, "audit.seen.%s", str_text(context->arena, detail));
    if (str_is(action, "view case") && lang_has(seen)) {
        *words_out = lang_text(context->lang, seen);
        return OK;
    }
    return told(context, detail, words_out);
}
