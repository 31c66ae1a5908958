/* Goal: every number of a tally is what a reader would count by hand. The random
 * test recounts with plain loops over the rows, one question at a time, sharing
 * no code with the tally; the edge tests name what the words mean. */
#include "core/rules/metric.h"
#include "tests/core/rules/rows_made.h"

enum { CHINA = 480 };

static struct tally_scope scope_make(int32_t from_day, int32_t until_day)
{
    return (struct tally_scope){
        .from_day = from_day,
        .until_day = until_day,
        .as_of_day = until_day,
        .offset_minutes = CHINA,
        .is_everyone = true,
    };
}

/* ---- the recount ---- */

struct recount {
    const struct rows_made *made;
    struct tally_scope scope;
};

static bool mine(const struct recount *r, uint32_t person_no)
{
    bool is_mine = r->scope.is_everyone;
    for (size_t i = 0; i < r->scope.person_count; i++) {
        is_mine = is_mine || r->scope.persons[i] == person_no;
    }
    return is_mine;
}

static bool within(const struct recount *r, int32_t day)
{
    return r->scope.from_day <= day && day <= r->scope.until_day;
}

/* Civil day in China by arithmetic of its own. */
static int32_t china_day(int64_t at_ms)
{
    int64_t local_ms = at_ms + 8 * 3600000LL;
    int64_t day = local_ms / 86400000LL;
    return (int32_t)(local_ms % 86400000LL < 0 ? day - 1 : day);
}

static bool contact_is_in(const struct recount *r, const struct contact_row *row)
{
    return !row->is_withdrawn && mine(r, row->person_no) && within(r, china_day(row->at_ms));
}

static int64_t count_contacts(const struct recount *r, uint32_t channel)
{
    int64_t count = 0;
    for (size_t i = 0; i < r->made->contact_count; i++) {
        const struct contact_row *row = &r->made->contacts[i];
        count += contact_is_in(r, row) && (channel == 0 || row->channel == channel);
    }
    return count;
}

static int64_t count_outcome_met(const struct recount *r, enum outcome_met met)
{
    int64_t count = 0;
    for (size_t i = 0; i < r->made->contact_count; i++) {
        const struct contact_row *row = &r->made->contacts[i];
        count += contact_is_in(r, row) && row->channel == CONTACT_CHANNEL_visit &&
                 outcome_met(row->outcome) == met;
    }
    return count;
}

static const struct contact_row *first_contact(const struct recount *r, uint64_t case_no)
{
    const struct contact_row *first = NULL;
    for (size_t i = 0; i < r->made->contact_count; i++) {
        const struct contact_row *row = &r->made->contacts[i];
        if (row->case_no == case_no && contact_is_in(r, row) &&
            (first == NULL || row->at_ms < first->at_ms)) {
            first = row;
        }
    }
    return first;
}

static bool contacted_by(const struct recount *r, uint64_t case_no, uint32_t channel)
{
    for (size_t i = 0; i < r->made->contact_count; i++) {
        const struct contact_row *row = &r->made->contacts[i];
        if (row->case_no == case_no && contact_is_in(r, row) && row->channel == channel) {
            return true;
        }
    }
    return false;
}

static bool payment_is_in(const struct recount *r, const struct payment_row *row)
{
    return row->is_posted && row->amount_minor > 0 && within(r, row->paid_day) &&
           mine(r, row->credited_no);
}

static int64_t credited(const struct recount *r, uint64_t case_no, int32_t before_day)
{
    int64_t sum_minor = 0;
    for (size_t i = 0; i < r->made->payment_count; i++) {
        const struct payment_row *row = &r->made->payments[i];
        if (row->case_no == case_no && payment_is_in(r, row) && row->paid_day < before_day) {
            sum_minor += (int64_t)row->amount_minor;
        }
    }
    return sum_minor;
}

/* Posted on the case from `from_day` to `until_day`, whoever is credited. */
static int64_t posted(const struct recount *r, uint64_t case_no, int32_t from_day,
                      int32_t until_day)
{
    int64_t sum_minor = 0;
    for (size_t i = 0; i < r->made->payment_count; i++) {
        const struct payment_row *row = &r->made->payments[i];
        if (row->case_no == case_no && row->is_posted && row->paid_day >= from_day &&
            row->paid_day <= until_day) {
            sum_minor += (int64_t)row->amount_minor;
        }
    }
    return sum_minor;
}

