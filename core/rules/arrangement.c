#include "core/rules/arrangement.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/domain/money.h"
#include "core/rules/act_law.h"
#include "core/rules/gate.h"
#include "core/rules/law_shelf.h"
#include "core/rules/schedule.h"

struct check {
    const struct policy *policy;
    const struct arrangement_facts *facts;
    int32_t today;
    struct balance balance;
    struct law_verdict law; /* nothing fired when the policy has no image */
    struct verdict verdict;
};

static struct check check_start(const struct policy *policy, const struct arrangement_facts *facts)
{
    return (struct check){
        .policy = policy,
        .facts = facts,
        .today = date_day_at(facts->now_ms, gate_zone_offset(policy, facts->record)),
        .balance = fold_balance(facts->record, facts->state),
        .verdict = verdict_start(),
    };
}

/* By the numbers or by the image, whichever is stricter. */
static struct verdict_fired *fire(struct check *check, enum refusal refusal)
{
    enum severity by_numbers = policy_severity(check->policy, refusal);
    enum severity by_image = act_law_severity(check->policy, &check->law, refusal);
    return verdict_fire(&check->verdict, refusal, by_image > by_numbers ? by_image : by_numbers);
}

/* Months from today to a day, a begun one counted: the last day a month from now is one. A due
 * day moved on to a working day makes nothing longer. */
static int32_t months_to(const struct check *check, int32_t day)
{
    enum { MONTHS_MAX = 1200 };
    int32_t months = 0;
    while (months < MONTHS_MAX &&
           day > date_next_working(date_calendar_cn(), date_add_months(check->today, months))) {
        months++;
    }
    return months;
}

/* Amounts of a form may be any u64; those past int64 are shown as the largest. */
static int64_t shown(uint64_t amount_minor)
{
    return amount_minor > INT64_MAX ? INT64_MAX : (int64_t)amount_minor;
}

static void check_owed(struct check *check)
{
    if (check->balance.askable_minor == 0) {
        fire(check, REFUSAL_nothing_owed);
    }
}

/* More than nothing, and never more than is owed. What the borrower has just paid is not
 * asked for again, although headquarters has not booked it yet. */
static void check_amount(struct check *check, uint64_t amount_minor)
{
    if (amount_minor == 0) {
        fire(check, REFUSAL_amount_zero);
    }
    uint64_t askable_minor = check->balance.askable_minor;
    if (amount_minor > askable_minor) {
        struct verdict_fired *fired = fire(check, REFUSAL_amount_above_owed);
        verdict_value(fired, "owed", EVENT_VALUE_money, shown(askable_minor));
        verdict_value(fired, "excess", EVENT_VALUE_money, shown(amount_minor - askable_minor));
    }
}

static void check_working(struct check *check, int32_t due_day)
{
    const struct date_calendar *calendar = date_calendar_cn();
    if (date_is_working(calendar, due_day) ||
        verdict_find(&check->verdict, REFUSAL_due_not_working_day) != NULL) {
        return; /* one word about it is enough */
    }
    struct verdict_fired *fired = fire(check, REFUSAL_due_not_working_day);
    verdict_value(fired, "day", EVENT_VALUE_day, due_day);
    verdict_value(fired, "next", EVENT_VALUE_day, date_next_working(calendar, due_day));
}

static void check_day(struct check *check, int32_t due_day, int32_t last_day)
{
    if (due_day < check->today) {
        verdict_value(fire(check, REFUSAL_due_in_past), "day", EVENT_VALUE_day, due_day);
    } else if (due_day > last_day) {
        verdict_value(fire(check, REFUSAL_due_too_far), "day", EVENT_VALUE_day, last_day);
    } else {
        check_working(check, due_day);
    }
}

static void ask_approval(struct check *check, enum refusal refusal, int64_t limit_minor)
{
    verdict_value(fire(check, refusal), "limit", EVENT_VALUE_money, limit_minor);
    check->verdict.obligations |= OBLIGATION_ask_approval;
}

