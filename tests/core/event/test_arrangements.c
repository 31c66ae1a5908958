#include "tests/core/event/story.h"
#include "tests/lib/test.h"

enum { DUE = SAMPLE_DAY + 7 };

/* A promise is judged only when payments are known through its day and the days of grace,
 * and only by money that came in its time. */
TEST(test_promises_are_kept_part_kept_or_broken)
{
    static const struct {
        const char *row;
        uint64_t paid_minor;
        int32_t paid_day;
        int32_t checked_day; /* 0: never */
        uint32_t grace_days;
        uint32_t state;
        int32_t judged_day;
    } rows[] = {
        {"nothing known", 0, 0, 0, 0, ARRANGEMENT_STATE_active, 0},
        {"known to the day before", 0, 0, DUE - 1, 0, ARRANGEMENT_STATE_active, 0},
        {"nothing paid", 0, 0, DUE, 0, ARRANGEMENT_STATE_broken, DUE},
        {"in grace", 0, 0, DUE + 2, 3, ARRANGEMENT_STATE_active, 0},
        {"grace over", 0, 0, DUE + 3, 3, ARRANGEMENT_STATE_broken, DUE},
        {"all at once", 50000, DUE - 2, 0, 0, ARRANGEMENT_STATE_kept, DUE - 2},
        {"on the day of making", 50000, SAMPLE_DAY, 0, 0, ARRANGEMENT_STATE_kept, SAMPLE_DAY},
        {"the day before making", 50000, SAMPLE_DAY - 1, DUE, 0, ARRANGEMENT_STATE_broken, DUE},
        {"one fen short", 49999, DUE, DUE, 0, ARRANGEMENT_STATE_part_kept, DUE},
        {"on the last day", 50000, DUE, DUE, 0, ARRANGEMENT_STATE_kept, DUE},
        {"a day late", 50000, DUE + 1, DUE + 1, 0, ARRANGEMENT_STATE_broken, DUE},
        {"a day late in grace", 50000, DUE + 1, DUE + 1, 1, ARRANGEMENT_STATE_kept, DUE + 1},
        {"late by the grace", 50000, DUE + 3, DUE + 3, 3, ARRANGEMENT_STATE_kept, DUE + 3},
        {"late past the grace", 50000, DUE + 4, DUE + 4, 3, ARRANGEMENT_STATE_broken, DUE},
        {"too much", 90000, DUE, DUE, 0, ARRANGEMENT_STATE_kept, DUE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        struct id id = story_promise(&story, 50000, DUE);
        if (rows[i].paid_minor > 0) {
            story_pay(&story, rows[i].paid_minor, rows[i].paid_day, "P1");
        }
        if (rows[i].checked_day != 0) {
            story_check(&story, rows[i].checked_day, rows[i].grace_days);
        }
        EXPECT_ROW(rows[i].row, story_state_of(&story, id) == rows[i].state);
        EXPECT_ROW(rows[i].row, story_arrangement(&story, id)->judged_day == rows[i].judged_day);
        bool is_broken = rows[i].state == ARRANGEMENT_STATE_broken;
        EXPECT_ROW(rows[i].row, story.state.broken_count == (is_broken ? 1 : 0));
        EXPECT_ROW(rows[i].row, story.state.promise_count == 1);
    }
}

/* "500 now and the rest by next week": the 500 are no part of the promise. */
TEST(test_money_handed_over_before_the_promise_is_not_counted_toward_it)
{
    struct story story;
    story_start(&story);
    story_tell(&story, sample_event(EVENT_payment_noted), 1); /* 300.00, R-2026-1 */
    struct id id = story_promise(&story, 50000, DUE);
    story_pay(&story, 30000, SAMPLE_DAY, "R-2026-1");
    EXPECT_INT(0, story_arrangement(&story, id)->paid_minor);
    story_pay(&story, 20000, SAMPLE_DAY, "another, later that day");
    EXPECT_INT(20000, story_arrangement(&story, id)->paid_minor);
}

TEST(test_judging_is_final_and_said_once)
{
    struct story story;
    story_start(&story);
    struct id id = story_promise(&story, 50000, DUE);
    story_check(&story, DUE, 0);
    story_check(&story, DUE + 1, 0);
    story_pay(&story, 50000, DUE, "late word of a timely payment");
    story_check(&story, DUE + 2, 3);
    EXPECT_INT(ARRANGEMENT_STATE_broken, story_state_of(&story, id));
    EXPECT_INT(1, story.state.broken_count);
}

/* Every state × every decision, for each kind of request. */
TEST(test_decisions_move_what_is_live_and_nothing_else)
{
    static const enum event_kind kinds[] = {EVENT_plan_agreed, EVENT_extension_requested,
                                            EVENT_settlement_requested, EVENT_waiver_requested};
    static const struct {
        uint32_t decision;
        uint32_t state;
    } rows[] = {
        {DECISION_approved, ARRANGEMENT_STATE_active},
        {DECISION_rejected, ARRANGEMENT_STATE_rejected},
        {DECISION_returned, ARRANGEMENT_STATE_returned},
    };
    for (size_t k = 0; k < COUNT(kinds); k++) {
        for (size_t i = 0; i < COUNT(rows); i++) {
            const char *name = event_kind_name(kinds[k]);
            struct story story;
            story_start(&story);
            struct id id = story_tell(&story, sample_event(kinds[k]), 1);
            EXPECT_ROW(name, story_state_of(&story, id) == ARRANGEMENT_STATE_asked);
            story_decide(&story, id, rows[i].decision);
            EXPECT_ROW(name, story_state_of(&story, id) == rows[i].state);
            EXPECT_ROW(name, story_arrangement(&story, id)->decided_at_ms != 0);

            /* a second decision: only a rejected one is over */
            story_decide(&story, id, DECISION_approved);
            bool is_over = rows[i].state == ARRANGEMENT_STATE_rejected;
            EXPECT_ROW(name, story_state_of(&story, id) ==
                                 (is_over ? ARRANGEMENT_STATE_rejected : ARRANGEMENT_STATE_active));

            /* a newer one asked does not push out what is in force */
            struct id newer = story_tell(&story, sample_event(kinds[k]), 1);
            uint32_t first = story_state_of(&story, id);
            EXPECT_ROW(name,
                       first == (is_over ? ARRANGEMENT_STATE_rejected : ARRANGEMENT_STATE_active));
            EXPECT_ROW(name, story_state_of(&story, newer) == ARRANGEMENT_STATE_asked);
            story_decide(&story, newer, DECISION_approved);
            EXPECT_ROW(name, story_state_of(&story, newer) == ARRANGEMENT_STATE_active);
            EXPECT_ROW(name, story_state_of(&story, id) == (is_over ? ARRANGEMENT_STATE_rejected
                                                                    : ARRANGEMENT_STATE_replaced));

            /* a decision about what was replaced is noted and revives nothing */
            story_decide(&story, id, DECISION_approved);
            EXPECT_ROW(name, !is_over || story_state_of(&story, id) == ARRANGEMENT_STATE_rejected);
            EXPECT_ROW(name, is_over || story_state_of(&story, id) == ARRANGEMENT_STATE_replaced);
            EXPECT_ROW(name, story_state_of(&story, newer) == ARRANGEMENT_STATE_active);
        }
    }
}

TEST(test_a_newer_request_replaces_what_was_only_asked)
{
    struct story story;
    story_start(&story);
    struct id first = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    struct id second = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_asked, story_state_of(&story, second));
    story_withdraw(&story, second);
    EXPECT_INT(ARRANGEMENT_STATE_withdrawn, story_state_of(&story, second));
    story_decide(&story, second, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_withdrawn, story_state_of(&story, second));
}

