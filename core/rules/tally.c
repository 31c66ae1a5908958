#include "core/rules/tally.h"

#include "core/domain/date.h"
#include "core/domain/money.h"
#include "core/event/event.h"

#include <string.h>

/* Answers of contact_row.ability and .willingness (event.proto). */
enum { ANSWER_no = 1, ANSWER_partly = 2, ANSWER_yes = 3 };

/* A contact in the period or before it, kept for what payments follow. */
struct touch {
    struct touch *next;
    int32_t day;
};

struct tally_case {
    uint64_t case_no; /* 0: the slot is free */
    /* from the case row */
    bool is_known, is_owned; /* has a row; its owner is one of the persons */
    int64_t owed_minor;      /* now */
    int32_t due_day, intake_day, first_touch_day;
    int64_t ended_at_ms;
    uint32_t end_reason;
    /* from contacts of the persons */
    struct touch *touches;
    bool is_contacted, is_reached, is_succeeded;
    uint32_t channels;           /* bit n: channel n in the period */
    int64_t first_contact_at_ms; /* in the period */
    int32_t first_contact_day;
    int64_t first_owed_minor; /* at that contact */
    int64_t class_at_ms;      /* newest contact that says something */
    enum tally_class class;
    uint32_t unwilling_count; /* contacts that say can, but will not */
    /* from payments: credited to the persons, and all of the case */
    bool is_paid;
    int64_t paid_minor;        /* credited, in the period */
    int64_t paid_before_minor; /* of those, before the first contact of the period */
    int64_t case_paid_minor;   /* in the period, whoever is credited */
    int64_t case_later_minor;  /* after as_of_day */
    /* from arrangements and incidents */
    bool is_friendly, is_strict;
    bool is_identity_disputed;
    int64_t identity_at_ms; /* first one in the period */
};

/* ---- small ---- */

static const char *const bucket_names[TALLY_BUCKET_COUNT] = {
    [TALLY_BUCKET_not_due] = "not_due",   [TALLY_BUCKET_to_30] = "to_30",
    [TALLY_BUCKET_to_90] = "to_90",       [TALLY_BUCKET_to_180] = "to_180",
    [TALLY_BUCKET_over_180] = "over_180",
};

static const char *const class_names[TALLY_CLASS_COUNT] = {
    [TALLY_CLASS_unknown] = "unknown",     [TALLY_CLASS_short] = "short",
    [TALLY_CLASS_forgot] = "forgot",       [TALLY_CLASS_suspected] = "suspected",
    [TALLY_CLASS_unwilling] = "unwilling",
};

const char *tally_bucket_name(enum tally_bucket bucket)
{
    CHECK(bucket < TALLY_BUCKET_COUNT);
    return bucket_names[bucket];
}

const char *tally_class_name(enum tally_class class)
{
    CHECK(class < TALLY_CLASS_COUNT);
    return class_names[class];
}

enum tally_bucket tally_bucket_of(int32_t due_day, int32_t as_of_day)
{
    int64_t past_due = (int64_t)as_of_day - due_day;
    if (past_due <= 0) {
        return TALLY_BUCKET_not_due;
    }
    if (past_due <= 30) {
        return TALLY_BUCKET_to_30;
    }
    if (past_due <= 90) {
        return TALLY_BUCKET_to_90;
    }
    return past_due < TALLY_BAD_DAYS ? TALLY_BUCKET_to_180 : TALLY_BUCKET_over_180;
}

/* Whether the reason is a matter of means: requirement 79. */
static bool reason_is_shortage(uint32_t reason)
{
    switch ((enum default_reason)reason) {
    case DEFAULT_REASON_short_of_funds:
    case DEFAULT_REASON_income_lost:
    case DEFAULT_REASON_income_late:
    case DEFAULT_REASON_illness:
    case DEFAULT_REASON_family_hardship:
    case DEFAULT_REASON_business_slow:
    case DEFAULT_REASON_receivables_late:
    case DEFAULT_REASON_season_closure:
    case DEFAULT_REASON_tight_credit:
    case DEFAULT_REASON_over_indebted:
    case DEFAULT_REASON_disaster:
    case DEFAULT_REASON_separation:
        return true;
    case DEFAULT_REASON_none:
    case DEFAULT_REASON_title_dispute:
    case DEFAULT_REASON_product_dispute:
    case DEFAULT_REASON_amount_dispute:
    case DEFAULT_REASON_bank_error:
    case DEFAULT_REASON_debit_failed:
    case DEFAULT_REASON_not_informed:
    case DEFAULT_REASON_forgot:
    case DEFAULT_REASON_unwilling:
    case DEFAULT_REASON_identity_misused:
    case DEFAULT_REASON_other:
    case DEFAULT_REASON_refused_to_say:
        break;
    }
    return false;
}

