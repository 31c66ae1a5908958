/* What a choice means that stands in the place of an earlier, wrong one: its effect is undone by
 * facts of its own, as far as it has any, and the new one's is stated. */
#include "sync/server/command/review_ruling.h"

#include "core/domain/catalog.h"
#include "sync/server/command/told_anew.h"

#include <string.h>

static enum command_exit nothing_new(struct review_ruling *ruling)
{
    return command_fail(
        ruling->context, COMMAND_refused,
        COMMAND_TEXT("hq.fail.decided_so",
                     lang_value_key("choice", conflict_choice_key(ruling->choice))));
}

static ds_Event *add_event(struct review_ruling *ruling, uint32_t tag)
{
    CHECK(ruling->event_count < REVIEW_EVENTS_MAX);
    ds_Event *event = &ruling->events[ruling->event_count++];
    *event = (ds_Event){.which_kind = (pb_size_t)tag};
    return event;
}

/* ---- arrangements ---- */

static enum command_exit decide_again(struct review_ruling *ruling, const ds_Arrangement *about,
                                      bool is_accepted)
{
    struct decided_list list;
    enum err err = decided_requests(ruling->context, ruling->review->case_no, about->id, &list);
    if (err != OK) {
        return command_err(ruling->context, err);
    }
    const struct decided *last = decided_last(&list);
    bool is_in_force = about->state == ARRANGEMENT_STATE_active;
    bool is_over =
        about->state == ARRANGEMENT_STATE_kept || about->state == ARRANGEMENT_STATE_part_kept ||
        about->state == ARRANGEMENT_STATE_broken || about->state == ARRANGEMENT_STATE_replaced;
    if (is_over) {
        return review_changed_meanwhile(ruling);
    }
    if (!is_accepted && is_in_force && about->paid_minor > 0) {
        return command_fail(ruling->context, COMMAND_refused,
                            COMMAND_TEXT("hq.fail.paid_under_it",
                                         lang_value_money("paid", (int64_t)about->paid_minor)));
    }
    bool is_so = is_accepted ? is_in_force : about->state == ARRANGEMENT_STATE_rejected;
    if (is_so) {
        return COMMAND_ok; /* the arrangement stands so already: nothing but the decision */
    }
    /* Decided among the requests, which closed the conflict: by another person all the same. */
    enum command_exit code =
        last != NULL ? told_anew_by_another(ruling->context, last) : COMMAND_ok;
    if (code != COMMAND_ok) {
        return code;
    }
    ds_Event *event = add_event(ruling, ds_Event_arrangement_decided_tag);
    ds_ArrangementDecided *decided = &event->kind.arrangement_decided;
    memcpy(decided->target, about->id, sizeof decided->target);
    decided->decision = is_accepted ? DECISION_approved : DECISION_rejected;
    decided->reason = is_accepted ? DECISION_REASON_exception_granted : DECISION_REASON_other;
    decided->replaces = last != NULL ? last->tag : 0;
    return COMMAND_ok;
}

static enum command_exit arrangement_again(struct review_ruling *ruling, const struct id *id)
{
    const ds_Arrangement *about = review_arrangement(ruling, id);
    if (about == NULL || about->state == ARRANGEMENT_STATE_withdrawn) {
        return about == NULL ? review_not_this_one(ruling) : review_changed_meanwhile(ruling);
    }
    return decide_again(ruling, about, ruling->choice == CHOICE_accept);
}

/* A collector had taken back what was decided: accepted, it is withdrawn; else it stands. */
static enum command_exit taken_back_again(struct review_ruling *ruling)
{
    const ds_Arrangement *decided = review_arrangement(ruling, &ruling->review->other_id);
    if (decided == NULL) {
        return review_changed_meanwhile(ruling);
    }
    if (ruling->choice == CHOICE_reject) {
        return decided->state == ARRANGEMENT_STATE_withdrawn ? decide_again(ruling, decided, true)
                                                             : COMMAND_ok;
    }
    if (!arrangement_state_is_live(decided->state)) {
        return review_changed_meanwhile(ruling);
    }
    review_take_back(ruling, &ruling->review->other_id);
    ruling->events[0].kind.correction.reason = ruling->second.event.kind.correction.reason;
    return COMMAND_ok;
}

static enum command_exit proposal_again(struct review_ruling *ruling)
{
    const struct review *review = ruling->review;
    bool is_taken_back = event_kind(&ruling->second.event) == EVENT_correction &&
                         ruling->second.event.kind.correction.is_withdrawn;
    if (is_taken_back) {
        return taken_back_again(ruling);
    }
    return arrangement_again(ruling, review->device_no == 0 ? &review->other_id : &review->id);
}

/* ---- money ---- */

static void withdraw_payment(struct review_ruling *ruling, const ds_Payment *payment)
{
    ds_Event *event = add_event(ruling, ds_Event_correction_tag);
    ds_Correction *correction = &event->kind.correction;
    memcpy(correction->target, payment->id, sizeof correction->target);
    correction->reason = CORRECTION_REASON_entered_twice;
    correction->is_withdrawn = true;
}