static int64_t involved(const struct recount *r, const struct case_count_row *one)
{
    const struct contact_row *first = first_contact(r, one->case_no);
    int64_t paid_minor = credited(r, one->case_no, INT32_MAX);
    int64_t owed_minor = 0;
    if (first != NULL) {
        owed_minor =
            (int64_t)first->owed_minor + credited(r, one->case_no, china_day(first->at_ms));
    } else if (paid_minor > 0) {
        owed_minor = (int64_t)one->owed_minor +
                     posted(r, one->case_no, r->scope.as_of_day + 1, INT32_MAX) +
                     posted(r, one->case_no, r->scope.from_day, r->scope.until_day);
    }
    return owed_minor > paid_minor ? owed_minor : paid_minor;
}

static bool succeeded(const struct recount *r, uint64_t case_no)
{
    for (size_t i = 0; i < r->made->arrangement_count; i++) {
        const struct arrangement_row *row = &r->made->arrangements[i];
        if (row->case_no == case_no && mine(r, row->person_no) &&
            row->state == ARRANGEMENT_STATE_kept && within(r, row->judged_day)) {
            return true;
        }
    }
    for (size_t p = 0; p < r->made->payment_count; p++) {
        const struct payment_row *paid = &r->made->payments[p];
        if (paid->case_no != case_no || !paid->is_posted || paid->amount_minor == 0 ||
            !within(r, paid->paid_day)) {
            continue;
        }
        for (size_t i = 0; i < r->made->contact_count; i++) {
            const struct contact_row *row = &r->made->contacts[i];
            int32_t waited = paid->paid_day - china_day(row->at_ms);
            if (row->case_no == case_no && !row->is_withdrawn && mine(r, row->person_no) &&
                china_day(row->at_ms) >= r->scope.from_day - 180 && waited >= 0 && waited <= 30) {
                return true;
            }
        }
    }
    return false;
}

static int64_t count_incidents(const struct recount *r, uint32_t kind, uint32_t code)
{
    int64_t count = 0;
    for (size_t i = 0; i < r->made->incident_count; i++) {
        const struct incident_row *row = &r->made->incidents[i];
        count += !row->is_withdrawn && mine(r, row->person_no) && row->kind == kind &&
                 (code == 0 || row->code == code) && within(r, china_day(row->at_ms));
    }
    return count;
}

static int64_t count_judged(const struct recount *r, uint32_t kind, uint32_t state)
{
    int64_t count = 0;
    for (size_t i = 0; i < r->made->arrangement_count; i++) {
        const struct arrangement_row *row = &r->made->arrangements[i];
        bool has_state = state != 0 ? row->state == state
                                    : row->state == ARRANGEMENT_STATE_kept ||
                                          row->state == ARRANGEMENT_STATE_part_kept ||
                                          row->state == ARRANGEMENT_STATE_broken;
        count += mine(r, row->person_no) && (kind == 0 || row->kind == kind) && has_state &&
                 within(r, row->judged_day);
    }
    return count;
}

static void expect_metric(const struct tally *tally, enum metric metric, int64_t numerator,
                          int64_t denominator)
{
    struct metric_value value = metric_of(tally, metric);
    if (value.numerator != numerator || value.denominator != denominator) {
        fail_msg("%s is %lld / %lld, counted by hand %lld / %lld", metric_name(metric),
                 (long long)value.numerator, (long long)value.denominator, (long long)numerator,
                 (long long)denominator);
    }
}

