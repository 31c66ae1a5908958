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
 *   active waiver --balance-->    kept, once headquarters stated the balance of a later day
 *   live       --newer one of the same person, or the new owner's-->  replaced
 *   live       --correction-->    withdrawn
 *   active, rejected,
 *   returned   --decided anew-->  asked (a promise: conflicting), active, rejected, returned
 * Nothing leaves kept, part_kept, broken, rejected, withdrawn or replaced, save a
 * correction that states a judged promise anew, a decision made without knowledge of
 * an edit (below), and one in place of an earlier, wrong one: it takes effect from its
 * own place on, and what the wrong approval had replaced has its place again.
 *
 * Edits: a promise about which nobody has decided is restated in place. Anything
 * else is never changed under headquarters' hands: its new terms are an arrangement
 * of their own with the id of the correction, which waits for a decision.
 *   what it restates was asked, conflicting, returned   that one is withdrawn
 *   headquarters had decided about it                   that decision stands
 * A decision names the terms it is about by their id. When those were edited or
 * asked for anew before it (on a tablet without a network), an approval puts just
 * these terms in force and the edit goes on waiting; a plan whose instalments are
 * no longer held stays as it is. A collector cannot take back what headquarters
 * has decided.
 *
 * Money: a posted payment counts toward active arrangements, the one due first
 * first, each fen once, when it was paid on a day from the day of making through
 * the due day and the days of grace; on the day of making itself only when it
 * became known, from the tablet or the bank, after the making. What counted for
 * nothing is tried again at every later check and decision. A settlement is beside them: it is
 * about all of the debt, so whatever is paid in its days is paid toward it, toward a promise of
 * it too. Else who keeps such a promise has paid nothing of the settlement, and is asked for what
 * was let go. */
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
/* Headquarters has decided about it, and the decision holds. */
bool ledger_is_decided(const ds_Arrangement *arrangement);
/* What states `arrangement` anew, at the end of all its edits; itself when nothing does. */
ds_Arrangement *ledger_latest(ds_CaseState *state, ds_Arrangement *arrangement);
/* True when a correction writes new terms into the arrangement itself. */
bool ledger_restates_in_place(const struct fold_context *fold, const ds_Arrangement *arrangement);
/* An arrangement for the new terms of `older`, in front of the list, which moves: `older`
 * no longer points at it. The caller writes the terms. NULL when `older` is over and
 * there is nothing to state anew. */
ds_Arrangement *ledger_propose(const struct fold_context *fold, const ds_Arrangement *older);
/* After the terms of `arrangement` were written anew in place: a promise is judged again,
 * a request that was decided is asked again. */
void ledger_restate(const struct fold_context *fold, ds_Arrangement *arrangement);
void ledger_check(const struct fold_context *fold, int32_t through_day, uint32_t grace_days);
/* Counts a posted payment, as far as it is not yet counted, toward what is due first, and toward
 * a settlement. */
void ledger_count(const struct fold_context *fold, ds_Payment *payment);
/* Headquarters stated a new balance: waivers decided before its day are inside it. One of the
 * same day, or a later one, may not be, and goes on being let go. */
void ledger_end_waivers(const struct fold_context *fold, int32_t as_of_day);
