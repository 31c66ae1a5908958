#include "core/rules/gate.h"
#include "tests/core/rules/case_sample.h"
#include "tests/lib/test.h"

/* A check-in at 10:30 with two visitors, 20 m from the address, everything fresh. */
struct scene {
    struct policy policy;
    ds_CaseRecord record;
    ds_CaseState state;
    struct gate_facts facts;
};

static void scene_start(struct scene *scene)
{
    scene->policy = policy_default();
    scene->record = case_record();
    scene->state = case_state(&scene->record);
    int64_t now_ms = case_at_ms(10 * 3600 + 30 * 60);
    scene->facts = (struct gate_facts){
        .record = &scene->record,
        .state = &scene->state,
        .now_ms = now_ms,
        .person_no = CASE_PERSON,
        .visitors = 2,
        .place = ADDRESS_KIND_home,
        .has_fix = true,
        .distance_m = 20,
        .is_located = true,
        .synced_at_ms = now_ms - 2 * CASE_HOUR_MS,
        .policy_at_ms = now_ms - 2 * CASE_HOUR_MS,
    };
}

/* Keeps what is fresh fresh when the hour moves. */
static void scene_move(struct scene *scene, int64_t now_ms)
{
    scene->facts.now_ms = now_ms;
    scene->facts.synced_at_ms = now_ms - 2 * CASE_HOUR_MS;
    scene->facts.policy_at_ms = now_ms - 2 * CASE_HOUR_MS;
}

static enum severity fired(const struct verdict *verdict, enum refusal refusal)
{
    const struct verdict_fired *entry = verdict_find(verdict, refusal);
    return entry == NULL ? SEVERITY_ok : entry->severity;
}

TEST(test_an_ordinary_check_in_is_free)
{
    struct scene scene;
    scene_start(&scene);
    for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
        struct verdict verdict = gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
        EXPECT(verdict.is_allowed);
        EXPECT_INT(0, verdict.fired_count);
    }
    struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT((verdict.obligations & OBLIGATION_show_id) != 0);
}

/* Goal: a door is knocked on only in lawful hours, in the borrower's zone and not the
 * tablet's. One row per edge, and the second beyond it. */
TEST(test_contact_hours_follow_the_borrowers_zone)
{
    static const struct {
        const char *row;
        const char *zone;
        int64_t second; /* local time in Shanghai */
        enum severity hours, closing;
        int32_t minutes_left;
    } rows[] = {
        {"07:59:59", "Asia/Shanghai", 7 * 3600 + 3599, SEVERITY_block, SEVERITY_ok, -1},
        {"08:00:00", "Asia/Shanghai", 8 * 3600, SEVERITY_ok, SEVERITY_ok, 840},
        {"21:00:00", "Asia/Shanghai", 21 * 3600, SEVERITY_ok, SEVERITY_ok, 60},
        {"21:45:59", "Asia/Shanghai", 21 * 3600 + 2759, SEVERITY_ok, SEVERITY_ok, 15},
        {"21:46:00", "Asia/Shanghai", 21 * 3600 + 2760, SEVERITY_ok, SEVERITY_warn, 14},
        {"21:59:59", "Asia/Shanghai", 21 * 3600 + 3599, SEVERITY_ok, SEVERITY_warn, 1},
        {"22:00:00", "Asia/Shanghai", 22 * 3600, SEVERITY_block, SEVERITY_ok, -1},
        {"00:00:00", "Asia/Shanghai", 0, SEVERITY_block, SEVERITY_ok, -480},
        {"08:00 seen in Urumqi", "Asia/Urumqi", 8 * 3600, SEVERITY_block, SEVERITY_ok, -120},
        {"22:00 seen in Urumqi", "Asia/Urumqi", 22 * 3600, SEVERITY_ok, SEVERITY_ok, 120},
        {"no zone: the policy's", "", 8 * 3600, SEVERITY_ok, SEVERITY_ok, 840},
        {"unknown zone", "Mars/Base", 22 * 3600, SEVERITY_block, SEVERITY_ok, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene);
        snprintf(scene.record.zone, sizeof scene.record.zone, "%s", rows[i].zone);
        scene_move(&scene, case_at_ms(rows[i].second));
        struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
        EXPECT_ROW(rows[i].row, fired(&verdict, REFUSAL_contact_hours) == rows[i].hours);
        EXPECT_ROW(rows[i].row, fired(&verdict, REFUSAL_closing_soon) == rows[i].closing);
        EXPECT_ROW(rows[i].row, verdict.is_allowed == (rows[i].hours != SEVERITY_block));
        struct gate_hours hours =
            gate_hours(&scene.policy, &scene.record, &scene.state, scene.facts.now_ms);
        EXPECT_ROW(rows[i].row, hours.left_minutes == rows[i].minutes_left);
    }
}

