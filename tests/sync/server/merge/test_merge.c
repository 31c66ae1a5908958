/* Merge: late facts, facts without effect, and each conflict. */
#include "sync/server/merge/merge.h"

#include "tests/sync/server/field.h"

#include <stdio.h>

enum { FACTS_MAX = 12 };

struct world {
    struct arena arena;
    ds_CaseRecord record;
    ds_CaseState state;
    struct merge_fact facts[FACTS_MAX];
    const struct merge_fact *order[FACTS_MAX];
    size_t count;
    struct merge_changes changes;
};

static void open_world(struct world *world)
{
    memset(world, 0, sizeof *world);
    arena_init(&world->arena, 0);
    world->record = field_record(1);
    world->record.case_no = 1;
    fold_start(&world->state, &world->record);
    merge_start(&world->changes, &world->arena);
}

static void close_world(struct world *world)
{
    arena_deinit(&world->arena);
}

/* A fact of `device_no`, given to the person of the same number. */
static void add(struct world *world, uint32_t device_no, const ds_Event *event)
{
    struct merge_fact *fact = &world->facts[world->count];
    fact->holder_no = device_no;
    fact->fact.device_no = device_no;
    fact->fact.seq = world->count + 1;
    fact->fact.order_at_ms = (int64_t)event->at_ms;
    fact->fact.event = *event;
    fact->fact.id.bytes[0] = (uint8_t)(world->count + 1);
    world->order[world->count] = fact;
    world->count++;
}

static void merge_all(struct world *world)
{
    merge_sort(world->order, world->count);
    merge_case(&world->record, &world->state, world->order, world->count, &world->changes);
}

static size_t conflicts_of(const struct world *world, enum conflict_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < world->changes.conflict_count; i++) {
        count += world->changes.conflicts[i].kind == kind;
    }
    return count;
}

TEST(test_a_fact_after_all_others_is_folded_on_and_an_earlier_one_needs_all)
{
    struct world world;
    open_world(&world);
    ds_Event event = field_assign(1, 1, 1, FIELD_AT_MS);
    add(&world, 0, &event);
    event = field_visit(1, 1, FIELD_AT_MS + 2000, OUTCOME_refused_to_pay);
    add(&world, 1, &event);
    merge_all(&world);
    EXPECT_INT(1, world.changes.contact_count);
    EXPECT_INT(1, world.changes.assignment_count);
    struct merge_fact late = world.facts[1];
    const struct merge_fact *one = &late;
    late.fact.order_at_ms = FIELD_AT_MS + 3000;
    late.fact.seq = 9;
    EXPECT(!merge_needs_all(&world.state, &one, 1));
    late.fact.order_at_ms = FIELD_AT_MS + 1000;
    EXPECT(merge_needs_all(&world.state, &one, 1));
    close_world(&world);
}

TEST(test_facts_of_equal_place_are_both_folded)
{
    struct world world;
    open_world(&world);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS, OUTCOME_refused_to_pay);
    add(&world, 1, &event);
    add(&world, 1, &event);
    world.facts[1].fact.seq = 1;
    world.facts[1].strand = 1;
    merge_all(&world);
    EXPECT_INT(2, world.state.visit_count);
    EXPECT_INT(2, world.changes.contact_count);
    close_world(&world);
}

