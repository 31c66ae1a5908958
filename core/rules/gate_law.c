#include "core/rules/gate_law.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/third_party.h"

/* ---- facts ---- */

static const struct {
    enum stop_flag stop;
    enum law_flag flag;
} flag_rows[] = {
    {STOP_FLAG_cease_contact, LAW_FLAG_CEASE},
    {STOP_FLAG_refuses_visits, LAW_FLAG_NO_VISITS},
    {STOP_FLAG_dispute, LAW_FLAG_DISPUTE},
    {STOP_FLAG_identity_dispute, LAW_FLAG_IDENTITY},
    {STOP_FLAG_moratorium, LAW_FLAG_MORATORIUM},
    {STOP_FLAG_deceased, LAW_FLAG_DECEASED},
    {STOP_FLAG_incapacity, LAW_FLAG_INCAPACITY},
    {STOP_FLAG_acute_hardship, LAW_FLAG_ACUTE},
    {STOP_FLAG_hardship, LAW_FLAG_HARDSHIP},
    {STOP_FLAG_plan_kept, LAW_FLAG_PLAN_KEPT},
    {STOP_FLAG_complaint_open, LAW_FLAG_COMPLAINT},
    {STOP_FLAG_legality_in_doubt, LAW_FLAG_LEGALITY},
    {STOP_FLAG_represented, LAW_FLAG_REPRESENTED},
    {STOP_FLAG_vulnerable, LAW_FLAG_VULNERABLE},
    {STOP_FLAG_lost_contact, LAW_FLAG_LOST},
};

enum law_role gate_law_role(uint32_t role)
{
    if (role == ROLE_none) {
        return LAW_ROLE_SELF; /* the visit is to the borrower */
    }
    switch (role_matrix(role)) {
    case MATRIX_ROLE_SELF:
        return LAW_ROLE_SELF;
    case MATRIX_ROLE_CODEBTOR:
        return LAW_ROLE_CODEBTOR;
    case MATRIX_ROLE_GUARANTOR:
        return LAW_ROLE_GUARANTOR;
    case MATRIX_ROLE_REP:
        return LAW_ROLE_REP;
    case MATRIX_ROLE_EXEC:
        return LAW_ROLE_EXEC;
    case MATRIX_ROLE_SPOUSE:
        return LAW_ROLE_SPOUSE;
    case MATRIX_ROLE_GUARDIAN:
        return LAW_ROLE_GUARDIAN;
    case MATRIX_ROLE_FAMILY:
        return LAW_ROLE_FAMILY;
    case MATRIX_ROLE_MINOR:
        return LAW_ROLE_MINOR;
    case MATRIX_ROLE_NEIGHBOUR:
        return LAW_ROLE_NEIGHBOUR;
    case MATRIX_ROLE_EMPLOYER:
        return LAW_ROLE_EMPLOYER;
    case MATRIX_ROLE_OTHER:
        return LAW_ROLE_OTHER;
    }
    UNREACHABLE();
}

static enum law_place law_place_of(uint32_t place)
{
    switch (place) {
    case ADDRESS_KIND_work:
        return LAW_PLACE_work;
    case ADDRESS_KIND_hospital:
        return LAW_PLACE_hospital;
    case ADDRESS_KIND_school:
        return LAW_PLACE_school;
    default: /* a code of a newer list is no forbidden place */
        return LAW_PLACE_home;
    }
}

static uint8_t stage_of(enum gate_stage stage)
{
    switch (stage) {
    case GATE_plan:
        return LAW_STAGE_plan;
    case GATE_checkin:
        return LAW_STAGE_checkin;
    case GATE_speak:
        return LAW_STAGE_capture;
    case GATE_arrange:
        return LAW_STAGE_arrange;
    }
    UNREACHABLE();
}

static uint32_t flags_of(const struct gate_facts *facts, int32_t today)
{
    uint32_t flags = 0;
    for (size_t i = 0; i < COUNT(flag_rows); i++) {
        flags |= fold_flag(facts->state, flag_rows[i].stop, today) != NULL ? flag_rows[i].flag : 0U;
    }
    flags |= facts->state->life == CASE_LIFE_recalled ? LAW_FLAG_RECALLED : 0U;
    flags |= facts->state->life == CASE_LIFE_closed ? LAW_FLAG_SETTLED : 0U;
    return flags;
}

static int32_t local_day(const struct law_image *image, uint16_t zone, int64_t at_ms)
{
    return date_day_at(at_ms + (int64_t)law_zone_offset(image, zone, at_ms) * 1000, 0);
}

/* Contacts before this one, counted in the debtor's dates. A clock that was set back meanwhile
 * makes today's contact tomorrow's: it counts. */
