/* sync/server/command/rows_file.h -- the file that an import reads, and the report of
 * its faults beside it. */
#pragma once

#include "sync/server/command/command.h"

/* Opens `name`, as the caller means it, for reading. Tells when it cannot be opened
 * or is a folder; `in_out` is then NULL. */
enum command_exit rows_file_open(struct command_context *context, const char *name, FILE **in_out);
/* Opens the report that `--report` names, else "<name>.errors.csv", for writing. Tells
 * when it cannot be written or is the very file that is read through `in`, which would
 * be lost; `report_out` is then NULL. `path_out` lives in the command's arena. */
enum command_exit rows_file_report_open(struct command_context *context, const char *name, FILE *in,
                                        const char **path_out, FILE **report_out);
/* Closes `report`, which was opened as `path`. Without a fault the file is removed: a
 * heading alone, or the report of an earlier run, would mislead. Only a file goes, never
 * a device or pipe that the caller named. ERR_io when something could not be written. */
enum err rows_file_report_end(FILE *report, const char *path, bool has_faults) MUST_USE;
