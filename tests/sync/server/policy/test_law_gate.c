/* Goal: with an image the tablet's gate is what the image says, and never milder than without. */
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
