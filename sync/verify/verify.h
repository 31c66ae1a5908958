/* sync/verify/verify.h -- doorstep-verify: does an evidence pack hold? Reads files and nothing
 * else: no database, no network, no clock. */
#pragma once

#include "app/i18n/lang.h"
#include "core/base/arena.h"

#include <stdio.h>

/* Exit codes. */
enum verify_exit {
    VERIFY_holds = 0,
    VERIFY_unreadable = 1, /* the folder cannot be read */
    VERIFY_usage = 2,
    VERIFY_broken = 3, /* the first broken link was told */
};

/* Runs the program with its arguments; `lang` is the caller's language until an option says
 * another. */
enum verify_exit verify_run(struct arena *arena, enum lang lang, int argc, const char *const *argv,
                            FILE *out, FILE *err);
