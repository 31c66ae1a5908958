/* sync/server/report/identity_clock.h -- whoever says that the debt is not theirs (冒办) is
 * answered in time: the case is frozen at once, and checked within a number of working days. Pure.
 *
 * Working days are those of the calendar of mainland China; the number is the policy's
 * identity_days. */
#pragma once

#include "core/event/fold.h"
#include "core/rules/policy.h"

struct identity_clock {
    int32_t since_day;
    int32_t due_day; /* the last day on which checking is in time */
    int32_t left;    /* working days from `today` to due_day, both counted; negative: since */
    bool is_overdue;
};

/* False when the case is not frozen for it on `today`. Days at the borrower's place. */
bool identity_clock_read(const struct policy *policy, const ds_CaseRecord *record,
                         const ds_CaseState *state, int32_t today,
                         struct identity_clock *clock_out);
