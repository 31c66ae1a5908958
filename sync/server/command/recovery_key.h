/* sync/server/command/recovery_key.h -- the key that backups are sealed for.
 *
 * Its public half is the setting "backup.recovery_key"; the private half is a file that is kept
 * away from headquarters. The file: lines of 64 hex digits, one a key, others are passed over; so
 * the keys of several years can stand in one file. */
#pragma once

#include "sync/server/command/command.h"
#include "sync/server/store/sealed_file.h"

/* The key for which backups are sealed now; `is_set_out` false: none. Any store. */
enum err recovery_key_get(struct command_context *context, struct sealed_public *public_out,
                          bool *is_set_out) MUST_USE;
/* The private keys in the file that the caller named. Tells what is wrong with it. */
enum command_exit recovery_key_read(struct command_context *context, const char *name,
                                    struct sealed_secret secrets_out[SEALED_KEYS_MAX],
                                    size_t *count_out);
/* Tells what sealed_file_open() or sealed_file_look() found in the file `name`. */
enum command_exit recovery_key_tell(struct command_context *context, const char *name, enum err err,
                                    const struct sealed_fault *fault);
/* keys recovery [new FILE | set HEX | off], `words` counted after "recovery". */
enum command_exit recovery_key_command(struct command_context *context);