static void recount_work(const struct recount *r, const struct tally *tally)
{
    int64_t worked = 0;
    int64_t involved_minor = 0;
    int64_t contacted = 0;
    int64_t success = 0;
    int64_t by_call = 0;
    int64_t by_visit = 0;
    int64_t paid_cases = 0;
    int64_t paid_minor = 0;
    for (size_t i = 0; i < r->made->case_count; i++) {
        const struct case_count_row *one = &r->made->cases[i];
        bool is_contacted = first_contact(r, one->case_no) != NULL;
        int64_t case_paid_minor = credited(r, one->case_no, INT32_MAX);
        worked += is_contacted || case_paid_minor > 0;
        involved_minor += involved(r, one);
        contacted += is_contacted;
        success += is_contacted && succeeded(r, one->case_no);
        by_call += contacted_by(r, one->case_no, CONTACT_CHANNEL_call);
        by_visit += contacted_by(r, one->case_no, CONTACT_CHANNEL_visit);
        paid_cases += case_paid_minor > 0;
        paid_minor += case_paid_minor;
    }
    int64_t visits = count_contacts(r, CONTACT_CHANNEL_visit);
    expect_metric(tally, METRIC_worked_cases, worked, 1);
    expect_metric(tally, METRIC_involved_amount, involved_minor, 1);
    expect_metric(tally, METRIC_paid_cases, paid_cases, 1);
    expect_metric(tally, METRIC_paid_amount, paid_minor, 1);
    expect_metric(tally, METRIC_recovery_rate, paid_minor, involved_minor);
    expect_metric(tally, METRIC_success_rate, success, contacted);
    expect_metric(tally, METRIC_call_cases, by_call, 1);
    expect_metric(tally, METRIC_visit_cases, by_visit, 1);
    expect_metric(tally, METRIC_contacts, count_contacts(r, 0), 1);
    expect_metric(tally, METRIC_letters, count_contacts(r, CONTACT_CHANNEL_letter), 1);
    expect_metric(tally, METRIC_visits, visits, 1);
    expect_metric(tally, METRIC_met_rate, count_outcome_met(r, OUTCOME_MET_debtor), visits);
    expect_metric(tally, METRIC_complaint_rate, count_incidents(r, EVENT_complaint_taken, 0),
                  visits);

    int64_t answered = 0;
    int64_t dwell_s = 0;
    int64_t flagged = 0;
    int64_t clean = 0;
    int64_t empty_doors = 0;
    for (size_t i = 0; i < r->made->contact_count; i++) {
        const struct contact_row *row = &r->made->contacts[i];
        if (!contact_is_in(r, row)) {
            continue;
        }
        answered +=
            row->channel == CONTACT_CHANNEL_call &&
            (row->result == CONTACT_RESULT_answered || row->result == CONTACT_RESULT_refused ||
             row->result == CONTACT_RESULT_wrong_number);
        dwell_s += row->dwell_s;
        flagged += row->fired_count != 0;
        clean += row->channel == CONTACT_CHANNEL_visit && row->fired_count == 0;
        empty_doors += row->outcome == OUTCOME_nobody_home;
    }
    expect_metric(tally, METRIC_answer_rate, answered, count_contacts(r, CONTACT_CHANNEL_call));
    expect_metric(tally, METRIC_site_minutes_per_visit, dwell_s, visits);
    expect_metric(tally, METRIC_flagged_contacts, flagged, 1);
    expect_metric(tally, METRIC_clean_visit_rate, clean, visits);
    expect_metric(tally, METRIC_nobody_home_rate, empty_doors, visits);
}

static void recount_money(const struct recount *r, const struct tally *tally)
{
    int64_t counts[TALLY_CHANNELS] = {0};
    int64_t minors[TALLY_CHANNELS] = {0};
    int64_t payments = 0;
    int64_t noted = 0;
    for (size_t i = 0; i < r->made->payment_count; i++) {
        const struct payment_row *row = &r->made->payments[i];
        if (payment_is_in(r, row)) {
            payments++;
            counts[row->after_channel]++;
            minors[row->after_channel] += (int64_t)row->amount_minor;
        }
        noted += !row->is_posted && row->amount_minor > 0 && within(r, row->paid_day) &&
                 mine(r, row->credited_no);
    }
    expect_metric(tally, METRIC_payments, payments, 1);
    expect_metric(tally, METRIC_call_paid, counts[CONTACT_CHANNEL_call], 1);
    expect_metric(tally, METRIC_message_paid_amount, minors[CONTACT_CHANNEL_sms], 1);
    expect_metric(tally, METRIC_visit_paid_amount, minors[CONTACT_CHANNEL_visit], 1);
    expect_metric(tally, METRIC_noted_payments, noted, 1);
}

static void recount_promises(const struct recount *r, const struct tally *tally)
{
    int64_t made = 0;
    int64_t friendly = 0;
    for (size_t c = 0; c < r->made->case_count; c++) {
        bool is_friendly = false;
        for (size_t i = 0; i < r->made->arrangement_count; i++) {
            const struct arrangement_row *row = &r->made->arrangements[i];
            if (row->case_no != r->made->cases[c].case_no || !mine(r, row->person_no) ||
                row->state == ARRANGEMENT_STATE_withdrawn ||
                !within(r, china_day(row->made_at_ms))) {
                continue;
            }
            is_friendly = true;
            made += row->kind == ARRANGEMENT_KIND_promise;
        }
        friendly += is_friendly;
    }
    int64_t judged = count_judged(r, ARRANGEMENT_KIND_promise, 0);
    expect_metric(tally, METRIC_promises_made, made, 1);
    expect_metric(tally, METRIC_friendly_cases, friendly, 1);
    expect_metric(tally, METRIC_kept_rate,
                  count_judged(r, ARRANGEMENT_KIND_promise, ARRANGEMENT_STATE_kept), judged);
    expect_metric(tally, METRIC_promises_part_kept,
                  count_judged(r, ARRANGEMENT_KIND_promise, ARRANGEMENT_STATE_part_kept), 1);
    expect_metric(tally, METRIC_promises_broken,
                  count_judged(r, ARRANGEMENT_KIND_promise, ARRANGEMENT_STATE_broken), 1);
    expect_metric(tally, METRIC_default_rate, count_judged(r, 0, ARRANGEMENT_STATE_broken),
                  count_judged(r, 0, 0));
}

