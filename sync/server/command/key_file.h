/* sync/server/command/key_file.h -- hq.key for a command: read, or told why not. */
#pragma once

#include "sync/proto/keyring.h"
#include "sync/server/command/command.h"

/* All keys of headquarters. Tells when the file is not there, is damaged, or can be opened by
 * others than its owner. */
enum command_exit key_file_read(struct command_context *context, struct keyring *ring_out);
/* The writer in `context->store` opens and seals secrets of people and tablets from now on. Without
 * a key nothing is told: most commands need none, and those that do say so. */
enum command_exit key_file_lend(struct command_context *context);
/* command_err() for work on such secrets. */
enum command_exit key_file_err(struct command_context *context, enum err err);
