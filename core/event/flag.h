/* core/event/flag.h -- stop flags of a case. Private to core/event.
 * Raised by facts, cleared by headquarters; the first raise stands. */
#pragma once

#include "core/event/kind/kind.h"

/* Raises `flag` until `until_day` (0: open) in the name of the fact. A flag that is
 * already raised keeps its beginning; its end moves out, never in. */
void flag_raise(const struct fold_context *fold, uint32_t flag, int32_t until_day,
                const char *note);
/* `known_count`: how many raises the clearing knew of; raises beyond it keep the flag.
 * FLAG_ALL_RAISES clears it whatever raised it. */
#define FLAG_ALL_RAISES UINT32_MAX
void flag_clear(const struct fold_context *fold, uint32_t flag, uint32_t known_count);
/* The clearing was wrong: the flag stands as it was raised. One that was never raised stays so. */
void flag_restore(const struct fold_context *fold, uint32_t flag);