/* `payment` counts, as `fact` noted it. */
static void state_payment(struct review_ruling *ruling, const ds_Payment *payment,
                          const struct fact_shown *fact)
{
    ds_Event *event = add_event(ruling, ds_Event_correction_tag);
    ds_Correction *correction = &event->kind.correction;
    memcpy(correction->target, payment->id, sizeof correction->target);
    correction->reason = CORRECTION_REASON_entered_twice;
    correction->which_anew = ds_Correction_payment_noted_tag;
    correction->anew.payment_noted = fact->event.kind.payment_noted;
}

static bool is_noted(const struct fact_shown *fact)
{
    return event_kind(&fact->event) == EVENT_payment_noted;
}

static enum command_exit payment_again(struct review_ruling *ruling)
{
    const ds_Payment *first = review_payment(ruling, &ruling->review->other_id);
    const ds_Payment *second = review_payment(ruling, &ruling->review->id);
    bool is_booked = (first != NULL && first->is_posted) || (second != NULL && second->is_posted);
    if (first == NULL || is_booked || !is_noted(&ruling->first) || !is_noted(&ruling->second)) {
        return review_changed_meanwhile(ruling); /* the bank's word has come, or too long ago */
    }
    if (second == NULL) { /* one reference, one payment: with the terms of one of them */
        state_payment(ruling, first,
                      ruling->choice == CHOICE_keep_first ? &ruling->first : &ruling->second);
        return COMMAND_ok;
    }
    bool is_first_kept = ruling->choice != CHOICE_keep_second;
    bool is_second_kept = ruling->choice != CHOICE_keep_first;
    if (is_first_kept && first->is_withdrawn) {
        state_payment(ruling, first, &ruling->first);
    } else if (!is_first_kept && !first->is_withdrawn) {
        withdraw_payment(ruling, first);
    }
    if (is_second_kept && second->is_withdrawn) {
        state_payment(ruling, second, &ruling->second);
    } else if (!is_second_kept && !second->is_withdrawn) {
        withdraw_payment(ruling, second);
    }
    return COMMAND_ok;
}

/* ---- contacts, corrections, stops ---- */

static enum command_exit contact_again(struct review_ruling *ruling)
{
    if (ruling->choice != CHOICE_both_stand) {
        return review_rule(ruling); /* stated again, in place of the other */
    }
    const struct fact_shown *left =
        ruling->earlier == CHOICE_keep_first ? &ruling->second : &ruling->first;
    bool is_of_contact = event_kind(&left->event) == EVENT_contact_point_noted ||
                         event_kind(&left->event) == EVENT_address_noted;
    if (ruling->earlier == CHOICE_none || !is_of_contact) {
        return review_not_this_one(ruling);
    }
    ds_Event *event = add_event(ruling, left->event.which_kind);
    event->kind = left->event.kind;
    if (event_kind(event) == EVENT_contact_point_noted) {
        event->kind.contact_point_noted.replaces[0] = '\0';
    } else {
        event->kind.address_noted.replaces[0] = '\0';
    }
    return COMMAND_ok;
}

static enum command_exit correction_again(struct review_ruling *ruling)
{
    enum command_exit code = review_rule(ruling);
    if (code == COMMAND_ok && ruling->choice == CHOICE_keep_second &&
        event_kind(&ruling->second.event) == EVENT_correction) {
        ds_Event *event = add_event(ruling, ds_Event_correction_tag);
        event->kind.correction = ruling->second.event.kind.correction;
    }
    return code;
}

static enum command_exit stop_again(struct review_ruling *ruling)
{
    if (ruling->choice == CHOICE_clear) {
        return review_rule(ruling);
    }
    uint32_t flag = ruling->second.event.kind.status_cleared.flag;
    for (size_t i = 0; i < ruling->state->flags_count; i++) {
        const ds_Flag *entry = &ruling->state->flags[i];
        if (entry->flag == flag && entry->is_cleared) {
            ds_Event *event = add_event(ruling, ds_Event_status_cleared_tag);
            event->kind.status_cleared =
                (ds_StatusCleared){.flag = flag, .has_raised_count = true, .is_taken_back = true};
        }
    }
    return COMMAND_ok;
}

/* ---- all of them ---- */

enum command_exit review_rule_anew(struct review_ruling *ruling)
{
    if (ruling->choice == ruling->earlier) {
        return nothing_new(ruling);
    }
    enum conflict_review review = conflict_review(ruling->review->kind);
    if (ruling->choice == CHOICE_noted && review != CONFLICT_REVIEW_stands) {
        return review_not_this_one(ruling); /* looking at it undoes nothing */
    }
    switch (review) {
    case CONFLICT_REVIEW_stands:
        return COMMAND_ok;
    case CONFLICT_REVIEW_inert:
        return arrangement_again(ruling, &ruling->review->id);
    case CONFLICT_REVIEW_arrangement:
        return arrangement_again(ruling, id_is_zero(&ruling->review->other_id)
                                             ? &ruling->review->id
                                             : &ruling->review->other_id);
    case CONFLICT_REVIEW_proposal:
        return proposal_again(ruling);
    case CONFLICT_REVIEW_payment:
    case CONFLICT_REVIEW_reference:
        return payment_again(ruling);
    case CONFLICT_REVIEW_contact:
        return contact_again(ruling);
    case CONFLICT_REVIEW_correction:
        return correction_again(ruling);
    case CONFLICT_REVIEW_stop:
        return stop_again(ruling);
    }
    return COMMAND_failed;
}
