#include "core/rules/gate.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/gate_law.h"
#include "core/rules/law_shelf.h"

#include <string.h>

/* Stages as bits, for the table of flags. */
enum { IN_PLAN = 1, IN_CHECKIN = 2, IN_SPEAK = 4, IN_ARRANGE = 8 };

/* Which stop flag is read at which stage (compliance model, stages P, I, C, A), and what
 * it asks for besides. */
static const struct {
    enum stop_flag flag;
    enum refusal refusal;
    unsigned stages;
    uint32_t obligations;
} flag_rows[] = {
    {STOP_FLAG_cease_contact, REFUSAL_cease_contact, IN_PLAN | IN_CHECKIN | IN_SPEAK, 0},
    {STOP_FLAG_refuses_visits, REFUSAL_refuses_visits, IN_PLAN | IN_CHECKIN | IN_SPEAK, 0},
    {STOP_FLAG_dispute, REFUSAL_dispute, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_stop_demand | OBLIGATION_pass_to_client},
    {STOP_FLAG_identity_dispute, REFUSAL_identity_dispute,
     IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_stop_demand | OBLIGATION_pass_to_client},
    {STOP_FLAG_moratorium, REFUSAL_moratorium, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_stop_demand},
    {STOP_FLAG_in_treatment, REFUSAL_moratorium, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_stop_demand},
    {STOP_FLAG_notice_missing, REFUSAL_notice_missing, IN_PLAN | IN_CHECKIN, 0},
    {STOP_FLAG_deceased, REFUSAL_deceased, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_stop_demand | OBLIGATION_pass_to_client},
    {STOP_FLAG_incapacity, REFUSAL_incapacity, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_stop_demand},
    {STOP_FLAG_acute_hardship, REFUSAL_acute_hardship, IN_PLAN | IN_CHECKIN | IN_SPEAK,
     OBLIGATION_offer_forbearance},
    {STOP_FLAG_hardship, REFUSAL_hardship, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_offer_forbearance},
    {STOP_FLAG_vulnerable, REFUSAL_hardship, IN_PLAN | IN_CHECKIN | IN_SPEAK | IN_ARRANGE,
     OBLIGATION_offer_forbearance},
    {STOP_FLAG_plan_kept, REFUSAL_plan_kept, IN_PLAN | IN_CHECKIN | IN_SPEAK,
     OBLIGATION_stop_demand},
    {STOP_FLAG_complaint_open, REFUSAL_complaint_open, IN_PLAN | IN_CHECKIN, 0},
    {STOP_FLAG_legality_in_doubt, REFUSAL_legality_in_doubt, IN_PLAN | IN_CHECKIN | IN_ARRANGE,
     OBLIGATION_pass_to_client},
    {STOP_FLAG_represented, REFUSAL_represented, IN_PLAN | IN_CHECKIN | IN_SPEAK, 0},
    {STOP_FLAG_hazard, REFUSAL_hazard, IN_PLAN | IN_CHECKIN, 0},
    {STOP_FLAG_lost_contact, REFUSAL_lost_contact, IN_PLAN | IN_CHECKIN, 0},
};

static unsigned stage_bit(enum gate_stage stage)
{
    switch (stage) {
    case GATE_plan:
        return IN_PLAN;
    case GATE_checkin:
        return IN_CHECKIN;
    case GATE_speak:
        return IN_SPEAK;
    case GATE_arrange:
        return IN_ARRANGE;
    }
    UNREACHABLE();
}

/* ---- the rules, one function each ---- */

struct gate {
    const struct policy *policy;
    const struct gate_facts *facts;
    enum gate_stage stage;
    int32_t today;
    struct law_verdict law; /* nothing fired when the policy has no image */
    struct verdict verdict;
};

/* What a supervisor lifted is recorded and stops nothing. */
static enum severity after_pass(const struct gate *gate, enum refusal refusal,
                                enum severity severity)
{
    const struct gate_facts *facts = gate->facts;
    char rule[LAW_RULE_TEXT_SIZE];
    bool is_lifted =
        severity > SEVERITY_log && facts->pass_rule != NULL &&
        facts->pass_until_ms > facts->now_ms &&
        strcmp(law_rule_to_text(rule, gate_law_rule(refusal)), facts->pass_rule) == 0 &&
        gate_pass_lifts(gate->policy, facts->pass_rule);
    return is_lifted ? SEVERITY_log : severity;
}

