#include "core/rules/tally_private.h"

#include "core/event/event.h"

int32_t tally_contacts_from_day(const struct tally_scope *scope)
{
    return scope->from_day - TALLY_CLASS_DAYS;
}

static bool person_counts(const struct tally *tally, uint32_t person_no)
{
    if (tally->scope.is_everyone) {
        return true;
    }
    size_t from = 0;
    size_t until = tally->scope.person_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (tally->scope.persons[middle] == person_no) {
            return true;
        }
        if (tally->scope.persons[middle] < person_no) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return false;
}

static int64_t amount_of(uint64_t minor)
{
    return minor > INT64_MAX ? INT64_MAX : (int64_t)minor;
}

/* ---- filling ---- */

void tally_start(struct tally *tally, struct arena *arena, const struct tally_scope *scope)
{
    CHECK(scope->from_day <= scope->until_day);
    *tally = (struct tally){.always = 1, .scope = *scope, .arena = arena};
}

void tally_add_case(struct tally *tally, const struct case_count_row *row)
{
    if (row->case_no == 0) {
        return;
    }
    struct tally_case *one = tally_case_of(tally, row->case_no);
    one->is_known = true;
    one->is_owned = person_counts(tally, row->owner_no);
    one->owed_minor = amount_of(row->owed_minor);
    one->due_day = row->due_day;
    one->intake_day = row->intake_day;
    one->first_touch_day = row->first_touch_day;
    one->ended_at_ms = row->ended_at_ms;
    one->end_reason = row->end_reason;
}

static bool contact_reached(const struct contact_row *row)
{
    if (row->channel == CONTACT_CHANNEL_visit) {
        return outcome_met(row->outcome) == OUTCOME_MET_debtor;
    }
    return row->result == CONTACT_RESULT_answered &&
           (row->role == ROLE_none || row->role == ROLE_borrower);
}

static bool contact_met_third(const struct contact_row *row)
{
    if (row->channel == CONTACT_CHANNEL_visit) {
        return outcome_met(row->outcome) == OUTCOME_MET_third;
    }
    return row->result == CONTACT_RESULT_answered && row->role != ROLE_none &&
           !role_is_liable(row->role);
}

/* What a contact says of the customer's class counts in the period and before it. */
static void contact_note_class(struct tally_case *one, const struct contact_row *row)
{
    enum tally_class class = tally_class_of(row->ability, row->willingness, row->default_reason);
    if (class == TALLY_CLASS_suspected) {
        one->unwilling_count++;
    }
    if (class != TALLY_CLASS_unknown &&
        (one->class == TALLY_CLASS_unknown || row->at_ms >= one->class_at_ms)) {
        one->class = class;
        one->class_at_ms = row->at_ms;
    }
}

static void visit_count(struct tally *tally, const struct contact_row *row)
{
    tally->visits++;
    tally->outcomes[tally_slot(row->outcome, TALLY_OUTCOMES)]++;
    tally_sum(&tally->dwell_s, row->dwell_s);
    switch (outcome_met(row->outcome)) {
    case OUTCOME_MET_debtor:
        tally->visits_met++;
        break;
    case OUTCOME_MET_third:
        tally->visits_third++;
        break;
    case OUTCOME_MET_nobody:
        tally->visits_nobody++;
        break;
    }
    if (row->fired_count == 0) {
        tally->visits_clean++;
    }
}

static bool call_was_answered(const struct contact_row *row)
{
    return row->channel == CONTACT_CHANNEL_call &&
           (row->result == CONTACT_RESULT_answered || row->result == CONTACT_RESULT_refused ||
            row->result == CONTACT_RESULT_wrong_number);
}

void tally_add_contact(struct tally *tally, const struct contact_row *row)
{
    int32_t day = tally_day_of(tally, row->at_ms);
    if (row->is_withdrawn || row->case_no == 0 || !person_counts(tally, row->person_no) ||
        day > tally->scope.until_day || day < tally_contacts_from_day(&tally->scope)) {
        return;
    }
    struct tally_case *one = tally_case_of(tally, row->case_no);
    contact_note_class(one, row);
    struct touch *touch = ARENA_NEW(tally->arena, struct touch);
    *touch = (struct touch){.next = one->touches, .day = day};
    one->touches = touch;
    if (day < tally->scope.from_day) {
        return;
    }

    size_t channel = tally_slot(row->channel, TALLY_CHANNELS);
    tally->contacts[channel]++;
    tally->contact_count++;
    if (channel == CONTACT_CHANNEL_visit) {
        visit_count(tally, row);
    }
    tally->calls_answered += call_was_answered(row);
    tally->third_contacts += contact_met_third(row);
    tally_sum(&tally->fired_rules, row->fired_count);
    tally->flagged_contacts += row->fired_count > 0;
    tally->unsure_clock_contacts += row->clock_quality != CLOCK_QUALITY_none;

    if (!one->is_contacted || row->at_ms < one->first_contact_at_ms) {
        one->first_contact_at_ms = row->at_ms;
        one->first_contact_day = day;
        one->first_owed_minor = amount_of(row->owed_minor);
    }
    one->is_contacted = true;
    one->is_reached = one->is_reached || contact_reached(row);
    one->channels |= UINT32_C(1) << channel;
}

