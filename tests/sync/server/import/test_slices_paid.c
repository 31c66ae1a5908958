/* Payments and assignments in slices: tablets are served in between, and whatever cuts them,
 * the same again ends as if nothing had happened. */
#include "tests/sync/server/import/store_folder.h"

#include "core/domain/catalog.h"
#include "sync/server/import/assign.h"
#include "sync/server/import/payments_import.h"
#include "tests/lib/disk_shim.h"

#include <sys/wait.h>

enum { CASES = 700, ROWS = 2 * IMPORT_SLICE + 137, PERSON = 7 };

struct between {
    int count;
    int end_at;
    int full_at;
};

static void on_between(void *context)
{
    struct between *between = context;
    between->count++;
    if (between->count == between->end_at) {
        _exit(0); /* as a power cut would: nothing is closed, nothing rolled back */
    }
    if (between->count == between->full_at) {
        disk_shim_full(true);
    }
}

static void world_fill(struct world *world)
{
    static struct imported imported;
    world_open(world);
    struct str_builder text;
    str_builder_init(&text, &world->arena);
    str_add_text(&text, HEADING);
    for (int i = 0; i < CASES; i++) {
        str_add_format(&text, "C%05d,B,card,赵示例,90000,10,2026-11-01,2026-08-05,19900001234\n",
                       i);
    }
    world_import(world, &imported, text.text, false, false);
    EXPECT_INT(CASES, imported.result.new_count);
    EXPECT_OK(hq_begin(world->store));
    struct hq_query query = hq_query(world->store, SQL_HQ_person_put);
    hq_bind_i64(&query, "$person_no", PERSON);
    hq_bind_text(&query, "$code", STR("C7"));
    hq_bind_text(&query, "$name", STR("陈示例"));
    hq_bind_i64(&query, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&query, "$team_no", 0);
    hq_bind_i64(&query, "$is_active", 1);
    hq_bind_text(&query, "$areas", STR(""));
    hq_bind_i64(&query, "$capacity", 0);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world->store));
}

/* Every 100th row names a case that nobody knows; some cases are paid twice. */
static char *make_payments(struct arena *arena)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    str_add_text(&text, "case_ref,client,amount,paid_date,channel,reference\n");
    for (int i = 1; i <= ROWS; i++) {
        str_add_format(&text, "C%05d,B,%d.50,2026-11-%02d,bank_transfer,REF%d\n",
                       i % 100 == 0 ? 90000 : i % CASES, 1 + i, 2 + i % 17, i);
    }
    return text.text;
}

static enum err pay(struct world *world, struct payments_result *result, const char *text,
                    struct between *between)
{
    FILE *in = file_of(text);
    struct fault_report report = {.file = tmpfile(), .lang = LANG_en};
    const struct payments_options options = {
        .import = {.file_name = "payments.csv",
                   .actor = "test",
                   .now_ms = world->now_ms,
                   .between = on_between,
                   .between_context = between},
    };
    enum err err = payments_import(&world->arena, world->store, in, &report, &options, result);
    fclose(in);
    fclose(report.file);
    return err;
}

static enum err assign(struct world *world, size_t *count_out, struct between *between)
{
    struct assign_plan plan;
    EXPECT_OK(assign_load(&world->arena, world->store, date_from_civil(2026, 11, 22), &plan));
    assign_apply(&world->arena, &plan);
    const struct assign_options options = {.lang = LANG_en,
                                           .actor = "test",
                                           .now_ms = world->now_ms,
                                           .between = on_between,
                                           .between_context = between};
    return assign_write(world->store, &plan, &options, count_out);
}

static int64_t fact_count(struct world *world, int64_t kind)
{
    int64_t count = 0;
    for (int64_t case_no = 1; case_no <= CASES; case_no++) {
        count += world_fact_count(world, case_no, kind);
    }
    return count;
}