/* By the numbers or by the image, whichever is stricter. */
static enum severity severity_of(const struct gate *gate, enum refusal refusal)
{
    enum severity by_numbers = policy_severity(gate->policy, refusal);
    enum severity by_image = gate_law_severity(&gate->law, refusal);
    return after_pass(gate, refusal, by_image > by_numbers ? by_image : by_numbers);
}

static struct verdict_fired *fire(struct gate *gate, enum refusal refusal)
{
    return verdict_fire(&gate->verdict, refusal, severity_of(gate, refusal));
}

static void check_hours(struct gate *gate)
{
    const struct policy *policy = gate->policy;
    const struct gate_facts *facts = gate->facts;
    struct gate_hours hours = gate_hours(policy, facts->record, facts->state, facts->now_ms);
    int32_t left = hours.left_minutes;
    if (left > 0) {
        if (left < policy->closing_warning) {
            verdict_value(fire(gate, REFUSAL_closing_soon), "minutes", EVENT_VALUE_count, left);
        }
        return;
    }
    enum severity severity = policy_severity(policy, REFUSAL_contact_hours);
    if (facts->has_hours_consent && severity > SEVERITY_log) {
        severity = SEVERITY_log; /* the debtor's consent is the one override the rule names */
    }
    enum severity by_image = gate_law_severity(&gate->law, REFUSAL_contact_hours);
    severity = by_image > severity ? by_image : severity;
    struct verdict_fired *fired = verdict_fire(&gate->verdict, REFUSAL_contact_hours, severity);
    verdict_value(fired, "open", EVENT_VALUE_minute, hours.open_minute);
    verdict_value(fired, "close", EVENT_VALUE_minute, hours.close_minute);
    verdict_value(fired, "next", EVENT_VALUE_instant, hours.next_open_at_ms);
    gate->verdict.next_ok_at_ms = hours.next_open_at_ms;
    if (gate->stage == GATE_speak && !facts->has_hours_consent) {
        fire(gate, REFUSAL_open_past_close);
        gate->verdict.obligations |= OBLIGATION_leave_now;
    }
}

/* An executor may be spoken to about a deceased's debt, a representative always instead of
 * the debtor. */
static enum severity flag_severity(const struct gate *gate, enum refusal refusal)
{
    enum severity severity = policy_severity(gate->policy, refusal);
    enum severity by_image = gate_law_severity(&gate->law, refusal);
    enum matrix_role target = role_matrix(gate->facts->target_role);
    bool is_executor = gate->facts->target_role != ROLE_none &&
                       (target == MATRIX_ROLE_EXEC || target == MATRIX_ROLE_REP);
    bool is_representative = gate->facts->target_role != ROLE_none && target == MATRIX_ROLE_REP;
    if (refusal == REFUSAL_deceased && is_executor && severity > SEVERITY_warn) {
        severity = SEVERITY_warn;
    } else if (refusal == REFUSAL_represented && is_representative) {
        severity = SEVERITY_ok;
    }
    return by_image > severity ? by_image : severity;
}

static void check_flags(struct gate *gate)
{
    const ds_CaseState *state = gate->facts->state;
    for (size_t i = 0; i < COUNT(flag_rows); i++) {
        const ds_Flag *flag = fold_flag(state, flag_rows[i].flag, gate->today);
        if (flag == NULL || (flag_rows[i].stages & stage_bit(gate->stage)) == 0) {
            continue;
        }
        enum severity severity = flag_severity(gate, flag_rows[i].refusal);
        if (severity == SEVERITY_ok) {
            continue;
        }
        gate->verdict.obligations |= flag_rows[i].obligations;
        if (verdict_find(&gate->verdict, flag_rows[i].refusal) != NULL) {
            continue; /* hardship and vulnerable are one rule, moratorium and treatment too */
        }
        struct verdict_fired *fired = verdict_fire(&gate->verdict, flag_rows[i].refusal, severity);
        if (flag->until_day != 0) {
            verdict_value(fired, "day", EVENT_VALUE_day, flag->until_day);
        }
    }
}

static void check_life(struct gate *gate)
{
    const ds_CaseState *state = gate->facts->state;
    const ds_CaseRecord *record = gate->facts->record;
    if (state->life == CASE_LIFE_recalled) {
        fire(gate, REFUSAL_case_recalled);
    } else if (state->life == CASE_LIFE_closed) {
        fire(gate, REFUSAL_case_closed);
    } else if (state->owner_no != gate->facts->person_no) {
        fire(gate, REFUSAL_not_assigned);
        gate->verdict.obligations |= OBLIGATION_sync_first;
    }
    if (record->mandate_until_day != 0 && record->mandate_until_day < gate->today) {
        verdict_value(fire(gate, REFUSAL_mandate_ended), "day", EVENT_VALUE_day,
                      record->mandate_until_day);
    }
}

