/* What each choice about a conflict means, when nobody has decided about it before. */
#include "sync/server/command/review_ruling.h"

#include "core/domain/catalog.h"
#include "core/event/fold.h"

#include <string.h>

enum command_exit review_changed_meanwhile(struct review_ruling *ruling)
{
    return command_fail(ruling->context, COMMAND_refused,
                        COMMAND_LINE("hq.fail.changed_meanwhile"));
}

enum command_exit review_not_this_one(struct review_ruling *ruling)
{
    return command_fail(
        ruling->context, COMMAND_usage,
        COMMAND_TEXT("hq.fail.choice_here",
                     lang_value_text("choice", conflict_choice_name(ruling->choice))));
}

const ds_Arrangement *review_arrangement(const struct review_ruling *ruling, const struct id *id)
{
    for (size_t i = 0; i < ruling->state->arrangements_count; i++) {
        const ds_Arrangement *arrangement = &ruling->state->arrangements[i];
        if (memcmp(arrangement->id, id->bytes, sizeof id->bytes) == 0) {
            return arrangement;
        }
    }
    return NULL;
}

const ds_Payment *review_payment(const struct review_ruling *ruling, const struct id *id)
{
    for (size_t i = 0; i < ruling->state->payments_count; i++) {
        const ds_Payment *payment = &ruling->state->payments[i];
        if (memcmp(payment->id, id->bytes, sizeof id->bytes) == 0) {
            return payment;
        }
    }
    return NULL;
}

/* ---- arrangements ---- */

static void decide_arrangement(struct review_ruling *ruling, const struct id *id, bool is_accepted)
{
    ruling->event_count = 1;
    ruling->events[0].which_kind = ds_Event_arrangement_decided_tag;
    ds_ArrangementDecided *decided = &ruling->events[0].kind.arrangement_decided;
    memcpy(decided->target, id->bytes, sizeof decided->target);
    decided->decision = is_accepted ? DECISION_approved : DECISION_rejected;
    decided->reason = is_accepted ? DECISION_REASON_exception_granted : DECISION_REASON_other;
    ruling->about = *id;
}

/* Waits for a decision. */
static bool is_waiting(const ds_Arrangement *arrangement)
{
    return arrangement->state == ARRANGEMENT_STATE_asked ||
           arrangement->state == ARRANGEMENT_STATE_conflicting;
}

static enum command_exit rule_inert(struct review_ruling *ruling)
{
    const ds_Arrangement *arrangement = review_arrangement(ruling, &ruling->review->id);
    if (arrangement == NULL) {
        return review_not_this_one(ruling); /* a visit or a payment: it counts already */
    }
    if (!is_waiting(arrangement)) {
        return review_changed_meanwhile(ruling);
    }
    decide_arrangement(ruling, &ruling->review->id, ruling->choice == CHOICE_accept);
    return COMMAND_ok;
}

void review_take_back(struct review_ruling *ruling, const struct id *id)
{
    ruling->event_count = 1;
    ruling->events[0].which_kind = ds_Event_correction_tag;
    ds_Correction *correction = &ruling->events[0].kind.correction;
    memcpy(correction->target, id->bytes, sizeof correction->target);
    correction->reason = CORRECTION_REASON_entered_twice;
    correction->is_withdrawn = true;
}

/* The proposal is what a tablet stated after headquarters had decided, or before it
 * without headquarters knowing; a collector may also have taken back what was decided. */
static enum command_exit rule_proposal(struct review_ruling *ruling)
{
    const struct review *review = ruling->review;
    bool is_from_hq = review->device_no == 0;
    const struct id *id = is_from_hq ? &review->other_id : &review->id;
    const ds_Arrangement *proposal = review_arrangement(ruling, id);
    bool is_taken_back = event_kind(&ruling->second.event) == EVENT_correction &&
                         ruling->second.event.kind.correction.is_withdrawn;
    if (is_taken_back) {
        const ds_Arrangement *decided = review_arrangement(ruling, &review->other_id);
        if (decided == NULL || !arrangement_state_is_live(decided->state)) {
            return review_changed_meanwhile(ruling);
        }
        if (ruling->choice == CHOICE_accept) {
            review_take_back(ruling, &review->other_id);
            ruling->events[0].kind.correction.reason = ruling->second.event.kind.correction.reason;
        }
        return COMMAND_ok; /* rejected: what was decided stands as it does */
    }
    if (proposal == NULL || !is_waiting(proposal)) {
        return review_changed_meanwhile(ruling);
    }
    decide_arrangement(ruling, id, ruling->choice == CHOICE_accept);
    return COMMAND_ok;
}

/* Arranged for more than is owed: it may stand, tablets ask for no more than is owed. */
static enum command_exit rule_arrangement(struct review_ruling *ruling)
{
    const struct review *review = ruling->review;
    const struct id *id = id_is_zero(&review->other_id) ? &review->id : &review->other_id;
    const ds_Arrangement *arrangement = review_arrangement(ruling, id);
    if (arrangement == NULL || !arrangement_state_is_live(arrangement->state)) {
        return review_changed_meanwhile(ruling);
    }
    if (is_waiting(arrangement) || ruling->choice == CHOICE_reject) {
        decide_arrangement(ruling, id, ruling->choice == CHOICE_accept);
    }
    return COMMAND_ok;
}

/* ---- money ---- */

