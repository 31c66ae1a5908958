/* core/rules/strategy.h -- what to aim for at this visit, and what to fall back to.
 * Rules, not advice of law: text keys with the reason that chose them. Pure. */
#pragma once

#include "core/event/fold.h"

enum strategy_goal {
    STRATEGY_none = 0,
#define STRATEGY(name) STRATEGY_##name,
#include "core/rules/strategies.def"
#undef STRATEGY
    STRATEGY_COUNT
};

struct strategy {
    enum strategy_goal goal;
    enum strategy_goal fallback;
    const char *reason_key; /* "strategy_reason.…", static */
    uint64_t amount_minor;  /* to ask for at most: what is owed, or the next instalment; 0 none */
};

struct strategy strategy_choose(const ds_CaseRecord *record, const ds_CaseState *state,
                                int32_t today);
const char *strategy_key(enum strategy_goal goal); /* "strategy.<name>" */