/* Ability first: whoever cannot pay is never called unwilling. */
enum tally_class tally_class_of(uint32_t ability, uint32_t willingness, uint32_t default_reason)
{
    if (default_reason == DEFAULT_REASON_forgot || default_reason == DEFAULT_REASON_not_informed) {
        return TALLY_CLASS_forgot;
    }
    bool is_unable = ability == ANSWER_no || ability == ANSWER_partly;
    bool is_refusing = willingness == ANSWER_no ||
                       (willingness == 0 && default_reason == DEFAULT_REASON_unwilling);
    if (is_refusing) {
        bool can_pay = ability == ANSWER_yes || default_reason == DEFAULT_REASON_unwilling;
        return can_pay && ability != ANSWER_no ? TALLY_CLASS_suspected : TALLY_CLASS_unknown;
    }
    if (is_unable || reason_is_shortage(default_reason)) {
        return TALLY_CLASS_short;
    }
    return TALLY_CLASS_unknown;
}

int32_t tally_contacts_from_day(const struct tally_scope *scope)
{
    return scope->from_day - TALLY_CLASS_DAYS;
}

static bool day_is_inside(const struct tally *tally, int32_t day)
{
    return day >= tally->scope.from_day && day <= tally->scope.until_day;
}

static int32_t day_of(const struct tally *tally, int64_t at_ms)
{
    return date_day_at(at_ms, tally->scope.offset_minutes);
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

static size_t slot(uint32_t code, size_t size)
{
    return code < size ? code : 0;
}

/* Sums stop at the end of the range instead of wrapping; rows are from outside. */
static void add(int64_t *sum, int64_t amount)
{
    if (__builtin_add_overflow(*sum, amount, sum)) {
        *sum = amount < 0 ? INT64_MIN : INT64_MAX;
    }
}

static int64_t amount_of(uint64_t minor)
{
    return minor > INT64_MAX ? INT64_MAX : (int64_t)minor;
}

/* ---- cases by number ---- */

static size_t case_place(const struct tally_case *cases, size_t capacity, uint64_t case_no)
{
    uint64_t hash = case_no * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(hash >> 20) & (capacity - 1);
    while (cases[at].case_no != 0 && cases[at].case_no != case_no) {
        at = (at + 1) & (capacity - 1);
    }
    return at;
}

static void cases_grow(struct tally *tally)
{
    size_t capacity = tally->case_capacity == 0 ? 256 : tally->case_capacity * 2;
    struct tally_case *cases = ARENA_ARRAY(tally->arena, capacity, struct tally_case);
    for (size_t i = 0; i < tally->case_capacity; i++) {
        if (tally->cases[i].case_no != 0) {
            cases[case_place(cases, capacity, tally->cases[i].case_no)] = tally->cases[i];
        }
    }
    tally->cases = cases;
    tally->case_capacity = capacity;
}

/* The case, made when it is new. Lives until the next call. */
static struct tally_case *case_of(struct tally *tally, uint64_t case_no)
{
    if (tally->case_count * 3 >= tally->case_capacity * 2) {
        cases_grow(tally);
    }
    struct tally_case *found =
        &tally->cases[case_place(tally->cases, tally->case_capacity, case_no)];
    if (found->case_no == 0) {
        found->case_no = case_no;
        tally->case_count++;
    }
    return found;
}

static bool case_is_kept(const struct tally *tally, uint64_t case_no)
{
    return tally->case_capacity > 0 &&
           tally->cases[case_place(tally->cases, tally->case_capacity, case_no)].case_no == case_no;
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
    struct tally_case *one = case_of(tally, row->case_no);
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
    tally->outcomes[slot(row->outcome, TALLY_OUTCOMES)]++;
    add(&tally->dwell_s, row->dwell_s);
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
    int32_t day = day_of(tally, row->at_ms);
    if (row->is_withdrawn || row->case_no == 0 || !person_counts(tally, row->person_no) ||
        day > tally->scope.until_day || day < tally_contacts_from_day(&tally->scope)) {
        return;
    }
    struct tally_case *one = case_of(tally, row->case_no);
    contact_note_class(one, row);
    struct touch *touch = ARENA_NEW(tally->arena, struct touch);
    *touch = (struct touch){.next = one->touches, .day = day};
    one->touches = touch;
    if (day < tally->scope.from_day) {
        return;
    }

    size_t channel = slot(row->channel, TALLY_CHANNELS);
    tally->contacts[channel]++;
    tally->contact_count++;
    if (channel == CONTACT_CHANNEL_visit) {
        visit_count(tally, row);
    }
    tally->calls_answered += call_was_answered(row);
    tally->third_contacts += contact_met_third(row);
    add(&tally->fired_rules, row->fired_count);
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
        case_of(tally, row->case_no)->is_succeeded = true;
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
    add(&tally->judged_minor, amount_minor);
    /* What was paid beyond a promise does not make up for another one. */
    add(&tally->judged_paid_minor, paid_minor < amount_minor ? paid_minor : amount_minor);
    if (row->state == ARRANGEMENT_STATE_kept) {
        add(&tally->kept_minor, amount_minor);
    }
}

void tally_add_arrangement(struct tally *tally, const struct arrangement_row *row)
{
    if (row->state == ARRANGEMENT_STATE_withdrawn || row->case_no == 0 ||
        !person_counts(tally, row->person_no)) {
        return;
    }
    if (day_is_inside(tally, day_of(tally, row->made_at_ms))) {
        size_t kind = slot(row->kind, TALLY_ARRANGEMENTS);
        tally->made[kind]++;
        tally->made_count++;
        add(&tally->made_minor[kind], amount_of(row->amount_minor));
        case_of(tally, row->case_no)->is_friendly = true;
    }
    if (is_judged(row->state) && day_is_inside(tally, row->judged_day)) {
        arrangement_judge(tally, row);
    }
    if (row->decided_at_ms != 0 && day_is_inside(tally, day_of(tally, row->decided_at_ms))) {
        bool is_rejected = row->state == ARRANGEMENT_STATE_rejected;
        tally->decided++;
        tally->rejected += is_rejected;
        tally->approved += !is_rejected && row->state != ARRANGEMENT_STATE_returned &&
                           row->state != ARRANGEMENT_STATE_asked;
        int64_t waited_ms = row->decided_at_ms - row->made_at_ms;
        add(&tally->decide_minutes, waited_ms > 0 ? waited_ms / 60000 : 0);
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
            add(&tally->noted_minor, amount_minor);
        }
        return;
    }
    bool is_credited = person_counts(tally, row->credited_no);
    if (!is_credited && !case_is_kept(tally, row->case_no)) {
        return;
    }
    struct tally_case *one = case_of(tally, row->case_no);
    if (row->paid_day > tally->scope.as_of_day) {
        add(&one->case_later_minor, amount_minor);
    }
    if (row->paid_day > tally->scope.until_day) {
        return;
    }
    add(&one->case_paid_minor, amount_minor);
    if (payment_follows_contact(one, row->paid_day)) {
        one->is_succeeded = true;
    }
    if (!is_credited) {
        return;
    }
    one->is_paid = true;
    add(&one->paid_minor, amount_minor);
    if (one->is_contacted && row->paid_day < one->first_contact_day) {
        add(&one->paid_before_minor, amount_minor);
    }
    size_t channel = slot(row->after_channel, TALLY_CHANNELS);
    tally->paid_count++;
    add(&tally->paid_minor, amount_minor);
    tally->paid_counts[channel]++;
    add(&tally->paid_minors[channel], amount_minor);
}

