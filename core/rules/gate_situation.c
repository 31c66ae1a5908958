/* core/rules/gate_situation.c -- what a tablet or headquarters knows, as facts of the contact law.
 */
#include "core/rules/gate_law.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/third_party.h"

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
    {STOP_FLAG_in_treatment, LAW_FLAG_MORATORIUM},
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

/* Calls about the case before this one. A call back by the customer is none: it is no attempt. */
static void count_calls(const struct law_image *image, const struct gate_facts *facts,
                        int32_t today, struct law_situation *situation)
{
    int64_t answered_day = 0;
    int64_t tries_day = 0;
    int64_t calls_7d = 0;
    int64_t oldest_7d = LAW_UNKNOWN;
    int64_t talked_day = LAW_UNKNOWN;
    int64_t first_day = LAW_UNKNOWN;
    for (size_t i = 0; i < fold_contact_count(facts->state); i++) {
        ds_OlderContact contact;
        bool counts = fold_contact(facts->state, i, &contact); /* newest first */
        int32_t day = local_day(image, situation->zone, (int64_t)contact.at_ms);
        int32_t age = today - day;
        if (!counts || age < -1) {
            continue;
        }
        first_day = day;
        if (contact.channel != CONTACT_CHANNEL_call) {
            continue;
        }
        bool is_answered = contact.result == CONTACT_RESULT_answered;
        tries_day += age <= 0 && !is_answered;
        answered_day += age <= 0 && is_answered;
        if (age < 7) {
            calls_7d++;
            oldest_7d = day;
        }
        if (is_answered && talked_day == LAW_UNKNOWN && role_is_liable(contact.role)) {
            talked_day = day;
        }
    }
    law_set(situation, LAW_FACT_calls_day, answered_day);
    law_set(situation, LAW_FACT_attempts_number_day, tries_day);
    law_set(situation, LAW_FACT_calls_7d, calls_7d);
    law_set(situation, LAW_FACT_calls_7d_oldest, oldest_7d);
    law_set(situation, LAW_FACT_conv_date, talked_day);
    law_set(situation, LAW_FACT_first_contact_date, first_day);
}

/* A stop that headquarters has not cleared, past its last day or not: rules count days from it. */
static const ds_Flag *uncleared(const ds_CaseState *state, uint32_t flag)
{
    for (size_t i = 0; i < state->flags_count; i++) {
        if (state->flags[i].flag == flag && !state->flags[i].is_cleared) {
            return &state->flags[i];
        }
    }
    return NULL;
}

static int64_t began_on(const struct law_image *image, uint16_t zone, const ds_Flag *flag)
{
    return flag->from_day != 0 ? flag->from_day
                               : local_day(image, zone, (int64_t)flag->since_at_ms);
}

/* The days of stops, of the notice and of the collector's credential. */
static void set_days(const struct law_image *image, const struct gate_facts *facts, int32_t today,
                     struct law_situation *situation)
{
    const ds_Flag *moratorium = uncleared(facts->state, STOP_FLAG_moratorium);
    const ds_Flag *treatment = uncleared(facts->state, STOP_FLAG_in_treatment);
    const ds_Flag *acute = uncleared(facts->state, STOP_FLAG_acute_hardship);
    if (moratorium != NULL) {
        law_set(situation, LAW_FACT_moratorium_start, began_on(image, situation->zone, moratorium));
        if (moratorium->until_day != 0) {
            law_set(situation, LAW_FACT_moratorium_until, moratorium->until_day);
        }
    }
    if (treatment != NULL && treatment->until_day != 0) {
        law_set(situation, LAW_FACT_crisis_end, treatment->until_day);
    }
    if (acute != NULL) {
        law_set(situation, LAW_FACT_acute_start, began_on(image, situation->zone, acute));
    }
    int32_t notice_day = facts->record->notice_day;
    bool is_missing = fold_flag(facts->state, STOP_FLAG_notice_missing, today) != NULL;
    if (is_missing || notice_day != 0) {
        law_set(situation, LAW_FACT_notice_given, !is_missing && notice_day <= today);
    }
    if (facts->credential_until_day != 0) {
        law_set(situation, LAW_FACT_credential_valid, facts->credential_until_day >= today);
    }
}

static void set_duties(const struct gate_facts *facts, struct law_situation *situation)
{
    static const struct {
        enum gate_duty duty;
        enum law_fact fact;
    } rows[] = {
        {GATE_DUTY_id, LAW_FACT_id_shown},
        {GATE_DUTY_letter, LAW_FACT_letter_shown},
        {GATE_DUTY_recording, LAW_FACT_recording},
        {GATE_DUTY_announced, LAW_FACT_rec_announced},
        {GATE_DUTY_consented, LAW_FACT_rec_consented},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if ((facts->duties_asked & rows[i].duty) != 0) {
            law_set(situation, rows[i].fact, (facts->duties_done & rows[i].duty) != 0);
        }
    }
}