static void recount_holding(const struct recount *r, const struct tally *tally)
{
    int32_t as_of = r->scope.as_of_day;
    int64_t held = 0;
    int64_t held_minor = 0;
    int64_t overdue = 0;
    int64_t overdue_minor = 0;
    int64_t bad_minor = 0;
    int64_t touched = 0;
    for (size_t i = 0; i < r->made->case_count; i++) {
        const struct case_count_row *one = &r->made->cases[i];
        if (!mine(r, one->owner_no) || one->intake_day > as_of ||
            (one->ended_at_ms != 0 && china_day(one->ended_at_ms) <= as_of)) {
            continue;
        }
        int64_t owed_minor =
            (int64_t)one->owed_minor + posted(r, one->case_no, as_of + 1, INT32_MAX);
        bool is_overdue = as_of > one->due_day && owed_minor > 0;
        held++;
        held_minor += owed_minor;
        overdue += is_overdue;
        overdue_minor += is_overdue ? owed_minor : 0;
        bad_minor += is_overdue && as_of - one->due_day > 180 ? owed_minor : 0;
        touched += (one->first_touch_day != 0 && one->first_touch_day <= as_of);
    }
    expect_metric(tally, METRIC_held_cases, held, 1);
    expect_metric(tally, METRIC_held_amount, held_minor, 1);
    expect_metric(tally, METRIC_overdue_accounts, overdue, 1);
    expect_metric(tally, METRIC_overdue_rate, overdue_minor, held_minor);
    expect_metric(tally, METRIC_bad_rate, bad_minor, held_minor);
    expect_metric(tally, METRIC_first_cover_rate, touched, held);

    int64_t ended = 0;
    int64_t resolved = 0;
    int64_t to_legal = 0;
    for (size_t i = 0; i < r->made->case_count; i++) {
        const struct case_count_row *one = &r->made->cases[i];
        if (one->ended_at_ms != 0 && mine(r, one->owner_no) &&
            within(r, china_day(one->ended_at_ms))) {
            ended++;
            resolved +=
                one->end_reason == CLOSE_REASON_paid || one->end_reason == CLOSE_REASON_settled;
            to_legal += one->end_reason == CLOSE_REASON_to_legal;
        }
    }
    expect_metric(tally, METRIC_ended_cases, ended, 1);
    expect_metric(tally, METRIC_contacts_per_resolved, count_contacts(r, 0), resolved);
    EXPECT_INT(to_legal, tally->ends[CLOSE_REASON_to_legal]);
    EXPECT(tally->strict_cases >= to_legal);
}

