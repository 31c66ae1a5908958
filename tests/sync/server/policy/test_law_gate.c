/* Goal: with an image the tablet's gate is what the image says, and never milder than without. */
#include "core/rules/arrangement.h"
#include "core/rules/disclosure.h"
#include "core/rules/gate.h"
#include "core/rules/gate_law.h"
#include "tests/core/rules/case_sample.h"
#include "tests/sync/server/policy/law_made.h"

struct scene {
    struct arena arena;
    struct policy policy;
    struct law_image image;
    ds_CaseRecord record;
    ds_CaseState state;
    struct gate_facts facts;
};

static void scene_move(struct scene *scene, int64_t now_ms)
{
    scene->facts.now_ms = now_ms;
    scene->facts.synced_at_ms = now_ms - 2 * CASE_HOUR_MS;
    scene->facts.policy_at_ms = now_ms - 2 * CASE_HOUR_MS;
}

static void scene_start(struct scene *scene, const char *profile)
{
    arena_init(&scene->arena, 0);
    scene->policy = policy_default();
    made_image(&scene->arena, profile, &scene->image);
    scene->policy.law = &scene->image;
    scene->record = case_record();
    scene->state = case_state(&scene->record);
    scene->facts = (struct gate_facts){
        .record = &scene->record,
        .state = &scene->state,
        .person_no = CASE_PERSON,
        .visitors = 2,
        .place = ADDRESS_KIND_home,
        .has_fix = true,
        .distance_m = 20,
        .is_located = true,
    };
    scene_move(scene, case_at_ms(10 * 3600 + 30 * 60));
}

static struct verdict check(struct scene *scene, enum gate_stage stage)
{
    return gate_check(&scene->policy, stage, &scene->facts);
}

static enum severity fired(const struct verdict *verdict, enum refusal refusal)
{
    const struct verdict_fired *entry = verdict_find(verdict, refusal);
    return entry == NULL ? SEVERITY_ok : entry->severity;
}

static void raise_flag(struct scene *scene, enum stop_flag flag)
{
    ds_Flag *raised = &scene->state.flags[scene->state.flags_count++];
    *raised = (ds_Flag){.flag = flag};
}

TEST(test_an_ordinary_visit_is_free_in_every_profile)
{
    for (size_t i = 0; law_built_in_profile(i) != NULL; i++) {
        struct scene scene;
        scene_start(&scene, law_built_in_profile(i));
        for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
            struct verdict verdict = check(&scene, (enum gate_stage)stage);
            EXPECT_ROW(law_built_in_profile(i), verdict.severity == SEVERITY_ok);
            EXPECT_INT(0, verdict.fired_count);
        }
        arena_deinit(&scene.arena);
    }
}

/* Every flag, stage and quarter of an hour: the image adds, and never takes away. */
TEST(test_the_gate_is_never_milder_with_an_image)
{
    static const char *const profiles[] = {"cn", "strict", "us", "in"};
    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct scene scene;
        scene_start(&scene, profiles[i]);
        for (size_t f = 0; f < catalog_count(CATALOG_stop_flag); f++) {
            scene.state.flags_count = 0;
            raise_flag(&scene, (enum stop_flag)catalog_code_at(CATALOG_stop_flag, f));
            for (int quarter = 0; quarter < 96; quarter++) {
                scene_move(&scene, case_at_ms(quarter * 900));
                scene.facts.has_hours_consent = quarter % 2 == 0;
                scene.facts.visitors = (uint32_t)(quarter % 5);
                for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
                    struct verdict with = check(&scene, (enum gate_stage)stage);
                    scene.policy.law = NULL;
                    struct verdict without = check(&scene, (enum gate_stage)stage);
                    scene.policy.law = &scene.image;
                    EXPECT_ROW(profiles[i], with.severity >= without.severity);
                    for (size_t n = 0; n < without.fired_count; n++) {
                        EXPECT_ROW(profiles[i], fired(&with, without.fired[n].refusal) >=
                                                    without.fired[n].severity);
                    }
                }
            }
        }
        arena_deinit(&scene.arena);
    }
}

