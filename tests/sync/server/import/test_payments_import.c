#include "tests/sync/server/import/store_folder.h"

#include "core/domain/catalog.h"
#include "sync/server/import/payments_import.h"

#define PAYMENTS "case_ref,client,amount,paid_date,channel,reference\n"

static struct imported imported;

static struct payments_result world_pay(struct world *world, const char *text, int32_t through_day,
                                        bool is_dry_run, bool is_all_or_nothing)
{
    FILE *in = file_of(text);
    struct fault_report report = {.file = tmpfile(), .lang = LANG_en};
    const struct payments_options options = {.import = {.file_name = "payments.csv",
                                                        .actor = "test",
                                                        .now_ms = world->now_ms,
                                                        .is_dry_run = is_dry_run,
                                                        .is_all_or_nothing = is_all_or_nothing},
                                             .through_day = through_day};
    struct payments_result result;
    EXPECT_OK(payments_import(&world->arena, world->store, in, &report, &options, &result));
    fclose(in);
    report_read(&imported, report.file);
    return result;
}

static void world_fill(struct world *world)
{
    world_open(world);
    world_import(world, &imported,
                 HEADING ROW("A1", "1000", "2026-11-01") ROW("A2", "2000", "2026-11-01")
                     ROW("A3", "3000",
                         "2026-11-01") "A3,C,card,钱示例,5,1,2026-11-01,2026-08-05,19900001235\n",
                 false, false);
    EXPECT_INT(4, imported.result.new_count);
}

static int64_t case_no_of(struct world *world, const char *ref)
{
    static ds_CaseRecord record;
    EXPECT(world_record(world, ref, &record));
    return (int64_t)record.case_no;
}

/* A promise that was made at the door some days ago. */
static void case_promise(struct world *world, int64_t case_no, uint64_t amount_minor,
                         int32_t due_day)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)date_instant(date_from_civil(2026, 11, 10), 600, 480);
    event.person_no = 1;
    event.case_no = (uint64_t)case_no;
    event.which_kind = ds_Event_promise_made_tag;
    event.kind.promise_made = (ds_PromiseMade){.amount_minor = amount_minor,
                                               .due_day = due_day,
                                               .channel = PAYMENT_CHANNEL_bank_transfer,
                                               .promised_by = ROLE_borrower,
                                               .owed_minor = 1000000,
                                               .owed_as_of_day = date_from_civil(2026, 11, 1)};
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(ingest_own_one(&world->arena, world->store, &event, world->now_ms, NULL));
    EXPECT_OK(hq_commit(world->store));
}

static void world_promise(struct world *world, const char *ref, uint64_t amount_minor,
                          int32_t due_day)
{
    case_promise(world, case_no_of(world, ref), amount_minor, due_day);
}

TEST(test_bad_payment_rows_name_the_column_and_the_reason)
{
    static const struct {
        const char *row, *report;
    } rows[] = {
        {"A1,,100,2026-11-20,bank_transfer,R1\n", NULL},
        {"A1,B,\"1,000.5\",2026/11/20,手机支付,R2\n", NULL},
        {"A3,C,5,2026-11-20,银行柜台,R3\n", NULL},
        {"X9,,100,2026-11-20,bank_transfer,R1\n", "\n2,case_ref,a9,there is no such case"},
        {"A1,Z,100,2026-11-20,bank_transfer,R1\n", "\n2,case_ref,a9,there is no such case"},
        {"A3,,100,2026-11-20,bank_transfer,R1\n", "\n2,case_ref,a9,several clients"},
        {"A1,,0,2026-11-20,bank_transfer,R1\n", "\n2,amount,"},
        {"A1,,一千元,2026-11-20,bank_transfer,R1\n", "\n2,amount,字{3},"},
        {"A1,,-5,2026-11-20,bank_transfer,R1\n", "\n2,amount,'-9,"},
        {"A1,,100,2026-11-31,bank_transfer,R1\n", "\n2,paid_date,"},
        {"A1,,100,1969-12-31,bank_transfer,R1\n", "\n2,paid_date,"},
        {"A1,,100,1970-01-01,bank_transfer,R1\n", "\n2,paid_date,"},
        {"A1,,1000000000000,2026-11-20,bank_transfer,R1\n", NULL},
        {"A1,,1000000000000.01,2026-11-20,bank_transfer,R1\n", "\n2,amount,"},
        {"A1,,100,2026-11-23,bank_transfer,R1\n", "\n2,paid_date,,the day is after today"},
        {"A1,,100,2026-11-20,cash,R1\n", "\n2,channel,a{4},not one of"},
        {"A1,,100,2026-11-20,bank_transfer,\n", "\n2,reference,,a required value"},
        {"A1,,100,2026-11-20,bank_transfer\n", "\n2,,,the number of fields"},
    };
    struct world world;
    world_fill(&world);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, PAYMENTS "%s", rows[i].row);
        struct payments_result result = world_pay(&world, text, 0, true, false);
        EXPECT_ROW(rows[i].row, (result.import.error_count == 0) == (rows[i].report == NULL));
        EXPECT_ROW(rows[i].row,
                   rows[i].report == NULL || strstr(imported.report, rows[i].report) != NULL);
    }
    world_close(&world);
}

