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

TEST(test_a_contact_too_old_for_the_lists_counts)
{
    ds_CaseRecord record = case_record();
    ds_CaseState state = case_state(&record);
    struct policy policy = policy_default();
    meet(&state, ROLE_neighbour, 7, 9000);
    state.older_contacts[0] = (ds_OlderContact){
        .at_ms = 5000, .channel = CONTACT_CHANNEL_call, .role = ROLE_neighbour, .person_no = 8};
    state.older_contacts_count = 1;
    state.third_contacts[0] =
        (ds_ThirdContacts){.role = ROLE_neighbour, .count = 4, .last_at_ms = 400};
    state.third_contacts[1] = (ds_ThirdContacts){.role = ROLE_family, .count = 1, .last_at_ms = 40};
    state.third_contacts_count = 2;
    struct third_party third = third_party_read(&policy, &state, ROLE_neighbour);
    EXPECT_INT(6, third.count);
    EXPECT_INT(2, third.collectors);
    EXPECT_INT(9000, third.last_at_ms);
    third = third_party_read(&policy, &state, ROLE_family);
    EXPECT_INT(1, third.count);
    EXPECT_INT(1, third.collectors); /* somebody it was */
    EXPECT_INT(40, third.last_at_ms);
}
