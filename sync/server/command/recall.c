/* doorstep-hq recall: the client takes a case back; tablets wipe it. */
#include "sync/server/command/ending.h"

enum command_exit recall_command(struct command_context *context)
{
    ds_Event event = {.which_kind = ds_Event_case_recalled_tag};
    return ending_run(context, &event, &event.kind.case_recalled.reason, "recall",
                      "case_life.recalled");
}
