/* core/rules/gate.h -- may I go to, check in at, speak or arrange at this case now? Pure.
 *
 * The gate judges an intention. At the door the truth is always saved: a visit
 * that happened in spite of a refusal is recorded with the rules that fired. */
#pragma once

#include "core/event/fold.h"
#include "core/event/pass.h"
#include "core/rules/policy.h"

enum gate_stage {
    GATE_plan,    /* put the case on a day's plan: judged for the instant it is planned at */
    GATE_checkin, /* start a visit */
    GATE_speak,   /* the visit is running */
    GATE_arrange, /* promise, plan, request or payment note at the door */
};

/* What was asked of the collectors at the door; a set of bits. */
enum gate_duty {
    GATE_DUTY_id = 1,         /* identity card shown */
    GATE_DUTY_letter = 2,     /* authorisation letter shown */
    GATE_DUTY_recording = 4,  /* sound and picture are being recorded … */
    GATE_DUTY_announced = 8,  /* … and that was said */
    GATE_DUTY_consented = 16, /* … and agreed to */
};

/* What was recorded of a contact that is going on, or that has just been; 0: not said. */
struct gate_door {
    uint32_t role; /* roles.def: who was met or answered */
    bool is_identity_verified;
    uint32_t told;    /* bits of enum disclosure: what was certainly spoken of */
    uint32_t conduct; /* conduct_kinds.def */
    uint32_t stay_s;
    const char *note; /* NULL: none */
};

struct gate_facts {
    const ds_CaseRecord *record;
    const ds_CaseState *state;
    int64_t now_ms;       /* UTC; for GATE_plan the planned instant */
    uint32_t person_no;   /* who acts */
    uint32_t visitors;    /* people at the door for the creditor, self included; 0: not asked yet */
    uint32_t target_role; /* roles.def: whom the visit is to; 0: the borrower */
    uint32_t place;       /* address_kinds.def; 0 not said */
    bool has_fix;
    uint32_t fix_age_s;     /* older than policy fix_age_high: as no fix */
    uint32_t distance_m;    /* to the chosen address, when has_fix and the address is located */
    bool is_located;        /* the address has a position */
    uint32_t clock_quality; /* clock_qualities.def; 0 trusted */
    int64_t synced_at_ms;   /* when case data last came from headquarters; 0 never */
    int64_t policy_at_ms;   /* when the policy last came or was confirmed; 0 never */
    uint32_t channel;       /* contact_channels.def; 0: a visit */
    /* Last day of the collector's credential or training; 0 not known. */
    int32_t credential_until_day;
    uint32_t duties_asked, duties_done; /* bits of enum gate_duty; asked 0: not answered yet */
    const struct gate_door *door;       /* borrowed; NULL: nobody was met yet */
    bool has_hours_consent;             /* the debtor agreed to this time, see gate_has_consent() */
    /* Of a supervisor's pass that was checked (core/event/pass.h): the rule it lifts, and until
     * when. NULL: none. It lifts nothing that gate_pass_lifts() does not let it. */
    const char *pass_rule;
    int64_t pass_until_ms;
};

/* By the policy as it is for this case: law_case_policy(). Texts of sources that fired live as
 * long as the policy and facts->state. */
struct verdict gate_check(const struct policy *policy, enum gate_stage stage,
                          const struct gate_facts *facts);

/* Contact hours of a case on the day of `now_ms`, in the borrower's zone: those of the policy's
 * numbers, narrowed by what its images say of visits, of the client and of the case too. */
struct gate_hours {
    int32_t open_minute, close_minute; /* of the day; equal: none */
    int32_t left_minutes;              /* until they close; negative: outside them */
    int64_t next_open_at_ms;           /* the first instant >= now at which they are open */
};
struct gate_hours gate_hours(const struct policy *policy, const ds_CaseRecord *record,
                             const ds_CaseState *state, int64_t now_ms);
/* The same, narrowed to when the customer asked to be called on (stop own_times): when to go. A day
 * on which they asked for nobody has no hours. */
struct gate_hours gate_visit_hours(const struct policy *policy, const ds_CaseRecord *record,
                                   const ds_CaseState *state, int64_t now_ms);
/* The customer asked for no contact at this time, or at a place of this kind (address_kinds.def;
 * 0 not said). */
bool gate_is_unwished(const struct policy *policy, const ds_CaseRecord *record,
                      const ds_CaseState *state, int64_t now_ms, uint32_t place);
/* Minutes east of UTC at the borrower's place: the case's zone, else the policy's. */
int32_t gate_zone_offset(const struct policy *policy, const ds_CaseRecord *record);
/* Whether the reason given is the debtor's consent to this time, of a visit that is running: what
 * is agreed at the door stands in its own record. An appointment is consent to its own day and
 * hours (CaseState.next_*), not to any. */
bool gate_has_consent(const struct policy *policy, const ds_CaseRecord *record,
                      const ds_CaseState *state, int64_t now_ms, uint32_t override_reason);
/* The same before the door, where only evidence counts: an appointment on record, or a conversation
 * on record with somebody liable, no older than the policy's consent_age. */
bool gate_has_consent_on_record(const struct policy *policy, const ds_CaseRecord *record,
                                const ds_CaseState *state, int64_t now_ms,
                                uint32_t override_reason);
/* Visits already made on the civil day of `now_ms` in the borrower's zone. */
uint32_t gate_visits_today(const struct policy *policy, const ds_CaseRecord *record,
                           const ds_CaseState *state, int64_t now_ms);

/* Whether a supervisor may lift this rule ("X01") at all: by the image, without one by the
 * policy's pass_rules. */
bool gate_pass_lifts(const struct policy *policy, const char *rule);
/* The rule that stands alone in the way and that a supervisor may lift: with a pass for it
 * nothing blocks any more. False when there is none. */
bool gate_pass_rule(const struct policy *policy, const struct verdict *verdict,
                    char rule_out[PASS_RULE_SIZE]);