static void recount_rest(const struct recount *r, const struct tally *tally)
{
    expect_metric(tally, METRIC_disputes, count_incidents(r, EVENT_dispute_raised, 0), 1);
    expect_metric(tally, METRIC_hardships, count_incidents(r, EVENT_hardship_noted, 0), 1);
    expect_metric(tally, METRIC_safety_incidents, count_incidents(r, EVENT_safety_incident, 0), 1);
    expect_metric(tally, METRIC_reveals, count_incidents(r, EVENT_detail_revealed, 0), 1);
    expect_metric(tally, METRIC_corrections, count_incidents(r, EVENT_correction, 0), 1);
    expect_metric(tally, METRIC_conduct_notes, count_incidents(r, EVENT_conduct_noted, 0), 1);
    for (uint32_t code = 1; code <= 6; code++) {
        EXPECT_INT(count_incidents(r, EVENT_visit_skipped, code), tally->skips[code]);
        EXPECT_INT(count_incidents(r, EVENT_complaint_taken, code), tally->complaints[code]);
    }
    int64_t notices = 0;
    int64_t strict = 0;
    for (size_t c = 0; c < r->made->case_count; c++) {
        const struct case_count_row *one = &r->made->cases[c];
        bool is_strict = one->ended_at_ms != 0 && one->end_reason == CLOSE_REASON_to_legal &&
                         mine(r, one->owner_no) && within(r, china_day(one->ended_at_ms));
        for (size_t i = 0; i < r->made->incident_count; i++) {
            const struct incident_row *row = &r->made->incidents[i];
            if (row->case_no == one->case_no && row->kind == EVENT_notice_delivered &&
                !row->is_withdrawn && mine(r, row->person_no) && within(r, china_day(row->at_ms)) &&
                row->severity != 5) {
                notices++;
                is_strict = is_strict || row->code == 5 || row->code == 6;
            }
        }
        strict += is_strict;
    }
    expect_metric(tally, METRIC_notices_delivered, notices, 1);
    expect_metric(tally, METRIC_strict_cases, strict, 1);

    int64_t planned = 0;
    int64_t visited = 0;
    int64_t distance_m = 0;
    int64_t planned_m = 0;
    int64_t minutes_worked = 0;
    int64_t closed_count = 0;
    for (size_t i = 0; i < r->made->day_count; i++) {
        const struct day_row *row = &r->made->days[i];
        if (mine(r, row->person_no) && within(r, row->day)) {
            planned += row->closed_at_ms != 0 ? row->planned : 0;
            visited += row->visited;
            distance_m += row->distance_m;
            planned_m += row->planned_distance_m;
            minutes_worked += row->worked_minutes;
            closed_count += row->closed_at_ms != 0;
        }
    }
    expect_metric(tally, METRIC_plan_done_rate, visited, planned);
    expect_metric(tally, METRIC_distance, distance_m, 1);
    expect_metric(tally, METRIC_planned_distance, planned_m, 1);
    expect_metric(tally, METRIC_worked_hours, minutes_worked, 1);
    expect_metric(tally, METRIC_worked_hours_per_day, minutes_worked, closed_count);

    int64_t disputed = 0;
    int64_t stopped = 0;
    int64_t minutes = 0;
    for (size_t c = 0; c < r->made->case_count; c++) {
        int64_t first_ms = 0;
        int64_t stop_ms = 0;
        for (size_t i = 0; i < r->made->incident_count; i++) {
            const struct incident_row *row = &r->made->incidents[i];
            if (row->case_no != r->made->cases[c].case_no || row->is_withdrawn) {
                continue;
            }
            if (row->kind == EVENT_identity_disputed && mine(r, row->person_no) &&
                within(r, china_day(row->at_ms)) && (first_ms == 0 || row->at_ms < first_ms)) {
                first_ms = row->at_ms;
            }
        }
        const struct case_count_row *one = &r->made->cases[c];
        stop_ms = mine(r, one->owner_no) ? one->ended_at_ms : 0;
        disputed += first_ms != 0;
        stopped += first_ms != 0 && stop_ms >= first_ms;
        minutes += first_ms != 0 && stop_ms >= first_ms ? (stop_ms - first_ms) / 60000 : 0;
    }
    expect_metric(tally, METRIC_identity_cases, disputed, 1);
    expect_metric(tally, METRIC_identity_stop_hours, minutes, stopped);
}

TEST(test_tally_equals_a_recount_by_hand)
{
    static const uint32_t two[] = {2, 4};
    int32_t from_day = date_from_civil(2026, 9, 20);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct rows_made made = rows_make(&arena, seed, 900, from_day, from_day + 60);
        struct tally_scope scope =
            scope_make(date_from_civil(2026, 10, 1), date_from_civil(2026, 10, 31));
        if (seed % 2 == 0) {
            scope.is_everyone = false;
            scope.persons = two;
            scope.person_count = COUNT(two);
        }
        struct tally tally;
        tally_start(&tally, &arena, &scope);
        rows_tally(&made, &tally);
        struct recount recount = {&made, scope};
        recount_work(&recount, &tally);
        recount_money(&recount, &tally);
        recount_promises(&recount, &tally);
        recount_holding(&recount, &tally);
        recount_rest(&recount, &tally);
        arena_deinit(&arena);
    }
}

TEST(test_tally_does_not_depend_on_the_order_of_rows)
{
    struct arena arena;
    arena_init(&arena, 0);
    int32_t from_day = date_from_civil(2026, 10, 1);
    struct rows_made made = rows_make(&arena, 7, 2000, from_day, from_day + 30);
    struct tally_scope scope = scope_make(from_day + 5, from_day + 20);
    struct tally forward;
    tally_start(&forward, &arena, &scope);
    rows_tally(&made, &forward);
    struct tally backward;
    tally_start(&backward, &arena, &scope);
    for (size_t i = made.case_count; i > 0; i--) {
        tally_add_case(&backward, &made.cases[i - 1]);
    }
    for (size_t i = made.contact_count; i > 0; i--) {
        tally_add_contact(&backward, &made.contacts[i - 1]);
    }
    for (size_t i = made.day_count; i > 0; i--) {
        tally_add_day(&backward, &made.days[i - 1]);
    }
    for (size_t i = made.incident_count; i > 0; i--) {
        tally_add_incident(&backward, &made.incidents[i - 1]);
    }
    for (size_t i = made.payment_count; i > 0; i--) {
        tally_add_payment(&backward, &made.payments[i - 1]);
    }
    for (size_t i = made.arrangement_count; i > 0; i--) {
        tally_add_arrangement(&backward, &made.arrangements[i - 1]);
    }
    tally_finish(&backward);
    for (int i = 0; i < METRIC_COUNT; i++) {
        struct metric_value a = metric_of(&forward, (enum metric)i);
        struct metric_value b = metric_of(&backward, (enum metric)i);
        EXPECT_ROW(metric_name((enum metric)i),
                   a.numerator == b.numerator && a.denominator == b.denominator);
    }
    arena_deinit(&arena);
}

