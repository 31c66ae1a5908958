/* sync/server/command/identity.h -- the parts of doorstep-hq identity. Private to them. */
#pragma once

#include "sync/server/command/command.h"
#include "sync/server/report/identity_file.h"

/* A case that is frozen because its borrower says that the debt is not theirs. */
struct identity_frozen {
    uint64_t case_no;
    const char *case_ref, *client;
    uint32_t owner_no;
    uint32_t told_no; /* who was told it; 0: nobody at a door */
    struct identity_clock clock;
    struct identity_file file;
};

extern const char *const identity_options[]; /* that take a value */

/* All but the case number and the file. False when the case is not frozen for it today. */
bool identity_frozen_read(struct command_context *context, const struct policy *policy,
                          const ds_CaseRecord *record, const ds_CaseState *state,
                          struct identity_frozen *frozen_out);

enum command_exit identity_assign(struct command_context *context);
enum command_exit identity_decide(struct command_context *context);