/* The severity of a notice's row is how it was delivered (delivery_results.def). */
static void notice_count(struct tally *tally, const struct incident_row *row)
{
    if (row->severity == DELIVERY_RESULT_not_delivered) {
        return;
    }
    tally->notices_delivered++;
    tally->notices[slot(row->code, TALLY_NOTICES)]++;
    bool is_legal_step =
        row->code == NOTICE_KIND_lawyer_letter || row->code == NOTICE_KIND_court_paper;
    if (is_legal_step && row->case_no != 0) {
        case_of(tally, row->case_no)->is_strict = true;
    }
}

void tally_add_incident(struct tally *tally, const struct incident_row *row)
{
    if (row->is_withdrawn || !day_is_inside(tally, day_of(tally, row->at_ms)) ||
        !person_counts(tally, row->person_no)) {
        return;
    }
    tally->incidents[slot(row->kind, TALLY_KINDS)]++;
    if (row->kind == EVENT_message_answered) {
        tally->late_answers += row->severity != 0 ? 1 : 0;
    } else if (row->kind == EVENT_visit_skipped) {
        tally->skips[slot(row->code, TALLY_SKIPS)]++;
    } else if (row->kind == EVENT_complaint_taken) {
        tally->complaints[slot(row->code, TALLY_COMPLAINTS)]++;
    } else if (row->kind == EVENT_safety_incident) {
        tally->safeties[slot(row->code, TALLY_SAFETIES)]++;
    } else if (row->kind == EVENT_notice_delivered) {
        notice_count(tally, row);
    } else if (row->kind == EVENT_identity_disputed && row->case_no != 0) {
        struct tally_case *one = case_of(tally, row->case_no);
        if (!one->is_identity_disputed || row->at_ms < one->identity_at_ms) {
            one->identity_at_ms = row->at_ms;
        }
        one->is_identity_disputed = true;
    }
}