int32_t arrangement_promise_last_day(const struct policy *policy, const ds_CaseRecord *record,
                                     int64_t now_ms)
{
    int32_t today = date_day_at(now_ms, gate_zone_offset(policy, record));
    return today + (int32_t)policy->promise_horizon;
}

struct verdict arrangement_check_promise(const struct policy *policy,
                                         const struct arrangement_facts *facts,
                                         const ds_PromiseMade *promise)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct check check = check_start(policy, facts);
    const struct act act = {
        .kind = ACT_promise,
        .amount_minor = promise->amount_minor,
        .owed_minor = check.balance.askable_minor,
        .months = months_to(&check, promise->due_day),
    };
    act_law_judge(policy, facts, &act, &check.law);
    check_owed(&check);
    check_amount(&check, promise->amount_minor);
    check_day(&check, promise->due_day,
              arrangement_promise_last_day(policy, facts->record, facts->now_ms));
    if (!role_is_liable(promise->promised_by)) {
        fire(&check, REFUSAL_promiser_not_liable);
    }
    if (catalog_name(CATALOG_payment_channel, promise->channel) == NULL) {
        fire(&check, REFUSAL_channel_not_official);
    }
    if (promise->amount_minor > (uint64_t)policy->authority_promise) {
        ask_approval(&check, REFUSAL_above_authority, policy->authority_promise);
    }
    act_law_add(policy, &check.law, &act, &check.verdict);
    return check.verdict;
}

static void check_instalments(struct check *check, const ds_PlanAgreed *plan)
{
    int32_t previous_day = INT32_MIN;
    bool is_rising = true;
    bool is_large_enough = true;
    for (size_t i = 0; i < plan->instalments_count; i++) {
        const ds_Instalment *instalment = &plan->instalments[i];
        is_rising = is_rising && instalment->due_day > previous_day;
        previous_day = instalment->due_day;
        /* The last takes what is left, which may be little. */
        bool is_last = i + 1 == plan->instalments_count;
        is_large_enough =
            is_large_enough && instalment->amount_minor > 0 &&
            (is_last || instalment->amount_minor >= (uint64_t)check->policy->instalment_low);
        check_working(check, instalment->due_day);
    }
    if (!is_rising) {
        fire(check, REFUSAL_plan_order_wrong);
    }
    if (!is_large_enough) {
        verdict_value(fire(check, REFUSAL_instalment_too_small), "limit", EVENT_VALUE_money,
                      check->policy->instalment_low);
    }
}

static void check_plan_length(struct check *check, const ds_PlanAgreed *plan)
{
    int32_t last_due_day = plan->instalments[plan->instalments_count - 1].due_day;
    int32_t months = (int32_t)check->policy->plan_months_high;
    if (plan->instalments[0].due_day < check->today) {
        verdict_value(fire(check, REFUSAL_due_in_past), "day", EVENT_VALUE_day,
                      plan->instalments[0].due_day);
    }
    /* A due day moved on to a working day does not make the plan longer. */
    int32_t last_day = date_next_working(date_calendar_cn(), date_add_months(check->today, months));
    if (last_due_day > last_day) {
        verdict_value(fire(check, REFUSAL_plan_too_long), "months", EVENT_VALUE_count, months);
    }
}

/* What must be paid in the month that takes most must not exceed what remains of the income. */
static void check_affordable(struct check *check, const ds_PlanAgreed *plan)
{
    if (plan->income_minor == 0) {
        return; /* not said */
    }
    uint64_t affordable_minor =
        schedule_affordable_minor(check->policy, plan->income_minor, plan->living_minor);
    for (size_t i = 0; i < plan->instalments_count; i++) {
        int32_t month_start = date_month_start(plan->instalments[i].due_day);
        uint64_t month_minor = 0;
        for (size_t j = i; j < plan->instalments_count &&
                           date_month_start(plan->instalments[j].due_day) == month_start;
             j++) {
            month_minor += plan->instalments[j].amount_minor;
        }
        if (month_minor > affordable_minor) {
            verdict_value(fire(check, REFUSAL_income_too_low), "limit", EVENT_VALUE_money,
                          shown(affordable_minor));
            return;
        }
    }
}

