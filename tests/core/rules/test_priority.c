#include "core/rules/priority.h"
#include "tests/core/rules/case_sample.h"
#include "tests/lib/test.h"

struct scene {
    struct policy policy;
    ds_CaseRecord record;
    ds_CaseState state;
};

static void scene_start(struct scene *scene)
{
    scene->policy = policy_default();
    scene->record = case_record();
    scene->state = case_state(&scene->record);
    scene->state.last_touch_day = CASE_DAY - 1;
}

static struct priority score(const struct scene *scene)
{
    return priority_score(&scene->policy, &scene->record, &scene->state, CASE_DAY);
}

TEST(test_the_score_is_the_sum_of_its_parts_in_order_of_weight)
{
    struct scene scene;
    scene_start(&scene);
    struct priority priority = score(&scene);
    uint32_t sum = 0;
    for (size_t i = 0; i < PRIORITY_COUNT; i++) {
        sum += priority.parts[i].points;
    }
    EXPECT_INT(sum, priority.score);
    EXPECT(priority.order_count > 1);
    for (size_t i = 1; i < priority.order_count; i++) {
        EXPECT(priority.parts[priority.order[i - 1]].points >=
               priority.parts[priority.order[i]].points);
        EXPECT(priority.parts[priority.order[i]].points > 0);
    }
}

TEST(test_nothing_owed_or_not_open_scores_nothing)
{
    struct scene scene;
    scene_start(&scene);
    scene.state.posted_minor = 1200000;
    EXPECT_INT(0, score(&scene).score);
    scene_start(&scene);
    scene.state.life = CASE_LIFE_recalled;
    EXPECT_INT(0, score(&scene).score);
}

/* Each part at its edges, in points of its full weight. */
TEST(test_each_part_grows_to_its_weight)
{
    struct scene scene;

    static const struct {
        uint64_t owed_minor;
        uint32_t points;
    } amounts[] = {{1, 0}, {100000, 2}, {5000000, 100}, {10000000, 200}, {99000000, 200}};
    for (size_t i = 0; i < COUNT(amounts); i++) {
        scene_start(&scene);
        scene.record.principal_minor = amounts[i].owed_minor;
        scene.record.interest_minor = 0;
        scene.record.penalty_minor = 0;
        scene.record.fees_minor = 0;
        EXPECT_INT(amounts[i].points, score(&scene).parts[PRIORITY_amount].points);
        EXPECT_INT(amounts[i].owed_minor, score(&scene).parts[PRIORITY_amount].value);
    }

    static const struct {
        int32_t days;
        uint32_t points;
    } overdue[] = {{-5, 0}, {0, 0}, {18, 10}, {180, 100}, {900, 100}};
    for (size_t i = 0; i < COUNT(overdue); i++) {
        scene_start(&scene);
        scene.record.due_day = CASE_DAY - overdue[i].days;
        EXPECT_INT(overdue[i].points, score(&scene).parts[PRIORITY_overdue].points);
    }

    static const struct {
        uint32_t broken;
        uint32_t points;
    } broken[] = {{0, 0}, {1, 49}, {3, 150}, {9, 150}};
    for (size_t i = 0; i < COUNT(broken); i++) {
        scene_start(&scene);
        scene.record.promises_broken = broken[i].broken;
        EXPECT_INT(broken[i].points, score(&scene).parts[PRIORITY_broken].points);
    }

    static const struct {
        int32_t left;
        uint32_t points;
    } mandates[] = {{-1, 0}, {0, 150}, {7, 150}, {8, 142}, {29, 6}, {30, 0}};
    for (size_t i = 0; i < COUNT(mandates); i++) {
        scene_start(&scene);
        scene.record.mandate_until_day = CASE_DAY + mandates[i].left;
        EXPECT_INT(mandates[i].points, score(&scene).parts[PRIORITY_mandate].points);
    }

    static const struct {
        int32_t days;
        uint32_t points;
    } touches[] = {{0, 0}, {6, 0}, {7, 46}, {30, 200}, {300, 200}};
    for (size_t i = 0; i < COUNT(touches); i++) {
        scene_start(&scene);
        scene.state.last_touch_day = CASE_DAY - touches[i].days;
        EXPECT_INT(touches[i].points, score(&scene).parts[PRIORITY_untouched].points);
    }
    scene_start(&scene);
    scene.state.last_touch_day = 0; /* never: the first pass */
    scene.record.imported_day = CASE_DAY;
    struct priority never = score(&scene);
    EXPECT_INT(200, never.parts[PRIORITY_untouched].points);
    EXPECT_INT(PRIORITY_NEVER, never.parts[PRIORITY_untouched].value);
    EXPECT_TEXT("priority_reason.never_touched",
                priority_reason_key(PRIORITY_untouched, PRIORITY_NEVER));
    EXPECT_TEXT("priority_reason.untouched", priority_reason_key(PRIORITY_untouched, 0));
}

TEST(test_a_promise_that_falls_due_presses)
{
    static const struct {
        int32_t days;
        uint32_t points;
    } rows[] = {{-2, 250}, {0, 250}, {1, 150}, {3, 150}, {4, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene);
        scene.state.arrangements_count = 1;
        scene.state.arrangements[0] = (ds_Arrangement){.kind = ARRANGEMENT_KIND_promise,
                                                       .state = ARRANGEMENT_STATE_active,
                                                       .amount_minor = 5000,
                                                       .due_day = CASE_DAY + rows[i].days};
        EXPECT_INT(rows[i].points, score(&scene).parts[PRIORITY_promise_due].points);
    }
    struct scene scene;
    scene_start(&scene);
    scene.state.next_day = CASE_DAY; /* an appointment */
    EXPECT_INT(250, score(&scene).parts[PRIORITY_promise_due].points);
}

TEST(test_visits_in_vain_lower_the_hope)
{
    struct scene scene;
    scene_start(&scene);
    EXPECT_INT(90, score(&scene).parts[PRIORITY_reachable].points); /* never tried */
    static const uint32_t points[] = {90, 60, 15, 15};
    for (size_t i = 0; i < COUNT(points); i++) {
        case_visit(&scene.state, case_at_ms(0), OUTCOME_nobody_home);
        EXPECT_INT(points[i], score(&scene).parts[PRIORITY_reachable].points);
    }
    case_visit(&scene.state, case_at_ms(1), OUTCOME_refused_to_pay);
    scene.state.met_count = 1;
    EXPECT_INT(150, score(&scene).parts[PRIORITY_reachable].points);
    case_flag(&scene.state, STOP_FLAG_lost_contact);
    EXPECT_INT(0, score(&scene).parts[PRIORITY_reachable].points);
}

TEST(test_difficulty_stays_between_one_and_five)
{
    struct scene scene;
    scene_start(&scene);
    EXPECT_INT(1, priority_difficulty(&scene.record, &scene.state, CASE_DAY));
    scene.state.willingness = 3;
    EXPECT_INT(1, priority_difficulty(&scene.record, &scene.state, CASE_DAY));
    scene.state.willingness = 1;
    scene.state.ability = 1;
    EXPECT_INT(3, priority_difficulty(&scene.record, &scene.state, CASE_DAY));
    scene.record.due_day = CASE_DAY - 366;
    scene.record.promises_broken = 2;
    EXPECT_INT(5, priority_difficulty(&scene.record, &scene.state, CASE_DAY));
}
