#include "core/rules/gate_law.h"

/* Which refusal says what a rule says; of several, the gate's own checks choose by the numbers,
 * and the first is taken when only the image fires. */
static const struct {
    uint16_t rule;
    enum refusal refusal;
} refusal_rows[] = {
    {LAW_RULE_ID('T', 1), REFUSAL_contact_hours},
    {LAW_RULE_ID('T', 2), REFUSAL_no_visit_day},
    {LAW_RULE_ID('T', 3), REFUSAL_open_past_close},
    {LAW_RULE_ID('T', 3), REFUSAL_closing_soon},
    {LAW_RULE_ID('T', 4), REFUSAL_own_times},
    {LAW_RULE_ID('T', 5), REFUSAL_preferred_hours},
    {LAW_RULE_ID('F', 1), REFUSAL_calls_per_day},
    {LAW_RULE_ID('F', 2), REFUSAL_tries_per_day},
    {LAW_RULE_ID('F', 3), REFUSAL_calls_per_week},
    {LAW_RULE_ID('F', 4), REFUSAL_talked_recently},
    {LAW_RULE_ID('F', 5), REFUSAL_visits_per_day},
    {LAW_RULE_ID('F', 6), REFUSAL_met_recently},
    {LAW_RULE_ID('F', 7), REFUSAL_contacts_reached},
    {LAW_RULE_ID('F', 8), REFUSAL_third_party_again},
    {LAW_RULE_ID('P', 1), REFUSAL_debt_told_to_third},
    {LAW_RULE_ID('P', 2), REFUSAL_third_party_not_lost},
    {LAW_RULE_ID('P', 3), REFUSAL_only_minor},
    {LAW_RULE_ID('P', 4), REFUSAL_third_party_refused},
    {LAW_RULE_ID('P', 5), REFUSAL_place_not_suitable},
    {LAW_RULE_ID('P', 5), REFUSAL_workplace},
    {LAW_RULE_ID('P', 6), REFUSAL_letter_in_public},
    {LAW_RULE_ID('P', 7), REFUSAL_identity_not_verified},
    {LAW_RULE_ID('P', 8), REFUSAL_represented},
    {LAW_RULE_ID('S', 1), REFUSAL_cease_contact},
    {LAW_RULE_ID('S', 2), REFUSAL_refuses_visits},
    {LAW_RULE_ID('S', 3), REFUSAL_dispute},
    {LAW_RULE_ID('S', 4), REFUSAL_identity_dispute},
    {LAW_RULE_ID('S', 5), REFUSAL_moratorium},
    {LAW_RULE_ID('S', 6), REFUSAL_deceased},
    {LAW_RULE_ID('S', 7), REFUSAL_incapacity},
    {LAW_RULE_ID('S', 8), REFUSAL_acute_hardship},
    {LAW_RULE_ID('S', 9), REFUSAL_hardship},
    {LAW_RULE_ID('S', 10), REFUSAL_plan_kept},
    {LAW_RULE_ID('S', 11), REFUSAL_complaint_open},
    {LAW_RULE_ID('S', 12), REFUSAL_case_recalled},
    {LAW_RULE_ID('S', 12), REFUSAL_case_closed},
    {LAW_RULE_ID('S', 13), REFUSAL_legality_in_doubt},
    {LAW_RULE_ID('S', 14), REFUSAL_notice_missing},
    {LAW_RULE_ID('I', 1), REFUSAL_id_not_shown},
    {LAW_RULE_ID('I', 2), REFUSAL_too_few_visitors},
    {LAW_RULE_ID('I', 2), REFUSAL_too_many_visitors},
    {LAW_RULE_ID('I', 3), REFUSAL_credential_ended},
    {LAW_RULE_ID('I', 4), REFUSAL_institution_not_stated},
    {LAW_RULE_ID('I', 5), REFUSAL_posed},
    {LAW_RULE_ID('R', 1), REFUSAL_not_recording},
    {LAW_RULE_ID('R', 2), REFUSAL_recording_stopped},
    {LAW_RULE_ID('R', 3), REFUSAL_photo_private},
    {LAW_RULE_ID('R', 4), REFUSAL_own_phone},
    {LAW_RULE_ID('C', 1), REFUSAL_conduct},
    {LAW_RULE_ID('C', 2), REFUSAL_flagged_words},
    {LAW_RULE_ID('C', 3), REFUSAL_entered},
    {LAW_RULE_ID('C', 4), REFUSAL_told_to_leave},
    {LAW_RULE_ID('C', 5), REFUSAL_long_stay},
    {LAW_RULE_ID('C', 6), REFUSAL_took_property},
    {LAW_RULE_ID('A', 2), REFUSAL_fee_taken},
    {LAW_RULE_ID('A', 7), REFUSAL_balance_old},
    {LAW_RULE_ID('A', 7), REFUSAL_balance_too_old},
    {LAW_RULE_ID('A', 9), REFUSAL_referral_pressure},
    {LAW_RULE_ID('X', 1), REFUSAL_policy_old},
    {LAW_RULE_ID('X', 1), REFUSAL_policy_too_old},
    {LAW_RULE_ID('X', 1), REFUSAL_policy_expired},
    {LAW_RULE_ID('X', 2), REFUSAL_clock_not_trusted},
    {LAW_RULE_ID('X', 4), REFUSAL_far_from_address},
};