TEST(test_what_only_the_image_knows_is_told_in_the_gates_words)
{
    struct scene scene;
    scene_start(&scene, "strict");
    scene_move(&scene, case_at_ms(19 * 3600 + 30 * 60)); /* the numbers allow it until 22:00 */
    scene.facts.has_hours_consent = true;
    struct verdict verdict = check(&scene, GATE_checkin);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_contact_hours));
    EXPECT(!verdict.is_allowed);
    EXPECT_INT(case_at_ms(86400 + 9 * 3600), verdict.next_ok_at_ms);
    const struct verdict_fired *entry = verdict_find(&verdict, REFUSAL_contact_hours);
    EXPECT_INT(3, entry->value_count);
    EXPECT_INT(9 * 60, entry->values[0].number);
    EXPECT_INT(19 * 60, entry->values[1].number);
    scene_move(&scene, case_at_ms(18 * 3600 + 50 * 60));
    verdict = check(&scene, GATE_checkin);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_closing_soon));
    scene_move(&scene, case_at_ms(4 * 86400 + 10 * 3600)); /* Sunday */
    verdict = check(&scene, GATE_checkin);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_no_visit_day));
    EXPECT_INT(case_at_ms(5 * 86400 + 9 * 3600), verdict.next_ok_at_ms);
    arena_deinit(&scene.arena);
}

TEST(test_meetings_and_contacts_are_counted_in_the_borrowers_dates)
{
    struct scene scene;
    scene_start(&scene, "strict");
    ds_Contact *contact = &scene.state.contacts[scene.state.contacts_count++];
    *contact = (ds_Contact){.at_ms = (uint64_t)case_at_ms(-29 * 86400),
                            .channel = CONTACT_CHANNEL_visit,
                            .role = ROLE_borrower};
    struct verdict verdict = check(&scene, GATE_plan);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_met_recently));
    EXPECT_INT(CASE_DAY + 1, verdict_find(&verdict, REFUSAL_met_recently)->values[0].number);
    contact->at_ms = (uint64_t)case_at_ms(-29 * 86400) - 1000; /* the day before */
    verdict = check(&scene, GATE_plan);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_met_recently));
    contact->at_ms = (uint64_t)case_at_ms(-29 * 86400);
    contact->role = ROLE_none; /* nobody was met */
    verdict = check(&scene, GATE_plan);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_met_recently));
    scene.state.contacts_count = 0;
    for (int i = 0; i < 3; i++) {
        scene.state.contacts[scene.state.contacts_count++] = (ds_Contact){
            .at_ms = (uint64_t)case_at_ms(-(i + 1) * 86400), .channel = CONTACT_CHANNEL_call};
    }
    verdict = check(&scene, GATE_plan);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_contacts_reached));
    arena_deinit(&scene.arena);
}

TEST(test_a_debtor_in_another_zone_is_judged_by_his_own_clock)
{
    struct scene scene;
    scene_start(&scene, "us");
    memcpy(scene.record.zone, "America/Los_Angeles", sizeof "America/Los_Angeles");
    /* 02:00 in Shanghai is 10:00 of the day before in Los Angeles: the numbers know no such
     * zone and would say no, the image's clock says yes, and the stricter one stands. */
    scene_move(&scene, case_at_ms(2 * 3600));
    struct law_situation situation =
        gate_law_situation(&scene.image, &scene.policy, GATE_checkin, &scene.facts);
    struct law_verdict verdict;
    law_judge(&scene.image, &situation, &verdict);
    EXPECT_INT(SEVERITY_ok, verdict.severity);
    scene_move(&scene, case_at_ms(14 * 3600)); /* 22:00 there */
    struct verdict gate = check(&scene, GATE_checkin);
    EXPECT_INT(SEVERITY_block, fired(&gate, REFUSAL_contact_hours));
    arena_deinit(&scene.arena);
}

/* N own name, E employer, W whereabouts, M please call, D debt, A amount, Y how to pay, L letter:
 * the matrix of the model through the packs. */
