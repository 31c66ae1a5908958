#include "core/event/payment.h"

#include "core/base/str.h"
#include "core/event/chain.h"
#include "core/event/contact.h"
#include "core/event/ledger.h"

#include <string.h>

static uint64_t reference_tag(const char *reference)
{
    return chain_short_hash(reference, strlen(reference));
}

static ds_Payment *find_reference(ds_CaseState *state, const char *reference)
{
    for (size_t i = 0; reference[0] != '\0' && i < state->payments_count; i++) {
        ds_Payment *payment = &state->payments[i];
        if (!payment->is_withdrawn && strcmp(payment->reference, reference) == 0) {
            return payment;
        }
    }
    return NULL;
}

static bool was_dropped(const ds_CaseState *state, const char *reference)
{
    uint64_t tag = reference_tag(reference);
    for (size_t i = 0; reference[0] != '\0' && i < state->dropped_payment_tags_count; i++) {
        if (state->dropped_payment_tags[i] == tag) {
            return true;
        }
    }
    return false;
}

/* A posted payment leaves its tag behind, so that it can never be posted again. */
static void remember_tag(ds_CaseState *state, const ds_Payment *payment)
{
    if (payment->reference[0] == '\0') {
        return;
    }
    size_t kept = state->dropped_payment_tags_count;
    if (kept == COUNT(state->dropped_payment_tags)) {
        kept--;
        memmove(&state->dropped_payment_tags[0], &state->dropped_payment_tags[1],
                kept * sizeof state->dropped_payment_tags[0]);
    }
    state->dropped_payment_tags[kept] = reference_tag(payment->reference);
    state->dropped_payment_tags_count = (pb_size_t)(kept + 1);
}

static void merge(ds_OlderPayment *into, const ds_OlderPayment *other)
{
    into->amount_minor += other->amount_minor;
    into->counted_minor += other->counted_minor;
    into->paid_day = other->paid_day > into->paid_day ? other->paid_day : into->paid_day;
    into->at_ms = other->at_ms > into->at_ms ? other->at_ms : into->at_ms;
}

/* And its money: a balance stated later may lie before it, and terms stated anew count
 * it again. */
static void remember_money(ds_CaseState *state, const ds_Payment *payment)
{
    ds_OlderPayment *older = state->older_payments;
    size_t kept = state->older_payments_count;
    if (kept == COUNT(state->older_payments)) {
        kept--;
        merge(&older[kept - 1], &older[kept]);
    }
    memmove(&older[1], &older[0], kept * sizeof older[0]);
    older[0] = (ds_OlderPayment){.amount_minor = payment->amount_minor,
                                 .paid_day = payment->paid_day,
                                 .at_ms = payment->at_ms,
                                 .counted_minor = payment->counted_minor};
    state->older_payments_count = (pb_size_t)(kept + 1);
}

bool payment_is_waiting(const ds_CaseState *state, const ds_Payment *payment)
{
    return !payment->is_posted && !payment->is_withdrawn &&
           payment->paid_day > state->posted_through_day;
}

/* Headquarters booked it under another reference than the collector could see. Each booking
 * speaks for the oldest note alike that waits when it comes, and for none that comes after it:
 * who pays the same sum twice on a day has paid twice. */
static bool is_booked_too(const ds_CaseState *state, size_t index)
{
    const ds_Payment *noted = &state->payments[index];
    size_t before_count = 0; /* notes that wait before it */
    for (size_t i = state->payments_count; i-- > 0 && noted->reference[0] == '\0';) {
        const ds_Payment *payment = &state->payments[i];
        bool is_alike =
            payment->paid_day == noted->paid_day && payment->amount_minor == noted->amount_minor;
        /* One that was noted itself is booked under its own reference. */
        if (is_alike && payment->is_posted && payment->person_no == 0) {
            if (i < index && before_count == 0) {
                return true;
            }
            before_count -= before_count > 0 ? 1 : 0;
        } else if (is_alike && i > index && payment->reference[0] == '\0' &&
                   payment_is_waiting(state, payment)) {
            before_count++;
        }
    }
    return false;
}

bool payment_is_only_noted(const ds_CaseState *state, size_t index)
{
    return payment_is_waiting(state, &state->payments[index]) && !is_booked_too(state, index);
}

/* ---- notes that wait and have no room ---- */

static uint64_t tag_of(const uint8_t id[16])
{
    return chain_short_hash(id, 16);
}

bool payment_pushed_waits(const ds_CaseState *state, size_t index)
{
    return state->pushed_notes[index].paid_day > state->posted_through_day;
}

static void drop_pushed(ds_CaseState *state, size_t index)
{
    ds_PushedNote *pushed = &state->pushed_notes[index];
    size_t behind_count = --state->pushed_notes_count - index;
    memmove(pushed, pushed + 1, behind_count * sizeof *pushed);
}

