/* doorstep-hq conflicts decide: what a choice means, booked in one transaction with the
 * closing of the conflict. */
#include "sync/server/command/review.h"

#include "core/event/fold.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/lookup.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/review.h"

#include <string.h>

/* What is to be booked. The case as it is now was read by the same writer, so nothing can
 * change between looking and booking. */
struct ruling {
    struct command_context *context;
    const struct review *review;
    enum conflict_choice choice;
    const ds_CaseState *state;
    struct fact_shown first, second;
    ds_Event event;  /* of headquarters; kind none: nothing but the closing */
    struct id about; /* the arrangement that is decided; zero: none */
};

static enum command_exit changed_meanwhile(struct ruling *ruling)
{
    return command_fail(ruling->context, COMMAND_refused,
                        COMMAND_LINE("hq.fail.changed_meanwhile"));
}

static enum command_exit not_this_one(struct ruling *ruling)
{
    return command_fail(
        ruling->context, COMMAND_usage,
        COMMAND_TEXT("hq.fail.choice_here",
                     lang_value_text("choice", conflict_choice_name(ruling->choice))));
}

static const ds_Arrangement *arrangement_of(const struct ruling *ruling, const struct id *id)
{
    for (size_t i = 0; i < ruling->state->arrangements_count; i++) {
        const ds_Arrangement *arrangement = &ruling->state->arrangements[i];
        if (memcmp(arrangement->id, id->bytes, sizeof id->bytes) == 0) {
            return arrangement;
        }
    }
    return NULL;
}

static const ds_Payment *payment_of(const struct ruling *ruling, const struct id *id)
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

static void decide_arrangement(struct ruling *ruling, const struct id *id, bool is_accepted)
{
    ruling->event.which_kind = ds_Event_arrangement_decided_tag;
    ds_ArrangementDecided *decided = &ruling->event.kind.arrangement_decided;
    memcpy(decided->target, id->bytes, sizeof decided->target);
    decided->decision = is_accepted ? DECISION_approved : DECISION_rejected;
    decided->reason = is_accepted ? DECISION_REASON_exception_granted : DECISION_REASON_other;
    ruling->about = *id;
}

static bool waits(const ds_Arrangement *arrangement)
{
    return arrangement->state == ARRANGEMENT_STATE_asked ||
           arrangement->state == ARRANGEMENT_STATE_conflicting;
}

static enum command_exit rule_inert(struct ruling *ruling)
{
    const ds_Arrangement *arrangement = arrangement_of(ruling, &ruling->review->id);
    if (arrangement == NULL) {
        return not_this_one(ruling); /* a visit or a payment: it counts already */
    }
    if (!waits(arrangement)) {
        return changed_meanwhile(ruling);
    }
    decide_arrangement(ruling, &ruling->review->id, ruling->choice == CHOICE_accept);
    return COMMAND_ok;
}

static void take_back(struct ruling *ruling, const struct id *id)
{
    ruling->event.which_kind = ds_Event_correction_tag;
    ds_Correction *correction = &ruling->event.kind.correction;
    memcpy(correction->target, id->bytes, sizeof correction->target);
    correction->reason = CORRECTION_REASON_entered_twice;
    correction->is_withdrawn = true;
}

/* The proposal is what a tablet stated after headquarters had decided, or before it
 * without headquarters knowing; a collector may also have taken back what was decided. */
static enum command_exit rule_proposal(struct ruling *ruling)
{
    const struct review *review = ruling->review;
    bool is_from_hq = review->device_no == 0;
    const struct id *id = is_from_hq ? &review->other_id : &review->id;
    const ds_Arrangement *proposal = arrangement_of(ruling, id);
    bool is_taken_back = event_kind(&ruling->second.event) == EVENT_correction &&
                         ruling->second.event.kind.correction.is_withdrawn;
    if (is_taken_back) {
        const ds_Arrangement *decided = arrangement_of(ruling, &review->other_id);
        if (decided == NULL || !arrangement_state_is_live(decided->state)) {
            return changed_meanwhile(ruling);
        }
        if (ruling->choice == CHOICE_accept) {
            take_back(ruling, &review->other_id);
            ruling->event.kind.correction.reason = ruling->second.event.kind.correction.reason;
        }
        return COMMAND_ok; /* rejected: what was decided stands as it does */
    }
    if (proposal == NULL || !waits(proposal)) {
        return changed_meanwhile(ruling);
    }
    decide_arrangement(ruling, id, ruling->choice == CHOICE_accept);
    return COMMAND_ok;
}