TEST(test_tally_sizes_hold_every_code_of_the_lists)
{
    static const struct {
        enum catalog list;
        uint32_t size;
    } rows[] = {
        {CATALOG_contact_channel, TALLY_CHANNELS}, {CATALOG_outcome, TALLY_OUTCOMES},
        {CATALOG_skip_reason, TALLY_SKIPS},        {CATALOG_complaint_kind, TALLY_COMPLAINTS},
        {CATALOG_safety_kind, TALLY_SAFETIES},     {CATALOG_notice_kind, TALLY_NOTICES},
        {CATALOG_close_reason, TALLY_CLOSES},      {CATALOG_arrangement_kind, TALLY_ARRANGEMENTS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t at = 0; at < catalog_count(rows[i].list); at++) {
            EXPECT_ROW(catalog_list_name(rows[i].list),
                       catalog_code_at(rows[i].list, at) < rows[i].size);
        }
    }
#define EVENT(code, name, Message, origin, about) EXPECT_ROW(#name, (code) < TALLY_KINDS);
#include "core/event/events.def"
#undef EVENT
}

TEST(test_tally_counts_an_unknown_code_without_harm)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct tally_scope scope = scope_make(100, 100);
    struct tally tally;
    tally_start(&tally, &arena, &scope);
    int64_t noon_ms = date_instant(100, 720, CHINA);
    tally_add_contact(&tally, &(struct contact_row){.case_no = 1,
                                                    .person_no = 1,
                                                    .channel = 4000000000U,
                                                    .outcome = 99999,
                                                    .at_ms = noon_ms,
                                                    .owed_minor = UINT64_MAX});
    tally_add_incident(&tally,
                       &(struct incident_row){.kind = 5000, .code = 5000, .at_ms = noon_ms});
    tally_add_arrangement(&tally, &(struct arrangement_row){.case_no = 1,
                                                            .kind = 77,
                                                            .state = 99,
                                                            .amount_minor = UINT64_MAX,
                                                            .made_at_ms = noon_ms});
    tally_finish(&tally);
    EXPECT_INT(1, tally.contacts[0]);
    EXPECT_INT(1, tally.contact_count);
    EXPECT_INT(1, tally.made[0]);
    EXPECT_INT(INT64_MAX, tally.involved_minor);
    arena_deinit(&arena);
}

/* A day is a day where the borrower lives: 16:00 UTC is midnight in China. */
TEST(test_tally_days_begin_at_midnight_of_the_zone)
{
    static const struct {
        const char *row;
        int64_t shift_ms;
        int64_t count;
    } rows[] = {
        {"last millisecond of the day before", -1, 0},
        {"first millisecond", 0, 1},
        {"last millisecond", 86399999, 1},
        {"next day", 86400000, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct tally_scope scope = scope_make(20000, 20000);
        struct tally tally;
        tally_start(&tally, &arena, &scope);
        struct contact_row row = {.case_no = 1,
                                  .person_no = 1,
                                  .channel = CONTACT_CHANNEL_visit,
                                  .at_ms = 20000 * DATE_DAY_MS - 8 * 3600000 + rows[i].shift_ms};
        tally_add_contact(&tally, &row);
        tally_finish(&tally);
        EXPECT_ROW(rows[i].row, tally.visits == rows[i].count);
        arena_deinit(&arena);
    }
}

TEST(test_tally_class_never_calls_a_poor_debtor_unwilling)
{
    static const struct {
        const char *row;
        uint32_t ability, willingness, reason;
        enum tally_class class;
    } rows[] = {
        {"nothing known", 0, 0, 0, TALLY_CLASS_unknown},
        {"can and will", 3, 3, 0, TALLY_CLASS_unknown},
        {"cannot but will", 1, 3, 0, TALLY_CLASS_short},
        {"partly able", 2, 3, 0, TALLY_CLASS_short},
        {"out of work, ability unknown", 0, 3, DEFAULT_REASON_income_lost, TALLY_CLASS_short},
        {"cannot and will not", 1, 1, 0, TALLY_CLASS_unknown},
        {"cannot, said to be unwilling", 1, 1, DEFAULT_REASON_unwilling, TALLY_CLASS_unknown},
        {"can but will not", 3, 1, 0, TALLY_CLASS_suspected},
        {"unwilling as reason alone", 0, 0, DEFAULT_REASON_unwilling, TALLY_CLASS_suspected},
        {"unwilling as reason, but willing now", 3, 3, DEFAULT_REASON_unwilling,
         TALLY_CLASS_unknown},
        {"refuses, ability unknown", 0, 1, 0, TALLY_CLASS_unknown},
        {"forgot", 3, 3, DEFAULT_REASON_forgot, TALLY_CLASS_forgot},
        {"was not told", 0, 0, DEFAULT_REASON_not_informed, TALLY_CLASS_forgot},
        {"bank error", 3, 3, DEFAULT_REASON_bank_error, TALLY_CLASS_unknown},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].row, tally_class_of(rows[i].ability, rows[i].willingness,
                                               rows[i].reason) == rows[i].class);
    }
}

