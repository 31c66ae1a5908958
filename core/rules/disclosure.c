#include "core/rules/disclosure.h"

#include "core/rules/act_law.h"
#include "core/rules/law_shelf.h"

enum {
    ALL = DISCLOSURE_own_name | DISCLOSURE_employer | DISCLOSURE_ask_whereabouts |
          DISCLOSURE_please_call | DISCLOSURE_debt_exists | DISCLOSURE_amount_or_dates |
          DISCLOSURE_how_to_pay | DISCLOSURE_sealed_letter,
    DEBT = DISCLOSURE_debt_exists | DISCLOSURE_amount_or_dates | DISCLOSURE_how_to_pay,
    TRACING = DISCLOSURE_employer | DISCLOSURE_ask_whereabouts | DISCLOSURE_please_call,
};

static const struct {
    uint32_t bit;
    const char *key;
} rows[] = {
#define DISCLOSURE(bit, name) {DISCLOSURE_##name, "disclosure." #name},
#include "core/rules/disclosures.def"
#undef DISCLOSURE
};

/* Profile cn (GB25; CBA26): all to the liable once verified; a minor hears a name and no
 * more; anybody else hears a name, may be asked for the whereabouts only while the debtor
 * cannot be reached, and learns of the debt only when volunteering to pay.
 A sealed letter counts as word of the debt. */
static uint32_t built_in(const struct disclosure_facts *facts)
{
    if (role_is_liable(facts->role)) {
        uint32_t unverified = DISCLOSURE_own_name | DISCLOSURE_employer;
        return facts->is_verified ? (uint32_t)ALL : unverified;
    }
    if (facts->role == ROLE_none) {
        return DISCLOSURE_own_name;
    }
    if (role_matrix(facts->role) == MATRIX_ROLE_MINOR) {
        return DISCLOSURE_own_name;
    }
    uint32_t allowed = DISCLOSURE_own_name;
    if (facts->is_lost) {
        allowed |= TRACING;
    }
    if (facts->is_volunteering_to_pay) {
        allowed |= DEBT;
    }
    return allowed;
}

uint32_t disclosure_allowed(const struct policy *policy, int64_t at_ms,
                            const struct disclosure_facts *facts)
{
    struct law_case_policy own;
    if (facts->record != NULL && facts->state != NULL) {
        policy = law_case_policy(&own, policy, facts->record, facts->state);
    }
    /* Whoever is not known yet may be anybody. */
    return policy->law != NULL && facts->role != ROLE_none
               ? act_law_disclosures(policy->law, at_ms, facts)
               : built_in(facts);
}

struct verdict disclosure_check(const struct policy *policy, int64_t at_ms,
                                const struct disclosure_facts *facts, uint32_t told)
{
    struct verdict verdict = verdict_start();
    uint32_t forbidden = told & ~disclosure_allowed(policy, at_ms, facts);
    bool is_minor = facts->role != ROLE_none && role_matrix(facts->role) == MATRIX_ROLE_MINOR;
    if (is_minor) {
        verdict_fire(&verdict, REFUSAL_only_minor, policy_severity(policy, REFUSAL_only_minor));
        verdict.obligations |= OBLIGATION_leave_now | OBLIGATION_say_nothing_of_debt;
        return verdict;
    }
    if (forbidden == 0) {
        return verdict;
    }
    if (role_is_liable(facts->role)) {
        verdict_fire(&verdict, REFUSAL_identity_not_verified,
                     policy_severity(policy, REFUSAL_identity_not_verified));
        verdict.obligations |= OBLIGATION_verify_identity;
        return verdict;
    }
    if ((forbidden & (DEBT | DISCLOSURE_sealed_letter)) != 0) {
        verdict_fire(&verdict, REFUSAL_debt_told_to_third,
                     policy_severity(policy, REFUSAL_debt_told_to_third));
        verdict.obligations |= OBLIGATION_say_nothing_of_debt;
    }
    if ((forbidden & TRACING) != 0) {
        verdict_fire(&verdict, REFUSAL_third_party_not_lost,
                     policy_severity(policy, REFUSAL_third_party_not_lost));
    }
    return verdict;
}

size_t disclosure_count(void)
{
    return COUNT(rows);
}

uint32_t disclosure_bit_at(size_t index)
{
    CHECK(index < COUNT(rows));
    return rows[index].bit;
}

const char *disclosure_key(uint32_t bit)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].bit == bit) {
            return rows[i].key;
        }
    }
    return "unknown.code";
}
