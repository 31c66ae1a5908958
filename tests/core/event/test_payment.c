/* Payments: noted and booked, what may still be asked for, and what they followed. */
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

static struct id note(struct story *story, uint64_t amount_minor, int32_t paid_day,
                      const char *reference)
{
    ds_Event event = sample_event(EVENT_payment_noted);
    event.kind.payment_noted.amount_minor = amount_minor;
    event.kind.payment_noted.paid_day = paid_day;
    sample_text(event.kind.payment_noted.reference, reference);
    return story_tell(story, event, 1);
}

static uint64_t noted_minor(const struct story *story)
{
    struct balance balance = fold_balance(&story->record, &story->state);
    EXPECT(balance.askable_minor + balance.noted_minor + balance.forgiven_minor ==
           balance.owed_minor);
    return balance.noted_minor;
}

TEST(test_a_noted_payment_waits_until_it_is_booked_or_ruled_out)
{
    struct story story;
    story_start(&story);
    uint64_t owed_minor = fold_balance(&story.record, &story.state).owed_minor;
    struct id first = note(&story, 20000, SAMPLE_DAY, "R-1");
    EXPECT_INT(20000, noted_minor(&story));
    note(&story, 20000, SAMPLE_DAY, "R-1"); /* the same paper twice */
    EXPECT_INT(20000, noted_minor(&story));
    note(&story, 5000, SAMPLE_DAY, "");
    EXPECT_INT(25000, noted_minor(&story));
    story_pay(&story, 21000, SAMPLE_DAY, "R-1"); /* booked: the bank's amount counts */
    EXPECT_INT(5000, noted_minor(&story));
    EXPECT_INT(owed_minor - 21000, fold_balance(&story.record, &story.state).owed_minor);
    story_withdraw(&story, first); /* the bank's word stands */
    EXPECT_INT(owed_minor - 21000, fold_balance(&story.record, &story.state).owed_minor);
    story_pay(&story, 5000, SAMPLE_DAY, "R-2"); /* the one that was noted without a reference */
    EXPECT_INT(0, noted_minor(&story));
    struct id wrong = note(&story, 700, SAMPLE_DAY, "R-3");
    EXPECT_INT(700, noted_minor(&story));
    story_withdraw(&story, wrong);
    EXPECT_INT(0, noted_minor(&story));
    note(&story, 900, SAMPLE_DAY, "R-4");
    story_check(&story, SAMPLE_DAY - 1, 3);
    EXPECT_INT(900, noted_minor(&story));
    story_check(&story, SAMPLE_DAY, 3); /* all of that day are known, and it is not among them */
    EXPECT_INT(0, noted_minor(&story));
    note(&story, UINT64_C(1) << 40, SAMPLE_DAY + 1, "R-5");
    note(&story, UINT64_C(1) << 40, SAMPLE_DAY + 1, "R-6");
    EXPECT_INT(0, fold_balance(&story.record, &story.state).askable_minor);
}

TEST(test_of_two_payments_alike_each_waits_for_its_own_booking)
{
    struct story story;
    story_start(&story);
    note(&story, 5000, SAMPLE_DAY, "");
    note(&story, 5000, SAMPLE_DAY, "");
    EXPECT_INT(10000, noted_minor(&story));
    story_pay(&story, 5000, SAMPLE_DAY, "B-1");
    EXPECT_INT(5000, noted_minor(&story));
    story_pay(&story, 5000, SAMPLE_DAY, "B-2");
    EXPECT_INT(0, noted_minor(&story));
    note(&story, 5000, SAMPLE_DAY, "B-3"); /* known by its reference, not by its amount */
    note(&story, 5000, SAMPLE_DAY, "");
    EXPECT_INT(5000, noted_minor(&story) - 5000);
    story_pay(&story, 5000, SAMPLE_DAY, "B-3");
    EXPECT_INT(5000, noted_minor(&story));
}

/* The bank booked one before a collector heard of the other. */
TEST(test_the_same_sum_paid_twice_on_a_day_is_not_asked_for)
{
    struct story story;
    story_start(&story);
    uint64_t owed_minor = fold_balance(&story.record, &story.state).owed_minor;
    story_pay(&story, 5000, SAMPLE_DAY, "B-1");
    note(&story, 5000, SAMPLE_DAY, "");
    EXPECT_INT(owed_minor - 10000, fold_balance(&story.record, &story.state).askable_minor);
    note(&story, 5000, SAMPLE_DAY, "");
    EXPECT_INT(10000, noted_minor(&story));
    story_pay(&story, 5000, SAMPLE_DAY, "B-2"); /* of the first note */
    EXPECT_INT(5000, noted_minor(&story));
    story_pay(&story, 5000, SAMPLE_DAY, "B-3");
    EXPECT_INT(0, noted_minor(&story));
    EXPECT_INT(owed_minor - 15000, fold_balance(&story.record, &story.state).askable_minor);
}