TEST(test_an_unknown_decision_or_target_changes_nothing)
{
    struct story story;
    story_start(&story);
    struct id id = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, id, 99);
    EXPECT_INT(ARRANGEMENT_STATE_asked, story_state_of(&story, id));
    struct id nobody = {{9}};
    story_decide(&story, nobody, DECISION_approved);
    EXPECT_INT(1, story.state.unmatched_count);
}

static ds_Event promise_of(uint32_t person_no, uint32_t epoch)
{
    ds_Event event = sample_event(EVENT_promise_made);
    event.person_no = person_no;
    event.epoch = epoch;
    return event;
}

static void assign(struct story *story, uint32_t owner_no, uint32_t epoch)
{
    ds_Event event = sample_event(EVENT_case_assigned);
    event.kind.case_assigned.owner_no = owner_no;
    event.kind.case_assigned.lease_epoch = epoch;
    story_tell(story, event, 1);
}

TEST(test_two_promises_for_one_debt)
{
    struct story story;

    /* the same collector again: the newer stands */
    story_start(&story);
    struct id first = story_promise(&story, 50000, DUE);
    struct id second = story_promise(&story, 40000, DUE + 1);
    EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, second));

    /* a colleague on the same lease, the owner's still live: a supervisor decides */
    story_start(&story);
    first = story_promise(&story, 50000, DUE);
    second = story_tell(&story, promise_of(SAMPLE_OTHER, 1), 1);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, story_state_of(&story, second));
    story_decide(&story, second, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, second));

    /* or for the first */
    story_start(&story);
    first = story_promise(&story, 50000, DUE);
    second = story_tell(&story, promise_of(SAMPLE_OTHER, 1), 1);
    story_decide(&story, second, DECISION_rejected);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_rejected, story_state_of(&story, second));

    /* handed over: the new owner's promise replaces the former owner's */
    story_start(&story);
    first = story_promise(&story, 50000, DUE);
    assign(&story, SAMPLE_OTHER, 2);
    second = story_tell(&story, promise_of(SAMPLE_OTHER, 2), 1);
    EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, second));

    /* the former owner, offline, made one after the hand-over */
    story_start(&story);
    assign(&story, SAMPLE_OTHER, 2);
    first = story_tell(&story, promise_of(SAMPLE_PERSON, 1), 1);
    second = story_tell(&story, promise_of(SAMPLE_OTHER, 2), 1);
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, story_state_of(&story, second));

    /* after a recall nothing starts in force, and the fact is kept */
    story_start(&story);
    story_tell(&story, sample_event(EVENT_case_recalled), 1);
    first = story_promise(&story, 50000, DUE);
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, story_state_of(&story, first));
    EXPECT_INT(SAMPLE_PERSON, story_arrangement(&story, first)->person_no);
}

