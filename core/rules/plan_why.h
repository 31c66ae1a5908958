/* core/rules/plan_why.h -- why a visit is not in a plan, and what it would cost to have it. Pure.
 *
 * Each answer is a certificate: what it says can be confirmed by plan_check() alone, see the
 * kinds. The first kind that holds is the answer. */
#pragma once

#include "core/rules/plan_problem.h"

enum plan_why_kind {
    PLAN_WHY_shift,     /* no shift may make it */
    PLAN_WHY_window,    /* alone: all its windows are over before the shift begins */
    PLAN_WHY_travel,    /* alone, straight there: late_s after its last window */
    PLAN_WHY_end,       /* alone: the shift would end late_s too late */
    PLAN_WHY_mandatory, /* not together with `others`, which are mandatory; when proven, it can be
                         * done without any one of them */
    PLAN_WHY_later,     /* it fits: the shift then ends late_s later; `with` is such a plan */
    PLAN_WHY_trade      /* only when `others` are dropped; `with` is such a plan */
};

enum { PLAN_WHY_OTHERS_MAX = 16 };
struct plan_why {
    enum plan_why_kind kind;
    bool is_proven; /* of mandatory: by the exact method, else none was found by search */
    int32_t late_s;
    uint32_t others[PLAN_WHY_OTHERS_MAX];
    uint32_t other_count; /* of all; those beyond PLAN_WHY_OTHERS_MAX are not named */
    int64_t lost_score;   /* of trade: the sum of the others' scores, the smallest found */
    struct plan_answer with;
};

/* `visit` is not in `answer`, which is free of faults. Every single visit, every pair and every
 * run of visits is tried for a trade; then a search of its own. Memory of `with` is the
 * arena's. */
struct plan_why plan_why(struct arena *arena, const struct plan_problem *problem,
                         const struct plan_answer *answer, uint32_t visit);
/* "plan_why.<name>" with {late} (a duration), {others} (names) and {lost} (points). */
const char *plan_why_key(enum plan_why_kind kind);