TEST(test_a_refusal_for_the_hour_names_the_next_one)
{
    struct scene scene;
    scene_start(&scene);
    scene_move(&scene, case_at_ms(22 * 3600));
    struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT(verdict.next_ok_at_ms == case_at_ms(32 * 3600)); /* 08:00 of the next day */
    scene_move(&scene, case_at_ms(6 * 3600));
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT(verdict.next_ok_at_ms == case_at_ms(8 * 3600));
    struct gate_hours hours =
        gate_hours(&scene.policy, &scene.record, &scene.state, case_at_ms(9 * 3600));
    EXPECT(hours.next_open_at_ms == case_at_ms(9 * 3600));
}

TEST(test_a_visit_open_past_closing_must_leave)
{
    struct scene scene;
    scene_start(&scene);
    scene_move(&scene, case_at_ms(22 * 3600));
    struct verdict verdict = gate_check(&scene.policy, GATE_speak, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_contact_hours));
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_open_past_close));
    EXPECT((verdict.obligations & OBLIGATION_leave_now) != 0);
}

TEST(test_consent_of_the_debtor_opens_the_hour_and_is_logged)
{
    struct scene scene;
    scene_start(&scene);
    scene_move(&scene, case_at_ms(22 * 3600 + 1800));
    scene.facts.has_hours_consent = true;
    struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT(verdict.is_allowed);
    EXPECT_INT(SEVERITY_log, fired(&verdict, REFUSAL_contact_hours));
}

/* Every flag at every stage: · nothing, w warn, b block, l log. Columns P I C A. */
TEST(test_each_flag_stops_what_the_model_says)
{
    static const struct {
        enum stop_flag flag;
        enum refusal refusal;
        const char *stages;
    } rows[] = {
        {STOP_FLAG_cease_contact, REFUSAL_cease_contact, "www-"},
        {STOP_FLAG_refuses_visits, REFUSAL_refuses_visits, "bbb-"},
        {STOP_FLAG_dispute, REFUSAL_dispute, "wwww"},
        {STOP_FLAG_identity_dispute, REFUSAL_identity_dispute, "bbbb"},
        {STOP_FLAG_moratorium, REFUSAL_moratorium, "bbbb"},
        {STOP_FLAG_deceased, REFUSAL_deceased, "bbbb"},
        {STOP_FLAG_incapacity, REFUSAL_incapacity, "bbbb"},
        {STOP_FLAG_acute_hardship, REFUSAL_acute_hardship, "bbb-"},
        {STOP_FLAG_hardship, REFUSAL_hardship, "wwww"},
        {STOP_FLAG_plan_kept, REFUSAL_plan_kept, "bbb-"},
        {STOP_FLAG_complaint_open, REFUSAL_complaint_open, "ww--"},
        {STOP_FLAG_legality_in_doubt, REFUSAL_legality_in_doubt, "bb-b"},
        {STOP_FLAG_represented, REFUSAL_represented, "bbb-"},
        {STOP_FLAG_vulnerable, REFUSAL_hardship, "wwww"},
        {STOP_FLAG_lost_contact, REFUSAL_lost_contact, "ll--"},
        {STOP_FLAG_hazard, REFUSAL_hazard, "ww--"},
        {STOP_FLAG_own_times, REFUSAL_own_times, "ww--"},
        {STOP_FLAG_notice_missing, REFUSAL_notice_missing, "bb--"},
        {STOP_FLAG_in_treatment, REFUSAL_moratorium, "bbbb"},
    };
    static const char letters[] = {
        [SEVERITY_ok] = '-', [SEVERITY_log] = 'l', [SEVERITY_warn] = 'w', [SEVERITY_block] = 'b'};
    EXPECT_INT(catalog_count(CATALOG_stop_flag), COUNT(rows) + 1); /* two_visitors: see below */
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
            struct scene scene;
            scene_start(&scene);
            case_flag(&scene.state, rows[i].flag);
            struct verdict verdict =
                gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
            const char *name = catalog_name(CATALOG_stop_flag, rows[i].flag);
            EXPECT_ROW(name, letters[fired(&verdict, rows[i].refusal)] == rows[i].stages[stage]);
            EXPECT_ROW(name, verdict.is_allowed == (rows[i].stages[stage] != 'b'));
            scene.state.flags[0].is_cleared = true;
            verdict = gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
            EXPECT_ROW(name, verdict.fired_count == 0);
        }
    }
}