/* 600.00 due on day +10 and 600.00 on day +40. */
TEST(test_plans_are_judged_instalment_by_instalment)
{
    enum { FIRST = SAMPLE_DAY + 10, SECOND = SAMPLE_DAY + 40 };
    static const struct {
        const char *row;
        uint64_t paid_minor[2];
        int32_t paid_day[2];
        int32_t checked_day;
        uint32_t state;
        int32_t judged_day;
    } rows[] = {
        {"before the first", {0, 0}, {0, 0}, FIRST - 1, ARRANGEMENT_STATE_active, 0},
        {"first missed", {0, 0}, {0, 0}, FIRST, ARRANGEMENT_STATE_broken, FIRST},
        {"first short", {59999, 0}, {FIRST, 0}, FIRST, ARRANGEMENT_STATE_part_kept, FIRST},
        {"first paid", {60000, 0}, {FIRST, 0}, FIRST, ARRANGEMENT_STATE_active, 0},
        {"first paid in two",
         {20000, 40000},
         {FIRST - 5, FIRST},
         FIRST,
         ARRANGEMENT_STATE_active,
         0},
        {"first a day late",
         {60000, 0},
         {FIRST + 1, 0},
         FIRST + 1,
         ARRANGEMENT_STATE_broken,
         FIRST},
        {"second missed", {60000, 0}, {FIRST, 0}, SECOND, ARRANGEMENT_STATE_part_kept, SECOND},
        {"second paid", {60000, 60000}, {FIRST, SECOND}, SECOND, ARRANGEMENT_STATE_kept, SECOND},
        {"paid ahead", {120000, 0}, {FIRST, 0}, FIRST, ARRANGEMENT_STATE_kept, FIRST},
        {"paid ahead in part", {90000, 0}, {FIRST, 0}, FIRST, ARRANGEMENT_STATE_active, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        struct id id = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
        story_decide(&story, id, DECISION_approved);
        EXPECT_ROW(rows[i].row, fold_flag(&story.state, STOP_FLAG_plan_kept, FIRST) != NULL);
        for (size_t p = 0; p < 2; p++) {
            if (rows[i].paid_minor[p] > 0) {
                story_pay(&story, rows[i].paid_minor[p], rows[i].paid_day[p], p == 0 ? "A" : "B");
            }
        }
        story_check(&story, rows[i].checked_day, 0);
        EXPECT_ROW(rows[i].row, story_state_of(&story, id) == rows[i].state);
        EXPECT_ROW(rows[i].row, story_arrangement(&story, id)->judged_day == rows[i].judged_day);
        bool is_active = rows[i].state == ARRANGEMENT_STATE_active;
        const ds_Flag *flag = fold_flag(&story.state, STOP_FLAG_plan_kept, FIRST);
        EXPECT_ROW(rows[i].row, (flag != NULL) == is_active);
    }
}

TEST(test_the_next_due_sum_is_what_is_missing)
{
    struct story story;
    story_start(&story);
    struct fold_due due;
    EXPECT(!fold_next_due(&story.record, &story.state, &due));
    struct id id = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    EXPECT(!fold_next_due(&story.record, &story.state, &due)); /* only asked */
    story_decide(&story, id, DECISION_approved);
    story_pay(&story, 45000, SAMPLE_DAY, "A");
    EXPECT(fold_next_due(&story.record, &story.state, &due));
    EXPECT_INT(SAMPLE_DAY + 10, due.due_day);
    EXPECT_INT(15000, due.amount_minor);
    story_pay(&story, 20000, SAMPLE_DAY, "B");
    EXPECT(fold_next_due(&story.record, &story.state, &due));
    EXPECT_INT(SAMPLE_DAY + 40, due.due_day);
    EXPECT_INT(55000, due.amount_minor);
    EXPECT_INT(ARRANGEMENT_KIND_plan, due.kind);
}

TEST(test_each_fen_counts_once_and_for_what_is_due_first)
{
    struct story story;
    story_start(&story);
    struct id plan = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, plan, DECISION_approved);
    struct id promise = story_promise(&story, 50000, SAMPLE_DAY + 20);
    story_pay(&story, 130000, SAMPLE_DAY + 5, "A");
    /* 600 for the first instalment, 500 for the promise, 200 of the second instalment */
    EXPECT_INT(80000, story_arrangement(&story, plan)->paid_minor);
    EXPECT_INT(50000, story_arrangement(&story, promise)->paid_minor);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, promise));
    EXPECT_INT(130000, story.state.payments[0].counted_minor);
}

