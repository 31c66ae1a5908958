/* What does not fit together: each check is one function over (case, fact). */
#include "sync/server/merge/conflict.h"
#include "sync/server/merge/conflict_history.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"

#include <string.h>

_Static_assert(sizeof(((ds_CaseState *)0)->arrangements) / sizeof(ds_Arrangement) <=
                   sizeof(((struct conflict_watch *)0)->over) / 16,
               "every arrangement of a case can be watched");

static bool is_id(const struct id *id, const uint8_t bytes[16])
{
    return memcmp(id->bytes, bytes, sizeof id->bytes) == 0;
}

static void set_id(struct id *id, const uint8_t bytes[16])
{
    memcpy(id->bytes, bytes, sizeof id->bytes);
}

static bool is_request(enum event_kind kind)
{
    return kind == EVENT_promise_made || kind == EVENT_plan_agreed ||
           kind == EVENT_extension_requested || kind == EVENT_settlement_requested ||
           kind == EVENT_waiver_requested;
}

static const ds_Arrangement *arrangement_of(const ds_CaseState *state, const uint8_t id[16])
{
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id, sizeof state->arrangements[i].id) == 0) {
            return &state->arrangements[i];
        }
    }
    return NULL;
}

static bool waits(const ds_Arrangement *arrangement)
{
    return arrangement->state == ARRANGEMENT_STATE_asked ||
           arrangement->state == ARRANGEMENT_STATE_conflicting;
}

/* ---- people ---- */

/* Two visits within a day by different people trouble the borrower and show that
 * two people work one case. */
static bool is_second_collector(const ds_CaseState *before, const struct fact *fact,
                                struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_visit_finished) {
        return false;
    }
    for (size_t i = 0; i < before->contacts_count; i++) {
        const ds_Contact *contact = &before->contacts[i];
        int64_t apart_ms = (int64_t)fact->event.at_ms - (int64_t)contact->at_ms;
        if (contact->outcome != OUTCOME_none && !contact->is_withdrawn &&
            contact->person_no != fact->event.person_no && apart_ms < DATE_DAY_MS &&
            apart_ms > -DATE_DAY_MS) {
            set_id(&conflict->other_id, contact->id);
            conflict->other_no = contact->person_no;
            return true;
        }
    }
    return false;
}

/* ---- money ---- */

/* One reference is one payment, whatever amount was written down for it. */
static bool is_duplicate_payment(const ds_CaseState *before, const struct fact *fact,
                                 struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_payment_noted) {
        return false;
    }
    const ds_PaymentNoted *noted = &fact->event.kind.payment_noted;
    for (size_t i = 0; i < before->payments_count; i++) {
        const ds_Payment *payment = &before->payments[i];
        if (!payment->is_posted && !payment->is_withdrawn && noted->reference[0] != '\0' &&
            strcmp(payment->reference, noted->reference) == 0) {
            set_id(&conflict->other_id, payment->id);
            conflict->other_no = payment->person_no;
            return true;
        }
    }
    return false;
}

/* Without a reference on one of them nobody can tell whether the same money was noted
 * twice or paid twice. What the bank has booked is compared by the fold. */
static bool is_possible_duplicate(const ds_CaseState *before, const struct fact *fact,
                                  struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_payment_noted) {
        return false;
    }
    const ds_PaymentNoted *noted = &fact->event.kind.payment_noted;
    for (size_t i = 0; i < before->payments_count; i++) {
        const ds_Payment *payment = &before->payments[i];
        bool is_same = payment->amount_minor == noted->amount_minor &&
                       payment->paid_day == noted->paid_day && payment->channel == noted->channel;
        bool is_told_apart = payment->reference[0] != '\0' && noted->reference[0] != '\0';
        if (is_same && !is_told_apart && !payment->is_posted && !payment->is_withdrawn) {
            set_id(&conflict->other_id, payment->id);
            conflict->other_no = payment->person_no;
            return true;
        }
    }
    return false;
}

bool conflict_is_over(const ds_CaseRecord *record, const ds_CaseState *state,
                      const ds_Arrangement *arrangement)
{
    /* An extension puts off whatever is owed, a waiver asks for nothing. */
    bool is_money = arrangement->kind == ARRANGEMENT_KIND_promise ||
                    arrangement->kind == ARRANGEMENT_KIND_plan ||
                    arrangement->kind == ARRANGEMENT_KIND_settlement;
    if (!is_money || !arrangement_state_is_live(arrangement->state)) {
        return false;
    }
    uint64_t owed_minor = fold_balance(record, state).owed_minor;
    return arrangement->paid_minor < arrangement->amount_minor &&
           arrangement->amount_minor - arrangement->paid_minor > owed_minor;
}

