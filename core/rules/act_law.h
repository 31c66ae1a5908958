/* core/rules/act_law.h -- what is said, arranged and paid at the door, judged by a policy image.
 * Pure.
 *
 * As at the gate (gate_law.h) the numbers of a policy text and the image are both asked and the
 * stricter counts; who may hear what is the image's alone where there is one. What only asks
 * headquarters for something (a waiver, an extension) is no act of the contact law and is not
 * judged here. A payment that is shown has happened: it is judged as headquarters will. */
#pragma once

#include "core/rules/arrangement.h"
#include "core/rules/disclosure.h"
#include "core/rules/law_judge.h"

enum act_kind { ACT_promise, ACT_plan, ACT_settlement, ACT_payment };

struct act {
    enum act_kind kind;
    uint64_t amount_minor, owed_minor;
    uint64_t floor_minor; /* settlement: the least that may be asked for */
    int32_t months;       /* plan: to its last day, begun ones counted */
    bool is_complete;     /* plan: has instalments */
    bool has_means;       /* plan: income was stated */
    bool is_payer_third, has_payer_statement, is_official; /* payment */
};

/* Nothing fires when the policy has no image. */
void act_law_judge(const struct policy *policy, const struct arrangement_facts *facts,
                   const struct act *act, struct law_verdict *law_out);
/* Severity of the image for a refusal about to be fired; ok when it is silent. */
enum severity act_law_severity(const struct policy *policy, const struct law_verdict *law,
                               enum refusal refusal);
/* Adds the rules that fired and that `verdict` does not have yet, and the sources of all. */
void act_law_add(const struct policy *policy, const struct law_verdict *law, const struct act *act,
                 struct verdict *verdict);
/* The classes of information that the image lets this person hear at `at_ms`. */
uint32_t act_law_disclosures(const struct law_image *image, int64_t at_ms,
                             const struct disclosure_facts *facts);