TEST(test_money_paid_before_a_decision_counts_after_it)
{
    struct story story;
    story_start(&story);
    struct id id = story_tell(&story, sample_event(EVENT_settlement_requested), 1);
    story_pay(&story, 90000, SAMPLE_DAY + 1, "A");
    EXPECT_INT(ARRANGEMENT_STATE_asked, story_state_of(&story, id));
    story_decide(&story, id, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
}

static uint64_t askable(const struct story *story)
{
    return fold_balance(&story->record, &story->state).askable_minor;
}

static struct id ask_for(struct story *story, enum event_kind kind, uint64_t amount_minor)
{
    ds_Event event = sample_event(kind);
    if (kind == EVENT_waiver_requested) {
        event.kind.waiver_requested.amount_minor = amount_minor;
    } else {
        event.kind.settlement_requested.offer_minor = amount_minor;
        event.kind.settlement_requested.pay_by_day = SAMPLE_DAY + 7;
    }
    return story_tell(story, event, 1);
}

static void state_balance(struct story *story, uint64_t minor, int32_t day)
{
    ds_Event event = sample_event(EVENT_balance_stated);
    event.kind.balance_stated = (ds_BalanceStated){minor, 0, 0, 0, day};
    story_tell(story, event, 1);
}

TEST(test_nobody_asks_for_what_headquarters_let_go)
{
    struct story story;
    story_start(&story);
    uint64_t owed_minor = askable(&story);
    struct id waiver = ask_for(&story, EVENT_waiver_requested, 3000);
    EXPECT_INT(owed_minor, askable(&story)); /* asked is not given */
    story_decide(&story, waiver, DECISION_approved);
    EXPECT_INT(owed_minor - 3000, askable(&story));
    EXPECT_INT(owed_minor, fold_balance(&story.record, &story.state).owed_minor);
    state_balance(&story, owed_minor - 3000, SAMPLE_DAY + 1); /* now the balance says so */
    EXPECT_INT(owed_minor - 3000, askable(&story));
    waiver = ask_for(&story, EVENT_waiver_requested, owed_minor * 2);
    story_decide(&story, waiver, DECISION_approved);
    EXPECT_INT(0, askable(&story));
}

TEST(test_a_settlement_is_all_that_may_be_asked_for)
{
    struct story story;
    story_start(&story);
    uint64_t owed_minor = askable(&story);
    struct id id = ask_for(&story, EVENT_settlement_requested, 60000);
    EXPECT_INT(owed_minor, askable(&story));
    story_decide(&story, id, DECISION_approved);
    EXPECT_INT(60000, askable(&story));
    story_pay(&story, 20000, SAMPLE_DAY + 1, "A");
    EXPECT_INT(40000, askable(&story));
    story_pay(&story, 40000, SAMPLE_DAY + 2, "B");
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
    EXPECT_INT(0, askable(&story)); /* the rest is forgiven, whatever the balance still says */
    state_balance(&story, owed_minor, SAMPLE_DAY + 2); /* of the same day: may not know it yet */
    EXPECT_INT(0, askable(&story));
    state_balance(&story, 500, SAMPLE_DAY + 3); /* the client's later word */
    EXPECT_INT(500, askable(&story));
}

static void note_payment(struct story *story, uint64_t amount_minor, int32_t day,
                         const char *reference)
{
    ds_Event event = sample_event(EVENT_payment_noted);
    event.kind.payment_noted.amount_minor = amount_minor;
    event.kind.payment_noted.paid_day = day;
    str_copy(event.kind.payment_noted.reference, sizeof event.kind.payment_noted.reference,
             str_from(reference));
    story_tell(story, event, 1);
}

TEST(test_what_was_noted_toward_a_settlement_is_not_asked_for_again)
{
    struct story story;
    story_start(&story);
    note_payment(&story, 1000, SAMPLE_DAY, ""); /* before it: not of its money */
    uint64_t owed_minor = askable(&story);
    struct id id = ask_for(&story, EVENT_settlement_requested, 60000);
    story_decide(&story, id, DECISION_approved);
    EXPECT_INT(60000, askable(&story));
    note_payment(&story, 20000, SAMPLE_DAY + 1, "A");
    EXPECT_INT(40000, askable(&story));
    note_payment(&story, 40000, SAMPLE_DAY + 2, "B");
    EXPECT_INT(0, askable(&story));
    story_pay(&story, 20000, SAMPLE_DAY + 1, "A"); /* booked: each fen once */
    EXPECT_INT(0, askable(&story));
    story_check(&story, SAMPLE_DAY + 7, 0); /* "B" never came */
    EXPECT_INT(ARRANGEMENT_STATE_part_kept, story_state_of(&story, id));
    EXPECT_INT(owed_minor + 1000 - 20000, askable(&story));
}

/* The collector takes down on which day the settlement, or a part of it, will be paid. */
TEST(test_a_promise_of_a_settlement_takes_nothing_from_it)
{
    static const struct {
        const char *name;
        uint64_t promised_minor, paid_minor, askable_minor;
        bool is_noted;
        enum arrangement_state state; /* of the settlement, once its day is over */
    } rows[] = {
        {"all of it", 60000, 60000, 0, false, ARRANGEMENT_STATE_kept},
        {"all of it, noted", 60000, 60000, 0, true, ARRANGEMENT_STATE_broken},
        {"a part", 20000, 20000, 40000, false, ARRANGEMENT_STATE_part_kept},
        {"a part, noted", 20000, 20000, 40000, true, ARRANGEMENT_STATE_broken},
        {"more than promised", 20000, 30000, 30000, false, ARRANGEMENT_STATE_part_kept},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        struct id id = ask_for(&story, EVENT_settlement_requested, 60000);
        story_decide(&story, id, DECISION_approved);
        struct id promise = story_promise(&story, rows[i].promised_minor, SAMPLE_DAY + 5);
        if (rows[i].is_noted) {
            note_payment(&story, rows[i].paid_minor, SAMPLE_DAY + 4, "A");
        } else {
            story_pay(&story, rows[i].paid_minor, SAMPLE_DAY + 4, "A");
            EXPECT_ROW(rows[i].name, story_state_of(&story, promise) == ARRANGEMENT_STATE_kept);
        }
        EXPECT_ROW(rows[i].name, askable(&story) == rows[i].askable_minor);
        story_check(&story, SAMPLE_DAY + 7, 0);
        EXPECT_ROW(rows[i].name, story_state_of(&story, id) == rows[i].state);
        EXPECT_ROW(rows[i].name, rows[i].state != ARRANGEMENT_STATE_kept || askable(&story) == 0);
    }
}

/* Paid before headquarters decided, and counted toward a promise then. */
TEST(test_a_settlement_approved_late_counts_what_was_paid_since_it_was_asked_for)
{
    struct story story;
    story_start(&story);
    struct id id = ask_for(&story, EVENT_settlement_requested, 60000);
    story_promise(&story, 30000, SAMPLE_DAY + 2);
    story_pay(&story, 30000, SAMPLE_DAY + 1, "A");
    story_pay(&story, 30000, SAMPLE_DAY + 2, "B");
    story_decide(&story, id, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
    EXPECT_INT(0, askable(&story));
}

TEST(test_what_was_noted_toward_a_promise_is_not_due_again)
{
    struct story story;
    story_start(&story);
    struct id plan = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, plan, DECISION_approved);
    struct fold_due first;
    struct fold_due next;
    EXPECT(fold_next_due(&story.record, &story.state, &first));
    note_payment(&story, first.amount_minor - 1, SAMPLE_DAY + 1, "A");
    EXPECT(fold_next_due(&story.record, &story.state, &next));
    EXPECT_INT(first.due_day, next.due_day);
    EXPECT_INT(1, next.amount_minor);
    note_payment(&story, 1, SAMPLE_DAY + 1, "B");
    EXPECT(fold_next_due(&story.record, &story.state, &next));
    EXPECT(next.due_day > first.due_day);
    EXPECT_INT(0, story_arrangement(&story, plan)->paid_minor); /* noted is not posted */
    story_check(&story, SAMPLE_DAY + 3, 0);                     /* and neither was booked */
    EXPECT(fold_next_due(&story.record, &story.state, &next));
    EXPECT_INT(first.due_day, next.due_day);
    EXPECT_INT(first.amount_minor, next.amount_minor);
}

TEST(test_a_settlement_that_failed_lets_nothing_go)
{
    struct story story;
    story_start(&story);
    uint64_t owed_minor = askable(&story);
    struct id id = ask_for(&story, EVENT_settlement_requested, 60000);
    story_decide(&story, id, DECISION_approved);
    story_check(&story, SAMPLE_DAY + 7, 0);
    EXPECT_INT(ARRANGEMENT_STATE_broken, story_state_of(&story, id));
    EXPECT_INT(owed_minor, askable(&story));
}

TEST(test_an_asked_plan_leaves_the_plan_in_force_judgeable)
{
    struct story story;
    story_start(&story);
    struct id first = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, first, DECISION_approved);
    ds_Event event = sample_event(EVENT_plan_agreed);
    event.kind.plan_agreed = sample_plan(10000, 110000);
    struct id second = story_tell(&story, event, 1);
    EXPECT_INT(10000, story.state.plan_instalments[0].amount_minor);
    story_check(&story, SAMPLE_DAY + 10, 0);
    EXPECT_INT(ARRANGEMENT_STATE_broken, story_state_of(&story, first));
    EXPECT_INT(SAMPLE_DAY + 10, story_arrangement(&story, first)->judged_day);
    EXPECT_INT(ARRANGEMENT_STATE_asked, story_state_of(&story, second));
}

