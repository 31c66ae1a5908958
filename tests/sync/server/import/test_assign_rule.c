#include "sync/server/import/assign_rule.h"

#include "tests/lib/test.h"

#include <stdio.h>

static const char *const areas[] = {"北苑区", "松林区", "望江区", "青溪县"};

struct world {
    struct arena arena;
    struct assign_person people[16];
    size_t person_count;
    struct assign_case cases[600];
    size_t case_count;
};

static void world_make(struct world *world, uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    *world = (struct world){.person_count = 8, .case_count = 600};
    arena_init(&world->arena, 0);
    for (size_t i = 0; i < world->person_count; i++) {
        world->people[i] = (struct assign_person){.person_no = (uint32_t)(i + 1),
                                                  .code = "C",
                                                  .name = "甲",
                                                  .can_work = true,
                                                  .areas = str_from(areas[i % COUNT(areas)])};
    }
    for (size_t i = 0; i < world->case_count; i++) {
        world->cases[i] = (struct assign_case){.case_no = i + 1,
                                               .case_ref = "A",
                                               .area = str_from(areas[rng_below(&rng, 4)]),
                                               .grade = (uint32_t)rng_below(&rng, 6),
                                               .owed_minor = 1000 + rng_below(&rng, 10000000),
                                               .is_open = true};
    }
}

static void world_assign(struct world *world)
{
    assign_rule_apply(&world->arena, world->people, world->person_count, world->cases,
                      world->case_count);
}

TEST(test_every_case_has_one_owner_of_its_area)
{
    static struct world world;
    world_make(&world, 1);
    world_assign(&world);
    int64_t total = 0;
    for (size_t i = 0; i < world.case_count; i++) {
        uint32_t owner = world.cases[i].new_owner_no;
        EXPECT(owner >= 1 && owner <= world.person_count);
        EXPECT(assign_area_is_served(world.people[owner - 1].areas, world.cases[i].area));
        EXPECT_INT(ASSIGN_WHY_area, world.cases[i].why);
        EXPECT_INT(2, world.cases[i].candidate_count);
    }
    for (size_t i = 0; i < world.person_count; i++) {
        total += world.people[i].case_count;
    }
    EXPECT_INT(world.case_count, total);
    arena_deinit(&world.arena);
}

/* Two people share each area: their counts differ by one at most, their money
 * by less than 15 in a hundred. */
TEST(test_load_and_risk_are_spread)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        static struct world world;
        world_make(&world, seed);
        world_assign(&world);
        for (size_t i = 0; i < 4; i++) {
            const struct assign_person *a = &world.people[i];
            const struct assign_person *b = &world.people[i + 4];
            EXPECT(a->case_count - b->case_count <= 1 && b->case_count - a->case_count <= 1);
            int64_t more = a->owed_minor > b->owed_minor ? a->owed_minor : b->owed_minor;
            int64_t less = a->owed_minor > b->owed_minor ? b->owed_minor : a->owed_minor;
            EXPECT((more - less) * 20 < more * 3);
        }
        arena_deinit(&world.arena);
    }
}

TEST(test_a_second_run_changes_nothing)
{
    static struct world world;
    world_make(&world, 3);
    world_assign(&world);
    for (size_t i = 0; i < world.case_count; i++) {
        world.cases[i].owner_no = world.cases[i].new_owner_no;
    }
    world_assign(&world);
    for (size_t i = 0; i < world.case_count; i++) {
        EXPECT_INT(world.cases[i].owner_no, world.cases[i].new_owner_no);
        EXPECT_INT(ASSIGN_WHY_stays, world.cases[i].why);
    }
    for (size_t i = 0; i < world.person_count; i++) {
        EXPECT_INT(0, world.people[i].given_count);
    }
    arena_deinit(&world.arena);
}

/* The same facts in another order of rows give the same owners. */
TEST(test_the_answer_does_not_depend_on_the_order_of_rows)
{
    static struct world world, turned;
    world_make(&world, 4);
    world_assign(&world);
    world_make(&turned, 4);
    for (size_t i = 0; i < turned.case_count / 2; i++) {
        struct assign_case one = turned.cases[i];
        turned.cases[i] = turned.cases[turned.case_count - 1 - i];
        turned.cases[turned.case_count - 1 - i] = one;
    }
    world_assign(&turned);
    for (size_t i = 0; i < world.case_count; i++) {
        EXPECT_INT(world.cases[i].new_owner_no,
                   turned.cases[world.case_count - 1 - i].new_owner_no);
    }
    arena_deinit(&world.arena);
    arena_deinit(&turned.arena);
}