static bool is_judged(uint32_t state)
{
    return state == ARRANGEMENT_STATE_kept || state == ARRANGEMENT_STATE_part_kept ||
           state == ARRANGEMENT_STATE_broken;
}

static void arrangement_judge(struct tally *tally, const struct arrangement_row *row)
{
    tally->all_judged++;
    tally->all_broken += row->state == ARRANGEMENT_STATE_broken;
    if (row->state == ARRANGEMENT_STATE_kept) {
        tally_case_of(tally, row->case_no)->is_succeeded = true;
    }
    if (row->kind != ARRANGEMENT_KIND_promise) {
        return;
    }
    int64_t amount_minor = amount_of(row->amount_minor);
    int64_t paid_minor = amount_of(row->paid_minor);
    tally->judged++;
    tally->kept += row->state == ARRANGEMENT_STATE_kept;
    tally->part_kept += row->state == ARRANGEMENT_STATE_part_kept;
    tally->broken += row->state == ARRANGEMENT_STATE_broken;
    tally_sum(&tally->judged_minor, amount_minor);
    /* What was paid beyond a promise does not make up for another one. */
    tally_sum(&tally->judged_paid_minor, paid_minor < amount_minor ? paid_minor : amount_minor);
    if (row->state == ARRANGEMENT_STATE_kept) {
        tally_sum(&tally->kept_minor, amount_minor);
    }
}

void tally_add_arrangement(struct tally *tally, const struct arrangement_row *row)
{
    if (row->state == ARRANGEMENT_STATE_withdrawn || row->case_no == 0 ||
        !person_counts(tally, row->person_no)) {
        return;
    }
    if (tally_day_is_inside(tally, tally_day_of(tally, row->made_at_ms))) {
        size_t kind = tally_slot(row->kind, TALLY_ARRANGEMENTS);
        tally->made[kind]++;
        tally->made_count++;
        tally_sum(&tally->made_minor[kind], amount_of(row->amount_minor));
        tally_case_of(tally, row->case_no)->is_friendly = true;
    }
    if (is_judged(row->state) && tally_day_is_inside(tally, row->judged_day)) {
        arrangement_judge(tally, row);
    }
    if (row->decided_at_ms != 0 &&
        tally_day_is_inside(tally, tally_day_of(tally, row->decided_at_ms))) {
        bool is_rejected = row->state == ARRANGEMENT_STATE_rejected;
        tally->decided++;
        tally->rejected += is_rejected;
        tally->approved += !is_rejected && row->state != ARRANGEMENT_STATE_returned &&
                           row->state != ARRANGEMENT_STATE_asked;
        int64_t waited_ms = row->decided_at_ms - row->made_at_ms;
        tally_sum(&tally->decide_minutes, waited_ms > 0 ? waited_ms / 60000 : 0);
    }
}

/* True when a contact of the persons came at most TALLY_SUCCESS_DAYS before. */
static bool payment_follows_contact(const struct tally_case *one, int32_t paid_day)
{
    for (const struct touch *touch = one->touches; touch != NULL; touch = touch->next) {
        if (paid_day >= touch->day && paid_day - touch->day <= TALLY_SUCCESS_DAYS) {
            return true;
        }
    }
    return false;
}

