/* doorstep-hq close: the work on a case is done; tablets wipe it. */
#include "sync/server/command/ending.h"

enum command_exit close_command(struct command_context *context)
{
    ds_Event event = {.which_kind = ds_Event_case_closed_tag};
    return ending_run(context, &event, &event.kind.case_closed.reason, "close", "case_life.closed");
}