/* Requirement 80: two evidenced events at least; the first may be months old. */
TEST(test_tally_unwilling_needs_two_contacts)
{
    static const struct {
        const char *row;
        int32_t earlier_days; /* before the period; 0: no earlier contact */
        enum tally_class class;
    } rows[] = {
        {"one contact", 0, TALLY_CLASS_suspected},
        {"second one the day before", 1, TALLY_CLASS_unwilling},
        {"second one 180 days before", 180, TALLY_CLASS_unwilling},
        {"second one 181 days before", 181, TALLY_CLASS_suspected},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct tally_scope scope = scope_make(20000, 20006);
        struct tally tally;
        tally_start(&tally, &arena, &scope);
        struct contact_row row = {.case_no = 5,
                                  .person_no = 1,
                                  .channel = CONTACT_CHANNEL_visit,
                                  .ability = 3,
                                  .willingness = 1,
                                  .at_ms = date_instant(20003, 600, CHINA)};
        tally_add_contact(&tally, &row);
        if (rows[i].earlier_days > 0) {
            row.at_ms = date_instant(20000 - rows[i].earlier_days, 600, CHINA);
            tally_add_contact(&tally, &row);
        }
        tally_finish(&tally);
        EXPECT_ROW(rows[i].row, tally.class_cases[rows[i].class] == 1);
        EXPECT_INT(1, tally.visits);
        arena_deinit(&arena);
    }
}

TEST(test_tally_success_window_is_thirty_days)
{
    static const struct {
        int32_t waited;
        int64_t succeeded;
    } rows[] = {{-1, 0}, {0, 1}, {30, 1}, {31, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct tally_scope scope = scope_make(20000, 20059);
        struct tally tally;
        tally_start(&tally, &arena, &scope);
        tally_add_contact(&tally, &(struct contact_row){.case_no = 5,
                                                        .person_no = 1,
                                                        .channel = CONTACT_CHANNEL_call,
                                                        .at_ms = date_instant(20010, 600, CHINA)});
        tally_add_payment(&tally, &(struct payment_row){.case_no = 5,
                                                        .amount_minor = 1,
                                                        .paid_day = 20010 + rows[i].waited,
                                                        .is_posted = true});
        tally_finish(&tally);
        EXPECT_INT(rows[i].succeeded, tally.succeeded_cases);
        arena_deinit(&arena);
    }
}

TEST(test_tally_buckets_have_their_edges)
{
    static const struct {
        int32_t past_due;
        enum tally_bucket bucket;
    } rows[] = {
        {-5, TALLY_BUCKET_not_due}, {0, TALLY_BUCKET_not_due},  {1, TALLY_BUCKET_to_30},
        {30, TALLY_BUCKET_to_30},   {31, TALLY_BUCKET_to_90},   {90, TALLY_BUCKET_to_90},
        {91, TALLY_BUCKET_to_180},  {180, TALLY_BUCKET_to_180}, {181, TALLY_BUCKET_over_180},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_INT(rows[i].bucket, tally_bucket_of(20000, 20000 + rows[i].past_due));
    }
}

/* What was paid early in the month belongs to the debt that was worked on. */
TEST(test_tally_involved_amount_looks_back_over_payments)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct tally_scope scope = scope_make(20000, 20030);
    struct tally tally;
    tally_start(&tally, &arena, &scope);
    tally_add_case(&tally,
                   &(struct case_count_row){.case_no = 8, .owner_no = 1, .owed_minor = 700});
    tally_add_contact(&tally, &(struct contact_row){.case_no = 7,
                                                    .person_no = 1,
                                                    .channel = CONTACT_CHANNEL_visit,
                                                    .owed_minor = 600,
                                                    .at_ms = date_instant(20010, 600, CHINA)});
    /* 400 before the visit and 100 after it: 1,000 were at stake. */
    tally_add_payment(&tally, &(struct payment_row){.case_no = 7,
                                                    .amount_minor = 400,
                                                    .paid_day = 20005,
                                                    .is_posted = true,
                                                    .credited_no = 1});
    tally_add_payment(&tally, &(struct payment_row){.case_no = 7,
                                                    .amount_minor = 100,
                                                    .paid_day = 20012,
                                                    .is_posted = true,
                                                    .credited_no = 1});
    /* Never contacted: 700 owed now, 300 paid in and 200 after the period. */
    tally_add_payment(&tally, &(struct payment_row){.case_no = 8,
                                                    .amount_minor = 300,
                                                    .paid_day = 20020,
                                                    .is_posted = true,
                                                    .credited_no = 1});
    tally_add_payment(&tally, &(struct payment_row){.case_no = 8,
                                                    .amount_minor = 200,
                                                    .paid_day = 20040,
                                                    .is_posted = true,
                                                    .credited_no = 1});
    tally_finish(&tally);
    EXPECT_INT(1000 + 700 + 300 + 200, tally.involved_minor);
    EXPECT_INT(800, tally.paid_minor);
    EXPECT_INT(900, tally.held_minor);
    arena_deinit(&arena);
}