struct verdict arrangement_check_plan(const struct policy *policy,
                                      const struct arrangement_facts *facts,
                                      const ds_PlanAgreed *plan)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct check check = check_start(policy, facts);
    size_t count = plan->instalments_count;
    const struct act act = {
        .kind = ACT_plan,
        .amount_minor = plan->total_minor,
        .owed_minor = check.balance.askable_minor,
        .months = count == 0 ? 0 : months_to(&check, plan->instalments[count - 1].due_day),
        .is_complete = count > 0,
        .has_means = plan->income_minor != 0,
    };
    act_law_judge(policy, facts, &act, &check.law);
    check_owed(&check);
    check_amount(&check, plan->total_minor);
    if (count == 0) {
        fire(&check, REFUSAL_plan_incomplete);
        act_law_add(policy, &check.law, &act, &check.verdict);
        return check.verdict;
    }
    uint64_t sum_minor = schedule_sum_minor(plan->instalments, plan->instalments_count);
    if (sum_minor != plan->total_minor || plan->total_minor != check.balance.askable_minor) {
        struct verdict_fired *fired = fire(&check, REFUSAL_plan_sum_wrong);
        verdict_value(fired, "sum", EVENT_VALUE_money, shown(sum_minor));
        verdict_value(fired, "owed", EVENT_VALUE_money, shown(check.balance.askable_minor));
    }
    check_instalments(&check, plan);
    check_plan_length(&check, plan);
    check_affordable(&check, plan);
    if (!role_is_liable(plan->agreed_by)) {
        fire(&check, REFUSAL_promiser_not_liable);
    }
    int32_t last_due_day = plan->instalments[plan->instalments_count - 1].due_day;
    int32_t own_last_day = date_add_months(check.today, (int32_t)policy->authority_plan_months);
    if (plan->total_minor > (uint64_t)policy->authority_plan || last_due_day > own_last_day) {
        ask_approval(&check, REFUSAL_above_authority, policy->authority_plan);
    }
    act_law_add(policy, &check.law, &act, &check.verdict);
    return check.verdict;
}

struct verdict arrangement_check_extension(const struct policy *policy,
                                           const struct arrangement_facts *facts,
                                           const ds_ExtensionRequested *request)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct check check = check_start(policy, facts);
    check_owed(&check);
    int32_t last_day = check.today + (int32_t)policy->extension_horizon;
    if (request->until_day <= check.today) {
        verdict_value(fire(&check, REFUSAL_due_in_past), "day", EVENT_VALUE_day,
                      request->until_day);
    } else if (request->until_day > last_day) {
        verdict_value(fire(&check, REFUSAL_extension_too_long), "day", EVENT_VALUE_day, last_day);
    } else {
        check_working(&check, request->until_day);
    }
    check.verdict.obligations |= OBLIGATION_ask_approval;
    return check.verdict;
}

/* Rounded up: an offer one fen below the floor is below it. */
static int64_t settlement_low_minor(const struct policy *policy, const struct balance *balance)
{
    int64_t low_minor;
    enum err err = money_scale(shown(balance->askable_minor), policy->settlement_floor, 100,
                               MONEY_ROUND_up, &low_minor);
    CHECK(err == OK); /* at most the amount itself */
    return low_minor;
}

int64_t arrangement_settlement_low_minor(const struct policy *policy,
                                         const struct arrangement_facts *facts)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct balance balance = fold_balance(facts->record, facts->state);
    return settlement_low_minor(policy, &balance);
}

