/* sync/server/command/device_rows.h -- what headquarters knows of its tablets, in words for people
 * and in figures for programs. Reads only. */
#pragma once

#include "sync/server/command/control.h"

/* A row for every tablet whose collector the caller may look after. */
enum err device_rows_list(struct command_context *context) MUST_USE;
/* All of one: its state, guard, lease, certificate, who else is on it, orders and what came of
 * them. Prints nothing and sets *is_known_out false where there is no such number. */
enum err device_rows_show(struct command_context *context, int64_t device_no,
                          bool *is_known_out) MUST_USE;