/* Room in front: one goes that waits no longer, else the two oldest become one. */
static void make_pushed_room(ds_CaseState *state)
{
    if (state->pushed_notes_count < COUNT(state->pushed_notes)) {
        return;
    }
    for (size_t i = state->pushed_notes_count; i-- > 0;) {
        if (!payment_pushed_waits(state, i)) {
            drop_pushed(state, i);
            return;
        }
    }
    ds_PushedNote oldest = state->pushed_notes[COUNT(state->pushed_notes) - 1];
    ds_PushedNote *into = &state->pushed_notes[COUNT(state->pushed_notes) - 2];
    into->amount_minor += oldest.amount_minor;
    into->paid_day = oldest.paid_day > into->paid_day ? oldest.paid_day : into->paid_day;
    into->at_ms = oldest.at_ms > into->at_ms ? oldest.at_ms : into->at_ms;
    into->reference = 0;
    into->by = 0;
    into->person_no = 0;
    state->pushed_notes_count--;
}

static void push_note(ds_CaseState *state, const ds_Payment *payment)
{
    bool has_reference = payment->reference[0] != '\0';
    make_pushed_room(state);
    memmove(&state->pushed_notes[1], &state->pushed_notes[0],
            state->pushed_notes_count * sizeof state->pushed_notes[0]);
    state->pushed_notes_count++;
    state->pushed_notes[0] = (ds_PushedNote){
        .amount_minor = payment->amount_minor,
        .paid_day = payment->paid_day,
        .at_ms = payment->at_ms,
        .reference = has_reference ? reference_tag(payment->reference) : 0,
        .by = tag_of(payment->id),
        .person_no = payment->person_no,
    };
}

/* The place of the note with this reference; the count of the list when there is none. */
static size_t pushed_with(const ds_CaseState *state, const char *reference)
{
    uint64_t tag = reference[0] != '\0' ? reference_tag(reference) : 0;
    size_t at = 0;
    while (at < state->pushed_notes_count &&
           (tag == 0 || state->pushed_notes[at].reference != tag)) {
        at++;
    }
    return at;
}

/* Headquarters booked one under a reference that its note does not have. A note alike that is
 * listed comes first: the booking stands beside it (is_booked_too), and either is the same sum. */
static size_t pushed_alike(const ds_CaseState *state, const ds_PaymentPosted *posted)
{
    for (size_t i = 0; i < state->payments_count; i++) {
        const ds_Payment *listed = &state->payments[i];
        if (listed->reference[0] == '\0' && listed->paid_day == posted->paid_day &&
            listed->amount_minor == posted->amount_minor && payment_is_only_noted(state, i)) {
            return state->pushed_notes_count;
        }
    }
    size_t at = state->pushed_notes_count;
    for (size_t i = 0; i < state->pushed_notes_count; i++) { /* the oldest */
        const ds_PushedNote *pushed = &state->pushed_notes[i];
        bool is_one = pushed->by != 0 && pushed->reference == 0;
        if (is_one && pushed->paid_day == posted->paid_day &&
            pushed->amount_minor == posted->amount_minor && payment_pushed_waits(state, i)) {
            at = i;
        }
    }
    return at;
}

bool payment_pushed_correct(const struct fold_context *fold, const uint8_t id[16],
                            const ds_PaymentNoted *anew)
{
    ds_CaseState *state = fold->state;
    bool is_from_hq = fold->fact->device_no == 0;
    for (size_t i = 0; i < state->pushed_notes_count; i++) {
        ds_PushedNote *pushed = &state->pushed_notes[i];
        if (pushed->by != tag_of(id) ||
            (!is_from_hq && fold->fact->event.person_no != pushed->person_no)) {
            continue;
        }
        if (anew == NULL) {
            drop_pushed(state, i);
            return true;
        }
        pushed->amount_minor = anew->amount_minor;
        pushed->paid_day = anew->paid_day;
        pushed->reference = anew->reference[0] != '\0' ? reference_tag(anew->reference) : 0;
        return true;
    }
    return false;
}

/* ---- the list ---- */

/* When the list is full the oldest goes that waits for nothing; when all wait, the oldest, and
 * what it says goes on waiting beside the list. */
static size_t least_needed(const ds_CaseState *state)
{
    for (size_t i = state->payments_count; i-- > 0;) {
        if (!payment_is_waiting(state, &state->payments[i])) {
            return i;
        }
    }
    return state->payments_count - 1U;
}

static ds_Payment *add_payment(const struct fold_context *fold)
{
    ds_CaseState *state = fold->state;
    size_t gone = state->payments_count;
    if (gone == COUNT(state->payments)) {
        gone = least_needed(state);
        if (state->payments[gone].is_posted) {
            remember_tag(state, &state->payments[gone]);
            remember_money(state, &state->payments[gone]);
        } else if (payment_is_only_noted(state, gone)) {
            push_note(state, &state->payments[gone]);
        }
    } else {
        state->payments_count++;
    }
    memmove(&state->payments[1], &state->payments[0], gone * sizeof state->payments[0]);
    ds_Payment *payment = &state->payments[0];
    memset(payment, 0, sizeof *payment);
    memcpy(payment->id, fold->fact->id.bytes, sizeof payment->id);
    payment->at_ms = fold->fact->event.at_ms;
    payment->person_no = fold->fact->event.person_no;
    return payment;
}

