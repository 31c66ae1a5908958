#include "core/rules/disclosure.h"
#include "tests/lib/test.h"

#include <stdio.h>

#define AT_MS INT64_C(1794970800000) /* without an image the time does not matter */

/* The matrix of profile cn, row by row: N own name, E employer, W whereabouts, M please
 * call, D debt, A amount, Y how to pay, L sealed letter. */
TEST(test_who_may_hear_what)
{
    static const char letters[] = "NEWMDAYL";
    static const struct {
        uint32_t role;
        bool is_verified, is_lost, is_volunteering;
        const char *allowed;
    } rows[] = {
        {ROLE_borrower, true, false, false, "NEWMDAYL"},
        {ROLE_borrower, false, false, false, "NE"},
        {ROLE_codebtor, true, false, false, "NEWMDAYL"},
        {ROLE_guarantor, true, false, false, "NEWMDAYL"},
        {ROLE_guarantor, false, true, false, "NE"},
        {ROLE_representative, true, false, false, "NEWMDAYL"},
        {ROLE_executor, true, false, false, "NEWMDAYL"},
        {ROLE_spouse, true, false, false, "N"},
        {ROLE_spouse, true, true, false, "NEWM"},
        {ROLE_spouse, true, false, true, "NDAY"},
        {ROLE_guardian, true, true, false, "NEWM"},
        {ROLE_family, false, false, false, "N"},
        {ROLE_minor, true, true, true, "N"},
        {ROLE_neighbour, false, false, false, "N"},
        {ROLE_neighbour, false, true, false, "NEWM"},
        {ROLE_neighbour, false, true, true, "NEWMDAY"},
        {ROLE_employer, false, true, false, "NEWM"},
        {ROLE_gatekeeper, false, false, false, "N"},
        {ROLE_village_committee, false, true, false, "NEWM"},
        {ROLE_none, true, true, true, "N"},
        {99, true, false, false, "N"},
    };
    struct policy policy = policy_default();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct disclosure_facts facts = {.role = rows[i].role,
                                         .is_verified = rows[i].is_verified,
                                         .is_lost = rows[i].is_lost,
                                         .is_volunteering_to_pay = rows[i].is_volunteering};
        uint32_t allowed = disclosure_allowed(&policy, AT_MS, &facts);
        char row[32];
        snprintf(row, sizeof row, "%zu role %u", i, rows[i].role);
        for (size_t bit = 0; bit < disclosure_count(); bit++) {
            bool is_listed = strchr(rows[i].allowed, letters[bit]) != NULL;
            EXPECT_ROW(row, ((allowed & disclosure_bit_at(bit)) != 0) == is_listed);
        }
    }
}

TEST(test_what_was_said_is_judged)
{
    static const struct {
        const char *row;
        uint32_t role;
        bool is_verified, is_lost;
        uint32_t told;
        enum refusal refusal;
        uint32_t obligations;
    } rows[] = {
        {"neighbour, lost, number only", ROLE_neighbour, false, true,
         DISCLOSURE_own_name | DISCLOSURE_employer | DISCLOSURE_ask_whereabouts, REFUSAL_none, 0},
        {"neighbour, lost, amount named", ROLE_neighbour, false, true,
         DISCLOSURE_own_name | DISCLOSURE_amount_or_dates, REFUSAL_debt_told_to_third,
         OBLIGATION_say_nothing_of_debt},
        {"neighbour, reachable, whereabouts", ROLE_neighbour, false, false,
         DISCLOSURE_ask_whereabouts, REFUSAL_third_party_not_lost, 0},
        {"child alone, a name", ROLE_minor, false, false, DISCLOSURE_own_name, REFUSAL_only_minor,
         OBLIGATION_leave_now | OBLIGATION_say_nothing_of_debt},
        {"borrower not verified", ROLE_borrower, false, false, DISCLOSURE_debt_exists,
         REFUSAL_identity_not_verified, OBLIGATION_verify_identity},
        {"borrower verified", ROLE_borrower, true, false, DISCLOSURE_debt_exists, REFUSAL_none, 0},
        {"nobody told anything", ROLE_family, false, false, 0, REFUSAL_none, 0},
    };
    struct policy policy = policy_default();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct disclosure_facts facts = {
            .role = rows[i].role, .is_verified = rows[i].is_verified, .is_lost = rows[i].is_lost};
        struct verdict verdict = disclosure_check(&policy, AT_MS, &facts, rows[i].told);
        EXPECT_ROW(rows[i].row, verdict.is_allowed == (rows[i].refusal == REFUSAL_none));
        EXPECT_ROW(rows[i].row,
                   rows[i].refusal == REFUSAL_none || verdict_find(&verdict, rows[i].refusal));
        EXPECT_ROW(rows[i].row, verdict.obligations == rows[i].obligations);
    }
}
