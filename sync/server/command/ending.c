/* Ending the work on a case. */
#include "sync/server/command/ending.h"

static const char *const options[] = {"--reason", "--client", NULL};

/* A case ends once: a second end would move the date that reports count it by. */
static enum command_exit check_open(struct command_context *context, const char *word,
                                    uint64_t case_no)
{
    const ds_CaseState *state = NULL;
    enum command_exit code = lookup_state(context, case_no, &state);
    if (code != COMMAND_ok ||
        (state->life != CASE_LIFE_recalled && state->life != CASE_LIFE_closed)) {
        return code;
    }
    return command_fail(
        context, COMMAND_found,
        COMMAND_TEXT("hq.fail.ended", lang_value_text("case", word),
                     lang_value_key("life", catalog_key(CATALOG_case_life, state->life))));
}

enum command_exit ending_run(struct command_context *context, ds_Event *event, uint32_t *reason,
                             const char *action, const char *life)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *word = command_word(context, options, 0);
    const char *reason_name = command_option(context, "--reason");
    if (word == NULL || reason_name == NULL || command_word(context, options, 1) != NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_code(context, CATALOG_close_reason, reason_name, reason);
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event->case_no);
    }
    if (code == COMMAND_ok) {
        code = check_open(context, word, event->case_no);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, event, action);
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.ended", lang_value_text("case", word),
                                          lang_value_key("life", life)));
    }
    return code;
}
