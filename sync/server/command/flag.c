/* doorstep-hq flag clear: contact may go on; only headquarters says so. */
#include "sync/server/command/lookup.h"

#include "core/event/fold.h"

#include <string.h>

static const char *const options[] = {"--note", "--client", NULL};

/* Clearing what is not raised would put on record a permission that nobody needed.
 * A flag that has run out may still be cleared: day 0 lies before every end. The
 * clearing says how many raises were known, so that one still on its way stands. */
static enum command_exit check_raised(struct command_context *context, const char *word,
                                      uint64_t case_no, ds_StatusCleared *cleared)
{
    const ds_CaseState *state = NULL;
    enum command_exit code = lookup_state(context, case_no, &state);
    if (code != COMMAND_ok) {
        return code;
    }
    const ds_Flag *flag = fold_flag(state, cleared->flag, 0);
    if (flag != NULL) {
        cleared->has_raised_count = true;
        cleared->raised_count = flag->raised_count;
        return COMMAND_ok;
    }
    return command_fail(
        context, COMMAND_not_found,
        COMMAND_TEXT("hq.fail.flag_not_raised", lang_value_text("case", word),
                     lang_value_key("flag", catalog_key(CATALOG_stop_flag, cleared->flag))));
}

enum command_exit flag_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    const char *word = command_word(context, options, 1);
    const char *flag = command_word(context, options, 2);
    if (verb == NULL || strcmp(verb, "clear") != 0 || flag == NULL) {
        return command_usage(context);
    }
    ds_Event event = {.which_kind = ds_Event_status_cleared_tag};
    ds_StatusCleared *cleared = &event.kind.status_cleared;
    enum command_exit code = lookup_code(context, CATALOG_stop_flag, flag, &cleared->flag);
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event.case_no);
    }
    if (code == COMMAND_ok) {
        code = check_raised(context, word, event.case_no, cleared);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, command_option(context, "--note"), cleared->note,
                           sizeof cleared->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event, "flag clear");
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.flag_cleared", lang_value_text("case", word),
                                          lang_value_key("flag", catalog_key(CATALOG_stop_flag,
                                                                             cleared->flag))));
    }
    return code;
}
