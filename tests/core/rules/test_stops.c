/* Goal: a stop bites everywhere at once. Every stop at every point where the product asks: the
 * planner, check-in, the open door, and what is arranged or paid there. */
#include "core/rules/gate.h"
#include "tests/core/rules/case_sample.h"
#include "tests/lib/test.h"

enum { STAGES = 4 };

struct row {
    uint32_t flag; /* stop_flags.def; 0: the life of the case */
    uint32_t life;
    enum refusal refusal;
    enum severity expected[STAGES]; /* plan, check-in, speak, arrange; ok: not asked there */
};

#define OK_ SEVERITY_ok
#define LOG SEVERITY_log
#define WARN SEVERITY_warn
#define BLOCK SEVERITY_block
static const struct row rows[] = {
    {STOP_FLAG_cease_contact, 0, REFUSAL_cease_contact, {WARN, WARN, WARN, OK_}},
    {STOP_FLAG_refuses_visits, 0, REFUSAL_refuses_visits, {BLOCK, BLOCK, BLOCK, OK_}},
    {STOP_FLAG_dispute, 0, REFUSAL_dispute, {WARN, WARN, WARN, WARN}},
    {STOP_FLAG_identity_dispute, 0, REFUSAL_identity_dispute, {BLOCK, BLOCK, BLOCK, BLOCK}},
    {STOP_FLAG_moratorium, 0, REFUSAL_moratorium, {BLOCK, BLOCK, BLOCK, BLOCK}},
    {STOP_FLAG_deceased, 0, REFUSAL_deceased, {BLOCK, BLOCK, BLOCK, BLOCK}},
    {STOP_FLAG_incapacity, 0, REFUSAL_incapacity, {BLOCK, BLOCK, BLOCK, BLOCK}},
    {STOP_FLAG_acute_hardship, 0, REFUSAL_acute_hardship, {BLOCK, BLOCK, BLOCK, OK_}},
    {STOP_FLAG_hardship, 0, REFUSAL_hardship, {WARN, WARN, WARN, WARN}},
    {STOP_FLAG_vulnerable, 0, REFUSAL_hardship, {WARN, WARN, WARN, WARN}},
    {STOP_FLAG_plan_kept, 0, REFUSAL_plan_kept, {BLOCK, BLOCK, BLOCK, OK_}},
    {STOP_FLAG_complaint_open, 0, REFUSAL_complaint_open, {WARN, WARN, OK_, OK_}},
    {STOP_FLAG_legality_in_doubt, 0, REFUSAL_legality_in_doubt, {BLOCK, BLOCK, OK_, BLOCK}},
    {STOP_FLAG_represented, 0, REFUSAL_represented, {BLOCK, BLOCK, BLOCK, OK_}},
    {STOP_FLAG_lost_contact, 0, REFUSAL_lost_contact, {LOG, LOG, OK_, OK_}},
    {STOP_FLAG_hazard, 0, REFUSAL_hazard, {WARN, WARN, OK_, OK_}},
    {STOP_FLAG_own_times, 0, REFUSAL_own_times, {WARN, WARN, OK_, OK_}},
    {STOP_FLAG_notice_missing, 0, REFUSAL_notice_missing, {BLOCK, BLOCK, OK_, OK_}},
    {STOP_FLAG_in_treatment, 0, REFUSAL_moratorium, {BLOCK, BLOCK, BLOCK, BLOCK}},
    {0, CASE_LIFE_recalled, REFUSAL_case_recalled, {BLOCK, BLOCK, BLOCK, BLOCK}},
    {0, CASE_LIFE_closed, REFUSAL_case_closed, {BLOCK, BLOCK, BLOCK, BLOCK}},
};

struct scene {
    struct policy policy;
    ds_CaseRecord record;
    ds_CaseState state;
    struct gate_facts facts;
};

static void scene_start(struct scene *scene, const struct row *row)
{
    scene->policy = policy_default();
    scene->record = case_record();
    scene->state = case_state(&scene->record);
    if (row->flag != 0) {
        case_flag(&scene->state, row->flag);
    } else {
        scene->state.life = row->life;
    }
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
        .synced_at_ms = now_ms - CASE_HOUR_MS,
        .policy_at_ms = now_ms - CASE_HOUR_MS,
    };
}

static const char *name_of(const struct row *row)
{
    return row->flag != 0 ? catalog_name(CATALOG_stop_flag, row->flag)
                          : catalog_name(CATALOG_case_life, row->life);
}

TEST(test_every_stop_bites_at_every_point)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene, &rows[i]);
        for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
            struct verdict verdict =
                gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
            const struct verdict_fired *fired = verdict_find(&verdict, rows[i].refusal);
            enum severity found = fired == NULL ? SEVERITY_ok : fired->severity;
            if (found != rows[i].expected[stage]) {
                fail_msg("%s at stage %d: %s, not %s", name_of(&rows[i]), stage,
                         severity_name(found), severity_name(rows[i].expected[stage]));
            }
            EXPECT_ROW(name_of(&rows[i]), verdict.is_allowed == (found != SEVERITY_block));
        }
    }
}

/* A stop of a later list without a row here would bite nowhere and nobody would see. */
TEST(test_no_stop_is_left_out)
{
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        uint32_t flag = catalog_code_at(CATALOG_stop_flag, i);
        bool is_found = flag == STOP_FLAG_two_visitors; /* asks for company, stops nothing */
        for (size_t row = 0; row < COUNT(rows); row++) {
            is_found |= rows[row].flag == flag;
        }
        EXPECT_ROW(catalog_name(CATALOG_stop_flag, flag), is_found);
    }
}

/* Past its last day, cleared, or not yet raised it bites nowhere. */
TEST(test_a_stop_that_has_ended_bites_nowhere)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].flag == 0) {
            continue;
        }
        for (int ended = 0; ended < 3; ended++) {
            struct scene scene;
            scene_start(&scene, &rows[i]);
            scene.state.flags[0].is_cleared = ended == 0;
            scene.state.flags[0].until_day = ended == 1 ? CASE_DAY - 1 : 0;
            scene.state.flags_count = ended == 2 ? 0 : scene.state.flags_count;
            for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
                struct verdict verdict =
                    gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
                EXPECT_ROW(name_of(&rows[i]), verdict_find(&verdict, rows[i].refusal) == NULL);
            }
            scene_start(&scene, &rows[i]);
            scene.state.flags[0].until_day = CASE_DAY; /* its last day counts */
            struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
            EXPECT_ROW(name_of(&rows[i]), (verdict_find(&verdict, rows[i].refusal) != NULL) ==
                                              (rows[i].expected[GATE_checkin] != SEVERITY_ok));
        }
    }
}

/* No reason, consent or pass of this world opens what a stop blocks. */
TEST(test_nothing_opens_what_a_stop_blocks)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        char rule[PASS_RULE_SIZE];
        scene_start(&scene, &rows[i]);
        scene.facts.has_hours_consent = true;
        for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
            struct verdict verdict =
                gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
            if (rows[i].expected[stage] != SEVERITY_block) {
                continue;
            }
            EXPECT_ROW(name_of(&rows[i]), !gate_pass_rule(&scene.policy, &verdict, rule));
            scene.facts.pass_rule = refusal_rule(rows[i].refusal);
            scene.facts.pass_until_ms = INT64_MAX;
            verdict = gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
            EXPECT_ROW(name_of(&rows[i]), !verdict.is_allowed);
        }
    }
}
