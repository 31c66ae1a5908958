#include "core/rules/verdict.h"
#include "tests/lib/test.h"

TEST(test_the_strictest_rule_decides)
{
    struct verdict verdict = verdict_start();
    EXPECT(verdict.is_allowed);
    EXPECT(verdict_fire(&verdict, REFUSAL_hazard, SEVERITY_ok) == NULL);
    EXPECT_INT(0, verdict.fired_count);
    verdict_fire(&verdict, REFUSAL_no_fix, SEVERITY_log);
    verdict_fire(&verdict, REFUSAL_hazard, SEVERITY_warn);
    EXPECT(verdict.is_allowed);
    verdict_fire(&verdict, REFUSAL_contact_hours, SEVERITY_block);
    verdict_fire(&verdict, REFUSAL_dispute, SEVERITY_warn);
    EXPECT(!verdict.is_allowed);
    static const enum refusal order[] = {REFUSAL_contact_hours, REFUSAL_hazard, REFUSAL_dispute,
                                         REFUSAL_no_fix};
    EXPECT_INT(COUNT(order), verdict.fired_count);
    for (size_t i = 0; i < COUNT(order); i++) {
        EXPECT_INT(order[i], verdict.fired[i].refusal);
    }
    ds_Event event = ds_Event_init_zero;
    verdict_to_event(&verdict, &event);
    EXPECT_INT(4, event.fired_count);
    EXPECT_INT(REFUSAL_contact_hours, event.fired[0]);
}

TEST(test_a_full_list_keeps_the_strictest)
{
    struct verdict verdict = verdict_start();
    for (int i = 0; i < VERDICT_FIRED_MAX; i++) {
        verdict_fire(&verdict, REFUSAL_no_fix, SEVERITY_log);
    }
    EXPECT(verdict_fire(&verdict, REFUSAL_no_fix, SEVERITY_log) == NULL);
    EXPECT(verdict_fire(&verdict, REFUSAL_contact_hours, SEVERITY_block) != NULL);
    EXPECT_INT(VERDICT_FIRED_MAX, verdict.fired_count);
    EXPECT_INT(REFUSAL_contact_hours, verdict.fired[0].refusal);
    EXPECT(!verdict.is_allowed);
}

TEST(test_merging_keeps_values_and_the_later_time)
{
    struct verdict a = verdict_start();
    struct verdict b = verdict_start();
    verdict_value(verdict_fire(&b, REFUSAL_visits_per_day, SEVERITY_block), "count",
                  EVENT_VALUE_count, 1);
    b.next_ok_at_ms = 5;
    b.obligations = OBLIGATION_leave_now;
    a.next_ok_at_ms = 3;
    verdict_merge(&a, &b);
    EXPECT(!a.is_allowed);
    EXPECT_INT(1, verdict_find(&a, REFUSAL_visits_per_day)->values[0].number);
    EXPECT_INT(5, a.next_ok_at_ms);
    EXPECT_INT(OBLIGATION_leave_now, a.obligations);
}

TEST(test_unknown_codes_have_answers)
{
    EXPECT_TEXT("unknown", refusal_name(9999));
    EXPECT_TEXT("unknown.code", refusal_key(9999));
    EXPECT_TEXT("", refusal_rule(9999));
    EXPECT_TEXT("refusal.contact_hours", refusal_key(REFUSAL_contact_hours));
    EXPECT_TEXT("T01", refusal_rule(REFUSAL_contact_hours));
    EXPECT_TEXT("obligation.leave_now", obligation_key(OBLIGATION_leave_now));
    EXPECT_TEXT("unknown.code", obligation_key(1u << 30));
}