TEST(test_a_flag_never_lowers_a_verdict)
{
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        for (size_t j = 0; j < catalog_count(CATALOG_stop_flag); j++) {
            struct scene scene;
            scene_start(&scene);
            uint32_t first = catalog_code_at(CATALOG_stop_flag, i);
            case_flag(&scene.state, first);
            struct verdict one = gate_check(&scene.policy, GATE_checkin, &scene.facts);
            if (i != j) {
                case_flag(&scene.state, catalog_code_at(CATALOG_stop_flag, j));
            }
            struct verdict two = gate_check(&scene.policy, GATE_checkin, &scene.facts);
            EXPECT_ROW(catalog_name(CATALOG_stop_flag, first), two.severity >= one.severity);
            EXPECT_ROW(catalog_name(CATALOG_stop_flag, first),
                       (two.obligations & one.obligations) == one.obligations);
        }
    }
}

TEST(test_an_executor_may_be_visited_about_a_deceased)
{
    struct scene scene;
    scene_start(&scene);
    case_flag(&scene.state, STOP_FLAG_deceased);
    scene.facts.target_role = ROLE_executor;
    struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_deceased));
    scene.facts.target_role = ROLE_spouse;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_deceased));
    scene_start(&scene);
    case_flag(&scene.state, STOP_FLAG_represented);
    scene.facts.target_role = ROLE_representative;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT(verdict.is_allowed && verdict.fired_count == 0);
}

TEST(test_one_visit_a_day_by_the_borrowers_calendar)
{
    static const struct {
        const char *row;
        int64_t visit_second;
        bool is_withdrawn;
        enum severity severity;
    } rows[] = {
        {"earlier today", 9 * 3600, false, SEVERITY_block},
        {"first second of today", 0, false, SEVERITY_block},
        {"last second of yesterday", -1, false, SEVERITY_ok},
        {"taken back", 9 * 3600, true, SEVERITY_ok},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene);
        case_visit(&scene.state, case_at_ms(rows[i].visit_second), OUTCOME_nobody_home);
        scene.state.contacts[0].is_withdrawn = rows[i].is_withdrawn;
        struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
        EXPECT_ROW(rows[i].row, fired(&verdict, REFUSAL_visits_per_day) == rows[i].severity);
        verdict = gate_check(&scene.policy, GATE_speak, &scene.facts);
        EXPECT_ROW(rows[i].row, fired(&verdict, REFUSAL_visits_per_day) == SEVERITY_ok);
    }
}

TEST(test_two_or_three_at_the_door)
{
    static const struct {
        uint32_t visitors;
        enum refusal refusal;
    } rows[] = {
        {0, REFUSAL_none}, {1, REFUSAL_too_few_visitors},  {2, REFUSAL_none},
        {3, REFUSAL_none}, {4, REFUSAL_too_many_visitors},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene);
        scene.facts.visitors = rows[i].visitors;
        struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
        char row[8];
        snprintf(row, sizeof row, "%u", rows[i].visitors);
        EXPECT_ROW(row, verdict.fired_count == (rows[i].refusal == REFUSAL_none ? 0 : 1));
        EXPECT_ROW(row, rows[i].refusal == REFUSAL_none ||
                            fired(&verdict, rows[i].refusal) == SEVERITY_block);
    }
    struct scene scene;
    scene_start(&scene);
    scene.policy.visitors_low = 1;
    scene.facts.visitors = 1;
    case_flag(&scene.state, STOP_FLAG_two_visitors);
    struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_two_visitors_needed));
}