TEST(test_a_granted_waiver_is_done_with_when_the_new_balance_is_stated)
{
    struct story story;
    story_start(&story);
    struct id id = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    story_decide(&story, id, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, id));
    state_balance(&story, 90000, SAMPLE_DAY + 1);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
}

TEST(test_a_balance_from_before_a_waiver_does_not_end_it)
{
    static const struct {
        const char *name;
        int32_t day; /* of the balance, from that of the decision */
        bool is_let_go;
    } rows[] = {{"day before", -1, true}, {"same day", 0, true}, {"day after", 1, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        uint64_t owed_minor = askable(&story);
        struct id id = ask_for(&story, EVENT_waiver_requested, 3000);
        story_decide(&story, id, DECISION_approved);
        int32_t decided_day =
            fold_day(&story.record, (int64_t)story_arrangement(&story, id)->decided_at_ms);
        story.record.balance_as_of_day = decided_day - 2;
        state_balance(&story, owed_minor, decided_day + rows[i].day);
        EXPECT_ROW(rows[i].name,
                   askable(&story) == (rows[i].is_let_go ? owed_minor - 3000 : owed_minor));
    }
}

/* The client's next file has the same balance of a later day: it is the case's record by then, and
 * what was let go is not taken off it once more. */
TEST(test_a_waiver_that_a_balance_had_in_it_is_not_let_go_twice)
{
    static const struct {
        const char *name;
        int32_t day; /* of the balance that was stated, from that of the decision */
        bool is_let_go;
    } rows[] = {{"same day", 0, true}, {"day after", 1, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        story_start(&story);
        uint64_t owed_minor = askable(&story);
        struct id id = ask_for(&story, EVENT_waiver_requested, 3000);
        story_decide(&story, id, DECISION_approved);
        int32_t decided_day =
            fold_day(&story.record, (int64_t)story_arrangement(&story, id)->decided_at_ms);
        story.record.balance_as_of_day = decided_day + 5;
        state_balance(&story, owed_minor, decided_day + rows[i].day);
        EXPECT_ROW(rows[i].name,
                   askable(&story) == (rows[i].is_let_go ? owed_minor - 3000 : owed_minor));
    }
}

TEST(test_a_settlement_that_was_paid_never_falls_off_the_list)
{
    struct story story;
    story_start(&story);
    struct id id = ask_for(&story, EVENT_settlement_requested, 60000);
    story_decide(&story, id, DECISION_approved);
    story_pay(&story, 60000, SAMPLE_DAY + 1, "A");
    for (int i = 0; i < 20; i++) {
        story_promise(&story, 50000, DUE);
    }
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
    EXPECT_INT(0, askable(&story));
}

TEST(test_a_full_list_lets_go_of_what_is_over_first)
{
    struct story story;
    story_start(&story);
    struct id plan = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, plan, DECISION_approved);
    for (int i = 0; i < 20; i++) {
        story_promise(&story, 50000, DUE);
    }
    EXPECT_INT(COUNT(story.state.arrangements), story.state.arrangements_count);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, plan));
    EXPECT_INT(21, story.state.promise_count);
    EXPECT_INT(ARRANGEMENT_STATE_active, story.state.arrangements[0].state);
}

