/* sync/server/plan/plan_words.h -- a plan in words, and as cases that change hands. */
#pragma once

#include "app/i18n/lang.h"
#include "sync/server/plan/moves.h"
#include "sync/server/plan/portfolio.h"

/* Why the unit has the owner it gets; in `arena`. */
const char *plan_words_owner(struct arena *arena, enum lang lang, const struct portfolio *portfolio,
                             const struct team_plan *plan, size_t unit);
/* When it is visited, or why not within these days; in `arena`. */
const char *plan_words_visit(struct arena *arena, enum lang lang, const struct portfolio *portfolio,
                             const struct team_plan *plan, size_t unit);
/* Every case whose owner is another after the plan, in the order of cases; in `arena`. */
struct moves plan_words_moves(struct arena *arena, enum lang lang,
                              const struct portfolio *portfolio, const struct team_plan *plan);
/* The person behind a collector; NULL for TEAM_NONE. */
const struct portfolio_person *plan_words_person(const struct portfolio *portfolio,
                                                 uint32_t collector);
