/* What may be asked for at the door: never more than is owed, as far as the tablet knows. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"

#include <string.h>

enum { OWED_MINOR = 1234567 };

static struct balance balance_of(struct tablet *tablet, uint64_t case_no)
{
    struct store_case subject;
    EXPECT_OK(store_case_load(tablet->store, &tablet->task, case_no, &subject));
    return fold_balance(subject.record, subject.state);
}

static void note_payment(struct tablet *tablet, uint64_t amount_minor, const char *reference)
{
    struct capture capture;
    ds_PaymentNoted payment = {
        .amount_minor = amount_minor,
        .channel = PAYMENT_CHANNEL_official_code,
        .paid_day = journey_today(&tablet->journey),
        .payer_role = ROLE_borrower,
    };
    strcpy(payment.reference, reference);
    EXPECT_OK(journey_note_payment(&tablet->journey, 1, &payment, 0, &capture));
    EXPECT(capture.is_done);
}

static bool is_promise_taken(struct tablet *tablet, uint64_t amount_minor)
{
    struct capture capture;
    tablet_start_visit(tablet, 1);
    tablet_draft_promise(tablet, amount_minor);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    return capture.is_done;
}

TEST(test_lists_show_what_may_be_asked_for)
{
    struct tablet tablet;
    struct store_case_item item;
    tablet_open(&tablet, 1);
    EXPECT_OK(store_case_item(tablet.store, &tablet.task, 1, &item));
    EXPECT_INT(OWED_MINOR, item.askable_minor);
    note_payment(&tablet, 30000, "");
    EXPECT_OK(store_case_item(tablet.store, &tablet.task, 1, &item));
    EXPECT_INT(OWED_MINOR - 30000, item.askable_minor);
    EXPECT_INT(balance_of(&tablet, 1).askable_minor, item.askable_minor);
    tablet_close(&tablet);
}

TEST(test_what_was_paid_today_is_not_asked_for_again)
{
    static const struct {
        const char *name;
        uint64_t noted_minor, asked_minor;
        bool is_taken;
    } rows[] = {
        {"all, nothing noted", 0, OWED_MINOR, true},
        {"a fen more than all", 0, OWED_MINOR + 1, false},
        {"all, although some was paid", 30000, OWED_MINOR, false},
        {"what is left", 30000, OWED_MINOR - 30000, true},
        {"a fen more than what is left", 30000, OWED_MINOR - 29999, false},
        {"anything, although all was paid", OWED_MINOR, 1, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        tablet_open(&tablet, 1);
        if (rows[i].noted_minor > 0) {
            note_payment(&tablet, rows[i].noted_minor, "");
        }
        struct balance balance = balance_of(&tablet, 1);
        EXPECT_INT(OWED_MINOR, balance.owed_minor);
        EXPECT_ROW(rows[i].name, balance.askable_minor == OWED_MINOR - rows[i].noted_minor);
        EXPECT_ROW(rows[i].name,
                   is_promise_taken(&tablet, rows[i].asked_minor) == rows[i].is_taken);
        tablet_close(&tablet);
    }
}

/* "500 now and the rest next week": one visit with a payment and a promise. */
TEST(test_what_is_paid_at_this_door_lessens_this_promise)
{
    static const struct {
        uint64_t promised_minor;
        bool is_taken;
    } rows[] = {{OWED_MINOR, false}, {OWED_MINOR - 50000, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        ds_VisitDraft draft;
        tablet_open(&tablet, 1);
        tablet_start_visit(&tablet, 1);
        tablet_draft_promise(&tablet, rows[i].promised_minor);
        EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
        draft.has_payment = true;
        draft.payment = (ds_PaymentNoted){
            .amount_minor = 50000,
            .channel = PAYMENT_CHANNEL_official_code,
            .reference = "TODAY",
            .paid_day = journey_today(&tablet.journey),
            .payer_role = ROLE_borrower,
        };
        EXPECT_OK(journey_draft_save(&tablet.journey, &draft));
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT_INT(rows[i].is_taken, capture.is_done);
        tablet_close(&tablet);
    }
}

TEST(test_a_promise_is_not_corrected_into_more_than_is_owed)
{
    static const struct {
        uint64_t amount_minor;
        bool is_done;
    } rows[] = {{OWED_MINOR, true}, {OWED_MINOR + 1, false}, {0, false}, {1, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        uint64_t seq = 0;
        struct fact promise;
        tablet_open(&tablet, 1);
        EXPECT(is_promise_taken(&tablet, 500000));
        EXPECT_OK(store_journal_last(tablet.store, &seq, NULL, NULL));
        EXPECT_OK(store_journal_fact(tablet.store, seq, &promise));
        EXPECT_INT(EVENT_promise_made, event_kind(&promise.event));
        sim_clock_pass(&tablet.sim, 20 * DATE_DAY_MS); /* its day has passed meanwhile */
        ds_Correction correction = {
            .reason = CORRECTION_REASON_entered_twice,
            .which_anew = ds_Correction_promise_made_tag,
            .anew.promise_made = promise.event.kind.promise_made,
        };
        memcpy(correction.target, promise.id.bytes, sizeof correction.target);
        correction.anew.promise_made.amount_minor = rows[i].amount_minor;
        EXPECT_OK(journey_correct(&tablet.journey, &correction, &capture));
        EXPECT_INT(rows[i].is_done, capture.is_done);
        tablet_close(&tablet);
    }
}

TEST(test_an_old_position_is_no_position)
{
    static const struct {
        uint32_t age_s;
        bool is_fresh;
    } rows[] = {{0, true}, {30, true}, {24 * 60 * 60, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct verdict verdict;
        tablet_open(&tablet, 1);
        tablet.journey.has_fix = true;
        tablet.journey.fix =
            (ds_Fix){.lat_e7 = 312301000, .lon_e7 = 1214700000, .age_s = rows[i].age_s};
        const struct visit_start start = {.case_no = 1, .place = ADDRESS_KIND_home, .visitors = 2};
        EXPECT_OK(journey_check_start(&tablet.journey, &start, &verdict));
        EXPECT_INT(rows[i].is_fresh, verdict_find(&verdict, REFUSAL_no_fix) == NULL);
        tablet_close(&tablet);
    }
}