static enum command_exit rule_payment(struct review_ruling *ruling)
{
    const struct review *review = ruling->review;
    const ds_Payment *first = review_payment(ruling, &review->other_id);
    const ds_Payment *second = review_payment(ruling, &review->id);
    if (ruling->choice == CHOICE_both_stand) {
        return COMMAND_ok;
    }
    bool is_second_counted = second != NULL && !second->is_withdrawn;
    if (first == NULL || first->is_posted || first->is_withdrawn ||
        (second != NULL && second->is_posted)) {
        return review_changed_meanwhile(ruling); /* the bank's word has come, or a correction */
    }
    if (ruling->choice == CHOICE_keep_first) {
        if (is_second_counted) {
            review_take_back(ruling, &review->id);
        }
        return COMMAND_ok; /* the same reference: the second one never counted */
    }
    if (is_second_counted) {
        review_take_back(ruling, &review->other_id);
        return COMMAND_ok;
    }
    if (event_kind(&ruling->second.event) != EVENT_payment_noted) {
        return review_not_this_one(ruling);
    }
    review_take_back(ruling, &review->other_id);
    ds_Correction *correction = &ruling->events[0].kind.correction;
    correction->is_withdrawn = false;
    correction->which_anew = ds_Correction_payment_noted_tag;
    correction->anew.payment_noted = ruling->second.event.kind.payment_noted;
    return COMMAND_ok;
}

/* ---- contacts and corrections ---- */

/* Headquarters states the one that holds again, in place of the other. */
static enum command_exit rule_contact(struct review_ruling *ruling)
{
    bool is_first = ruling->choice == CHOICE_keep_first;
    const ds_Event *kept = is_first ? &ruling->first.event : &ruling->second.event;
    const ds_Event *left = is_first ? &ruling->second.event : &ruling->first.event;
    if (ruling->choice == CHOICE_both_stand) {
        return COMMAND_ok;
    }
    if (event_kind(kept) != event_kind(left)) {
        return review_not_this_one(ruling);
    }
    ruling->event_count = 1;
    ruling->events[0].which_kind = kept->which_kind;
    ruling->events[0].kind = kept->kind;
    if (event_kind(kept) == EVENT_contact_point_noted) {
        memcpy(ruling->events[0].kind.contact_point_noted.replaces,
               left->kind.contact_point_noted.value, sizeof left->kind.contact_point_noted.value);
        return COMMAND_ok;
    }
    if (event_kind(kept) == EVENT_address_noted) {
        memcpy(ruling->events[0].kind.address_noted.replaces, left->kind.address_noted.text,
               sizeof left->kind.address_noted.text);
        return COMMAND_ok;
    }
    return review_not_this_one(ruling);
}

static enum command_exit rule_correction(struct review_ruling *ruling)
{
    const ds_Correction *first = &ruling->first.event.kind.correction;
    if (event_kind(&ruling->first.event) != EVENT_correction) {
        return review_not_this_one(ruling);
    }
    struct id target;
    memcpy(target.bytes, first->target, sizeof target.bytes);
    if (review_arrangement(ruling, &target) != NULL) {
        return command_fail(ruling->context, COMMAND_usage,
                            COMMAND_LINE("hq.fail.decide_in_approvals"));
    }
    if (ruling->choice == CHOICE_keep_first) {
        ruling->event_count = 1;
        ruling->events[0].which_kind = ds_Event_correction_tag;
        ruling->events[0].kind.correction = *first;
    }
    return COMMAND_ok; /* the second one holds already */
}

/* ---- stops ---- */

static enum command_exit rule_stop(struct review_ruling *ruling)
{
    if (ruling->choice == CHOICE_keep) {
        return COMMAND_ok;
    }
    uint32_t flag = ruling->second.event.kind.status_cleared.flag;
    for (size_t i = 0; i < ruling->state->flags_count; i++) {
        const ds_Flag *entry = &ruling->state->flags[i];
        if (entry->flag == flag && !entry->is_cleared &&
            event_kind(&ruling->second.event) == EVENT_status_cleared) {
            ruling->event_count = 1;
            ruling->events[0].which_kind = ds_Event_status_cleared_tag;
            ruling->events[0].kind.status_cleared = (ds_StatusCleared){
                .flag = flag, .has_raised_count = true, .raised_count = entry->raised_count};
            return COMMAND_ok;
        }
    }
    return review_changed_meanwhile(ruling);
}

/* ---- all of them ---- */

enum command_exit review_rule(struct review_ruling *ruling)
{
    if (ruling->choice == CHOICE_noted) {
        return COMMAND_ok;
    }
    switch (conflict_review(ruling->review->kind)) {
    case CONFLICT_REVIEW_stands:
        return COMMAND_ok;
    case CONFLICT_REVIEW_inert:
        return rule_inert(ruling);
    case CONFLICT_REVIEW_payment:
    case CONFLICT_REVIEW_reference:
        return rule_payment(ruling);
    case CONFLICT_REVIEW_proposal:
        return rule_proposal(ruling);
    case CONFLICT_REVIEW_arrangement:
        return rule_arrangement(ruling);
    case CONFLICT_REVIEW_contact:
        return rule_contact(ruling);
    case CONFLICT_REVIEW_correction:
        return rule_correction(ruling);
    case CONFLICT_REVIEW_stop:
        return rule_stop(ruling);
    }
    return COMMAND_failed;
}
