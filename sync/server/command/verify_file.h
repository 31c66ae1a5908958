/* sync/server/command/verify_file.h -- a database file that is damaged: which tables, and
 * what that means. */
#pragma once

#include "sync/server/command/command.h"

/* Reads every page of the file. Tells the caller what is damaged, by table, what is lost with
 * it and what to do. ERR_corrupt when something is; ERR_not_found, ERR_io. */
enum err verify_file(struct command_context *context, const char *path) MUST_USE;
