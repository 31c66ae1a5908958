#include "core/rules/arrangement.h"
#include "core/rules/schedule.h"
#include "tests/core/rules/case_sample.h"
#include "tests/lib/test.h"

/* CASE_DAY is a Wednesday: +1 Thursday, +2 Friday, +3 Saturday. 12,000.00 is owed. */
enum { OWED = 1200000 };

struct scene {
    struct policy policy;
    ds_CaseRecord record;
    ds_CaseState state;
    struct arrangement_facts facts;
};

static void scene_start(struct scene *scene)
{
    scene->policy = policy_default();
    scene->record = case_record();
    scene->state = case_state(&scene->record);
    scene->facts = (struct arrangement_facts){&scene->record, &scene->state, case_at_ms(10 * 3600)};
}

/* True when exactly `refusal` fired (none: nothing did). */
static bool fired_alone(const struct verdict *verdict, enum refusal refusal)
{
    if (refusal == REFUSAL_none) {
        return verdict->fired_count == 0 && verdict->is_allowed;
    }
    return verdict->fired_count == 1 && verdict->fired[0].refusal == refusal &&
           verdict->is_allowed == (verdict->fired[0].severity != SEVERITY_block);
}

TEST(test_promises_at_their_edges)
{
    static const struct {
        const char *row;
        uint64_t amount_minor;
        int32_t days; /* from today */
        uint32_t channel, role;
        enum refusal refusal;
    } rows[] = {
        {"ordinary", 50000, 7, 2, ROLE_borrower, REFUSAL_none},
        {"all that is owed", OWED, 7, 2, ROLE_borrower, REFUSAL_none},
        {"one fen above", OWED + 1, 7, 2, ROLE_borrower, REFUSAL_amount_above_owed},
        {"nothing", 0, 7, 2, ROLE_borrower, REFUSAL_amount_zero},
        {"today", 50000, 0, 2, ROLE_borrower, REFUSAL_none},
        {"yesterday", 50000, -1, 2, ROLE_borrower, REFUSAL_due_in_past},
        {"last day", 50000, 30, 2, ROLE_borrower, REFUSAL_none},
        {"a day too far", 50000, 31, 2, ROLE_borrower, REFUSAL_due_too_far},
        {"a Saturday", 50000, 3, 2, ROLE_borrower, REFUSAL_due_not_working_day},
        {"no such channel", 50000, 7, 7, ROLE_borrower, REFUSAL_channel_not_official},
        {"no channel", 50000, 7, 0, ROLE_borrower, REFUSAL_channel_not_official},
        {"by a guarantor", 50000, 7, 2, ROLE_guarantor, REFUSAL_none},
        {"by the family", 50000, 7, 2, ROLE_family, REFUSAL_promiser_not_liable},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene);
        ds_PromiseMade promise = {.amount_minor = rows[i].amount_minor,
                                  .due_day = CASE_DAY + rows[i].days,
                                  .channel = rows[i].channel,
                                  .promised_by = rows[i].role};
        struct verdict verdict = arrangement_check_promise(&scene.policy, &scene.facts, &promise);
        EXPECT_ROW(rows[i].row, fired_alone(&verdict, rows[i].refusal));
    }
}

TEST(test_a_promise_above_authority_is_made_and_asked)
{
    struct scene scene;
    scene_start(&scene);
    scene.policy.authority_promise = 50000;
    ds_PromiseMade promise = {.amount_minor = 50000,
                              .due_day = CASE_DAY + 7,
                              .channel = PAYMENT_CHANNEL_mobile_pay,
                              .promised_by = ROLE_borrower};
    struct verdict verdict = arrangement_check_promise(&scene.policy, &scene.facts, &promise);
    EXPECT(fired_alone(&verdict, REFUSAL_none));
    promise.amount_minor = 50001;
    verdict = arrangement_check_promise(&scene.policy, &scene.facts, &promise);
    EXPECT(fired_alone(&verdict, REFUSAL_above_authority));
    EXPECT(verdict.is_allowed);
    EXPECT((verdict.obligations & OBLIGATION_ask_approval) != 0);
}