static void count_contacts(const struct law_image *image, const struct gate_facts *facts,
                           int32_t today, struct law_situation *situation)
{
    int64_t visits_day = 0;
    int64_t contacts_7d = 0;
    int64_t contacts_30d = 0;
    int64_t met_30d = 0;
    int64_t oldest_7d = LAW_UNKNOWN;
    int64_t oldest_met = LAW_UNKNOWN;
    int64_t newest_met = LAW_UNKNOWN;
    for (size_t i = 0; i < fold_contact_count(facts->state); i++) {
        ds_OlderContact contact;
        bool counts = fold_contact(facts->state, i, &contact); /* newest first */
        int32_t day = local_day(image, situation->zone, (int64_t)contact.at_ms);
        int32_t age = today - day;
        if (!counts || age < -1 || age >= 30) {
            continue;
        }
        bool is_visit = contact.channel == CONTACT_CHANNEL_visit;
        contacts_30d++;
        if (age < 7) {
            contacts_7d++;
            oldest_7d = day;
        }
        if (is_visit && age <= 0) {
            visits_day++;
        }
        if (is_visit && contact.role != ROLE_none && role_is_liable(contact.role)) {
            met_30d++;
            oldest_met = day;
            newest_met = newest_met == LAW_UNKNOWN ? day : newest_met;
        }
    }
    law_set(situation, LAW_FACT_visits_day, visits_day);
    law_set(situation, LAW_FACT_contacts_7d, contacts_7d);
    law_set(situation, LAW_FACT_contacts_7d_oldest, oldest_7d);
    law_set(situation, LAW_FACT_contacts_30d, contacts_30d);
    law_set(situation, LAW_FACT_met_30d, met_30d);
    law_set(situation, LAW_FACT_met_30d_oldest, oldest_met);
    law_set(situation, LAW_FACT_met_date, newest_met);
}

static int64_t age_s(int64_t now_ms, int64_t since_at_ms)
{
    return now_ms > since_at_ms ? (now_ms - since_at_ms) / 1000 : 0;
}

struct law_situation gate_law_situation(const struct law_image *image, const struct policy *policy,
                                        enum gate_stage stage, const struct gate_facts *facts)
{
    struct law_situation situation = law_situation_start();
    situation.at_ms = facts->now_ms;
    situation.stages = stage_of(stage);
    situation.channel = stage == GATE_arrange ? LAW_CHANNEL_pay : LAW_CHANNEL_visit;
    if (law_zone_find(image, str_from(facts->record->zone), &situation.zone) != OK &&
        law_zone_find(image, str_from(policy->zone), &situation.zone) != OK) {
        situation.zone = image->zone;
    }
    int32_t today = local_day(image, situation.zone, facts->now_ms);
    situation.flags = flags_of(facts, today);
    count_contacts(image, facts, today, &situation);
    if (third_party_is(facts->target_role)) {
        law_set(&situation, LAW_FACT_third_contacts,
                third_party_read(policy, facts->state, facts->target_role).count);
    }
    law_set(&situation, LAW_FACT_target, gate_law_role(facts->target_role));
    law_set(&situation, LAW_FACT_place, law_place_of(facts->place));
    law_set(&situation, LAW_FACT_consent_hours, facts->has_hours_consent);
    law_set(&situation, LAW_FACT_consent_evidence, facts->has_hours_consent);
    uint16_t pass_rule = 0;
    if (facts->pass_rule != NULL &&
        law_rule_from_text(str_from(facts->pass_rule), &pass_rule) == OK) {
        law_set(&situation, LAW_FACT_token_rule, pass_rule);
        law_set(&situation, LAW_FACT_token_until, facts->pass_until_ms);
    }
    law_set(&situation, LAW_FACT_policy_age, age_s(facts->now_ms, facts->policy_at_ms));
    if (facts->synced_at_ms != 0) {
        law_set(&situation, LAW_FACT_balance_age, age_s(facts->now_ms, facts->synced_at_ms));
    }
    /* "Not checked since boot" is every morning without network. */
    law_set(&situation, LAW_FACT_clock_bad,
            facts->clock_quality != 0 &&
                facts->clock_quality != CLOCK_QUALITY_since_boot_unchecked);
    if (facts->visitors > 0 && facts->visitors < UINT32_MAX) {
        law_set(&situation, LAW_FACT_visitors, facts->visitors);
    }
    if (facts->has_fix && facts->fix_age_s <= policy->fix_age_high && facts->is_located) {
        law_set(&situation, LAW_FACT_distance, facts->distance_m);
    }
    return situation;
}

/* ---- verdict ---- */

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
    {LAW_RULE_ID('T', 5), REFUSAL_preferred_hours},
    {LAW_RULE_ID('F', 5), REFUSAL_visits_per_day},
    {LAW_RULE_ID('F', 6), REFUSAL_met_recently},
    {LAW_RULE_ID('F', 7), REFUSAL_contacts_reached},
    {LAW_RULE_ID('P', 2), REFUSAL_third_party_not_lost},
    {LAW_RULE_ID('P', 5), REFUSAL_place_not_suitable},
    {LAW_RULE_ID('P', 5), REFUSAL_workplace},
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
    {LAW_RULE_ID('I', 2), REFUSAL_too_few_visitors},
    {LAW_RULE_ID('I', 2), REFUSAL_too_many_visitors},
    {LAW_RULE_ID('A', 7), REFUSAL_balance_old},
    {LAW_RULE_ID('A', 7), REFUSAL_balance_too_old},
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
    } else if (refusal == REFUSAL_visits_per_day || refusal == REFUSAL_contacts_reached) {
        verdict_value(entry, "count", EVENT_VALUE_count, fired->value);
        verdict_value(entry, "limit", EVENT_VALUE_count, record->p0);
    } else if (refusal == REFUSAL_met_recently) {
        verdict_value(entry, "day", EVENT_VALUE_day, fired->next_day);
    } else if (refusal == REFUSAL_too_few_visitors || refusal == REFUSAL_too_many_visitors) {
        verdict_value(entry, "low", EVENT_VALUE_count, record->p0);
        verdict_value(entry, "high", EVENT_VALUE_count, record->p1);
        verdict_value(entry, "count", EVENT_VALUE_count, fired->value);
    } else if (record->kind == LAW_KIND_FRESH) { /* ages of balance and policy */
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
