#include "core/rules/act_law.h"

#include "core/rules/gate.h"
#include "core/rules/gate_law.h"

/* ---- arrangements and payments ---- */

/* Amounts of a form may be any u64. */
static int64_t bounded(uint64_t amount_minor)
{
    return amount_minor > INT64_MAX ? INT64_MAX : (int64_t)amount_minor;
}

static uint16_t zone_of(const struct policy *policy, const ds_CaseRecord *record)
{
    uint16_t zone = policy->law->zone;
    if (law_zone_find(policy->law, str_from(record->zone), &zone) != OK &&
        law_zone_find(policy->law, str_from(policy->zone), &zone) != OK) {
        zone = policy->law->zone;
    }
    return zone;
}

/* What the gate asks (stops, hours, the age of the balance) is ordinary here. */
static struct law_situation situation_of(const struct policy *policy,
                                         const struct arrangement_facts *facts,
                                         const struct act *act)
{
    struct law_situation situation = law_situation_ordinary();
    situation.at_ms = facts->now_ms;
    situation.zone = zone_of(policy, facts->record);
    bool is_payment = act->kind == ACT_payment;
    situation.stages = is_payment ? LAW_STAGE_merge : LAW_STAGE_arrange;
    situation.channel = is_payment ? LAW_CHANNEL_pay : LAW_CHANNEL_plan_offer;
    law_set(&situation, LAW_FACT_amount, bounded(act->amount_minor));
    law_set(&situation, LAW_FACT_owed, bounded(act->owed_minor));
    law_set(&situation, LAW_FACT_months, act->months);
    law_set(&situation, LAW_FACT_plan_complete, act->kind != ACT_plan || act->is_complete);
    law_set(&situation, LAW_FACT_affordability, act->kind != ACT_plan || act->has_means);
    if (act->kind == ACT_settlement) {
        law_set(&situation, LAW_FACT_settlement, bounded(act->amount_minor));
        law_set(&situation, LAW_FACT_settlement_floor, bounded(act->floor_minor));
    }
    if (is_payment) {
        law_set(&situation, LAW_FACT_payer_third, act->is_payer_third);
        law_set(&situation, LAW_FACT_payer_statement, act->has_payer_statement);
        law_set(&situation, LAW_FACT_official_code, act->is_official);
    }
    return situation;
}

void act_law_judge(const struct policy *policy, const struct arrangement_facts *facts,
                   const struct act *act, struct law_verdict *law_out)
{
    law_out->fired_count = 0;
    if (policy->law != NULL) {
        struct law_situation situation = situation_of(policy, facts, act);
        law_judge(policy->law, &situation, law_out);
    }
}

/* What a rule that fired is called at the door; none for a rule that says nothing new here. */
static enum refusal refusal_of(const struct law_image *image, const struct law_fired *fired,
                               bool is_payment)
{
    struct law_record record = law_image_record(image, fired->record);
    switch (fired->rule) {
    case LAW_RULE_ID('A', 1):
        return is_payment ? REFUSAL_payment_above_owed : REFUSAL_amount_above_owed;
    case LAW_RULE_ID('A', 4):
        return REFUSAL_plan_too_long;
    case LAW_RULE_ID('A', 5):
        return record.fact_a == LAW_FACT_affordability ? REFUSAL_means_not_stated
                                                       : REFUSAL_plan_incomplete;
    case LAW_RULE_ID('A', 6):
        return REFUSAL_settlement_too_low;
    case LAW_RULE_ID('A', 8):
        return REFUSAL_payer_not_liable;
    case LAW_RULE_ID('M', 4):
        return REFUSAL_channel_not_official;
    default:
        return REFUSAL_none;
    }
}

static const struct law_fired *fired_as(const struct policy *policy, const struct law_verdict *law,
                                        enum refusal refusal)
{
    for (size_t i = 0; i < law->fired_count; i++) {
        const struct law_fired *fired = &law->fired[i];
        if (refusal_of(policy->law, fired, false) == refusal ||
            refusal_of(policy->law, fired, true) == refusal) {
            return fired;
        }
    }
    return NULL;
}