struct verdict arrangement_check_settlement(const struct policy *policy,
                                            const struct arrangement_facts *facts,
                                            const ds_SettlementRequested *request)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct check check = check_start(policy, facts);
    int64_t floor_minor = settlement_low_minor(policy, &check.balance);
    const struct act act = {
        .kind = ACT_settlement,
        .amount_minor = request->offer_minor,
        .owed_minor = check.balance.askable_minor,
        .floor_minor = (uint64_t)floor_minor,
        .months = months_to(&check, request->pay_by_day),
    };
    act_law_judge(policy, facts, &act, &check.law);
    check_owed(&check);
    check_amount(&check, request->offer_minor);
    check_day(&check, request->pay_by_day, check.today + (int32_t)policy->extension_horizon);
    if (request->offer_minor < (uint64_t)floor_minor) {
        verdict_value(fire(&check, REFUSAL_settlement_too_low), "limit", EVENT_VALUE_money,
                      floor_minor);
    }
    check.verdict.obligations |= OBLIGATION_ask_approval;
    act_law_add(policy, &check.law, &act, &check.verdict);
    return check.verdict;
}

static uint64_t part_minor(const struct balance *balance, uint32_t part)
{
    const struct {
        uint32_t part;
        uint64_t amount_minor;
    } parts[] = {
        {BALANCE_PART_principal, balance->principal_minor},
        {BALANCE_PART_interest, balance->interest_minor},
        {BALANCE_PART_penalty, balance->penalty_minor},
        {BALANCE_PART_fees, balance->fees_minor},
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].part == part) {
            return parts[i].amount_minor;
        }
    }
    return 0;
}

struct verdict arrangement_check_waiver(const struct policy *policy,
                                        const struct arrangement_facts *facts,
                                        const ds_WaiverRequested *request)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct check check = check_start(policy, facts);
    check_owed(&check);
    check_amount(&check, request->amount_minor);
    uint64_t limit_minor = part_minor(&check.balance, request->part);
    if (request->amount_minor > limit_minor) {
        verdict_value(fire(&check, REFUSAL_waiver_above_part), "limit", EVENT_VALUE_money,
                      shown(limit_minor));
    }
    fire(&check, REFUSAL_waiver_needs_approval);
    check.verdict.obligations |= OBLIGATION_ask_approval;
    return check.verdict;
}

struct verdict arrangement_check_payment(const struct policy *policy,
                                         const struct arrangement_facts *facts,
                                         const ds_PaymentNoted *payment)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, facts->record, facts->state);
    struct check check = check_start(policy, facts);
    const struct act act = {
        .kind = ACT_payment,
        .amount_minor = payment->amount_minor,
        .owed_minor = check.balance.owed_minor,
        .is_payer_third = !role_is_liable(payment->payer_role),
        .has_payer_statement = payment->is_payer_statement_seen,
        .is_official = catalog_name(CATALOG_payment_channel, payment->channel) != NULL,
    };
    act_law_judge(policy, facts, &act, &check.law);
    if (payment->amount_minor == 0) {
        fire(&check, REFUSAL_amount_zero);
    }
    if (payment->amount_minor > check.balance.owed_minor) {
        verdict_value(fire(&check, REFUSAL_payment_above_owed), "owed", EVENT_VALUE_money,
                      shown(check.balance.owed_minor));
    }
    if (catalog_name(CATALOG_payment_channel, payment->channel) == NULL) {
        fire(&check, REFUSAL_channel_not_official);
    }
    if (payment->paid_day > check.today) {
        verdict_value(fire(&check, REFUSAL_paid_in_future), "day", EVENT_VALUE_day, check.today);
    }
    if (!role_is_liable(payment->payer_role) && !payment->is_payer_statement_seen) {
        fire(&check, REFUSAL_payer_not_liable);
    }
    act_law_add(policy, &check.law, &act, &check.verdict);
    return check.verdict;
}