/* One row per conflict: what came before, and the fact that raises it. */
TEST(test_each_conflict_is_found_and_nothing_else)
{
    ds_Event assign = field_assign(1, 1, 2, FIELD_AT_MS);
    ds_Event recall = field_recall(1, FIELD_AT_MS + 1000);
    ds_Event visit = field_visit(1, 1, FIELD_AT_MS + 2000, OUTCOME_refused_to_pay);
    ds_Event visit_of_two = field_visit(2, 1, FIELD_AT_MS + 3000, OUTCOME_refused_to_pay);
    ds_Event visit_next_day =
        field_visit(1, 1, FIELD_AT_MS + 3000 + 86400000, OUTCOME_refused_to_pay);
    ds_Event bad = field_visit(1, 1, FIELD_AT_MS + 2000, 999);
    ds_Event promise = field_promise(1, 1, FIELD_AT_MS + 2000, 1000);
    promise.epoch = 2;
    ds_Event promise_of_one = field_promise(1, 1, FIELD_AT_MS + 2000, 1000);
    ds_Event noted = {.at_ms = (uint64_t)FIELD_AT_MS + 2000, .person_no = 1, .case_no = 1};
    noted.which_kind = ds_Event_payment_noted_tag;
    noted.kind.payment_noted.amount_minor = 500;
    noted.kind.payment_noted.channel = 1;
    noted.kind.payment_noted.paid_day = FIELD_DAY;
    noted.kind.payment_noted.payer_role = ROLE_borrower;
    snprintf(noted.kind.payment_noted.reference, sizeof noted.kind.payment_noted.reference, "R1");
    ds_Event noted_again = noted;
    noted_again.at_ms += 1000;
    ds_Event noted_more = noted_again;
    noted_more.kind.payment_noted.amount_minor = 90000;
    ds_Event noted_else = noted_again;
    noted_else.kind.payment_noted.reference[1] = '2';
    ds_Event posted = {.at_ms = (uint64_t)FIELD_AT_MS + 2000, .case_no = 1};
    posted.which_kind = ds_Event_payment_posted_tag;
    posted.kind.payment_posted.amount_minor = 99999999;
    posted.kind.payment_posted.paid_day = FIELD_DAY;
    snprintf(posted.kind.payment_posted.reference, sizeof posted.kind.payment_posted.reference,
             "P1");
    ds_Event unknown = {.at_ms = (uint64_t)FIELD_AT_MS + 2000, .person_no = 1, .case_no = 1};
    struct {
        const char *row;
        const ds_Event *before, *last;
        uint32_t device_no;
        enum conflict_kind kind; /* none: nothing is found */
        size_t more_count;       /* other conflicts that come with it */
    } rows[] = {
        {"a visit by the holder", NULL, &visit, 1, CONFLICT_none, 0},
        {"two within a day", &visit, &visit_of_two, 2, CONFLICT_two_collectors, 1},
        {"the holder again", &visit, &visit_next_day, 1, CONFLICT_none, 0},
        {"after the recall", &recall, &visit, 1, CONFLICT_after_end, 0},
        {"not the holder", NULL, &visit_of_two, 2, CONFLICT_not_assigned, 0},
        {"earlier assignment", NULL, &promise_of_one, 1, CONFLICT_old_epoch, 0},
        {"this assignment", NULL, &promise, 1, CONFLICT_none, 0},
        {"payment noted twice", &noted, &noted_again, 1, CONFLICT_duplicate_payment, 0},
        {"noted twice, two amounts", &noted, &noted_more, 1, CONFLICT_duplicate_payment, 0},
        {"two payments noted", &noted, &noted_else, 1, CONFLICT_none, 0},
        {"outside its list", NULL, &bad, 1, CONFLICT_breaks_rule, 0},
        {"another's tablet", NULL, &visit, 3, CONFLICT_other_person, 0},
        {"more than owed", NULL, &posted, 0, CONFLICT_overpaid, 0},
        {"posted by a tablet", NULL, &posted, 1, CONFLICT_not_a_tablets, 0},
        {"unknown kind", NULL, &unknown, 1, CONFLICT_unreadable, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        open_world(&world);
        add(&world, 0, &assign);
        if (rows[i].before != NULL) {
            add(&world, rows[i].before->person_no, rows[i].before);
        }
        add(&world, rows[i].device_no, rows[i].last);
        merge_all(&world);
        if (rows[i].kind == CONFLICT_none) {
            EXPECT_ROW(rows[i].row, world.changes.conflict_count == 0);
        } else {
            EXPECT_ROW(rows[i].row, conflicts_of(&world, rows[i].kind) == 1);
            EXPECT_ROW(rows[i].row, world.changes.conflict_count == 1 + rows[i].more_count);
        }
        close_world(&world);
    }
}

TEST(test_a_fact_about_no_case_here_only_raises_a_conflict)
{
    struct world world;
    open_world(&world);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS, OUTCOME_refused_to_pay);
    add(&world, 1, &event);
    merge_case(NULL, NULL, world.order, 1, &world.changes);
    EXPECT_INT(1, world.changes.conflict_count);
    EXPECT_INT(CONFLICT_unknown_case, world.changes.conflicts[0].kind);
    EXPECT_INT(0, world.changes.contact_count);
    close_world(&world);
}

TEST(test_days_are_of_people)
{
    struct world world;
    open_world(&world);
    ds_Event event = field_day_opened(1, FIELD_AT_MS);
    add(&world, 1, &event);
    event = field_day_closed(1, FIELD_AT_MS + 1000, 5);
    add(&world, 1, &event);
    merge_person(world.order, world.count, &world.changes);
    EXPECT_INT(2, world.changes.day_count);
    EXPECT_INT(5, world.changes.days[1].visited);
    EXPECT_INT(0, world.changes.conflict_count);
    close_world(&world);
}

TEST(test_the_summary_says_what_lists_filter_by)
{
    struct world world;
    open_world(&world);
    ds_Event event = field_assign(1, 1, 1, FIELD_AT_MS);
    add(&world, 0, &event);
    event = field_waiver(1, 1, FIELD_AT_MS + 1000);
    add(&world, 1, &event);
    merge_all(&world);
    struct merge_summary summary = merge_summary(&world.record, &world.state);
    EXPECT_INT(CASE_LIFE_open, summary.life);
    EXPECT_INT(1, summary.owner_no);
    EXPECT_INT(1, summary.asked_count);
    EXPECT_INT(520001, summary.owed_minor);
    EXPECT_INT(FIELD_DAY - 60, summary.due_day);
    close_world(&world);
}

TEST(test_every_conflict_stands_in_the_table_and_can_be_closed)
{
    static const uint32_t kinds[] = {
#define CONFLICT(code, name, verdict, review) code,
#include "sync/server/merge/conflicts.def"
#undef CONFLICT
    };
    struct arena arena;
    arena_init(&arena, 0);
    FILE *file = fopen(TESTS_FOLDER "/../sync/server/merge/README.md", "r");
    EXPECT(file != NULL);
    char *text = arena_alloc(&arena, 64 * 1024);
    text[fread(text, 1, 64 * 1024 - 1, file)] = '\0';
    fclose(file);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const char *name = conflict_name(kinds[i]);
        EXPECT_ROW(name, strstr(text, str_format(&arena, "`%s`", name)) != NULL);
        EXPECT_ROW(name, conflict_from_name(str_from(name)) == kinds[i]);
        EXPECT_ROW(name, conflict_has_choice(kinds[i], CHOICE_noted));
    }
    EXPECT(conflict_name(99) == NULL);
    EXPECT_TEXT("conflict.unknown", conflict_key(99));
    EXPECT_INT(CONFLICT_none, conflict_from_name(STR("no_such_conflict")));
    arena_deinit(&arena);
}