/* ---- corrections ---- */

TEST(test_a_corrected_promise_is_judged_by_its_new_terms)
{
    struct story story;
    story_start(&story);
    struct id id = story_promise(&story, 50000, DUE);
    story_pay(&story, 5000, DUE, "A");
    story_check(&story, DUE, 0);
    EXPECT_INT(ARRANGEMENT_STATE_part_kept, story_state_of(&story, id));
    story_restate_promise(&story, id, 5000, DUE, SAMPLE_PERSON);
    EXPECT_INT(ARRANGEMENT_STATE_kept, story_state_of(&story, id));
    story_restate_promise(&story, id, 5001, DUE + 100, SAMPLE_PERSON);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, id));
    EXPECT_INT(5000, story_arrangement(&story, id)->paid_minor);
    EXPECT_INT(0, story_arrangement(&story, id)->judged_day);
}

TEST(test_a_withdrawn_broken_promise_counts_no_more_and_frees_its_money)
{
    struct story story;
    story_start(&story);
    struct id first = story_promise(&story, 50000, DUE);
    story_check(&story, DUE, 0);
    EXPECT_INT(1, story.state.broken_count);
    story_withdraw(&story, first);
    EXPECT_INT(0, story.state.broken_count);
    EXPECT_INT(0, story.state.promise_count);

    story_start(&story);
    first = story_promise(&story, 50000, DUE);
    struct id plan = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_decide(&story, plan, DECISION_approved);
    story_pay(&story, 30000, SAMPLE_DAY + 1, "A");
    EXPECT_INT(30000, story_arrangement(&story, first)->paid_minor);
    story_withdraw(&story, first);
    EXPECT_INT(30000, story_arrangement(&story, plan)->paid_minor);
    EXPECT_INT(0, story_arrangement(&story, first)->paid_minor);
}