TEST(test_place_position_clock_and_age)
{
    struct scene scene;
    struct verdict verdict;

    scene_start(&scene);
    scene.facts.place = ADDRESS_KIND_hospital;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_place_not_suitable));
    scene.facts.place = ADDRESS_KIND_work;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_workplace));

    scene_start(&scene);
    scene.facts.distance_m = 200;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(0, verdict.fired_count);
    scene.facts.distance_m = 201;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_far_from_address));
    scene.facts.fix_age_s = 300;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_far_from_address));
    scene.facts.fix_age_s = 301;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_far_from_address));
    EXPECT_INT(SEVERITY_log, fired(&verdict, REFUSAL_no_fix));
    scene.facts.fix_age_s = 0;
    scene.facts.is_located = false;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(0, verdict.fired_count);
    scene.facts.has_fix = false;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_log, fired(&verdict, REFUSAL_no_fix)); /* a visit never waits */
    EXPECT(verdict.is_allowed);

    scene_start(&scene);
    scene.facts.clock_quality = CLOCK_QUALITY_since_boot_unchecked;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_log, fired(&verdict, REFUSAL_clock_not_trusted));
    scene.facts.clock_quality = CLOCK_QUALITY_jumped;
    verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_clock_not_trusted));

    static const struct {
        int64_t hours;
        enum severity policy_warn, policy_block, balance_warn, balance_block;
    } ages[] = {
        {24, SEVERITY_ok, SEVERITY_ok, SEVERITY_ok, SEVERITY_ok},
        {25, SEVERITY_ok, SEVERITY_ok, SEVERITY_warn, SEVERITY_ok},
        {72, SEVERITY_ok, SEVERITY_ok, SEVERITY_warn, SEVERITY_ok},
        {73, SEVERITY_warn, SEVERITY_ok, SEVERITY_ok, SEVERITY_block},
        {168, SEVERITY_warn, SEVERITY_ok, SEVERITY_ok, SEVERITY_block},
        {169, SEVERITY_ok, SEVERITY_block, SEVERITY_ok, SEVERITY_block},
    };
    for (size_t i = 0; i < COUNT(ages); i++) {
        scene_start(&scene);
        scene.facts.policy_at_ms = scene.facts.now_ms - ages[i].hours * CASE_HOUR_MS;
        scene.facts.synced_at_ms = scene.facts.policy_at_ms;
        char row[16];
        snprintf(row, sizeof row, "%d h", (int)ages[i].hours);
        verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
        EXPECT_ROW(row, fired(&verdict, REFUSAL_policy_old) == ages[i].policy_warn);
        EXPECT_ROW(row, fired(&verdict, REFUSAL_policy_too_old) == ages[i].policy_block);
        verdict = gate_check(&scene.policy, GATE_arrange, &scene.facts);
        EXPECT_ROW(row, fired(&verdict, REFUSAL_balance_old) == ages[i].balance_warn);
        EXPECT_ROW(row, fired(&verdict, REFUSAL_balance_too_old) == ages[i].balance_block);
    }
}

TEST(test_whose_case_and_whether_at_all)
{
    struct scene scene;
    scene_start(&scene);
    scene.state.owner_no = 8;
    struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
    EXPECT_INT(SEVERITY_warn, fired(&verdict, REFUSAL_not_assigned));
    scene.state.life = CASE_LIFE_recalled;
    verdict = gate_check(&scene.policy, GATE_arrange, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_case_recalled));
    scene.state.life = CASE_LIFE_closed;
    verdict = gate_check(&scene.policy, GATE_plan, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_case_closed));
    scene_start(&scene);
    scene.record.mandate_until_day = CASE_DAY;
    verdict = gate_check(&scene.policy, GATE_plan, &scene.facts);
    EXPECT_INT(0, verdict.fired_count);
    scene.record.mandate_until_day = CASE_DAY - 1;
    verdict = gate_check(&scene.policy, GATE_plan, &scene.facts);
    EXPECT_INT(SEVERITY_block, fired(&verdict, REFUSAL_mandate_ended));
}

TEST(test_a_policy_can_change_how_severe_a_rule_is)
{
    struct scene scene;
    scene_start(&scene);
    struct policy_fault fault;
    EXPECT_OK(policy_from_text(STR("rule.S03 = block\nrule.T03w = ok\n"), &scene.policy, &fault));
    case_flag(&scene.state, STOP_FLAG_dispute);
    struct verdict verdict = gate_check(&scene.policy, GATE_speak, &scene.facts);
    EXPECT(!verdict.is_allowed);
    EXPECT((verdict.obligations & OBLIGATION_pass_to_client) != 0);
    scene_move(&scene, case_at_ms(21 * 3600 + 3000));
    verdict = gate_check(&scene.policy, GATE_speak, &scene.facts);
    EXPECT_INT(SEVERITY_ok, fired(&verdict, REFUSAL_closing_soon));
}
