#include "tests/sync/server/import/store_folder.h"

#include "sync/server/import/assign.h"

static struct imported imported;

static void person_add(struct world *world, const char *name, const char *areas, int64_t role)
{
    struct hq_query query = hq_query(world->store, SQL_HQ_person_next);
    int64_t number;
    EXPECT_OK(hq_one_i64(&query, &number));
    query = hq_query(world->store, SQL_HQ_person_put);
    hq_bind_i64(&query, "$person_no", number);
    hq_bind_text(&query, "$code", str_from(name));
    hq_bind_text(&query, "$name", str_from(name));
    hq_bind_i64(&query, "$role", role);
    hq_bind_i64(&query, "$team_no", 0);
    hq_bind_i64(&query, "$is_active", 1);
    hq_bind_text(&query, "$areas", str_from(areas));
    hq_bind_i64(&query, "$capacity", 0);
    EXPECT_OK(hq_run(&query));
}

#define AREAS                                                                               \
    "case_ref,client,product,debtor_name,principal,balance_date,due_date,addr1,addr1_area," \
    "mandate_until\n"
#define CASE(ref, principal, area, until) \
    ref ",B,card,赵示例," principal ",2026-11-20,2026-08-05,某路1号," area "," until "\n"

static void world_fill(struct world *world)
{
    world_open(world);
    EXPECT_OK(hq_begin(world->store));
    person_add(world, "C1", "甲区", STAFF_ROLE_collector);
    person_add(world, "C2", "乙区", STAFF_ROLE_collector);
    person_add(world, "S1", "", STAFF_ROLE_supervisor);
    EXPECT_OK(hq_commit(world->store));
    world_import(world, &imported,
                 AREAS CASE("A1", "100", "甲区", "") CASE("A2", "200", "乙区", "2026-11-22")
                     CASE("A3", "300", "丙区", "") CASE("A4", "400", "甲区", "2026-11-21"),
                 false, false);
    EXPECT_INT(4, imported.result.new_count);
}

static struct assign_plan plan_load(struct world *world)
{
    struct assign_plan plan;
    EXPECT_OK(assign_load(&world->arena, world->store, date_from_civil(2026, 11, 22), &plan));
    return plan;
}

static void world_assign(struct world *world, const struct assign_plan *plan, enum lang lang)
{
    const struct assign_options options = {.lang = lang, .actor = "test", .now_ms = world->now_ms};
    size_t written_count = 0;
    EXPECT_OK(assign_write(world->store, plan, &options, &written_count));
    EXPECT_INT(assign_change_count(plan), written_count);
}

TEST(test_assignment_gives_one_owner_with_an_epoch_and_a_reason)
{
    struct world world;
    world_fill(&world);
    struct assign_plan plan = plan_load(&world);
    assign_apply(&world.arena, &plan);
    EXPECT_INT(3, assign_change_count(&plan)); /* A4: the mandate is over */
    world_assign(&world, &plan, LANG_zh);
    struct assign_plan after = plan_load(&world);
    static const uint32_t owners[] = {1, 2, 0, 0};
    for (size_t i = 0; i < COUNT(owners); i++) {
        const struct assign_case *one = &after.cases[i];
        EXPECT_ROW(one->case_ref, i == 2 ? one->owner_no != 0 : one->owner_no == owners[i]);
        EXPECT_ROW(one->case_ref, one->epoch == (i < 3 ? 1U : 0U));
    }
    /* The supervisor never gets one. */
    EXPECT(after.cases[2].owner_no != 3);
    /* The reason is written with the fact. */
    struct hq_query query = hq_query(world.store, SQL_HQ_payments_posted_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)after.cases[0].case_no);
    hq_bind_i64(&query, "$kind", EVENT_case_assigned);
    EXPECT(hq_next(&query));
    struct str body = hq_text(&query, 0);
    static ds_Event event;
    EXPECT_OK(event_decode(&event, (const uint8_t *)body.bytes, body.size));
    EXPECT_OK(hq_end(&query));
    EXPECT(strstr(event.kind.case_assigned.why, "甲区") != NULL);
    /* Again: nothing to change, nothing written. */
    const char *before = world_print(&world);
    assign_apply(&world.arena, &after);
    EXPECT_INT(0, assign_change_count(&after));
    world_assign(&world, &after, LANG_zh);
    EXPECT_TEXT(before, world_print(&world));
    world_close(&world);
}

TEST(test_transfers_by_hand_raise_the_epoch)
{
    struct world world;
    world_fill(&world);
    struct assign_plan plan = plan_load(&world);
    assign_apply(&world.arena, &plan);
    world_assign(&world, &plan, LANG_en);
    plan = plan_load(&world);
    struct assign_person *from = assign_person_find(&plan, STR("C1"));
    struct assign_person *to = assign_person_find(&plan, STR("2"));
    EXPECT(from != NULL && to != NULL && to->person_no == 2);
    EXPECT(assign_person_find(&plan, STR("C9")) == NULL);
    size_t moved = assign_move_all(&plan, from, to);
    EXPECT(moved >= 1);
    EXPECT_INT(moved, assign_change_count(&plan));
    world_assign(&world, &plan, LANG_en);
    plan = plan_load(&world);
    for (size_t i = 0; i < 3; i++) {
        EXPECT_INT(2, plan.cases[i].owner_no);
    }
    EXPECT_INT(2, plan.cases[0].epoch);
    EXPECT_INT(1, plan.cases[1].epoch); /* was theirs before */
    /* One case back. */
    bool is_ambiguous;
    struct assign_case *one = assign_case_find(&plan, STR("A1"), &is_ambiguous);
    EXPECT(one == &plan.cases[0]);
    EXPECT(assign_case_find(&plan, STR("#2"), &is_ambiguous) == &plan.cases[1]);
    EXPECT(assign_case_find(&plan, STR("A9"), &is_ambiguous) == NULL && !is_ambiguous);
    assign_move(&plan, one, assign_person_find(&plan, STR("C1")));
    EXPECT_INT(1, assign_change_count(&plan));
    world_assign(&world, &plan, LANG_en);
    plan = plan_load(&world);
    EXPECT_INT(1, plan.cases[0].owner_no);
    EXPECT_INT(3, plan.cases[0].epoch);
    world_close(&world);
}

TEST(test_a_reference_of_two_clients_is_ambiguous)
{
    struct assign_case cases[2] = {{.case_no = 1, .case_ref = "A1"},
                                   {.case_no = 2, .case_ref = "A1"}};
    struct assign_plan plan = {.cases = cases, .case_count = 2};
    bool is_ambiguous;
    EXPECT(assign_case_find(&plan, STR("A1"), &is_ambiguous) == NULL);
    EXPECT(is_ambiguous);
    EXPECT(assign_case_find(&plan, STR("#1"), &is_ambiguous) == &cases[0]);
}