static ds_Event edit_of(struct id target, enum event_kind kind)
{
    ds_Event event = sample_event(EVENT_correction);
    ds_Correction *correction = &event.kind.correction;
    memcpy(correction->target, target.bytes, sizeof target.bytes);
    if (kind == EVENT_plan_agreed) {
        correction->which_anew = ds_Correction_plan_agreed_tag;
        correction->anew.plan_agreed = sample_plan(20000, 100000);
    } else {
        correction->which_anew = ds_Correction_waiver_requested_tag;
        correction->anew.waiver_requested =
            sample_event(EVENT_waiver_requested).kind.waiver_requested;
        correction->anew.waiver_requested.amount_minor = 777;
    }
    return event;
}

/* What headquarters decided stands as it was decided, whether the edit comes before the
 * decision or after it; the edit waits as a whole. */
TEST(test_an_edit_never_changes_what_headquarters_decided)
{
    static const enum event_kind kinds[] = {EVENT_plan_agreed, EVENT_waiver_requested};
    for (size_t k = 0; k < COUNT(kinds); k++) {
        const char *name = event_kind_name(kinds[k]);
        struct story story;
        story_start(&story);
        struct id id = story_tell(&story, sample_event(kinds[k]), 1);
        uint64_t asked_minor = story_arrangement(&story, id)->amount_minor;
        uint32_t promise_count = story.state.promise_count;

        /* edited while it waits: one proposal in place of the other */
        struct id first = story_tell(&story, edit_of(id, kinds[k]), 1);
        EXPECT_ROW(name, story_state_of(&story, id) == ARRANGEMENT_STATE_withdrawn);
        EXPECT_ROW(name, story_state_of(&story, first) == ARRANGEMENT_STATE_asked);
        EXPECT_ROW(name, story.state.promise_count == promise_count);
        EXPECT_ROW(name, story_arrangement(&story, id)->amount_minor == asked_minor);

        /* decided about the first terms, without knowing of the edit */
        story_decide(&story, id, DECISION_approved);
        EXPECT_ROW(name, story_state_of(&story, id) == ARRANGEMENT_STATE_active);
        EXPECT_ROW(name, story_arrangement(&story, id)->amount_minor == asked_minor);
        EXPECT_ROW(name, story_state_of(&story, first) == ARRANGEMENT_STATE_asked);
        if (kinds[k] == EVENT_plan_agreed) {
            struct fold_due due;
            EXPECT_ROW(name, fold_next_due(&story.record, &story.state, &due));
            EXPECT_ROW(name, due.amount_minor == 60000); /* of the plan that was decided */
            EXPECT_ROW(name, fold_flag(&story.state, STOP_FLAG_plan_kept, SAMPLE_DAY) != NULL);
        }

        /* edited again, after the decision: a newer proposal, nothing else */
        struct id second = story_tell(&story, edit_of(id, kinds[k]), 1);
        EXPECT_ROW(name, story_state_of(&story, id) == ARRANGEMENT_STATE_active);
        EXPECT_ROW(name, story_state_of(&story, first) == ARRANGEMENT_STATE_withdrawn);
        EXPECT_ROW(name, story_state_of(&story, second) == ARRANGEMENT_STATE_asked);

        /* the collector takes it back: the proposal goes, the decision stays */
        story_withdraw(&story, id);
        EXPECT_ROW(name, story_state_of(&story, id) == ARRANGEMENT_STATE_active);
        EXPECT_ROW(name, story_state_of(&story, second) == ARRANGEMENT_STATE_withdrawn);
        EXPECT_ROW(name, story.state.promise_count == promise_count);
        EXPECT_ROW(name, story.state.unmatched_count == 0);

        /* the supervisor accepts a third edit: now it is in force */
        struct id third = story_tell(&story, edit_of(id, kinds[k]), 1);
        story_decide(&story, third, DECISION_approved);
        EXPECT_ROW(name, story_state_of(&story, id) == ARRANGEMENT_STATE_replaced);
        EXPECT_ROW(name, story_state_of(&story, third) == ARRANGEMENT_STATE_active);
    }
}

