/* doorstep-hq flag clear: contact may go on; only headquarters says so. */
#include "sync/server/command/lookup.h"

#include <string.h>

static const char *const options[] = {"--note", "--client", NULL};

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