static void set_payment(const struct fold_context *fold, ds_Payment *payment, uint64_t amount_minor,
                        int32_t paid_day, uint32_t channel, uint32_t attribution_days)
{
    payment->amount_minor = amount_minor;
    payment->paid_day = paid_day;
    payment->channel = channel;
    payment->credited_no = contact_owner_on(fold, paid_day);
    if (payment->credited_no == 0) {
        /* Nobody's case on that day: recalled while its collector was offline. What he
         * was told at the door is his work. */
        payment->credited_no = payment->person_no;
    }
    payment->after_channel = contact_channel_before(fold, paid_day, attribution_days);
    payment->changed_count = fold->state->event_count;
}

void payment_note(const struct fold_context *fold, const ds_PaymentNoted *noted)
{
    if (find_reference(fold->state, noted->reference) != NULL ||
        was_dropped(fold->state, noted->reference) ||
        pushed_with(fold->state, noted->reference) < fold->state->pushed_notes_count) {
        return; /* known already, from headquarters or noted twice */
    }
    ds_Payment *payment = add_payment(fold);
    str_copy(payment->reference, sizeof payment->reference, str_from(noted->reference));
    set_payment(fold, payment, noted->amount_minor, noted->paid_day, noted->channel,
                CONTACT_ANY_DAYS);
}

/* The day from which payments lessen the balance. A payment of the balance's own day may
 * or may not be inside it; it is taken off, because asking for too much is the worse mistake. */
static int32_t balance_day(const struct fold_context *fold)
{
    return fold->state->balance_as_of_day != 0 ? fold->state->balance_as_of_day
                                               : fold->record->balance_as_of_day;
}

void payment_post(const struct fold_context *fold, const ds_PaymentPosted *posted)
{
    ds_CaseState *state = fold->state;
    ds_Payment *payment = find_reference(state, posted->reference);
    if (payment != NULL && payment->is_posted) {
        return;
    }
    if (was_dropped(state, posted->reference)) {
        return;
    }
    if (payment == NULL) {
        size_t pushed = pushed_with(state, posted->reference);
        bool is_named = pushed < state->pushed_notes_count;
        pushed = is_named ? pushed : pushed_alike(state, posted);
        if (pushed < state->pushed_notes_count) {
            drop_pushed(state, pushed);
        }
        payment = add_payment(fold);
        payment->person_no = 0;
        str_copy(payment->reference, sizeof payment->reference, str_from(posted->reference));
    }
    payment->is_posted = true;
    set_payment(fold, payment, posted->amount_minor, posted->paid_day, posted->channel,
                posted->has_attribution_days ? posted->attribution_days : CONTACT_ANY_DAYS);
    if (posted->paid_day >= balance_day(fold)) {
        state->posted_minor += posted->amount_minor;
    }
    ledger_count(fold, payment);
}

ds_Payment *payment_find(ds_CaseState *state, const uint8_t id[16])
{
    for (size_t i = 0; i < state->payments_count; i++) {
        if (memcmp(state->payments[i].id, id, sizeof state->payments[i].id) == 0) {
            return &state->payments[i];
        }
    }
    return NULL;
}

void payment_withdraw(const struct fold_context *fold, ds_Payment *payment)
{
    if (!payment->is_posted) {
        payment->is_withdrawn = true;
        payment->changed_count = fold->state->event_count;
    }
}

void payment_restate(const struct fold_context *fold, ds_Payment *payment,
                     const ds_PaymentNoted *anew)
{
    if (payment->is_posted) {
        return; /* the bank's word stands */
    }
    payment->is_withdrawn = false;
    str_copy(payment->reference, sizeof payment->reference, str_from(anew->reference));
    set_payment(fold, payment, anew->amount_minor, anew->paid_day, anew->channel, CONTACT_ANY_DAYS);
}

void payment_state_balance(const struct fold_context *fold, const ds_BalanceStated *balance)
{
    ds_CaseState *state = fold->state;
    if (balance->as_of_day < balance_day(fold)) {
        /* Older than what is known. What was let go before it is in neither of them any more. */
        ledger_end_waivers(fold, balance->as_of_day);
        return;
    }
    state->principal_minor = balance->principal_minor;
    state->interest_minor = balance->interest_minor;
    state->penalty_minor = balance->penalty_minor;
    state->fees_minor = balance->fees_minor;
    state->balance_as_of_day = balance->as_of_day;
    state->posted_minor = 0;
    for (size_t i = 0; i < state->payments_count; i++) {
        if (state->payments[i].is_posted && state->payments[i].paid_day >= balance->as_of_day) {
            state->posted_minor += state->payments[i].amount_minor;
        }
    }
    for (size_t i = 0; i < state->older_payments_count; i++) {
        if (state->older_payments[i].paid_day >= balance->as_of_day) {
            state->posted_minor += state->older_payments[i].amount_minor;
        }
    }
    ledger_end_waivers(fold, balance->as_of_day);
}