/* Arranged for more than is owed: it may stand, tablets ask for no more than is owed. */
static enum command_exit rule_arrangement(struct ruling *ruling)
{
    const struct review *review = ruling->review;
    const struct id *id = id_is_zero(&review->other_id) ? &review->id : &review->other_id;
    const ds_Arrangement *arrangement = arrangement_of(ruling, id);
    if (arrangement == NULL || !arrangement_state_is_live(arrangement->state)) {
        return changed_meanwhile(ruling);
    }
    if (waits(arrangement) || ruling->choice == CHOICE_reject) {
        decide_arrangement(ruling, id, ruling->choice == CHOICE_accept);
    }
    return COMMAND_ok;
}

/* ---- money ---- */

static enum command_exit rule_payment(struct ruling *ruling)
{
    const struct review *review = ruling->review;
    const ds_Payment *first = payment_of(ruling, &review->other_id);
    const ds_Payment *second = payment_of(ruling, &review->id);
    if (ruling->choice == CHOICE_both_stand) {
        return COMMAND_ok;
    }
    bool is_second_counted = second != NULL && !second->is_withdrawn;
    if (first == NULL || first->is_posted || first->is_withdrawn ||
        (second != NULL && second->is_posted)) {
        return changed_meanwhile(ruling); /* the bank's word has come, or a correction */
    }
    if (ruling->choice == CHOICE_keep_first) {
        if (is_second_counted) {
            take_back(ruling, &review->id);
        }
        return COMMAND_ok; /* the same reference: the second one never counted */
    }
    if (is_second_counted) {
        take_back(ruling, &review->other_id);
        return COMMAND_ok;
    }
    if (event_kind(&ruling->second.event) != EVENT_payment_noted) {
        return not_this_one(ruling);
    }
    take_back(ruling, &review->other_id);
    ds_Correction *correction = &ruling->event.kind.correction;
    correction->is_withdrawn = false;
    correction->which_anew = ds_Correction_payment_noted_tag;
    correction->anew.payment_noted = ruling->second.event.kind.payment_noted;
    return COMMAND_ok;
}

/* ---- contacts and corrections ---- */

/* Headquarters states the one that holds again, in place of the other. */
static enum command_exit rule_contact(struct ruling *ruling)
{
    bool is_first = ruling->choice == CHOICE_keep_first;
    const ds_Event *kept = is_first ? &ruling->first.event : &ruling->second.event;
    const ds_Event *left = is_first ? &ruling->second.event : &ruling->first.event;
    if (ruling->choice == CHOICE_both_stand) {
        return COMMAND_ok;
    }
    if (event_kind(kept) != event_kind(left)) {
        return not_this_one(ruling);
    }
    ruling->event.which_kind = kept->which_kind;
    ruling->event.kind = kept->kind;
    if (event_kind(kept) == EVENT_contact_point_noted) {
        memcpy(ruling->event.kind.contact_point_noted.replaces,
               left->kind.contact_point_noted.value, sizeof left->kind.contact_point_noted.value);
        return COMMAND_ok;
    }
    if (event_kind(kept) == EVENT_address_noted) {
        memcpy(ruling->event.kind.address_noted.replaces, left->kind.address_noted.text,
               sizeof left->kind.address_noted.text);
        return COMMAND_ok;
    }
    return not_this_one(ruling);
}

static enum command_exit rule_correction(struct ruling *ruling)
{
    const ds_Correction *first = &ruling->first.event.kind.correction;
    if (event_kind(&ruling->first.event) != EVENT_correction) {
        return not_this_one(ruling);
    }
    struct id target;
    memcpy(target.bytes, first->target, sizeof target.bytes);
    if (arrangement_of(ruling, &target) != NULL) {
        return command_fail(ruling->context, COMMAND_usage,
                            COMMAND_LINE("hq.fail.decide_in_approvals"));
    }
    if (ruling->choice == CHOICE_keep_first) {
        ruling->event.which_kind = ds_Event_correction_tag;
        ruling->event.kind.correction = *first;
    }
    return COMMAND_ok; /* the second one holds already */
}

