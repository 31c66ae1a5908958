/* Goal: a limit on how often somebody may be contacted never forgets a contact, however many
 * calls came after it. */
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

static struct id call(struct story *story, uint32_t role)
{
    ds_Event event = sample_event(EVENT_contact_attempted);
    event.kind.contact_attempted.role = role;
    return story_tell(story, event, 1);
}

static struct id visit(struct story *story, uint32_t role)
{
    ds_Event event = sample_event(EVENT_visit_finished);
    event.kind.visit_finished.role = role;
    return story_tell(story, event, 1);
}

/* Contacts the state holds with a role, by a channel; 0 any. */
static size_t held(const struct story *story, uint32_t channel, uint32_t role)
{
    size_t count = 0;
    for (size_t i = 0; i < fold_contact_count(&story->state); i++) {
        ds_OlderContact contact;
        bool counts = fold_contact(&story->state, i, &contact);
        count += counts && contact.role == role && (channel == 0 || contact.channel == channel);
    }
    return count;
}

static uint32_t counted(const struct story *story, uint32_t role)
{
    for (size_t i = 0; i < story->state.third_contacts_count; i++) {
        if (story->state.third_contacts[i].role == role) {
            return story->state.third_contacts[i].count;
        }
    }
    return 0;
}

TEST(test_every_number_of_contacts_is_held_or_counted)
{
    enum { LISTED = 12, OLDER = 24, MOST = 60 };
    struct story story;
    story_start(&story);
    for (size_t n = 1; n <= MOST; n++) {
        call(&story, ROLE_neighbour);
        size_t all = n < LISTED + OLDER ? n : LISTED + OLDER;
        EXPECT_INT(all, fold_contact_count(&story.state));
        EXPECT_INT(n, held(&story, 0, ROLE_neighbour) + counted(&story, ROLE_neighbour));
    }
}

TEST(test_calls_do_not_push_a_visit_out)
{
    struct story story;
    story_start(&story);
    visit(&story, ROLE_borrower);
    visit(&story, ROLE_family);
    for (size_t n = 0; n < 100; n++) {
        call(&story, ROLE_borrower);
    }
    EXPECT_INT(1, held(&story, CONTACT_CHANNEL_visit, ROLE_borrower));
    EXPECT_INT(1, held(&story, CONTACT_CHANNEL_visit, ROLE_family));
    EXPECT_INT(0, counted(&story, ROLE_borrower)); /* liable: no third party */
    for (size_t n = 0; n < 36; n++) {
        visit(&story, ROLE_borrower); /* visits go when there are only visits */
    }
    EXPECT_INT(0, held(&story, 0, ROLE_family));
    EXPECT_INT(1, counted(&story, ROLE_family));
}

TEST(test_what_was_taken_back_counts_nowhere)
{
    struct story story;
    story_start(&story);
    struct id wrong = call(&story, ROLE_employer);
    story_withdraw(&story, wrong);
    for (size_t n = 0; n < 100; n++) {
        call(&story, ROLE_borrower);
    }
    EXPECT_INT(0, held(&story, 0, ROLE_employer) + counted(&story, ROLE_employer));
}

TEST(test_the_newest_stands_first)
{
    struct story story;
    story_start(&story);
    for (size_t n = 0; n < 50; n++) {
        n % 3 == 0 ? visit(&story, ROLE_borrower) : call(&story, ROLE_family);
    }
    ds_OlderContact newer;
    EXPECT(fold_contact(&story.state, 0, &newer));
    for (size_t i = 1; i < fold_contact_count(&story.state); i++) {
        ds_OlderContact older;
        EXPECT(fold_contact(&story.state, i, &older));
        EXPECT(older.at_ms <= newer.at_ms);
        newer = older;
    }
}

TEST(test_every_kind_of_third_party_has_room)
{
    struct story story;
    story_start(&story);
    for (size_t i = 0; i < catalog_count(CATALOG_role); i++) {
        call(&story, catalog_code_at(CATALOG_role, i));
    }
    for (size_t n = 0; n < 100; n++) {
        call(&story, ROLE_none);
    }
    for (size_t i = 0; i < catalog_count(CATALOG_role); i++) {
        uint32_t role = catalog_code_at(CATALOG_role, i);
        EXPECT_INT(role_is_liable(role) ? 0 : 1, counted(&story, role));
    }
}