static void check_visits(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    uint32_t visits = gate_visits_today(gate->policy, facts->record, facts->state, facts->now_ms);
    if (visits >= gate->policy->visits_per_day) {
        struct verdict_fired *fired = fire(gate, REFUSAL_visits_per_day);
        verdict_value(fired, "count", EVENT_VALUE_count, visits);
        verdict_value(fired, "limit", EVENT_VALUE_count, gate->policy->visits_per_day);
    }
}

/* When and where the customer asked for nobody. */
static void check_wish(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    if (!gate_is_unwished(gate->policy, facts->record, facts->state, facts->now_ms, facts->place)) {
        return;
    }
    fire(gate, REFUSAL_own_times);
    int64_t next_ms =
        gate_visit_hours(gate->policy, facts->record, facts->state, facts->now_ms).next_open_at_ms;
    if (next_ms > gate->verdict.next_ok_at_ms && next_ms > facts->now_ms) {
        gate->verdict.next_ok_at_ms = next_ms;
    }
}

/* The date of the prior notice lies ahead. */
static void check_notice(struct gate *gate)
{
    int32_t day = gate->facts->record->notice_day;
    if (day > gate->today && verdict_find(&gate->verdict, REFUSAL_notice_missing) == NULL) {
        fire(gate, REFUSAL_notice_missing);
    }
}

static void check_credential(struct gate *gate)
{
    int32_t until_day = gate->facts->credential_until_day;
    if (until_day != 0 && until_day < gate->today) {
        verdict_value(fire(gate, REFUSAL_credential_ended), "day", EVENT_VALUE_day, until_day);
        gate->verdict.obligations |= OBLIGATION_sync_first;
    }
}

/* What was asked for and not done. */
static void check_duties(struct gate *gate)
{
    uint32_t undone = gate->facts->duties_asked & ~gate->facts->duties_done;
    if ((undone & GATE_DUTY_id) != 0) {
        fire(gate, REFUSAL_id_not_shown);
    }
    if ((undone & GATE_DUTY_recording) != 0) {
        fire(gate, REFUSAL_not_recording);
    }
}

static void fire_visitors(struct gate *gate, enum refusal refusal)
{
    struct verdict_fired *fired = fire(gate, refusal);
    verdict_value(fired, "low", EVENT_VALUE_count, gate->policy->visitors_low);
    verdict_value(fired, "high", EVENT_VALUE_count, gate->policy->visitors_high);
    verdict_value(fired, "count", EVENT_VALUE_count, gate->facts->visitors);
}

static void check_visitors(struct gate *gate)
{
    uint32_t visitors = gate->facts->visitors;
    if (visitors == 0) {
        return; /* not asked yet */
    }
    bool is_order = fold_flag(gate->facts->state, STOP_FLAG_two_visitors, gate->today) != NULL;
    if (visitors < gate->policy->visitors_low) {
        fire_visitors(gate, REFUSAL_too_few_visitors);
    } else if (visitors < 2 && is_order) {
        fire_visitors(gate, REFUSAL_two_visitors_needed);
    } else if (visitors > gate->policy->visitors_high) {
        fire_visitors(gate, REFUSAL_too_many_visitors);
    }
}

static void check_place(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    if (facts->place == ADDRESS_KIND_hospital || facts->place == ADDRESS_KIND_school) {
        fire(gate, REFUSAL_place_not_suitable);
    } else if (facts->place == ADDRESS_KIND_work) {
        fire(gate, REFUSAL_workplace);
    }
    bool is_fresh = facts->has_fix && facts->fix_age_s <= gate->policy->fix_age_high;
    if (!is_fresh) {
        fire(gate, REFUSAL_no_fix);
    } else if (facts->is_located && facts->distance_m > gate->policy->distance_warning) {
        verdict_value(fire(gate, REFUSAL_far_from_address), "metres", EVENT_VALUE_count,
                      facts->distance_m);
    }
}

static int64_t age_hours(int64_t now_ms, int64_t since_at_ms)
{
    return now_ms > since_at_ms ? (now_ms - since_at_ms) / (60 * 60 * 1000) : 0;
}

/* An image past its last day still judges, for nothing better is here; but nobody goes by it
 * without a supervisor's word. */
