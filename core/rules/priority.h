/* core/rules/priority.h -- how much a case deserves a visit today, with its reasons. Pure.
 *
 * The score is the sum of its parts; each part is weight × share, where the share
 * is 0..100 % and the weight comes from the policy. All integers. */
#pragma once

#include "core/event/fold.h"
#include "core/rules/policy.h"

/* Value of PRIORITY_untouched for a case that nobody has contacted. */
#define PRIORITY_NEVER (-1)

/* Text keys "priority.<name>"; the reason line "priority_reason.<name>" takes {value}. */
enum priority_part {
#define PRIORITY(name, type) PRIORITY_##name,
#include "core/rules/priorities.def"
#undef PRIORITY
    PRIORITY_COUNT
};

struct priority {
    uint32_t score; /* sum of points */
    struct {
        uint32_t points;
        int64_t value; /* what the part was judged by; see priority_value_type() */
    } parts[PRIORITY_COUNT];
    /* Parts that gave points, most points first. */
    enum priority_part order[PRIORITY_COUNT];
    size_t order_count;
    uint32_t difficulty; /* 1 easy .. 5 hard; see priority_difficulty() */
};

/* `today`: civil day in the borrower's zone. */
struct priority priority_score(const struct policy *policy, const ds_CaseRecord *record,
                               const ds_CaseState *state, int32_t today);
const char *priority_key(enum priority_part part); /* "priority.<name>" */
/* "priority_reason.<name>"; a value that needs words of its own has another key. */
const char *priority_reason_key(enum priority_part part, int64_t value);
enum event_value priority_value_type(enum priority_part part); /* of parts[].value */
/* 1..5 from days past due, broken promises, willingness, ability, failed visits. */
uint32_t priority_difficulty(const ds_CaseRecord *record, const ds_CaseState *state, int32_t today);
/* Days since the oldest unpaid due date, 0 when none or nothing is owed. */
int32_t priority_days_past_due(const ds_CaseRecord *record, const ds_CaseState *state,
                               int32_t today);