/* ---- stops ---- */

static enum command_exit rule_stop(struct ruling *ruling)
{
    if (ruling->choice == CHOICE_keep) {
        return COMMAND_ok;
    }
    uint32_t flag = ruling->second.event.kind.status_cleared.flag;
    for (size_t i = 0; i < ruling->state->flags_count; i++) {
        const ds_Flag *entry = &ruling->state->flags[i];
        if (entry->flag == flag && !entry->is_cleared &&
            event_kind(&ruling->second.event) == EVENT_status_cleared) {
            ruling->event.which_kind = ds_Event_status_cleared_tag;
            ruling->event.kind.status_cleared = (ds_StatusCleared){
                .flag = flag, .has_raised_count = true, .raised_count = entry->raised_count};
            return COMMAND_ok;
        }
    }
    return changed_meanwhile(ruling);
}

/* ---- all of them ---- */

static enum command_exit rule(struct ruling *ruling)
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

/* The note goes where the fact has room for one. */
static void set_note(ds_Event *event, struct str note)
{
    enum event_kind kind = event_kind(event);
    if (kind == EVENT_arrangement_decided) {
        (void)str_copy(event->kind.arrangement_decided.note,
                       sizeof event->kind.arrangement_decided.note, note);
    } else if (kind == EVENT_correction) {
        (void)str_copy(event->kind.correction.note, sizeof event->kind.correction.note, note);
    } else if (kind == EVENT_status_cleared) {
        (void)str_copy(event->kind.status_cleared.note, sizeof event->kind.status_cleared.note,
                       note);
    }
}

static enum err book(struct ruling *ruling, uint32_t by_no, struct str note)
{
    struct command_context *context = ruling->context;
    const struct review *review = ruling->review;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    if (event_kind(&ruling->event) != EVENT_none) {
        ruling->event.case_no = review->case_no;
        ruling->event.person_no = by_no;
        ruling->event.at_ms = (uint64_t)now_ms;
        set_note(&ruling->event, note);
        struct event_fault fault;
        if (!event_check(&ruling->event, &fault)) {
            return ERR_malformed; /* what a tablet stated cannot be stated by headquarters */
        }
        TRY(ingest_own_one(context->arena, context->store, &ruling->event, now_ms, NULL));
    }
    if (!id_is_zero(&ruling->about)) {
        size_t count = 0;
        TRY(review_close_decided(context->arena, context->store, review->case_no, &ruling->about,
                                 note, now_ms, &count));
    }
    const struct review_key key = {review->case_no, review->kind, review->id};
    enum err err = review_close(context->arena, context->store, &key, note, now_ms);
    TRY(err == ERR_not_found ? OK : err); /* closed with the arrangement */
    const char *name = conflict_name(review->kind);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &review->id);
    TRY(hq_audit(context->store, now_ms, context->actor, "conflict decide",
                 str_format(context->arena, "%s %s %s by %u", name != NULL ? name : "?", id_text,
                            conflict_choice_name(ruling->choice), by_no)));
    return hq_commit(context->store);
}

enum command_exit review_decide(struct command_context *context, const struct review *review,
                                enum conflict_choice choice, uint32_t by_no, struct str note)
{
    struct ruling *ruling = ARENA_NEW(context->arena, struct ruling);
    ruling->context = context;
    ruling->review = review;
    ruling->choice = choice;
    enum command_exit code = lookup_state(context, review->case_no, &ruling->state);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = fact_words_find(context, review->case_no, &review->id, &ruling->second);
    if (err == OK) {
        err = fact_words_find(context, review->case_no, &review->other_id, &ruling->first);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    code = rule(ruling);
    if (code != COMMAND_ok) {
        return code;
    }
    err = book(ruling, by_no, note);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.conflict_decided",
                                      lang_value_key("kind", conflict_key(review->kind)),
                                      lang_value_key("choice", conflict_choice_key(choice))));
    return COMMAND_ok;
}