void tally_add_day(struct tally *tally, const struct day_row *row)
{
    if (!day_is_inside(tally, row->day) || !person_counts(tally, row->person_no)) {
        return;
    }
    tally->days_worked++;
    add(&tally->planned, row->planned);
    if (row->closed_at_ms != 0) { /* its visits are counted only when it closes */
        add(&tally->closed_planned, row->planned);
        tally->days_closed++;
    }
    add(&tally->day_visited, row->visited);
    add(&tally->day_skipped, row->skipped);
    add(&tally->distance_m, row->distance_m);
    add(&tally->planned_distance_m, row->planned_distance_m);
    add(&tally->worked_minutes, row->worked_minutes);
}

/* ---- finish: what depends on all rows of a case ---- */

static int64_t case_owed_then(const struct tally_case *one)
{
    int64_t owed_minor = one->owed_minor;
    add(&owed_minor, one->case_later_minor);
    return owed_minor;
}

static void finish_end(struct tally *tally, const struct tally_case *one, int32_t ended_day)
{
    tally->ended_cases++;
    tally->ends[slot(one->end_reason, TALLY_CLOSES)]++;
    if (one->end_reason != CLOSE_REASON_paid && one->end_reason != CLOSE_REASON_settled) {
        return;
    }
    tally->resolved_cases++;
    if (one->intake_day != 0 && ended_day >= one->intake_day) {
        tally->resolved_timed_cases++;
        add(&tally->resolved_days, ended_day - one->intake_day);
    }
}

static void finish_holding(struct tally *tally, const struct tally_case *one)
{
    int32_t as_of_day = tally->scope.as_of_day;
    bool is_ended = one->ended_at_ms != 0;
    int32_t ended_day = is_ended ? day_of(tally, one->ended_at_ms) : INT32_MAX;
    if (is_ended && day_is_inside(tally, ended_day)) {
        finish_end(tally, one, ended_day);
    }
    if (one->intake_day > as_of_day || ended_day < tally->scope.from_day) {
        return;
    }
    int64_t owed_minor = case_owed_then(one);
    tally->new_cases += day_is_inside(tally, one->intake_day);
    add(&tally->portfolio_minor, owed_minor);
    add(&tally->portfolio_minor, one->case_paid_minor);
    add(&tally->portfolio_paid_minor, one->case_paid_minor);
    if (ended_day <= as_of_day) {
        return;
    }
    enum tally_bucket bucket = tally_bucket_of(one->due_day, as_of_day);
    tally->held_cases++;
    add(&tally->held_minor, owed_minor);
    tally->bucket_cases[bucket]++;
    add(&tally->bucket_minor[bucket], owed_minor);
    if (bucket != TALLY_BUCKET_not_due && owed_minor > 0) {
        tally->overdue_cases++;
        add(&tally->overdue_minor, owed_minor);
        if (bucket == TALLY_BUCKET_over_180) {
            tally->bad_cases++;
            add(&tally->bad_minor, owed_minor);
        }
    }
    tally->touched_cases +=
        one->is_contacted || (one->first_touch_day != 0 && one->first_touch_day <= as_of_day);
}

