/* Goal: whoever is asked about a debtor is not asked again and again by one collector after the
 * other. */
#include "core/rules/third_party.h"
#include "tests/core/rules/case_sample.h"
#include "tests/lib/test.h"

static void meet(ds_CaseState *state, uint32_t role, uint32_t person_no, int64_t at_ms)
{
    case_visit(state, at_ms, OUTCOME_moved_away);
    state->contacts[0].role = role;
    state->contacts[0].person_no = person_no;
}

TEST(test_contacts_of_all_collectors_are_counted_by_role)
{
    ds_CaseRecord record = case_record();
    ds_CaseState state = case_state(&record);
    struct policy policy = policy_default();
    meet(&state, ROLE_neighbour, 7, 1000);
    meet(&state, ROLE_neighbour, 8, 3000);
    meet(&state, ROLE_neighbour, 7, 2000);
    meet(&state, ROLE_family, 7, 9000);
    meet(&state, ROLE_borrower, 7, 9500);
    meet(&state, ROLE_neighbour, 9, 9900);
    state.contacts[0].is_withdrawn = true;
    struct third_party third = third_party_read(&policy, &state, ROLE_neighbour);
    EXPECT_INT(3, third.count);
    EXPECT_INT(2, third.collectors);
    EXPECT_INT(3000, third.last_at_ms);
    EXPECT_INT(THIRD_PARTY_NO_LIMIT, third.limit); /* no image says one */
    EXPECT(!third.is_over);
    EXPECT_INT(1, third_party_read(&policy, &state, ROLE_family).count);
    EXPECT_INT(0, third_party_read(&policy, &state, ROLE_colleague).count);
    EXPECT_INT(0, third_party_read(&policy, &state, ROLE_borrower).count); /* no third party */
    EXPECT_INT(0, third_party_read(&policy, &state, ROLE_none).count);
}