TEST(test_who_may_take_a_case)
{
    static const struct {
        const char *name;
        bool can_work; /* person 1, of the case's area */
        int64_t capacity;
        const char *areas; /* of person 2 */
        bool is_open, is_mandate_over;
        uint32_t owner_no;
        uint32_t expected;
        enum assign_why why;
    } rows[] = {
        {"the area decides", true, 0, "乙区", true, false, 0, 1, ASSIGN_WHY_area},
        {"closed", true, 0, "乙区", false, false, 0, 0, ASSIGN_WHY_not_open},
        {"mandate over", true, 0, "乙区", true, true, 0, 0, ASSIGN_WHY_mandate_over},
        {"closed keeps nobody", true, 0, "乙区", false, false, 1, 0, ASSIGN_WHY_not_open},
        {"owner stays", true, 0, "乙区", true, false, 2, 2, ASSIGN_WHY_stays},
        {"owner has left", false, 0, "甲区", true, false, 1, 2, ASSIGN_WHY_area},
        {"unknown owner", true, 0, "乙区", true, false, 77, 1, ASSIGN_WHY_area},
        {"full, another serves all", true, 1, "", true, false, 0, 2, ASSIGN_WHY_any_area},
        {"full, another elsewhere", true, 1, "乙区", true, false, 0, 2, ASSIGN_WHY_nobody_there},
        {"nobody works there", false, 0, "乙区", true, false, 0, 2, ASSIGN_WHY_nobody_there},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct assign_person people[2] = {
            {.person_no = 1,
             .can_work = rows[i].can_work,
             .areas = STR("丙区; 甲区"),
             .capacity = rows[i].capacity},
            {.person_no = 2, .can_work = true, .areas = str_from(rows[i].areas)}};
        /* The second case fills person 1 where the capacity is one. */
        struct assign_case cases[2] = {{.case_no = 1,
                                        .area = STR("甲区"),
                                        .owed_minor = 100,
                                        .is_open = rows[i].is_open,
                                        .is_mandate_over = rows[i].is_mandate_over,
                                        .owner_no = rows[i].owner_no},
                                       {.case_no = 2,
                                        .area = STR("甲区"),
                                        .owed_minor = 900,
                                        .is_open = true,
                                        .owner_no = rows[i].capacity == 1 ? 1 : 2}};
        assign_rule_apply(&arena, people, 2, cases, 2);
        EXPECT_ROW(rows[i].name, cases[0].new_owner_no == rows[i].expected);
        EXPECT_ROW(rows[i].name, cases[0].why == rows[i].why);
        arena_deinit(&arena);
    }
}

TEST(test_one_borrower_one_collector)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct assign_person people[2] = {{.person_no = 1, .can_work = true, .areas = STR("甲区")},
                                      {.person_no = 2, .can_work = true, .areas = STR("乙区")}};
    struct assign_case cases[3] = {{.case_no = 1,
                                    .area = STR("甲区"),
                                    .debtor_id = STR("X"),
                                    .owed_minor = 1,
                                    .is_open = true},
                                   {.case_no = 2,
                                    .area = STR("乙区"),
                                    .debtor_id = STR("X"),
                                    .owed_minor = 9,
                                    .is_open = true},
                                   {.case_no = 3,
                                    .area = STR("甲区"),
                                    .debtor_id = STR("Y"),
                                    .owed_minor = 5,
                                    .is_open = true}};
    assign_rule_apply(&arena, people, 2, cases, 3);
    EXPECT_INT(2, cases[1].new_owner_no);
    EXPECT_INT(2, cases[0].new_owner_no);
    EXPECT_INT(ASSIGN_WHY_same_debtor, cases[0].why);
    EXPECT_INT(1, cases[2].new_owner_no);
    arena_deinit(&arena);
}

TEST(test_with_nobody_there_no_case_is_lost)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct assign_case one = {.case_no = 1, .area = STR("甲区"), .is_open = true};
    struct assign_person nobody;
    assign_rule_apply(&arena, &nobody, 0, &one, 1);
    EXPECT_INT(0, one.new_owner_no);
    EXPECT_INT(ASSIGN_WHY_no_room, one.why);
    arena_deinit(&arena);
}