/* What was owed when work on the case began in the period; never less than what
 * was then paid, so that no recovery rate passes 100 % through interest. */
static int64_t case_involved(const struct tally_case *one)
{
    int64_t involved_minor = 0;
    if (one->is_contacted) {
        involved_minor = one->first_owed_minor;
        add(&involved_minor, one->paid_before_minor);
    } else if (one->is_known) {
        involved_minor = case_owed_then(one);
        add(&involved_minor, one->case_paid_minor);
    }
    return involved_minor > one->paid_minor ? involved_minor : one->paid_minor;
}

static void finish_work(struct tally *tally, const struct tally_case *one)
{
    if (one->is_contacted || one->is_paid) {
        tally->worked_cases++;
        add(&tally->involved_minor, case_involved(one));
    }
    tally->paid_cases += one->is_paid;
    if (!one->is_contacted) {
        return;
    }
    tally->contacted_cases++;
    tally->reached_cases += one->is_reached;
    tally->succeeded_cases += one->is_succeeded;
    for (size_t channel = 0; channel < TALLY_CHANNELS; channel++) {
        tally->contact_cases[channel] += (one->channels >> channel) & 1;
    }
    enum tally_class class = one->class;
    if (class == TALLY_CLASS_suspected && one->unwilling_count >= 2) {
        class = TALLY_CLASS_unwilling;
    }
    tally->class_cases[class]++;
}

static void finish_identity(struct tally *tally, const struct tally_case *one)
{
    if (!one->is_identity_disputed) {
        return;
    }
    tally->identity_cases++;
    if (one->is_owned && one->ended_at_ms >= one->identity_at_ms) {
        tally->identity_stopped_cases++;
        add(&tally->identity_stop_minutes, (one->ended_at_ms - one->identity_at_ms) / 60000);
    }
}

static bool case_went_to_legal(const struct tally *tally, const struct tally_case *one)
{
    return one->is_owned && one->ended_at_ms != 0 && one->end_reason == CLOSE_REASON_to_legal &&
           day_is_inside(tally, day_of(tally, one->ended_at_ms));
}

static int64_t share_of(int64_t amount_minor, int64_t share_bp)
{
    int64_t share_minor = 0;
    if (money_scale(amount_minor, share_bp, 10000, MONEY_ROUND_down, &share_minor) != OK) {
        return INT64_MAX;
    }
    return share_minor;
}

void tally_finish(struct tally *tally)
{
    for (size_t i = 0; i < tally->case_capacity; i++) {
        const struct tally_case *one = &tally->cases[i];
        if (one->case_no == 0) {
            continue;
        }
        if (one->is_owned) {
            finish_holding(tally, one);
        }
        finish_work(tally, one);
        finish_identity(tally, one);
        tally->friendly_cases += one->is_friendly;
        tally->strict_cases += one->is_strict || case_went_to_legal(tally, one);
    }
    if (tally->commission_bp > 0) {
        tally->commission_known = 1;
        tally->commission_minor = share_of(tally->paid_minor, tally->commission_bp);
        if (tally->share_bp > 0) {
            tally->share_known = 1;
            tally->share_minor = share_of(tally->commission_minor, tally->share_bp);
        }
    }
    /* Recovery rate times the share of visits at which no contact rule fired: recovery
     * at the price of conduct scores low. */
    if (tally->involved_minor > 0 && tally->visits > 0) {
        int64_t recovery_bp = 0;
        if (money_scale(tally->paid_minor, 10000, tally->involved_minor, MONEY_ROUND_half_up,
                        &recovery_bp) == OK) {
            tally->score_part = recovery_bp * tally->visits_clean;
            tally->score_whole = tally->visits * 10000;
        }
    }
    tally->cases = NULL;
    tally->case_capacity = 0;
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