enum severity gate_law_severity(const struct law_verdict *law, enum refusal refusal)
{
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        if (refusal_rows[i].refusal == refusal) {
            const struct law_fired *fired = law_verdict_find(law, refusal_rows[i].rule);
            return fired == NULL ? SEVERITY_ok : (enum severity)fired->severity;
        }
    }
    return SEVERITY_ok;
}

uint16_t gate_law_rule(enum refusal refusal)
{
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        if (refusal_rows[i].refusal == refusal) {
            return refusal_rows[i].rule;
        }
    }
    return 0;
}

bool gate_law_is_for_supervisor(const struct law_image *image, uint16_t rule)
{
    bool is_found = false;
    size_t count = law_image_count(image);
    for (size_t i = 0; i < count; i++) {
        struct law_record record = law_image_record(image, i);
        bool can_block =
            record.severity == SEVERITY_block || record.unknown_severity == SEVERITY_block;
        if (record.rule != rule || !can_block) {
            continue;
        }
        if (record.override != LAW_OVERRIDE_supervisor) {
            return false;
        }
        is_found = true;
    }
    return is_found;
}

static bool has_rule(const struct verdict *verdict, uint16_t rule)
{
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        if (refusal_rows[i].rule == rule &&
            verdict_find(verdict, refusal_rows[i].refusal) != NULL) {
            return true;
        }
    }
    return false;
}

/* The refusal whose words fit what the record found. */
static enum refusal choose(const struct law_record *record, const struct law_fired *fired,
                           enum refusal first)
{
    const struct {
        enum refusal first;
        bool is_other;
        enum refusal other;
    } rows[] = {
        {REFUSAL_open_past_close, record->if_mask != 0, REFUSAL_closing_soon},
        {REFUSAL_place_not_suitable, fired->value == LAW_PLACE_work, REFUSAL_workplace},
        {REFUSAL_too_few_visitors, fired->value > record->p1, REFUSAL_too_many_visitors},
        {REFUSAL_balance_old, fired->severity == SEVERITY_block, REFUSAL_balance_too_old},
        {REFUSAL_policy_old, fired->severity == SEVERITY_block, REFUSAL_policy_too_old},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].first == first && rows[i].is_other) {
            return rows[i].other;
        }
    }
    return first;
}