TEST(test_nothing_is_arranged_about_a_paid_debt)
{
    struct scene scene;
    scene_start(&scene);
    scene.state.posted_minor = OWED;
    scene.policy.settlement_floor = 0; /* the client named none */
    EXPECT_INT(0, arrangement_settlement_low_minor(&scene.policy, &scene.facts));

    ds_WaiverRequested waiver = {.amount_minor = 1, .part = BALANCE_PART_penalty};
    struct verdict verdict = arrangement_check_waiver(&scene.policy, &scene.facts, &waiver);
    EXPECT(!verdict.is_allowed);
    EXPECT(verdict_find(&verdict, REFUSAL_nothing_owed) != NULL);
}

static ds_PlanAgreed plan_of(uint32_t count)
{
    ds_PlanAgreed plan = ds_PlanAgreed_init_zero;
    struct schedule_terms terms = {OWED, count, SCHEDULE_monthly, CASE_DAY + 14, 100};
    EXPECT_OK(schedule_split(&terms, date_calendar_cn(), plan.instalments));
    plan.instalments_count = (pb_size_t)count;
    plan.total_minor = OWED;
    plan.agreed_by = ROLE_borrower;
    return plan;
}

TEST(test_plans_at_their_edges)
{
    struct scene scene;
    scene_start(&scene);
    ds_PlanAgreed plan = plan_of(12);
    struct verdict verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_above_authority)); /* asked, with nothing wrong */
    scene.policy.authority_plan = OWED;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_none));

    plan.instalments[3].amount_minor++;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_plan_sum_wrong));
    plan = plan_of(12);
    plan.total_minor--; /* less than is owed */
    plan.instalments[11].amount_minor--;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_plan_sum_wrong));
    plan = plan_of(12);
    plan.instalments_count = 0;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_plan_incomplete));
    plan = plan_of(12);
    plan.instalments[5].due_day = plan.instalments[4].due_day;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_plan_order_wrong));
    plan = plan_of(12);
    plan.instalments[0].due_day = CASE_DAY - 1;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_due_in_past));
    plan = plan_of(12);
    plan.agreed_by = ROLE_spouse;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_promiser_not_liable));

    /* five years, and the day after */
    scene.policy.authority_plan_months = 60;
    plan = plan_of(2);
    int32_t last_day = date_next_working(date_calendar_cn(), date_add_months(CASE_DAY, 60));
    plan.instalments[1].due_day = last_day;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(verdict_find(&verdict, REFUSAL_plan_too_long) == NULL);
    plan.instalments[1].due_day = date_next_working(date_calendar_cn(), last_day + 1);
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(verdict_find(&verdict, REFUSAL_plan_too_long) != NULL && !verdict.is_allowed);

    /* the smallest instalment; the last may be smaller */
    plan = plan_of(3);
    plan.instalments[0].amount_minor = 10000;
    plan.instalments[1].amount_minor = OWED - 10001;
    plan.instalments[2].amount_minor = 1;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_none));
    plan.instalments[0].amount_minor = 9999;
    plan.instalments[1].amount_minor = OWED - 10000;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_instalment_too_small));
}

TEST(test_a_plan_above_the_means_is_warned_about)
{
    struct scene scene;
    scene_start(&scene);
    scene.policy.authority_plan = OWED;
    ds_PlanAgreed plan = plan_of(12); /* 1,000.00 a month */
    plan.income_minor = 400000;
    plan.living_minor = 300000;
    struct verdict verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_none));
    plan.living_minor = 300001;
    verdict = arrangement_check_plan(&scene.policy, &scene.facts, &plan);
    EXPECT(fired_alone(&verdict, REFUSAL_income_too_low));
    EXPECT(verdict.is_allowed);
}