static bool was_over(const struct conflict_watch *watch, const ds_Arrangement *arrangement)
{
    for (size_t i = 0; i < watch->over_count; i++) {
        if (memcmp(watch->over[i], arrangement->id, sizeof watch->over[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The fact is for more than is owed, or makes less owed than was arranged. */
static bool is_owed_changed(const ds_CaseRecord *record, const ds_CaseState *after,
                            const struct fact *fact, const struct conflict_watch *watch,
                            struct conflict *conflict)
{
    for (size_t i = 0; i < after->arrangements_count; i++) {
        const ds_Arrangement *arrangement = &after->arrangements[i];
        if (!conflict_is_over(record, after, arrangement) || was_over(watch, arrangement)) {
            continue;
        }
        if (!is_id(&fact->id, arrangement->id)) {
            set_id(&conflict->other_id, arrangement->id);
            conflict->other_no = arrangement->person_no;
        }
        return true;
    }
    return false;
}

/* ---- arrangements ---- */

/* Somebody else's of the same kind that is live beside it. */
static void set_rival(const ds_CaseState *after, const ds_Arrangement *own,
                      struct conflict *conflict)
{
    for (size_t i = 0; i < after->arrangements_count; i++) {
        const ds_Arrangement *other = &after->arrangements[i];
        if (other != own && other->kind == own->kind && other->person_no != own->person_no &&
            arrangement_state_is_live(other->state)) {
            set_id(&conflict->other_id, other->id);
            conflict->other_no = other->person_no;
            return;
        }
    }
}

/* A collector edits or takes back what headquarters has decided. What was sent back to
 * be completed is meant to be edited. */
static bool is_edit_of_decided(const ds_CaseState *after, const struct fact *fact,
                               struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_correction || fact->device_no == 0) {
        return false;
    }
    const ds_Correction *correction = &fact->event.kind.correction;
    const ds_Arrangement *target = arrangement_of(after, correction->target);
    bool is_decided = target != NULL && target->decided_at_ms != 0 &&
                      target->person_no == fact->event.person_no &&
                      target->state != ARRANGEMENT_STATE_withdrawn &&
                      target->state != ARRANGEMENT_STATE_replaced &&
                      target->state != ARRANGEMENT_STATE_returned;
    bool is_edit = arrangement_of(after, fact->id.bytes) != NULL || correction->is_withdrawn;
    if (!is_decided || !is_edit) {
        return false;
    }
    set_id(&conflict->other_id, target->id);
    return true;
}

/* Headquarters decided about terms that a tablet had edited, asked for anew or taken
 * back before. The other fact is what waits now, or the request itself. */
static bool is_decision_of_edited(const ds_CaseState *after, const struct fact *fact,
                                  const struct conflict_watch *watch, struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_arrangement_decided || watch->was_target_open) {
        return false;
    }
    const ds_Arrangement *target =
        arrangement_of(after, fact->event.kind.arrangement_decided.target);
    if (target == NULL || (int64_t)target->decided_at_ms != (int64_t)fact->event.at_ms) {
        return false;
    }
    set_id(&conflict->other_id, target->id);
    conflict->other_no = target->person_no;
    for (size_t i = 0; i < after->arrangements_count; i++) {
        const ds_Arrangement *other = &after->arrangements[i];
        if (other != target && other->kind == target->kind && waits(other)) {
            set_id(&conflict->other_id, other->id);
            conflict->other_no = other->person_no;
            break;
        }
    }
    return true;
}

/* ---- stops ---- */

/* The clearing knew of fewer raises than there were: the stop stands. */
static bool is_stop_after_clear(const ds_CaseState *after, const struct fact *fact,
                                struct conflict *conflict)
{
    const ds_StatusCleared *cleared = &fact->event.kind.status_cleared;
    if (event_kind(&fact->event) != EVENT_status_cleared || !cleared->has_raised_count ||
        cleared->is_taken_back) {
        return false;
    }
    for (size_t i = 0; i < after->flags_count; i++) {
        const ds_Flag *flag = &after->flags[i];
        if (flag->flag == cleared->flag && !flag->is_cleared) {
            conflict->other_no = flag->person_no;
            return true;
        }
    }
    return false;
}

/* ---- all of them ---- */

static size_t find_of_lease(const ds_CaseState *before, const struct fact *fact,
                            struct conflict *found)
{
    const ds_Event *event = &fact->event;
    if (before->life != CASE_LIFE_open) {
        found[0] = conflict_make(CONFLICT_after_end, fact);
        return 1;
    }
    if (before->owner_no != event->person_no) {
        found[0] = conflict_make(CONFLICT_not_assigned, fact);
        found[0].other_no = before->owner_no;
        return 1;
    }
    if (is_request(event_kind(event)) && event->epoch < before->epoch) {
        found[0] = conflict_make(CONFLICT_old_epoch, fact);
        return 1;
    }
    return 0;
}

static struct conflict_watch watch_case(const ds_CaseRecord *record, const ds_CaseState *before,
                                        const struct fact *fact)
{
    struct conflict_watch watch = {.unmatched_count = before->unmatched_count};
    for (size_t i = 0; i < before->arrangements_count; i++) {
        const ds_Arrangement *arrangement = &before->arrangements[i];
        if (conflict_is_over(record, before, arrangement)) {
            memcpy(watch.over[watch.over_count++], arrangement->id, sizeof arrangement->id);
        }
    }
    if (event_kind(&fact->event) == EVENT_arrangement_decided) {
        const ds_Arrangement *target =
            arrangement_of(before, fact->event.kind.arrangement_decided.target);
        /* One that was decided before is decided anew: nothing was unknown. */
        watch.was_target_open = target == NULL || target->decided_at_ms != 0 ||
                                arrangement_state_is_live(target->state);
    }
    return watch;
}

size_t conflict_find_before(const ds_CaseRecord *record, const ds_CaseState *before,
                            const struct fact *fact, uint32_t holder_no,
                            const struct fact *const *earlier, size_t earlier_count,
                            struct conflict found[CONFLICT_FOUND_MAX],
                            struct conflict_watch *watch_out)
{
    *watch_out = watch_case(record, before, fact);
    if (fact->device_no == 0) {
        return 0; /* headquarters decides; it does not disagree with itself */
    }
    if (event_kind(&fact->event) == EVENT_case_cleared) {
        return 0; /* the tablet has the case no longer: that is what it says */
    }
    watch_out->is_row_only = conflict_history_is_row_only(fact, earlier, earlier_count);
    size_t count = 0;
    struct event_fault fault;
    if (!event_check(&fact->event, &fault)) {
        found[count++] = conflict_make(CONFLICT_breaks_rule, fact);
    }
    if (fact->event.person_no != holder_no) {
        found[count] = conflict_make(CONFLICT_other_person, fact);
        found[count++].other_no = holder_no;
    }
    count += find_of_lease(before, fact, &found[count]);
    found[count] = conflict_make(CONFLICT_two_collectors, fact);
    count += is_second_collector(before, fact, &found[count]);
    found[count] = conflict_make(CONFLICT_duplicate_payment, fact);
    bool is_duplicate = is_duplicate_payment(before, fact, &found[count]);
    count += is_duplicate;
    found[count] = conflict_make(CONFLICT_possible_duplicate, fact);
    count += !is_duplicate && is_possible_duplicate(before, fact, &found[count]);
    found[count] = conflict_make(CONFLICT_contact_corrected_twice, fact);
    count += conflict_history_is_contact_twice(fact, earlier, earlier_count, &found[count]);
    found[count] = conflict_make(CONFLICT_corrected_again, fact);
    count += conflict_history_is_corrected_again(fact, earlier, earlier_count, &found[count]);
    found[count] = conflict_make(CONFLICT_pass_again, fact);
    count += conflict_history_is_pass_again(fact, earlier, earlier_count, &found[count]);
    CHECK(count < CONFLICT_FOUND_MAX);
    return count;
}

size_t conflict_find_after(const ds_CaseRecord *record, const ds_CaseState *after,
                           const struct fact *fact, const struct conflict_watch *watch,
                           struct conflict found[CONFLICT_FOUND_MAX])
{
    size_t count = 0;
    const ds_Arrangement *own = arrangement_of(after, fact->id.bytes);
    found[count] = conflict_make(CONFLICT_superseded_proposal, fact);
    bool is_superseded = is_edit_of_decided(after, fact, &found[count]) ||
                         is_decision_of_edited(after, fact, watch, &found[count]);
    count += is_superseded;
    if (!is_superseded && own != NULL && own->state == ARRANGEMENT_STATE_conflicting) {
        found[count] = conflict_make(CONFLICT_conflicting_promise, fact);
        set_rival(after, own, &found[count++]);
    }
    found[count] = conflict_make(CONFLICT_owed_changed, fact);
    count += is_owed_changed(record, after, fact, watch, &found[count]);
    bool is_without_effect = fact->device_no != 0 && !watch->is_row_only &&
                             event_kind(&fact->event) == EVENT_correction &&
                             after->unmatched_count > watch->unmatched_count;
    found[count] = conflict_make(CONFLICT_without_effect, fact);
    count += is_without_effect;
    if (event_kind(&fact->event) == EVENT_payment_posted) {
        struct balance balance = fold_balance(record, after);
        found[count] = conflict_make(CONFLICT_overpaid, fact);
        count += balance.paid_minor > balance.total_minor;
    }
    found[count] = conflict_make(CONFLICT_stop_after_clear, fact);
    count += is_stop_after_clear(after, fact, &found[count]);
    CHECK(count < CONFLICT_FOUND_MAX);
    return count;
}