TEST(test_who_may_hear_what_is_the_image_s)
{
    static const char letters[] = "NEWMDAYL";
    static const struct {
        const char *profile;
        uint32_t role;
        bool is_verified, is_lost, is_volunteering;
        const char *allowed;
    } rows[] = {
        {"cn", ROLE_borrower, true, false, false, "NEWMDAYL"},
        {"cn", ROLE_borrower, false, false, false, "NEWM"},
        {"cn", ROLE_guarantor, true, false, false, "NEWMDAYL"},
        {"cn", ROLE_spouse, true, false, false, "N"},
        {"us", ROLE_spouse, true, false, false, "NEWMDAYL"},
        {"in", ROLE_spouse, true, true, false, "N"},
        {"strict", ROLE_spouse, true, true, true, "N"},
        {"cn", ROLE_neighbour, false, false, false, "N"},
        {"cn", ROLE_neighbour, false, true, false, "NEWM"},
        {"cn", ROLE_neighbour, false, true, true, "NEWMDAY"},
        {"us", ROLE_neighbour, false, false, false, "NW"},
        {"uk", ROLE_neighbour, false, false, false, "NM"},
        {"in", ROLE_neighbour, false, true, true, "N"},
        {"strict", ROLE_neighbour, false, true, true, "N"},
        {"cn", ROLE_minor, true, true, true, "N"},
        {"us", ROLE_minor, true, true, true, "N"},
        {"strict", ROLE_minor, true, true, true, "N"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene, rows[i].profile);
        const struct disclosure_facts facts = {.role = rows[i].role,
                                               .is_verified = rows[i].is_verified,
                                               .is_lost = rows[i].is_lost,
                                               .is_volunteering_to_pay = rows[i].is_volunteering};
        uint32_t allowed = disclosure_allowed(&scene.policy, scene.facts.now_ms, &facts);
        char found[16] = "";
        size_t size = 0;
        for (size_t bit = 0; bit < disclosure_count(); bit++) {
            if ((allowed & disclosure_bit_at(bit)) != 0) {
                found[size++] = letters[bit];
            }
        }
        found[size] = '\0';
        if (strcmp(found, rows[i].allowed) != 0) {
            fail_msg("row %zu, %s role %u: %s, not %s", i, rows[i].profile, rows[i].role, found,
                     rows[i].allowed);
        }
        arena_deinit(&scene.arena);
    }
}

static struct arrangement_facts door(const struct scene *scene)
{
    return (struct arrangement_facts){&scene->record, &scene->state, scene->facts.now_ms};
}

/* One fen, one month, one word: the edges of what may be arranged, by the image's numbers where
 * the policy's own are wider. */
TEST(test_what_is_arranged_and_paid_is_judged_by_the_image)
{
    struct scene scene;
    scene_start(&scene, "cn");
    scene.policy.severity[REFUSAL_amount_above_owed] = SEVERITY_ok;
    scene.policy.severity[REFUSAL_plan_too_long] = SEVERITY_ok;
    scene.policy.severity[REFUSAL_settlement_too_low] = SEVERITY_ok;
    scene.policy.severity[REFUSAL_payer_not_liable] = SEVERITY_ok;
    scene.policy.severity[REFUSAL_channel_not_official] = SEVERITY_ok;
    const struct arrangement_facts facts = door(&scene);
    uint64_t owed_minor = fold_balance(&scene.record, &scene.state).askable_minor;
    ds_PromiseMade promise = {.amount_minor = owed_minor,
                              .due_day = CASE_DAY + 2,
                              .channel = PAYMENT_CHANNEL_mobile_pay,
                              .promised_by = ROLE_borrower};
    struct verdict verdict = arrangement_check_promise(&scene.policy, &facts, &promise);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_amount_above_owed));
    promise.amount_minor = owed_minor + 1;
    verdict = arrangement_check_promise(&scene.policy, &facts, &promise);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_amount_above_owed));
    EXPECT(verdict_find(&verdict, REFUSAL_amount_above_owed)->source != NULL);

    ds_PlanAgreed plan = {.total_minor = owed_minor,
                          .agreed_by = ROLE_borrower,
                          .income_minor = 1000000,
                          .instalments_count = 2};
    plan.instalments[0] = (ds_Instalment){CASE_DAY + 30, owed_minor / 2};
    plan.instalments[1] =
        (ds_Instalment){date_next_working(date_calendar_cn(), date_add_months(CASE_DAY, 60)),
                        owed_minor - owed_minor / 2};
    verdict = arrangement_check_plan(&scene.policy, &facts, &plan);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_plan_too_long));
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_means_not_stated));
    plan.instalments[1].due_day++;
    verdict = arrangement_check_plan(&scene.policy, &facts, &plan);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_plan_too_long));
    plan.income_minor = 0;
    verdict = arrangement_check_plan(&scene.policy, &facts, &plan);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_means_not_stated));

    ds_SettlementRequested request = {.offer_minor = (owed_minor + 1) / 2,
                                      .pay_by_day = CASE_DAY + 2};
    verdict = arrangement_check_settlement(&scene.policy, &facts, &request);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_settlement_too_low));
    request.offer_minor--;
    verdict = arrangement_check_settlement(&scene.policy, &facts, &request);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_settlement_too_low));

    ds_PaymentNoted payment = {.amount_minor = owed_minor,
                               .channel = PAYMENT_CHANNEL_mobile_pay,
                               .paid_day = CASE_DAY,
                               .payer_role = ROLE_borrower};
    verdict = arrangement_check_payment(&scene.policy, &facts, &payment);
    EXPECT(verdict.is_allowed && verdict.severity == SEVERITY_ok);
    payment.amount_minor++; /* it was paid: recorded, and to be refunded */
    verdict = arrangement_check_payment(&scene.policy, &facts, &payment);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_payment_above_owed));
    payment.amount_minor--;
    payment.payer_role = ROLE_neighbour;
    verdict = arrangement_check_payment(&scene.policy, &facts, &payment);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_payer_not_liable));
    payment.is_payer_statement_seen = true;
    verdict = arrangement_check_payment(&scene.policy, &facts, &payment);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_payer_not_liable));
    payment.channel = 99;
    verdict = arrangement_check_payment(&scene.policy, &facts, &payment);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_channel_not_official));
    arena_deinit(&scene.arena);
}

