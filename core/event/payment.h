/* core/event/payment.h -- payments of a case, and its balance. Private to core/event.
 *
 * A payment is known by its reference: noted at the door and posted by
 * headquarters are one, and none is posted twice. Only posted money counts. */
#pragma once

#include "core/event/kind/kind.h"

void payment_note(const struct fold_context *fold, const ds_PaymentNoted *noted);
void payment_post(const struct fold_context *fold, const ds_PaymentPosted *posted);
/* Noted at the door, and headquarters has neither booked it nor ruled it out. */
bool payment_is_waiting(const ds_CaseState *state, const ds_Payment *payment);
/* The same, and no booking without its reference speaks for it either. */
bool payment_is_only_noted(const ds_CaseState *state, size_t index);
/* A note that fell off the list while it waited, and whether it still does. */
bool payment_pushed_waits(const ds_CaseState *state, size_t index);
/* Takes back (NULL) or states anew what fact `id` noted, if it is such a note and the fact may. */
bool payment_pushed_correct(const struct fold_context *fold, const uint8_t id[16],
                            const ds_PaymentNoted *anew);
ds_Payment *payment_find(ds_CaseState *state, const uint8_t id[16]);
/* Only a payment that is not posted can be taken back or restated by a tablet. */
void payment_withdraw(const struct fold_context *fold, ds_Payment *payment);
void payment_restate(const struct fold_context *fold, ds_Payment *payment,
                     const ds_PaymentNoted *anew);
void payment_state_balance(const struct fold_context *fold, const ds_BalanceStated *balance);