TEST(test_a_decision_stands_though_a_newer_request_was_made_before_it)
{
    struct story story;
    story_start(&story);
    struct id first = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    struct id second = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    story_decide(&story, first, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_asked, story_state_of(&story, second));

    /* not once the newer one was decided, and not when it was only refused or sent back */
    story_start(&story);
    first = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    second = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    story_decide(&story, second, DECISION_approved);
    story_decide(&story, first, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, first));
    story_start(&story);
    first = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    second = story_tell(&story, sample_event(EVENT_waiver_requested), 1);
    story_decide(&story, first, DECISION_rejected);
    EXPECT_INT(ARRANGEMENT_STATE_replaced, story_state_of(&story, first));
    EXPECT_INT(ARRANGEMENT_STATE_asked, story_state_of(&story, second));
}

TEST(test_what_was_taken_back_is_not_put_in_force_by_a_decision_or_an_edit)
{
    struct story story;
    story_start(&story);
    struct id id = story_tell(&story, sample_event(EVENT_plan_agreed), 1);
    story_withdraw(&story, id);
    story_decide(&story, id, DECISION_approved);
    EXPECT_INT(ARRANGEMENT_STATE_withdrawn, story_state_of(&story, id));
    story_tell(&story, edit_of(id, EVENT_plan_agreed), 1);
    EXPECT_INT(1, story.state.arrangements_count);
    EXPECT_INT(1, story.state.unmatched_count);
    EXPECT(fold_flag(&story.state, STOP_FLAG_plan_kept, SAMPLE_DAY) == NULL);
}

TEST(test_an_edit_of_a_promise_that_a_supervisor_chose_waits)
{
    struct story story;
    story_start(&story);
    story_promise(&story, 50000, DUE);
    struct id id = story_tell(&story, promise_of(SAMPLE_OTHER, 1), 1);
    story_decide(&story, id, DECISION_approved);
    struct id edit = story_restate_promise(&story, id, 5000, DUE, SAMPLE_OTHER);
    EXPECT_INT(ARRANGEMENT_STATE_active, story_state_of(&story, id));
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, story_state_of(&story, edit));
    story_decide(&story, id, DECISION_approved); /* said again: the edit still waits */
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, story_state_of(&story, edit));
    EXPECT_INT(5000, story_arrangement(&story, edit)->amount_minor);
}

TEST(test_nobody_corrects_what_another_said)
{
    struct story story;
    story_start(&story);
    struct id id = story_promise(&story, 50000, DUE);
    story_restate_promise(&story, id, 5000, DUE, SAMPLE_OTHER);
    EXPECT_INT(50000, story_arrangement(&story, id)->amount_minor);
    EXPECT_INT(1, story.state.unmatched_count);
}