/* A borrower who pays every week outlasts the list of payments. */
TEST(test_money_that_fell_off_the_list_is_still_money)
{
    enum { PAID = 40, EACH = 1000 };
    static const struct {
        const char *name;
        int32_t as_of; /* days after the first payment */
        uint64_t least_minor, most_minor;
    } rows[] = {
        /* Payment n was made on day n; 36 are held one by one, 5 as one with the latest day. */
        {"before all", 0, 40 * EACH, 40 * EACH},
        {"among those that became one", 2, 38 * EACH, 40 * EACH},
        {"the day of the one", 4, 36 * EACH, 40 * EACH},
        {"the first held by itself", 5, 35 * EACH, 35 * EACH},
        {"the last that fell off", 27, 13 * EACH, 13 * EACH},
        {"the first in the list", 28, 12 * EACH, 12 * EACH},
        {"the last", 39, EACH, EACH},
        {"after all", 40, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        for (int32_t n = 0; n < PAID; n++) {
            char reference[8];
            (void)snprintf(reference, sizeof reference, "W-%d", n);
            story_pay(&story, EACH, SAMPLE_DAY + n, reference);
        }
        EXPECT_INT(PAID * EACH, fold_balance(&story.record, &story.state).paid_minor);
        ds_Event event = sample_event(EVENT_balance_stated);
        event.kind.balance_stated =
            (ds_BalanceStated){100 * EACH, 0, 0, 0, SAMPLE_DAY + rows[i].as_of};
        story_tell(&story, event, 1);
        uint64_t paid_minor = fold_balance(&story.record, &story.state).paid_minor;
        if (paid_minor < rows[i].least_minor || paid_minor > rows[i].most_minor) {
            fail_msg("%s: %llu", rows[i].name, (unsigned long long)paid_minor);
        }
    }
}

TEST(test_a_waiting_note_outlasts_later_payments)
{
    struct story story;
    story_start(&story);
    note(&story, 700, SAMPLE_DAY + 90, "N-1");
    for (int32_t n = 0; n < 30; n++) {
        char reference[8];
        (void)snprintf(reference, sizeof reference, "W-%d", n);
        story_pay(&story, 100, SAMPLE_DAY + n, reference);
    }
    EXPECT_INT(700, noted_minor(&story));
    EXPECT_INT(3000, fold_balance(&story.record, &story.state).paid_minor);
    story_pay(&story, 700, SAMPLE_DAY + 90, "N-1");
    EXPECT_INT(0, noted_minor(&story));
}

/* Goal: nobody is asked again for what was noted, however many notes wait for headquarters. */
TEST(test_more_waiting_notes_than_the_list_holds_all_count)
{
    enum { NOTES = 40, LISTED = 12 };
    struct story story;
    struct id ids[NOTES];
    story_start(&story);
    uint64_t owed_minor = fold_balance(&story.record, &story.state).owed_minor;
    for (int32_t n = 0; n < NOTES; n++) {
        char reference[8];
        (void)snprintf(reference, sizeof reference, "N-%d", n);
        ids[n] = note(&story, 10, SAMPLE_DAY + n, n % 2 == 0 ? reference : "");
        EXPECT_INT(10 * (n + 1), noted_minor(&story));
    }
    EXPECT_INT(LISTED, story.state.payments_count);
    note(&story, 10, SAMPLE_DAY + 26, "N-26"); /* the same paper twice */
    EXPECT_INT(10 * NOTES, noted_minor(&story));
    story_pay(&story, 10, SAMPLE_DAY + 26, "N-26"); /* booked, by its reference */
    EXPECT_INT(10 * (NOTES - 1), noted_minor(&story));
    story_pay(&story, 10, SAMPLE_DAY + 27, "B-1"); /* and by day and sum */
    EXPECT_INT(10 * (NOTES - 2), noted_minor(&story));
    EXPECT_INT(owed_minor - 10 * NOTES, fold_balance(&story.record, &story.state).askable_minor);
    story_withdraw(&story, ids[25]);
    EXPECT_INT(10 * (NOTES - 3), noted_minor(&story));
    EXPECT_INT(0, story.state.unmatched_count);
    for (int32_t n = 0; n < NOTES - 13; n++) { /* all of those days are known */
        story_check(&story, SAMPLE_DAY + n, 3);
        EXPECT(noted_minor(&story) >= 10U * (uint64_t)(NOTES - 1 - n - (n < 27 ? 3 : 0)));
    }
    story_check(&story, SAMPLE_DAY + NOTES, 3);
    EXPECT_INT(0, noted_minor(&story));
}

/* What falls due next knows them, too. */
TEST(test_a_note_that_fell_off_the_list_counts_toward_a_promise)
{
    struct story story;
    struct fold_due due;
    story_start(&story);
    story_promise(&story, 500, SAMPLE_DAY + 30);
    note(&story, 500, SAMPLE_DAY + 1, "P-1");
    EXPECT(!fold_next_due(&story.record, &story.state, &due));
    for (int32_t n = 0; n < 14; n++) {
        char reference[8];
        (void)snprintf(reference, sizeof reference, "Q-%d", n);
        note(&story, 1, SAMPLE_DAY + 40, reference);
    }
    EXPECT(!fold_next_due(&story.record, &story.state, &due));
}

TEST(test_a_promise_restated_counts_the_payments_that_fell_off_too)
{
    enum { PAID = 30 };
    struct story story;
    story_start(&story);
    struct id promise = story_promise(&story, 50000, SAMPLE_DAY + 60);
    for (int32_t n = 0; n < PAID; n++) {
        char reference[8];
        (void)snprintf(reference, sizeof reference, "W-%d", n);
        story_pay(&story, 1000, SAMPLE_DAY + 1 + n, reference);
    }
    struct fold_due due;
    EXPECT(fold_next_due(&story.record, &story.state, &due));
    EXPECT_INT(50000 - PAID * 1000, due.amount_minor);
    story_restate_promise(&story, promise, 40000, SAMPLE_DAY + 60, SAMPLE_PERSON);
    EXPECT(fold_next_due(&story.record, &story.state, &due));
    EXPECT_INT(40000 - PAID * 1000, due.amount_minor);
}

TEST(test_a_payment_booked_twice_counts_once_whatever_the_second_says)
{
    struct story story;
    story_start(&story);
    uint64_t owed_minor = fold_balance(&story.record, &story.state).owed_minor;
    story_pay(&story, 10000, SAMPLE_DAY, "R-1");
    story_pay(&story, 90000, SAMPLE_DAY + 1, "R-1");
    EXPECT_INT(1, story.state.payments_count);
    EXPECT_INT(owed_minor - 10000, fold_balance(&story.record, &story.state).owed_minor);
}

TEST(test_a_payment_follows_a_contact_of_the_policys_days)
{
    static const struct {
        const char *name;
        bool has_days;
        uint32_t days;
        int32_t paid_after;
        bool is_attributed;
    } rows[] = {
        {"the same day", true, 30, 0, true},         {"the last day", true, 30, 30, true},
        {"a day too late", true, 30, 31, false},     {"the day before", true, 30, -1, false},
        {"none but the same day", true, 0, 0, true}, {"the next day", true, 0, 1, false},
        {"no limit was said", false, 0, 300, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        story_tell(&story, sample_event(EVENT_visit_finished), 1);
        int32_t visit_day = fold_day(&story.record, story.at_ms);
        ds_Event event = sample_event(EVENT_payment_posted);
        event.kind.payment_posted.paid_day = visit_day + rows[i].paid_after;
        event.kind.payment_posted.has_attribution_days = rows[i].has_days;
        event.kind.payment_posted.attribution_days = rows[i].days;
        story_tell(&story, event, 1);
        EXPECT_ROW(rows[i].name, story.state.payments[0].after_channel ==
                                     (rows[i].is_attributed ? (uint32_t)CONTACT_CHANNEL_visit : 0));
    }
}

/* Captured together the two can have the same instant. */
TEST(test_what_was_paid_with_a_promise_does_not_keep_it)
{
    struct story story;
    story_start(&story);
    note(&story, 50000, SAMPLE_DAY, "NOW");
    ds_Event event = sample_event(EVENT_promise_made);
    event.kind.promise_made.amount_minor = 50000;
    event.kind.promise_made.due_day = SAMPLE_DAY + 7;
    struct id promise = story_tell(&story, event, 0);
    story_pay(&story, 50000, SAMPLE_DAY, "NOW");
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, promise));
    EXPECT_INT(0, story_arrangement(&story, promise)->paid_minor);
    story_pay(&story, 50000, SAMPLE_DAY + 7, "REST");
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, promise));
}
