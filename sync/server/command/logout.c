/* doorstep-hq logout: ends the session of the command line, or all of this person. */
#include "sync/server/staff/session.h"

#include "core/base/check.h"
#include "sync/server/command/command.h"

static const char *const plain[] = {"--all", NULL};

static enum err end(struct command_context *context)
{
    TRY(hq_begin(context->store));
    TRY(command_has(context, "--all") ? session_close_all(context->store, context->person.person_no)
                                      : session_close(context->store, str_from(context->session)));
    TRY(hq_audit(context->store, clock_now_ms(context->clock), context->actor, "logout", ""));
    return hq_commit(context->store);
}

enum command_exit logout_command(struct command_context *context)
{
    if (!command_options_are_known(context, NULL, plain)) {
        return COMMAND_usage;
    }
    CHECK(context->person.person_no != 0); /* an action of one's own account */
    enum err err = end(context);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE("office.say.left"));
    return COMMAND_ok;
}