TEST(test_a_payment_is_posted_once_for_a_case_and_reference)
{
    struct world world;
    world_fill(&world);
    int64_t case_no = case_no_of(&world, "A1");
    static const char file[] = PAYMENTS "A1,,100,2026-11-20,bank_transfer,R1\n"
                                        "A1,,100,2026-11-20,bank_transfer,R1\n"
                                        "A2,,100,2026-11-20,bank_transfer,R1\n";
    struct payments_result result = world_pay(&world, file, 0, false, false);
    EXPECT_INT(2, result.import.new_count); /* one reference, two cases */
    EXPECT_INT(1, result.import.same_count);
    EXPECT_INT(20000, result.amount_minor);
    EXPECT_INT(1, world_fact_count(&world, case_no, EVENT_payment_posted));
    const char *before = world_print(&world);
    result = world_pay(&world, file, 0, false, false);
    EXPECT(result.import.is_known);
    EXPECT_TEXT(before, world_print(&world));
    /* Another file with the same payment, one with another amount, a new one. */
    result = world_pay(&world,
                       PAYMENTS "A1,,100.00,2026/11/20,手机支付,R1\n"
                                "A2,,101,2026-11-20,bank_transfer,R1\n"
                                "A2,,7,2026-11-21,bank_transfer,R2\n",
                       0, false, false);
    EXPECT_INT(1, result.import.same_count);
    EXPECT_INT(1, result.import.new_count);
    EXPECT_INT(1, result.import.error_count);
    EXPECT(strstr(imported.report, "\n3,reference,") != NULL);
    EXPECT_INT(1, world_fact_count(&world, case_no, EVENT_payment_posted));
    world_close(&world);
}

TEST(test_dry_run_and_all_or_nothing_post_nothing)
{
    struct world world;
    world_fill(&world);
    world_promise(&world, "A1", 10000, date_from_civil(2026, 11, 15));
    const char *before = world_print(&world);
    static const char bad[] = PAYMENTS "A1,,100,2026-11-20,bank_transfer,R1\n"
                                       "A9,,100,2026-11-20,bank_transfer,R1\n";
    struct payments_result result = world_pay(&world, bad, 0, true, false);
    EXPECT_INT(1, result.import.new_count);
    EXPECT(!result.import.is_written);
    EXPECT_TEXT(before, world_print(&world));
    result = world_pay(&world, bad, 0, false, true);
    EXPECT(!result.import.is_written);
    EXPECT_TEXT(before, world_print(&world));
    EXPECT_INT(0, world_fact_count(&world, case_no_of(&world, "A1"), EVENT_payments_checked));
    world_close(&world);
}

/* Goal: what was promised is judged by what came, and only once it is known that
 * nothing more came by the due day. */
TEST(test_promises_become_kept_part_kept_or_broken)
{
    struct world world;
    world_fill(&world);
    int32_t due_day = date_from_civil(2026, 11, 15);
    world_promise(&world, "A1", 50000, due_day);
    world_promise(&world, "A2", 50000, due_day);
    world_promise(&world, "A3", 50000, due_day);
    /* Complete through the 13th only: nothing can be judged broken. */
    struct payments_result result =
        world_pay(&world, PAYMENTS "A2,,200,2026-11-14,bank_transfer,P1\n", 0, false, false);
    EXPECT_INT(date_from_civil(2026, 11, 13), result.through_day);
    EXPECT_INT(3, result.checked_count);
    for (size_t i = 0; i < result.change_count; i++) {
        EXPECT(result.changes[i].new_state == ARRANGEMENT_STATE_active);
    }
    result = world_pay(&world, PAYMENTS "A1,,500,2026-11-15,bank_transfer,P2\n",
                       date_from_civil(2026, 11, 20), false, false);
    EXPECT_INT(date_from_civil(2026, 11, 20), result.through_day);
    EXPECT_INT(3, result.change_count);
    static const struct {
        const char *ref;
        enum arrangement_state state;
        int64_t paid_minor;
    } expected[] = {{"A1", ARRANGEMENT_STATE_kept, 50000},
                    {"A2", ARRANGEMENT_STATE_part_kept, 20000},
                    {"A3", ARRANGEMENT_STATE_broken, 0}};
    for (size_t i = 0; i < COUNT(expected); i++) {
        EXPECT_TEXT(expected[i].ref, result.changes[i].case_ref);
        EXPECT_ROW(expected[i].ref, result.changes[i].old_state == ARRANGEMENT_STATE_active);
        EXPECT_ROW(expected[i].ref, result.changes[i].new_state == expected[i].state);
        EXPECT_ROW(expected[i].ref, result.changes[i].paid_minor == expected[i].paid_minor);
    }
    /* Nothing waits any more: the same day again checks nobody. */
    result = world_pay(&world, PAYMENTS "A1,,500,2026-11-15,bank_transfer,P2\n",
                       date_from_civil(2026, 11, 20), false, false);
    EXPECT_INT(0, result.checked_count);
    EXPECT_INT(1, result.import.same_count);
    world_close(&world);
}

