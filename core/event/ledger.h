/* core/event/ledger.h -- arrangements of a case and the money that counts toward them. Private to
 * core/event.
 *
 * Life of an arrangement (arrangement_states.def):
 *   promise                       starts active
 *   plan, extension, settlement,
 *   waiver                        start asked
 *   any of them                   starts conflicting when its maker does not hold the
 *                                 case's lease, the case is not open, or somebody
 *                                 else's of the same kind is live
 *   asked, returned, conflicting,
 *   active     --decided-->       active, rejected, returned
 *   active     --money-->         kept as soon as all is paid
 *   active     --checked-->       kept, part_kept, broken once payments are known
 *                                 through the due day and the days of grace; a plan
 *                                 by its first instalment that is not covered
 *   active waiver --balance-->    kept, once headquarters stated the new balance
 *   live       --newer one of the same person, or the new owner's-->  replaced
 *   live       --correction-->    withdrawn
 * Nothing leaves kept, part_kept, broken, rejected, withdrawn or replaced, save a
 * correction that states a judged promise anew.
 *
 * Money: a posted payment counts toward active arrangements, the one due first
 * first, each fen once, when it was paid on a day from the day of making through
 * the due day and the days of grace; on the day of making itself only when it
 * became known, from the tablet or the bank, after the making. What counted for
 * nothing is tried again at every later check and decision. */
#pragma once

#include "core/event/kind/kind.h"

/* A new arrangement in front of the list. `amount_minor` and `due_day` 0: none. */
ds_Arrangement *ledger_add(const struct fold_context *fold, uint32_t kind, uint64_t amount_minor,
                           int32_t due_day, uint32_t role, uint64_t owed_minor);
/* Keeps the instalments of a plan just added, or stated anew. */
void ledger_keep_plan(const struct fold_context *fold, const ds_Arrangement *plan,
                      const ds_PlanAgreed *terms);
ds_Arrangement *ledger_find(ds_CaseState *state, const uint8_t id[16]);
/* False when `target` is not in the list. A decision about an arrangement that is no longer
 * live is noted beside it and changes nothing. */
bool ledger_decide(const struct fold_context *fold, const uint8_t target[16],
                   const ds_ArrangementDecided *decision);
void ledger_withdraw(const struct fold_context *fold, ds_Arrangement *arrangement);
/* After the terms of `arrangement` were written anew: a promise is judged again, a
 * request that was decided is asked again. */
void ledger_restate(const struct fold_context *fold, ds_Arrangement *arrangement);
void ledger_check(const struct fold_context *fold, int32_t through_day, uint32_t grace_days);
/* Counts a posted payment, as far as it is not yet counted, toward what is due first. */
void ledger_count(const struct fold_context *fold, ds_Payment *payment);
/* Headquarters stated a new balance: waivers in force are inside it. */
void ledger_end_waivers(const struct fold_context *fold, int32_t as_of_day);