/* Which fact of the contact law an act is that was witnessed or admitted. */
static void set_conduct(uint32_t conduct, struct law_situation *situation)
{
    static const struct {
        uint32_t conduct;
        enum law_fact fact;
        int64_t value;
    } rows[] = {
        {CONDUCT_KIND_threat, LAW_FACT_conduct, LAW_CONDUCT_threat},
        {CONDUCT_KIND_abuse, LAW_FACT_conduct, LAW_CONDUCT_abuse},
        {CONDUCT_KIND_false_statement, LAW_FACT_conduct, LAW_CONDUCT_deceit},
        {CONDUCT_KIND_posing_as_authority, LAW_FACT_posed, 1},
        {CONDUCT_KIND_disclosure, LAW_FACT_disclosed, LAW_INFO_debt_exists},
        {CONDUCT_KIND_fee_or_gift, LAW_FACT_fees, 1},
        {CONDUCT_KIND_entry_without_consent, LAW_FACT_entered, 1},
        {CONDUCT_KIND_took_property, LAW_FACT_took_property, 1},
        {CONDUCT_KIND_pressed_third_party, LAW_FACT_tp_refused, 1},
        {CONDUCT_KIND_own_phone, LAW_FACT_own_phone, 1},
        {CONDUCT_KIND_other, LAW_FACT_conduct, LAW_CONDUCT_harassment},
        {CONDUCT_KIND_referral_pressure, LAW_FACT_police_threat, 1},
        {CONDUCT_KIND_private_photo, LAW_FACT_photo_private, 1},
        {CONDUCT_KIND_stayed_on, LAW_FACT_asked_leave, 24 * 3600},
        {CONDUCT_KIND_letter_in_public, LAW_FACT_letter_posted, 1},
        {CONDUCT_KIND_recording_stopped, LAW_FACT_rec_objected, 1},
        {CONDUCT_KIND_id_not_shown, LAW_FACT_id_shown, 0},
        {CONDUCT_KIND_not_recorded, LAW_FACT_recording, 0},
        {CONDUCT_KIND_institution_not_stated, LAW_FACT_institution_stated, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].conduct == conduct) {
            law_set(situation, rows[i].fact, rows[i].value);
        }
    }
}

static void set_door(const struct policy *policy, const struct gate_facts *facts,
                     struct law_situation *situation)
{
    const struct gate_door *door = facts->door;
    if (door == NULL) {
        return;
    }
    if (door->role != ROLE_none) {
        law_set(situation, LAW_FACT_role, gate_law_role(door->role));
        law_set(situation, LAW_FACT_verified, door->is_identity_verified);
    }
    if (third_party_is(door->role)) {
        law_set(situation, LAW_FACT_third_contacts,
                third_party_read(policy, facts->state, door->role).count);
    }
    if (door->told != 0) {
        law_set(situation, LAW_FACT_disclosed, door->told);
    }
    if (door->stay_s != 0) {
        law_set(situation, LAW_FACT_stay, door->stay_s);
    }
    if (door->note != NULL) {
        situation->note = str_from(door->note);
    }
    set_conduct(door->conduct, situation);
}

static uint8_t channel_of(enum gate_stage stage, uint32_t channel)
{
    if (stage == GATE_arrange) {
        return LAW_CHANNEL_pay;
    }
    return channel == CONTACT_CHANNEL_call     ? LAW_CHANNEL_call
           : channel == CONTACT_CHANNEL_letter ? LAW_CHANNEL_notice
           : channel == CONTACT_CHANNEL_sms || channel == CONTACT_CHANNEL_email
               ? LAW_CHANNEL_message
               : LAW_CHANNEL_visit;
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
    situation.channel = channel_of(stage, facts->channel);
    if (law_zone_find(image, str_from(facts->record->zone), &situation.zone) != OK &&
        law_zone_find(image, str_from(policy->zone), &situation.zone) != OK) {
        situation.zone = image->zone;
    }
    int32_t today = local_day(image, situation.zone, facts->now_ms);
    situation.flags = flags_of(facts, today);
    count_contacts(image, facts, today, &situation);
    count_calls(image, facts, today, &situation);
    set_days(image, facts, today, &situation);
    set_duties(facts, &situation);
    law_set(&situation, LAW_FACT_own_times,
            gate_is_unwished(policy, facts->record, facts->state, facts->now_ms, facts->place));
    if (third_party_is(facts->target_role)) {
        law_set(&situation, LAW_FACT_third_contacts,
                third_party_read(policy, facts->state, facts->target_role).count);
    }
    set_door(policy, facts, &situation);
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