/* The numbers that the texts of the refusals ask for. */
static void add_values(const struct law_record *record, const struct law_fired *fired,
                       enum refusal refusal, int64_t next_at_ms, struct verdict_fired *entry)
{
    if (refusal == REFUSAL_contact_hours || refusal == REFUSAL_preferred_hours) {
        verdict_value(entry, "open", EVENT_VALUE_minute, record->p0 / 60);
        verdict_value(entry, "close", EVENT_VALUE_minute, record->p1 / 60);
    }
    if (refusal == REFUSAL_contact_hours) {
        verdict_value(entry, "next", EVENT_VALUE_instant, next_at_ms);
    } else if (refusal == REFUSAL_closing_soon) {
        verdict_value(entry, "minutes", EVENT_VALUE_count, fired->value);
    } else if (refusal == REFUSAL_visits_per_day || refusal == REFUSAL_contacts_reached ||
               refusal == REFUSAL_calls_per_day || refusal == REFUSAL_tries_per_day ||
               refusal == REFUSAL_calls_per_week) {
        verdict_value(entry, "count", EVENT_VALUE_count, fired->value);
        verdict_value(entry, "limit", EVENT_VALUE_count, record->p0);
    } else if (refusal == REFUSAL_met_recently || refusal == REFUSAL_talked_recently) {
        verdict_value(entry, "day", EVENT_VALUE_day, fired->next_day);
    } else if (refusal == REFUSAL_too_few_visitors || refusal == REFUSAL_too_many_visitors) {
        verdict_value(entry, "low", EVENT_VALUE_count, record->p0);
        verdict_value(entry, "high", EVENT_VALUE_count, record->p1);
        verdict_value(entry, "count", EVENT_VALUE_count, fired->value);
    } else if (record->kind == LAW_KIND_COOL &&
               (refusal == REFUSAL_moratorium || refusal == REFUSAL_acute_hardship)) {
        verdict_value(entry, "day", EVENT_VALUE_day, fired->next_day - 1);
    } else if (refusal == REFUSAL_balance_old || refusal == REFUSAL_balance_too_old ||
               refusal == REFUSAL_policy_old ||
               refusal == REFUSAL_policy_too_old) { /* ages of balance and policy */
        verdict_value(entry, "hours", EVENT_VALUE_count, fired->value / 3600);
    } else if (refusal == REFUSAL_far_from_address) {
        verdict_value(entry, "metres", EVENT_VALUE_count, fired->value);
    }
}

static uint32_t obligations_of(uint32_t obligations)
{
    static const struct {
        enum law_obligation law;
        enum obligation own;
    } rows[] = {
        {LAW_OBLIGATION_START_REC, OBLIGATION_record_visit},
        {LAW_OBLIGATION_LEAVE_NOW, OBLIGATION_leave_now},
        {LAW_OBLIGATION_STOP_DEMAND, OBLIGATION_stop_demand},
        {LAW_OBLIGATION_PASS_TO_CLIENT, OBLIGATION_pass_to_client},
        {LAW_OBLIGATION_FORBEARANCE, OBLIGATION_offer_forbearance},
    };
    uint32_t bits = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bits |= (obligations & rows[i].law) != 0 ? rows[i].own : 0U;
    }
    return bits;
}

void gate_law_sources(const struct law_image *image, const struct law_verdict *law,
                      struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        struct verdict_fired *entry = &verdict->fired[i];
        uint16_t rule = gate_law_rule(entry->refusal);
        const struct law_fired *fired = rule == 0 ? NULL : law_verdict_find(law, rule);
        if (fired != NULL) {
            struct law_record record = law_image_record(image, fired->record);
            entry->source = law_image_source(image, &record);
            entry->confidence = law_image_confidence(image, &record);
        }
    }
}

void gate_law_add(const struct law_image *image, enum gate_stage stage,
                  const struct law_verdict *law, struct verdict *verdict)
{
    for (size_t i = 0; i < law->fired_count; i++) {
        const struct law_fired *fired = &law->fired[i];
        size_t row = 0;
        while (row < COUNT(refusal_rows) && refusal_rows[row].rule != fired->rule) {
            row++;
        }
        /* At an arrangement what is paid or offered is judged where it is known. */
        if (row == COUNT(refusal_rows) || has_rule(verdict, fired->rule)) {
            continue;
        }
        struct law_record record = law_image_record(image, fired->record);
        enum refusal refusal = choose(&record, fired, refusal_rows[row].refusal);
        struct verdict_fired *entry =
            verdict_fire(verdict, refusal, (enum severity)fired->severity);
        add_values(&record, fired, refusal, law->next_ok_at_ms, entry);
    }
    verdict->obligations |= obligations_of(law->obligations);
    if (stage != GATE_arrange && law->severity == SEVERITY_block) {
        bool is_later = law->next_ok_at_ms == 0 || law->next_ok_at_ms > verdict->next_ok_at_ms;
        verdict->next_ok_at_ms = is_later ? law->next_ok_at_ms : verdict->next_ok_at_ms;
    }
}
