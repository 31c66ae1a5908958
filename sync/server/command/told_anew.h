/* sync/server/command/told_anew.h -- a decision in the place of an earlier one: whose it may be,
 * and that the collector who was told otherwise hears of it. */
#pragma once

#include "sync/server/command/decided.h"

/* Two pairs of eyes: never who decided before. Tells the caller when it is refused. */
enum command_exit told_anew_by_another(struct command_context *context, const struct decided *last);
struct told_anew {
    uint32_t person_no; /* whom it is written to */
    uint64_t case_no;
    const char *about_key, *decision_key, *note;
};
/* A letter about the case to the person's tablets, in the name of the caller. Which language the
 * person reads headquarters does not know: it is in all of them. In a transaction of the caller. */
enum err told_anew(struct command_context *context, const struct told_anew *told,
                   int64_t now_ms) MUST_USE;