TEST(test_tally_commission_is_unknown_until_decided)
{
    static const struct {
        int64_t commission_bp, share_bp, commission_minor, share_minor;
        bool has_commission, has_share;
    } rows[] = {
        {0, 7000, 0, 0, false, false},
        {500, 0, 4, 0, true, false},
        {500, 7000, 4, 2, true, true}, /* 99 × 5 % = 4.95 → 4; 4 × 0.7 = 2.8 → 2 */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct tally_scope scope = scope_make(20000, 20030);
        struct tally tally;
        tally_start(&tally, &arena, &scope);
        tally.commission_bp = rows[i].commission_bp;
        tally.share_bp = rows[i].share_bp;
        tally_add_payment(
            &tally, &(struct payment_row){
                        .case_no = 7, .amount_minor = 99, .paid_day = 20005, .is_posted = true});
        tally_finish(&tally);
        struct metric_value commission = metric_of(&tally, METRIC_commission);
        struct metric_value share = metric_of(&tally, METRIC_department_share);
        EXPECT_INT(rows[i].has_commission, commission.has_value);
        EXPECT_INT(rows[i].has_share, share.has_value);
        EXPECT_INT(rows[i].commission_minor, commission.value);
        EXPECT_INT(rows[i].share_minor, share.value);
        arena_deinit(&arena);
    }
}

/* Goal: while a day is under way its plan is known and its visits are not, so it weighs
 * nothing in the plan done rate: no data, never 0 %; it weighs from its closing on. */
TEST(test_an_open_day_is_no_plan_missed)
{
    static const struct {
        const char *name;
        struct day_row days[2];
        int64_t visited, planned, planned_stops;
    } rows[] = {
        {"one day, open", {{.planned = 8, .opened_at_ms = 1}}, 0, 0, 8},
        {"one day, closed",
         {{.planned = 8, .visited = 6, .opened_at_ms = 1, .closed_at_ms = 2}},
         6,
         8,
         8},
        {"closed, nothing visited",
         {{.planned = 8, .opened_at_ms = 1, .closed_at_ms = 2}},
         0,
         8,
         8},
        {"a closed day and an open one",
         {{.planned = 8, .visited = 6, .opened_at_ms = 1, .closed_at_ms = 2},
          {.planned = 5, .opened_at_ms = 3}},
         6,
         8,
         13},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const struct tally_scope scope = {
            .from_day = 20000, .until_day = 20001, .as_of_day = 20001, .is_everyone = true};
        struct tally tally;
        tally_start(&tally, &arena, &scope);
        for (size_t d = 0; d < COUNT(rows[i].days); d++) {
            struct day_row day = rows[i].days[d];
            day.person_no = 1;
            day.day = 20000 + (int32_t)d;
            tally_add_day(&tally, &day);
        }
        tally_finish(&tally);
        EXPECT_ROW(rows[i].name, tally.closed_planned == rows[i].planned);
        expect_metric(&tally, METRIC_plan_done_rate, rows[i].visited, rows[i].planned);
        expect_metric(&tally, METRIC_planned_stops, rows[i].planned_stops, 1);
        arena_deinit(&arena);
    }
}