TEST(test_requests_at_their_edges)
{
    struct scene scene;
    scene_start(&scene);
    struct verdict verdict;

    ds_ExtensionRequested extension = {.until_day = CASE_DAY + 90};
    verdict = arrangement_check_extension(&scene.policy, &scene.facts, &extension);
    EXPECT(verdict.is_allowed && (verdict.obligations & OBLIGATION_ask_approval) != 0);
    extension.until_day = CASE_DAY + 91;
    verdict = arrangement_check_extension(&scene.policy, &scene.facts, &extension);
    EXPECT(verdict_find(&verdict, REFUSAL_extension_too_long) != NULL && !verdict.is_allowed);
    extension.until_day = CASE_DAY;
    verdict = arrangement_check_extension(&scene.policy, &scene.facts, &extension);
    EXPECT(verdict_find(&verdict, REFUSAL_due_in_past) != NULL);

    ds_SettlementRequested settlement = {.offer_minor = OWED / 2, .pay_by_day = CASE_DAY + 7};
    verdict = arrangement_check_settlement(&scene.policy, &scene.facts, &settlement);
    EXPECT(fired_alone(&verdict, REFUSAL_none));
    EXPECT_INT(OWED / 2, arrangement_settlement_low_minor(&scene.policy, &scene.facts));
    settlement.offer_minor--;
    verdict = arrangement_check_settlement(&scene.policy, &scene.facts, &settlement);
    EXPECT(fired_alone(&verdict, REFUSAL_settlement_too_low));
    settlement.offer_minor = OWED + 1;
    verdict = arrangement_check_settlement(&scene.policy, &scene.facts, &settlement);
    EXPECT(fired_alone(&verdict, REFUSAL_amount_above_owed));

    ds_WaiverRequested waiver = {.amount_minor = 40000, .part = BALANCE_PART_penalty};
    verdict = arrangement_check_waiver(&scene.policy, &scene.facts, &waiver);
    EXPECT(fired_alone(&verdict, REFUSAL_waiver_needs_approval)); /* asked, never decided */
    EXPECT((verdict.obligations & OBLIGATION_ask_approval) != 0);
    waiver.amount_minor = 40001;
    verdict = arrangement_check_waiver(&scene.policy, &scene.facts, &waiver);
    EXPECT(verdict_find(&verdict, REFUSAL_waiver_above_part) != NULL && !verdict.is_allowed);
    waiver.part = 0;
    verdict = arrangement_check_waiver(&scene.policy, &scene.facts, &waiver);
    EXPECT(!verdict.is_allowed);
}

TEST(test_payment_notes_at_their_edges)
{
    static const struct {
        const char *row;
        uint64_t amount_minor;
        int32_t days;
        uint32_t channel, role;
        bool has_statement;
        enum refusal refusal;
    } rows[] = {
        {"all that is owed", OWED, 0, 6, ROLE_borrower, false, REFUSAL_none},
        {"more: recorded, refunded", OWED + 1, 0, 6, ROLE_borrower, false,
         REFUSAL_payment_above_owed},
        {"tomorrow", 100, 1, 6, ROLE_borrower, false, REFUSAL_paid_in_future},
        {"last week", 100, -7, 6, ROLE_borrower, false, REFUSAL_none},
        {"private account", 100, 0, 7, ROLE_borrower, false, REFUSAL_channel_not_official},
        {"a friend", 100, 0, 6, ROLE_other, false, REFUSAL_payer_not_liable},
        {"a friend, in writing", 100, 0, 6, ROLE_other, true, REFUSAL_none},
        {"nothing", 0, 0, 6, ROLE_borrower, false, REFUSAL_amount_zero},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene);
        ds_PaymentNoted payment = {.amount_minor = rows[i].amount_minor,
                                   .paid_day = CASE_DAY + rows[i].days,
                                   .channel = rows[i].channel,
                                   .payer_role = rows[i].role,
                                   .is_payer_statement_seen = rows[i].has_statement};
        struct verdict verdict = arrangement_check_payment(&scene.policy, &scene.facts, &payment);
        EXPECT_ROW(rows[i].row, fired_alone(&verdict, rows[i].refusal));
    }
}