static void expect_equal(const struct payments_result *whole, const struct payments_result *cut)
{
    EXPECT(cut->import.is_written);
    EXPECT_INT(whole->import.row_count, cut->import.row_count);
    EXPECT_INT(whole->import.new_count, cut->import.new_count);
    EXPECT_INT(whole->import.same_count, cut->import.same_count);
    EXPECT_INT(whole->import.error_count, cut->import.error_count);
    EXPECT_INT(whole->import.fault_count, cut->import.fault_count);
    EXPECT_INT(whole->amount_minor, cut->amount_minor);
    EXPECT_INT(whole->through_day, cut->through_day);
}

static const char *pay_whole(struct world *world, struct payments_result *whole)
{
    struct between between = {0};
    world_fill(world);
    EXPECT_OK(pay(world, whole, make_payments(&world->arena), &between));
    EXPECT_INT(3, between.count); /* two of rows, one of the cases that were paid */
    EXPECT_INT(ROWS - ROWS / 100, whole->import.new_count);
    return world_print(world);
}

/* Opens what a process that was killed in the middle left behind. */
static void killed(struct world *world, int end_at, bool is_payments)
{
    world_fill(world);
    char *text = make_payments(&world->arena);
    hq_store_close(world->store);
    pid_t child = fork();
    if (child == 0) {
        struct between between = {.end_at = end_at};
        struct payments_result result;
        size_t count;
        EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, false));
        (void)!(is_payments ? pay(world, &result, text, &between)
                            : assign(world, &count, &between));
        _exit(1);
    }
    int status = 0;
    EXPECT_INT(child, waitpid(child, &status, 0));
    EXPECT_INT(0, WEXITSTATUS(status));
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, false));
}

TEST(test_killed_payments_go_on_where_they_stopped)
{
    struct world world;
    struct payments_result whole;
    const char *expected = pay_whole(&world, &whole);
    for (int k = 1; k <= 3; k++) {
        struct world other;
        killed(&other, k, true);
        struct between between = {0};
        struct payments_result cut;
        EXPECT_OK(pay(&other, &cut, make_payments(&other.arena), &between));
        EXPECT_INT(k < 3 ? k * IMPORT_SLICE : ROWS, cut.import.resumed_row_count);
        expect_equal(&whole, &cut);
        EXPECT_TEXT(expected, world_print(&other));
        EXPECT_INT(whole.import.new_count, fact_count(&other, EVENT_payment_posted));
        EXPECT_INT(whole.checked_count, fact_count(&other, EVENT_payments_checked));
        EXPECT_OK(pay(&other, &cut, make_payments(&other.arena), &between));
        EXPECT(cut.import.is_known);
        world_close(&other);
    }
    world_close(&world);
}

TEST(test_a_full_disk_stops_payments_and_keeps_what_stood)
{
    struct world world;
    struct payments_result whole;
    const char *expected = pay_whole(&world, &whole);
    disk_shim_install();
    for (int k = 1; k <= 3; k++) {
        struct world other;
        world_fill(&other);
        char *text = make_payments(&other.arena);
        struct between between = {.full_at = k};
        struct payments_result cut;
        EXPECT_ERR(ERR_no_space, pay(&other, &cut, text, &between));
        EXPECT(!cut.import.is_written && !hq_is_in_transaction(other.store));
        EXPECT_INT(k < 3 ? k * IMPORT_SLICE : ROWS, cut.import.stored_row_count);
        disk_shim_full(false);
        between = (struct between){0};
        EXPECT_OK(pay(&other, &cut, text, &between));
        expect_equal(&whole, &cut);
        EXPECT_TEXT(expected, world_print(&other));
        EXPECT_INT(whole.import.new_count, fact_count(&other, EVENT_payment_posted));
        EXPECT_INT(whole.checked_count, fact_count(&other, EVENT_payments_checked));
        world_close(&other);
    }
    world_close(&world);
}

TEST(test_a_killed_assignment_is_ended_by_the_next)
{
    struct world world;
    killed(&world, 1, false);
    struct between between = {0};
    size_t count = 0;
    EXPECT_OK(assign(&world, &count, &between));
    EXPECT_INT(CASES - ASSIGN_SLICE, count); /* none is given twice */
    EXPECT_OK(assign(&world, &count, &between));
    EXPECT_INT(0, count);
    EXPECT_INT(CASES, fact_count(&world, EVENT_case_assigned));
    world_close(&world);
}