static void check_policy_age(struct gate *gate)
{
    const struct law_image *law = gate->policy->law;
    if (law != NULL && gate->today > law->expires_day) {
        verdict_value(fire(gate, REFUSAL_policy_expired), "day", EVENT_VALUE_day, law->expires_day);
        gate->verdict.obligations |= OBLIGATION_sync_first;
        return;
    }
    int64_t hours = age_hours(gate->facts->now_ms, gate->facts->policy_at_ms);
    enum refusal refusal = hours > gate->policy->policy_block_age  ? REFUSAL_policy_too_old
                           : hours > gate->policy->policy_warn_age ? REFUSAL_policy_old
                                                                   : REFUSAL_none;
    if (refusal != REFUSAL_none) {
        verdict_value(fire(gate, refusal), "hours", EVENT_VALUE_count, hours);
        gate->verdict.obligations |= OBLIGATION_sync_first;
    }
}

/* A balance is as old as the last word from headquarters, which knows the payments; the
 * day the client stated it only counts while headquarters was never heard. */
static void check_balance_age(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    int64_t since_at_ms = facts->synced_at_ms;
    if (since_at_ms == 0) {
        int32_t as_of_day = fold_balance(facts->record, facts->state).as_of_day;
        since_at_ms = date_instant(as_of_day, 0, gate_zone_offset(gate->policy, facts->record));
    }
    int64_t hours = age_hours(facts->now_ms, since_at_ms);
    enum refusal refusal = hours > gate->policy->balance_block_age  ? REFUSAL_balance_too_old
                           : hours > gate->policy->balance_warn_age ? REFUSAL_balance_old
                                                                    : REFUSAL_none;
    if (refusal != REFUSAL_none) {
        verdict_value(fire(gate, refusal), "hours", EVENT_VALUE_count, hours);
        gate->verdict.obligations |= OBLIGATION_sync_first;
    }
}

/* "Not checked since boot" is every morning without network: recorded, not nagged about. */
static void check_clock(struct gate *gate)
{
    enum severity severity = policy_severity(gate->policy, REFUSAL_clock_not_trusted);
    if (gate->facts->clock_quality == CLOCK_QUALITY_since_boot_unchecked &&
        severity > SEVERITY_log) {
        severity = SEVERITY_log;
    }
    if (gate->facts->clock_quality != 0) {
        verdict_fire(&gate->verdict, REFUSAL_clock_not_trusted,
                     after_pass(gate, REFUSAL_clock_not_trusted, severity));
    }
}

/* `policy` as it is for this case. */
static struct verdict check_by(const struct policy *policy, enum gate_stage stage,
                               const struct gate_facts *facts)
{
    int32_t offset = gate_zone_offset(policy, facts->record);
    struct gate gate = {
        .policy = policy,
        .facts = facts,
        .stage = stage,
        .today = date_day_at(facts->now_ms, offset),
        .verdict = verdict_start(),
    };
    if (policy->law != NULL) {
        struct law_situation situation = gate_law_situation(policy->law, policy, stage, facts);
        law_judge(policy->law, &situation, &gate.law);
    }
    check_life(&gate);
    check_flags(&gate);
    if (stage != GATE_arrange) {
        check_hours(&gate);
    }
    if (stage == GATE_plan || stage == GATE_checkin) {
        check_visits(&gate);
        check_policy_age(&gate);
        check_wish(&gate);
        check_notice(&gate);
        check_credential(&gate);
    }
    if (stage == GATE_checkin || stage == GATE_speak) {
        check_duties(&gate);
    }
    if (stage == GATE_checkin) {
        check_visitors(&gate);
        check_place(&gate);
        check_clock(&gate);
        gate.verdict.obligations |=
            OBLIGATION_show_id | OBLIGATION_state_institution | OBLIGATION_record_visit;
    }
    if (stage == GATE_speak) {
        gate.verdict.obligations |= OBLIGATION_verify_identity;
    }
    if (stage == GATE_arrange) {
        check_balance_age(&gate);
    }
    if (policy->law != NULL) {
        gate_law_add(policy->law, stage, &gate.law, &gate.verdict);
        gate_law_sources(policy->law, &gate.law, &gate.verdict);
    }
    return gate.verdict;
}

struct verdict gate_check(const struct policy *policy, enum gate_stage stage,
                          const struct gate_facts *facts)
{
    struct law_case_policy own;
    return check_by(law_case_policy(&own, policy, facts->record, facts->state), stage, facts);
}
