/* A decision in the place of an earlier one: who may, and who hears of it. */
#include "sync/server/command/told_anew.h"

#include "sync/server/command/guard.h"
#include "sync/server/store/ingest.h"

enum command_exit told_anew_by_another(struct command_context *context, const struct decided *last)
{
    const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = last->person_no};
    if (permit_decide(context->action, &context->person, &object) == PERMIT_ANSWER_self) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.decider_own", lang_value_text("word", context->person.code)));
    }
    return guard_object(context, &object);
}

static const char *letter_of(struct command_context *context, const struct told_anew *told)
{
    const char *text = "";
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *words = lang_fill(context->arena, (enum lang)lang, "hq.letter.decided_anew",
                                      lang_value_key("about", told->about_key),
                                      lang_value_key("decision", told->decision_key),
                                      lang_value_text("note", told->note));
        text = str_format(context->arena, "%s%s%s", text, text[0] == '\0' ? "" : "\n\n", words);
    }
    return text;
}

enum err told_anew(struct command_context *context, const struct told_anew *told, int64_t now_ms)
{
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    const struct ingest_letter letter = {.person_no = told->person_no,
                                         .case_no = told->case_no,
                                         .from_name = str_from(context->person.name),
                                         .body = str_from(letter_of(context, told))};
    enum err err = ingest_message(ingest, &letter);
    enum err finish_err = ingest_finish(ingest);
    return err != OK ? err : finish_err;
}
