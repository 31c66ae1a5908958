/* core/event/due.h -- what falls due under the arrangements of a case, and which of them a payment
 * counts toward. Pure. Private to core/event. */
#pragma once

#include "core/event/kind/kind.h"

enum { DUE_ARRANGEMENTS = 8 }; /* as many as a state lists (case.options) */

/* The first day and sum for which what was paid does not suffice; for anything but a
 * plan that is its own due day and amount. */
void due_next(const ds_CaseState *state, const ds_Arrangement *arrangement, int32_t *due_day_out,
              uint64_t *missing_out);
/* Whether the state still holds the plan's instalments. */
bool due_has_instalments(const ds_CaseState *state, const ds_Arrangement *plan);
/* The due day and the days of grace. int64: both come from outside and may be large. */
int64_t due_last_day(const ds_CaseState *state, int32_t due_day);
/* Place in `list`, which is as long as the state's own, of the arrangement due first that the
 * payment counts toward (ledger.h), never a settlement; of two due on one day the older. The count
 * of the list when there is none. */
size_t due_first(const ds_CaseRecord *record, const ds_CaseState *state, const ds_Arrangement *list,
                 const ds_OlderPayment *payment, uint64_t *missing_out);
/* What of the payment, and whatever else it counts toward, is still missing of `settlement`; 0 for
 * any other arrangement, and for a payment that is not of its days. */
uint64_t due_settled(const ds_CaseRecord *record, const ds_CaseState *state,
                     const ds_Arrangement *settlement, const ds_OlderPayment *payment);
/* The arrangements as they will stand once headquarters has booked what was noted at the door:
 * `room`, or the state's own list when nothing waits to be booked. */
const ds_Arrangement *due_expected(const ds_CaseRecord *record, const ds_CaseState *state,
                                   ds_Arrangement room[DUE_ARRANGEMENTS]);