void tally_add_payment(struct tally *tally, const struct payment_row *row)
{
    /* A noted payment that was taken back stays as a row of nothing. */
    if (row->case_no == 0 || row->amount_minor == 0 || row->paid_day < tally->scope.from_day) {
        return;
    }
    int64_t amount_minor = amount_of(row->amount_minor);
    if (!row->is_posted) {
        if (row->paid_day <= tally->scope.until_day && person_counts(tally, row->credited_no)) {
            tally->noted_count++;
            tally_sum(&tally->noted_minor, amount_minor);
        }
        return;
    }
    bool is_credited = person_counts(tally, row->credited_no);
    if (!is_credited && !tally_case_is_kept(tally, row->case_no)) {
        return;
    }
    struct tally_case *one = tally_case_of(tally, row->case_no);
    if (row->paid_day > tally->scope.as_of_day) {
        tally_sum(&one->case_later_minor, amount_minor);
    }
    if (row->paid_day > tally->scope.until_day) {
        return;
    }
    tally_sum(&one->case_paid_minor, amount_minor);
    if (payment_follows_contact(one, row->paid_day)) {
        one->is_succeeded = true;
    }
    if (!is_credited) {
        return;
    }
    one->is_paid = true;
    tally_sum(&one->paid_minor, amount_minor);
    if (one->is_contacted && row->paid_day < one->first_contact_day) {
        tally_sum(&one->paid_before_minor, amount_minor);
    }
    size_t channel = tally_slot(row->after_channel, TALLY_CHANNELS);
    tally->paid_count++;
    tally_sum(&tally->paid_minor, amount_minor);
    tally->paid_counts[channel]++;
    tally_sum(&tally->paid_minors[channel], amount_minor);
}

/* The severity of a notice's row is how it was delivered (delivery_results.def). */
static void notice_count(struct tally *tally, const struct incident_row *row)
{
    if (row->severity == DELIVERY_RESULT_not_delivered) {
        return;
    }
    tally->notices_delivered++;
    tally->notices[tally_slot(row->code, TALLY_NOTICES)]++;
    bool is_legal_step =
        row->code == NOTICE_KIND_lawyer_letter || row->code == NOTICE_KIND_court_paper;
    if (is_legal_step && row->case_no != 0) {
        tally_case_of(tally, row->case_no)->is_strict = true;
    }
}

void tally_add_incident(struct tally *tally, const struct incident_row *row)
{
    if (row->is_withdrawn || !tally_day_is_inside(tally, tally_day_of(tally, row->at_ms)) ||
        !person_counts(tally, row->person_no)) {
        return;
    }
    tally->incidents[tally_slot(row->kind, TALLY_KINDS)]++;
    if (row->kind == EVENT_message_answered) {
        tally->late_answers += row->severity != 0 ? 1 : 0;
    } else if (row->kind == EVENT_visit_skipped) {
        tally->skips[tally_slot(row->code, TALLY_SKIPS)]++;
    } else if (row->kind == EVENT_complaint_taken) {
        tally->complaints[tally_slot(row->code, TALLY_COMPLAINTS)]++;
    } else if (row->kind == EVENT_safety_incident) {
        tally->safeties[tally_slot(row->code, TALLY_SAFETIES)]++;
    } else if (row->kind == EVENT_notice_delivered) {
        notice_count(tally, row);
    } else if (row->kind == EVENT_identity_disputed && row->case_no != 0) {
        struct tally_case *one = tally_case_of(tally, row->case_no);
        if (!one->is_identity_disputed || row->at_ms < one->identity_at_ms) {
            one->identity_at_ms = row->at_ms;
        }
        one->is_identity_disputed = true;
    }
}

void tally_add_day(struct tally *tally, const struct day_row *row)
{
    if (!tally_day_is_inside(tally, row->day) || !person_counts(tally, row->person_no)) {
        return;
    }
    tally->days_worked++;
    tally_sum(&tally->planned, row->planned);
    if (row->closed_at_ms != 0) { /* its visits are counted only when it closes */
        tally_sum(&tally->closed_planned, row->planned);
        tally->days_closed++;
    }
    tally_sum(&tally->day_visited, row->visited);
    tally_sum(&tally->day_skipped, row->skipped);
    tally_sum(&tally->distance_m, row->distance_m);
    tally_sum(&tally->planned_distance_m, row->planned_distance_m);
    tally_sum(&tally->worked_minutes, row->worked_minutes);
}

/* ---- as a sink ---- */

static enum err sink_contact(void *context, const struct contact_row *row)
{
    tally_add_contact(context, row);
    return OK;
}

static enum err sink_arrangement(void *context, const struct arrangement_row *row)
{
    tally_add_arrangement(context, row);
    return OK;
}

static enum err sink_payment(void *context, const struct payment_row *row)
{
    tally_add_payment(context, row);
    return OK;
}

static enum err sink_incident(void *context, const struct incident_row *row)
{
    tally_add_incident(context, row);
    return OK;
}

static enum err sink_day(void *context, const struct day_row *row)
{
    tally_add_day(context, row);
    return OK;
}

struct row_sink tally_sink(struct tally *tally)
{
    return (struct row_sink){
        .context = tally,
        .contact = sink_contact,
        .arrangement = sink_arrangement,
        .payment = sink_payment,
        .incident = sink_incident,
        .day = sink_day,
    };
}
