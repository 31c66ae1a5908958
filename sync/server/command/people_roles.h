/* sync/server/command/people_roles.h -- `doorstep-hq people` verbs about roles and accounts. */
#pragma once

#include "sync/server/command/command.h"

/* grant, take: CODE ROLE [--branch N|all]. account: a one-time code for CODE. lock, unlock. */
enum command_exit people_roles_grant(struct command_context *context);
enum command_exit people_roles_take(struct command_context *context);
enum command_exit people_roles_account(struct command_context *context);
enum command_exit people_roles_lock(struct command_context *context, bool is_locked);

/* Nobody changes their own role, and the last administrator stays one. Tells the caller. */
enum command_exit people_roles_check(struct command_context *context, uint32_t person_no,
                                     bool loses_admin);