/* The last good image stays in force when its time is over, and says so: no rule of it is lost, and
 * only a supervisor's pass lets anybody go by it. */
TEST(test_an_image_past_its_last_day_judges_on_and_stops_everybody)
{
    struct scene scene;
    scene_start(&scene, "cn");
    struct law_image *law = ARENA_NEW(&scene.arena, struct law_image);
    *law = *scene.policy.law;
    scene.policy.law = law;
    int32_t today = date_day_at(scene.facts.now_ms, 480);
    const struct {
        int32_t expires_day;
        enum severity severity;
    } rows[] = {
        {today + 1, SEVERITY_ok},
        {today, SEVERITY_ok}, /* its last day */
        {today - 1, SEVERITY_block},
        {today - 400, SEVERITY_block},
    };
    static const enum gate_stage stages[] = {GATE_plan, GATE_checkin};
    for (size_t i = 0; i < COUNT(rows); i++) {
        law->expires_day = rows[i].expires_day;
        for (size_t s = 0; s < COUNT(stages); s++) {
            struct verdict verdict = check(&scene, stages[s]);
            EXPECT_INT(rows[i].severity, fired(&verdict, REFUSAL_policy_expired));
            EXPECT(verdict.is_allowed == (rows[i].severity == SEVERITY_ok));
        }
        /* What has begun is finished by it: the door is no place to stop writing. */
        struct verdict verdict = check(&scene, GATE_speak);
        EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_policy_expired));
    }
    char rule[PASS_RULE_SIZE];
    struct verdict verdict = check(&scene, GATE_checkin);
    EXPECT(gate_pass_rule(&scene.policy, &verdict, rule));
    EXPECT_TEXT("X01", rule);
    scene.facts.pass_rule = rule;
    scene.facts.pass_until_ms = scene.facts.now_ms + 60000;
    verdict = check(&scene, GATE_checkin);
    EXPECT_INT(SEVERITY_log, fired(&verdict, REFUSAL_policy_expired));
    EXPECT(verdict.is_allowed);
    /* Its hours hold as before: half past ten in the evening is no time, pass or not. */
    scene_move(&scene, case_at_ms(22 * 3600 + 30 * 60));
    verdict = check(&scene, GATE_checkin);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_contact_hours));
    EXPECT(!verdict.is_allowed);
    arena_deinit(&scene.arena);
}