/* 0: it was judged. */
static uint32_t promise_state(struct world *world, int64_t case_no)
{
    int64_t state = 0;
    struct hq_query query = hq_query(world->store, SQL_HQ_payments_waiting);
    while (hq_next(&query)) {
        if (hq_i64(&query, 0) == case_no) {
            state = hq_i64(&query, 2);
        }
    }
    EXPECT_OK(hq_end(&query));
    return (uint32_t)state;
}

/* Else somebody who paid would be told of a broken promise, and asked once more. */
TEST(test_one_clients_file_says_nothing_of_anothers_payments)
{
    struct world world;
    world_open(&world);
    world_import(&world, &imported,
                 HEADING ROW("A1", "1000", "2026-11-01") "X1,C,card,钱示例,5000,1,2026-11-01,"
                                                         "2026-08-05,19900001235\n",
                 false, false);
    int32_t due_day = date_from_civil(2026, 11, 12);
    int64_t other_no = case_no_of(&world, "A1") + 1;
    world_promise(&world, "A1", 50000, due_day);
    case_promise(&world, other_no, 50000, due_day);
    struct payments_result result =
        world_pay(&world, PAYMENTS "A1,,200,2026-11-20,bank_transfer,P1\n", 0, false, false);
    EXPECT_INT(1, result.checked_count);
    EXPECT_INT(0, promise_state(&world, case_no_of(&world, "A1"))); /* judged */
    EXPECT_INT(ARRANGEMENT_STATE_active, promise_state(&world, other_no));
    /* Each as far as its own payments reach. */
    result = world_pay(&world,
                       PAYMENTS "X1,,1,2026-11-10,bank_transfer,P2\n"
                                "A1,,200,2026-11-21,bank_transfer,P3\n",
                       0, false, false);
    EXPECT_INT(ARRANGEMENT_STATE_active, promise_state(&world, other_no));
    /* It is said of all. */
    result = world_pay(&world, PAYMENTS "A1,,200,2026-11-20,bank_transfer,P1\n",
                       date_from_civil(2026, 11, 20), false, false);
    EXPECT_INT(1, result.checked_count);
    EXPECT_INT(0, promise_state(&world, other_no));
    world_close(&world);
}

TEST(test_nobody_is_judged_while_a_payment_of_the_case_is_not_taken)
{
    static const struct {
        const char *name, *bad, *good;
    } rows[] = {
        {"amount", "A1,,x,2026-11-11,bank_transfer,P1\n", "A1,,500,2026-11-11,bank_transfer,P1\n"},
        {"day", "A1,,500,2027-11-11,bank_transfer,P1\n", "A1,,500,2026-11-11,bank_transfer,P1\n"},
        {"zero", "A1,,0,2026-11-11,bank_transfer,P1\n", "A1,,500,2026-11-11,bank_transfer,P1\n"},
        {"reference", "A1,,500,2026-11-11,bank_transfer,P0\n",
         "A1,,500,2026-11-11,bank_transfer,P1\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_fill(&world);
        (void)world_pay(&world, PAYMENTS "A1,,1,2026-11-02,bank_transfer,P0\n", 0, false, false);
        world_promise(&world, "A1", 50000, date_from_civil(2026, 11, 12));
        world_promise(&world, "A2", 50000, date_from_civil(2026, 11, 12));
        static const char other[] = "A2,,200,2026-11-20,bank_transfer,P2\n";
        (void)world_pay(&world, str_format(&world.arena, "%s%s%s", PAYMENTS, rows[i].bad, other),
                        date_from_civil(2026, 11, 20), false, false);
        EXPECT_ROW(rows[i].name,
                   promise_state(&world, case_no_of(&world, "A1")) == ARRANGEMENT_STATE_active);
        EXPECT_ROW(rows[i].name, promise_state(&world, case_no_of(&world, "A2")) == 0);
        struct payments_result result =
            world_pay(&world, str_format(&world.arena, "%s%s%s", PAYMENTS, rows[i].good, other),
                      date_from_civil(2026, 11, 20), false, false);
        EXPECT_ROW(rows[i].name, result.change_count == 1 &&
                                     result.changes[0].new_state == ARRANGEMENT_STATE_kept);
        world_close(&world);
    }
}