enum severity act_law_severity(const struct policy *policy, const struct law_verdict *law,
                               enum refusal refusal)
{
    const struct law_fired *fired = fired_as(policy, law, refusal);
    return fired == NULL ? SEVERITY_ok : (enum severity)fired->severity;
}

static void add_values(const struct law_record *record, const struct act *act, enum refusal refusal,
                       struct verdict_fired *entry)
{
    if (refusal == REFUSAL_amount_above_owed || refusal == REFUSAL_payment_above_owed) {
        verdict_value(entry, "owed", EVENT_VALUE_money, bounded(act->owed_minor));
        if (act->amount_minor > act->owed_minor) {
            verdict_value(entry, "excess", EVENT_VALUE_money,
                          bounded(act->amount_minor - act->owed_minor));
        }
    } else if (refusal == REFUSAL_plan_too_long) {
        verdict_value(entry, "months", EVENT_VALUE_count, record->p1);
    } else if (refusal == REFUSAL_settlement_too_low) {
        verdict_value(entry, "limit", EVENT_VALUE_money, bounded(act->floor_minor));
    }
}

void act_law_add(const struct policy *policy, const struct law_verdict *law, const struct act *act,
                 struct verdict *verdict)
{
    for (size_t i = 0; i < law->fired_count; i++) {
        const struct law_fired *fired = &law->fired[i];
        enum refusal refusal = refusal_of(policy->law, fired, act->kind == ACT_payment);
        if (refusal != REFUSAL_none && verdict_find(verdict, refusal) == NULL) {
            struct law_record record = law_image_record(policy->law, fired->record);
            add_values(&record, act, refusal,
                       verdict_fire(verdict, refusal, (enum severity)fired->severity));
        }
    }
    for (size_t i = 0; i < verdict->fired_count; i++) {
        struct verdict_fired *entry = &verdict->fired[i];
        const struct law_fired *fired = fired_as(policy, law, entry->refusal);
        if (fired != NULL) {
            struct law_record record = law_image_record(policy->law, fired->record);
            entry->source = law_image_source(policy->law, &record);
            entry->confidence = law_image_confidence(policy->law, &record);
        }
    }
}

/* ---- who may hear what ---- */

static const struct {
    enum disclosure disclosure;
    enum law_info info;
} info_rows[] = {
    {DISCLOSURE_own_name, LAW_INFO_own_name},
    {DISCLOSURE_employer, LAW_INFO_employer},
    {DISCLOSURE_ask_whereabouts, LAW_INFO_ask_whereabouts},
    {DISCLOSURE_please_call, LAW_INFO_please_call},
    {DISCLOSURE_debt_exists, LAW_INFO_debt_exists},
    {DISCLOSURE_amount_or_dates, LAW_INFO_amount_or_dates},
    {DISCLOSURE_how_to_pay, LAW_INFO_how_to_pay},
    {DISCLOSURE_sealed_letter, LAW_INFO_sealed_letter},
};

uint32_t act_law_disclosures(const struct law_image *image, int64_t at_ms,
                             const struct disclosure_facts *facts)
{
    struct law_situation situation = law_situation_ordinary();
    situation.at_ms = at_ms;
    situation.zone = image->zone;
    situation.stages = LAW_STAGE_capture;
    situation.channel = LAW_CHANNEL_visit;
    situation.flags = facts->is_lost ? LAW_FLAG_LOST : 0U;
    law_set(&situation, LAW_FACT_role, gate_law_role(facts->role));
    law_set(&situation, LAW_FACT_verified, facts->is_verified);
    law_set(&situation, LAW_FACT_tp_volunteers, facts->is_volunteering_to_pay);
    uint32_t allowed = 0;
    for (size_t i = 0; i < COUNT(info_rows); i++) {
        struct law_verdict verdict;
        law_set(&situation, LAW_FACT_disclosed, info_rows[i].info);
        law_judge(image, &situation, &verdict);
        bool is_forbidden = law_verdict_find(&verdict, LAW_RULE_ID('P', 1)) != NULL ||
                            law_verdict_find(&verdict, LAW_RULE_ID('P', 7)) != NULL;
        allowed |= is_forbidden ? 0U : (uint32_t)info_rows[i].disclosure;
    }
    return allowed;
}
